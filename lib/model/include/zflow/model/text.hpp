#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace zflow::model {

/// Strings are stored as UTF-8 and counted as on the JVM: in UTF-16 units, two for a character beyond U+FFFF.

/// Nothing if `utf8` is not valid UTF-8.
[[nodiscard]] std::optional<std::u16string> to_utf16(std::string_view utf8);

/// Nothing if `units` has half a surrogate pair, which no text can hold.
[[nodiscard]] std::optional<std::string> to_utf8(std::u16string_view units);

[[nodiscard]] bool is_utf8(std::string_view text);

/// How many UTF-16 units a valid text has.
[[nodiscard]] std::size_t utf16_length(std::string_view utf8);

/// The order of two valid texts as the JVM compares them, unit by unit: negative, 0 or positive.
[[nodiscard]] int compare_utf16(std::string_view a, std::string_view b);

}  // namespace zflow::model
