#pragma once

#include <string_view>

namespace zflow::base {

/// The version of zflow that this program was linked with, e.g. "0.1.0" (semantic versioning).
[[nodiscard]] std::string_view version() noexcept;

}  // namespace zflow::base
