#pragma once

#include "operators/support.hpp"

#include <optional>

namespace zflow::interpreter {

/// Reads a regular expression of Java from left to right: characters, escapes, and what is wrong with it.
///
/// The first error stays; after it nothing is read any more.
class RegexReader {
 public:
    /// The flags that this translation looks after; i is PCRE2's own, but classes depend on it.
    struct Flags {
        bool dot_all = false;
        bool multiline = false;
        bool comments = false;
        bool ignore_case = false;
    };

    explicit RegexReader(std::string_view java) : java_(java) {}

 protected:
    /// What java.util.regex.PatternSyntaxException says; `index` is in bytes, negative for none; the message
    /// counts characters.
    void syntax_error(std::string_view what, std::int64_t index);
    /// What PCRE2 cannot do.
    void unsupported(std::string_view what);

    [[nodiscard]] bool done() const { return error_ || at_ >= java_.size(); }
    [[nodiscard]] char peek(std::size_t ahead = 0) const {
        return at_ + ahead < java_.size() ? java_[at_ + ahead] : '\0';
    }
    bool take(std::string_view text);
    [[nodiscard]] std::int64_t place() const { return static_cast<std::int64_t>(at_); }

    /// One character as it is, escaped where PCRE2 would read more into it.
    void copy_character(std::string& out);
    /// What follows `\Q`, up to `\E`.
    void quoted(std::string& out);
    /// An escape that stands for one character or for one of several (`class_like`): as PCRE2 writes it in a
    /// class.
    void escape_of_one(std::string& out, bool& class_like);

    [[nodiscard]] static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
    [[nodiscard]] static bool is_digit(char c) { return c >= '0' && c <= '9'; }

    std::string_view java_;
    std::size_t at_ = 0;
    std::optional<std::string> error_;
    Flags flags_;

 private:
    std::optional<std::uint32_t> take_digits(std::size_t count);
    void unicode_unit(std::string& out);
    void hexadecimal(std::string& out);
    void octal(std::string& out);
    void property(std::string& out, bool negated);
};

}  // namespace zflow::interpreter
