#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace zflow::codec {

/// How many bytes the character at the beginning of `text` has; 0 if that is no UTF-8.
///
/// Parameters: `text` is not empty.
/// Source: RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF.
[[nodiscard]] std::size_t character_length(std::string_view text) noexcept;

void append_character(std::string& out, char32_t character);

/// Where the first byte is that belongs to no UTF-8 character; `npos` if there is none.
[[nodiscard]] std::size_t find_invalid_utf8(std::string_view text) noexcept;

}  // namespace zflow::codec
