#include <zflow/store/page_token.hpp>

#include <xxhash.h>

#include <string>

namespace zflow::store {
namespace {

constexpr char format_version = 1;
constexpr std::size_t header_bytes = 1 + 8;

void add_part(Bytes& text, std::string_view part) {
    text += std::to_string(part.size());
    text += ':';
    text += part;
}

/// The check sum of a token, big endian: binds the place to the listing that gave it out.
Bytes check_sum(const TokenScope& scope, std::string_view place) {
    Bytes text;
    for (const auto part : {scope.backend, scope.operation, scope.ns, scope.key, place}) {
        add_part(text, part);
    }
    const auto hash = XXH64(text.data(), text.size(), 0);
    Bytes sum;
    for (int shift = 56; shift >= 0; shift -= 8) {
        sum.push_back(static_cast<char>(hash >> shift));
    }
    return sum;
}

}  // namespace

Bytes encode_page_token(const TokenScope& scope, std::string_view place) {
    Bytes token(1, format_version);
    token += check_sum(scope, place);
    token += place;
    return token;
}

Bytes decode_page_token(const TokenScope& scope, std::string_view token) {
    if (token.size() >= header_bytes && token.front() == format_version) {
        const auto place = token.substr(header_bytes);
        if (token.substr(1, 8) == check_sum(scope, place)) {
            return Bytes(place);
        }
    }
    throw Error(errc::invalid_argument, {std::string(scope.backend), std::string(scope.operation)},
                "the page token is not one that this listing gave out; begin with an empty token");
}

}  // namespace zflow::store
