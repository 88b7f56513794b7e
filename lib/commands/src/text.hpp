#pragma once

#include <string>
#include <string_view>

namespace zflow::commands {

/// A text that may go into a message or a value: bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string readable(std::string_view bytes);

/// Without white space at its ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

}  // namespace zflow::commands
