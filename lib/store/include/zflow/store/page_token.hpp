#pragma once

#include <zflow/store/error.hpp>
#include <zflow/store/types.hpp>

#include <string_view>

namespace zflow::store {

/// What a page token belongs to; a token of another listing is refused.
struct TokenScope {
    std::string_view backend;
    std::string_view operation;
    std::string_view ns;
    std::string_view key = {};
};

/// Pack the place where a listing goes on into an opaque token.
///
/// Format: version byte 01, XXH64 (8 bytes, big endian) over scope and place, place.
[[nodiscard]] Bytes encode_page_token(const TokenScope& scope, std::string_view place);

/// Unpack what `encode_page_token` packed.
///
/// Errors: invalid_argument if the token was damaged or is of another listing.
[[nodiscard]] Bytes decode_page_token(const TokenScope& scope, std::string_view token);

}  // namespace zflow::store
