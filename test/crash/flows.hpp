#pragma once

#include <zflow/interpreter/program.hpp>

#include <map>
#include <memory>
#include <string>

namespace zflow::crash {

using Programs = std::map<std::string, std::shared_ptr<const interpreter::Program>>;

/// The flows that the worker runs, by the kind of run. Each takes the run's id as a string and gives one:
/// words, of which those with an @ are results of operations.
[[nodiscard]] Programs programs();

}  // namespace zflow::crash
