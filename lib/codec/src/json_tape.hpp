#pragma once

#include <zflow/model/error.hpp>

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace zflow::codec {

/// A JSON text as a flat list of tokens: what programs, values and schemas are read from.
///
/// An object's token is followed by those of its keys and values in turn, an array's by those of its
/// elements; each knows where its last part ends. So a reader walks with indices instead of recursion, looks
/// at the parts of an object in any order, and steps over what it does not know. Paths for errors are made
/// only when there is an error.
///
/// Lifetime: the text outlives the tape, which refers to it.
/// Cost: one pass over the text; 8 bytes a token, so at most 8 times the text.
class Tape {
 public:
    using Index = std::uint32_t;

    enum class Type : std::uint8_t { object, array, string, escaped, number, true_, false_, null };

    /// Where reading went wrong: turned into a model::Error by `error`.
    struct Failure {
        Index token;
        std::string sentence;
    };

    static constexpr Index root = 0;

    /// Errors: not JSON (RFC 8259) or not UTF-8, or more than model::max_encoded_bytes: path, offset and a
    /// sentence.
    [[nodiscard]] static std::expected<Tape, model::Error> read(std::string_view text);

    [[nodiscard]] Type type(Index token) const noexcept { return static_cast<Type>(tokens_[token].type); }
    [[nodiscard]] bool is_string(Index token) const noexcept {
        return type(token) == Type::string || type(token) == Type::escaped;
    }

    /// The token after this one and all its parts. The parts of an object or array are from `token + 1` to
    /// before here.
    [[nodiscard]] Index after(Index token) const noexcept {
        return tokens_[token].type <= static_cast<std::uint8_t>(Type::array) ? tokens_[token].size
                                                                             : token + 1;
    }

    /// The text of a number, or of a string without escapes, as it stands.
    [[nodiscard]] std::string_view raw(Index token) const noexcept {
        return text_.substr(tokens_[token].offset, tokens_[token].size);
    }

    /// What a string says.
    [[nodiscard]] std::string string(Index token) const;
    [[nodiscard]] bool is(Index token, std::string_view text) const;

    /// Where a token is: `.Fold.value.Nope`, `.values[3]`. A key's path ends with itself.
    [[nodiscard]] std::string path(Index token) const;

    /// Where a token begins in the text, in bytes.
    [[nodiscard]] std::size_t offset(Index token) const noexcept {
        return std::size_t{tokens_[token].offset} - (is_string(token) ? 1 : 0);  // the quote
    }
    [[nodiscard]] model::Error error(Failure failure) const;

 private:
    friend class TapeReader;
    struct Token {
        std::uint32_t offset;
        std::uint32_t type : 3;
        std::uint32_t size : 29;  ///< of objects and arrays: the index after the last part
    };
    static_assert(sizeof(Token) == 8);

    [[nodiscard]] std::string name(Index key) const;

    std::string_view text_;
    std::vector<Token> tokens_;
};

}  // namespace zflow::codec
