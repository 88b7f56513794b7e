#pragma once

#include "json_tape.hpp"

#include <expected>
#include <span>
#include <string_view>

namespace zflow::codec {

/// What reading a part of a tape gives.
template <class T>
using Read = std::expected<T, Tape::Failure>;

[[nodiscard]] inline std::unexpected<Tape::Failure> failure(Tape::Index token, std::string sentence) {
    return std::unexpected(Tape::Failure{token, std::move(sentence)});
}

/// What was read, made into something else. (libstdc++ 12's expected has no transform.)
template <class T, class Make>
[[nodiscard]] auto mapped(Read<T> read, Make make) -> Read<decltype(make(std::move(*read)))> {
    if (!read) {
        return std::unexpected(std::move(read.error()));
    }
    return make(std::move(*read));
}

/// A place in an object that is not there. (The root is nobody's field.)
inline constexpr Tape::Index absent = Tape::root;

/// Find the fields of an object; what is not among `names` is stepped over.
///
/// Parameters: `found` gets the value's token of each name, `absent` if there is none.
/// Errors: not an object; one of the names twice.
[[nodiscard]] Read<void> find_fields(const Tape& tape, Tape::Index object,
                                     std::span<const std::string_view> names, Tape::Index* found);

/// As `find_fields`; every name must be there.
[[nodiscard]] Read<void> require_fields(const Tape& tape, Tape::Index object,
                                        std::span<const std::string_view> names, Tape::Index* found);

/// The one name of an object `{"Name": ..}`: its value's token is the next one.
///
/// Parameters: `what` is for the message, e.g. "a flow".
[[nodiscard]] Read<Tape::Index> one_case(const Tape& tape, Tape::Index object, std::string_view what);

[[nodiscard]] Read<std::string> read_string(const Tape& tape, Tape::Index token);
[[nodiscard]] Read<bool> read_boolean(const Tape& tape, Tape::Index token);
[[nodiscard]] Read<void> require_object(const Tape& tape, Tape::Index token);
[[nodiscard]] Read<void> require_array(const Tape& tape, Tape::Index token);

/// The two elements of `[a, b]`.
struct TwoTokens {
    Tape::Index first;
    Tape::Index second;
};
[[nodiscard]] Read<TwoTokens> read_pair(const Tape& tape, Tape::Index token, std::string_view what);

/// What a token is, for messages, e.g. "a string", "{}".
[[nodiscard]] std::string_view describe(const Tape& tape, Tape::Index token) noexcept;

}  // namespace zflow::codec
