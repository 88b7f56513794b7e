#pragma once

#include <zflow/dsl/remote.hpp>

#include <string>
#include <vector>

namespace zflow {
inline namespace dsl {
/// Text from its units.
[[nodiscard]] Remote<std::string> to_text(const Remote<std::vector<char16_t>>& units);

}  // namespace dsl
}  // namespace zflow
