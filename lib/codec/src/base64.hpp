#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace zflow::codec {

/// Bytes as text of `A-Za-z0-9+/`, padded with `=` to a multiple of four. Source: RFC 4648, section 4.
[[nodiscard]] std::string to_base64(std::string_view bytes);

/// Errors: nothing if the text is not what `to_base64` writes.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace zflow::codec
