#pragma once

#include "invariants.hpp"

#include <map>
#include <string>

namespace zflow::interpreter::test {

/// Flows in which much is under way at once, by name.
[[nodiscard]] const std::map<std::string, NodeRef>& corpus();

}  // namespace zflow::interpreter::test
