#pragma once

#include <zflow/engine/run.hpp>

#include <string>
#include <vector>

namespace zflow::app {

/// Tags as they are given on the command line, `NAME=VALUE` each.
///
/// Errors: engine::Error (invalid_argument) for one without '=', or a name that is there twice.
[[nodiscard]] engine::Tags read_tags(const std::vector<std::string>& given);

}  // namespace zflow::app
