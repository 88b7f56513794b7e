#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace zflow::model {

/// Why an input was refused: where in it, and a sentence that says what was wrong and what would be right.
///
/// Nothing that reads programs or values throws for bad input: it returns `std::expected<T, Error>`.
struct Error {
    std::string sentence;
    std::string path = {};  ///< into the input, e.g. `.Fold.value.Return`; empty = the input as a whole
    std::optional<std::size_t> offset = {};  ///< in bytes from the beginning of the text that was read
    bool unsupported = false;  ///< the input may be right, but this version cannot do what it asks for

    /// `path: sentence`, or the sentence alone; of a very long path only its ends.
    [[nodiscard]] std::string text() const;
};

/// A place in a text for people: both count from 1; columns count bytes.
struct LineAndColumn {
    std::size_t line = 1;
    std::size_t column = 1;
};

[[nodiscard]] LineAndColumn line_and_column(std::string_view text, std::size_t offset);

}  // namespace zflow::model
