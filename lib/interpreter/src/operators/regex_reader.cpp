#include "operators/regex_reader.hpp"

#include <fmt/format.h>

namespace zflow::interpreter {

namespace {

bool is_hexadecimal(char c) {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

struct Posix {
    std::string_view java;
    std::string_view inside;  // between the brackets of a class
    std::string_view negated;
};

// The names of ASCII classes; without flags they are the same on both sides.
constexpr std::array<Posix, 14> posix{{{"Lower", "[:lower:]", "[:^lower:]"},
                                       {"Upper", "[:upper:]", "[:^upper:]"},
                                       {"ASCII", R"(\x00-\x7F)", R"(\x{80}-\x{10FFFF})"},
                                       {"Alpha", "[:alpha:]", "[:^alpha:]"},
                                       {"Digit", "[:digit:]", "[:^digit:]"},
                                       {"Alnum", "[:alnum:]", "[:^alnum:]"},
                                       {"Punct", "[:punct:]", "[:^punct:]"},
                                       {"Graph", "[:graph:]", "[:^graph:]"},
                                       {"Print", "[:print:]", "[:^print:]"},
                                       {"Blank", "[:blank:]", "[:^blank:]"},
                                       {"Cntrl", "[:cntrl:]", "[:^cntrl:]"},
                                       {"XDigit", "[:xdigit:]", "[:^xdigit:]"},
                                       {"Space", R"([:space:])", "[:^space:]"},
                                       {"javaLowerCase", R"(\p{Lowercase})", R"(\P{Lowercase})"}}};

void append_code(std::string& out, std::uint32_t code) {
    out += fmt::format("\\x{{{:X}}}", code);
}

}  // namespace

void RegexReader::syntax_error(std::string_view what, std::int64_t index) {
    if (error_) {
        return;
    }
    error_ = std::string(what);
    const std::string_view before =
        java_.substr(0, static_cast<std::size_t>(std::max<std::int64_t>(index, 0)));
    const auto place =
        std::ranges::count_if(before, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
    *error_ += index >= 0 ? fmt::format(" near index {}\n{}", place, java_) : "\n" + std::string(java_);
    if (index >= 0 && static_cast<std::size_t>(index) < java_.size()) {
        *error_ += "\n" + std::string(static_cast<std::size_t>(place), ' ') + "^";
    }
}

void RegexReader::unsupported(std::string_view what) {
    if (!error_) {
        error_ = fmt::format("{} in the regular expression \"{}\" is not supported", what, java_);
    }
}

bool RegexReader::take(std::string_view text) {
    const bool here = !error_ && java_.substr(at_).starts_with(text);
    at_ += here ? text.size() : 0;
    return here;
}

void RegexReader::copy_character(std::string& out) {
    const char c = java_[at_++];
    if (static_cast<unsigned char>(c) < 0x80) {
        if (!is_letter(c) && !is_digit(c) && c != '_' && static_cast<unsigned char>(c) >= 0x21) {
            out += '\\';
        }
        out += c;
        return;
    }
    out += c;
    while (at_ < java_.size() && (static_cast<unsigned char>(java_[at_]) & 0xC0) == 0x80) {
        out += java_[at_++];
    }
}

void RegexReader::quoted(std::string& out) {
    while (!done() && !take("\\E")) {
        copy_character(out);
    }
}

std::optional<std::uint32_t> RegexReader::take_digits(std::size_t count) {
    std::uint32_t code = 0;
    for (std::size_t k = 0; k < count; ++k, ++at_) {
        if (!is_hexadecimal(peek())) {
            return std::nullopt;
        }
        const char c = peek();
        code = code * 16 + static_cast<std::uint32_t>(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return code;
}

void RegexReader::escape_of_one(std::string& out, bool& class_like) {
    const std::size_t begin = at_;
    const char c = peek(1);
    at_ += 2;
    switch (c) {
        case 't':
        case 'n':
        case 'r':
        case 'f':
        case 'a':
        case 'e':
            out += std::string("\\") + c;
            return;
        case 'd':
        case 'D':
        case 's':
        case 'S':
        case 'w':
        case 'W':
        case 'h':
        case 'H':
        case 'v':
        case 'V':
            class_like = true;
            out += std::string("\\") + c;
            return;
        case 'p':
        case 'P':
            class_like = true;
            return property(out, c == 'P');
        case 'u':
            return unicode_unit(out);
        case 'x':
            return hexadecimal(out);
        case '0':
            return octal(out);
        case 'c':
            if (at_ >= java_.size()) {
                return syntax_error("Illegal control escape sequence", place());
            }
            return append_code(out,
                               static_cast<std::uint32_t>(static_cast<unsigned char>(java_[at_++])) ^ 64U);
        case 'N':
            return unsupported(R"(\N{..})");
        default:
            if (is_letter(c) || is_digit(c)) {
                return syntax_error("Illegal/unsupported escape sequence",
                                    static_cast<std::int64_t>(begin) + 1);
            }
            --at_;
            return copy_character(out);
    }
}

void RegexReader::unicode_unit(std::string& out) {
    auto code = take_digits(4);
    if (!code) {
        return syntax_error("Illegal Unicode escape sequence", place());
    }
    if (*code >= 0xD800 && *code < 0xDC00 && take("\\u")) {
        const auto low = take_digits(4);
        if (low && *low >= 0xDC00 && *low < 0xE000) {
            return append_code(out, 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00));
        }
    }
    if (*code >= 0xD800 && *code < 0xE000) {
        return unsupported("half of a surrogate pair");
    }
    append_code(out, *code);
}

void RegexReader::hexadecimal(std::string& out) {
    if (take("{")) {
        std::uint32_t code = 0;
        std::size_t digits = 0;
        for (; is_hexadecimal(peek()) && code <= 0x10FFFF; ++digits) {
            // NOLINTNEXTLINE(bugprone-unchecked-optional-access): peek() has seen a digit
            code = code * 16 + *take_digits(1);
        }
        if (digits == 0 || code > 0x10FFFF || !take("}")) {
            return syntax_error("Unclosed hexadecimal escape sequence", place());
        }
        return append_code(out, code);
    }
    const auto code = take_digits(2);
    if (!code) {
        return syntax_error("Illegal hexadecimal escape sequence", place());
    }
    append_code(out, *code);
}

void RegexReader::octal(std::string& out) {
    std::uint32_t code = 0;
    int digits = 0;
    while (digits < 3 && peek() >= '0' && peek() <= '7' &&
           code * 8 + static_cast<std::uint32_t>(peek() - '0') <= 0377) {
        code = code * 8 + static_cast<std::uint32_t>(java_[at_++] - '0');
        ++digits;
    }
    if (digits == 0) {
        return syntax_error("Illegal octal escape sequence", place());
    }
    append_code(out, code);
}

// \p{Name}: what to write inside of a class.
void RegexReader::property(std::string& out, bool negated) {
    std::string name;
    if (take("{")) {
        const std::size_t end = java_.find('}', at_);
        if (end == std::string_view::npos) {
            return syntax_error("Unclosed character family", static_cast<std::int64_t>(java_.size()) - 1);
        }
        name = java_.substr(at_, end - at_);
        at_ = end + 1;
    } else if (at_ < java_.size()) {
        name = java_[at_++];
    }
    const auto known = std::ranges::find(posix, name, &Posix::java);
    if (known != posix.end()) {
        out += negated ? known->negated : known->inside;
        return;
    }
    if (name.starts_with("In") || name.starts_with("java") || name.starts_with("blk=") ||
        name.starts_with("block=")) {
        return unsupported("\\p{" + name + "}");
    }
    for (const std::string_view key : {"Is", "script=", "sc=", "general_category=", "gc="}) {
        if (name.starts_with(key) && name.size() > key.size()) {
            name.erase(0, key.size());
            break;
        }
    }
    if (flags_.ignore_case && (name == "Lu" || name == "Ll" || name == "Lt")) {
        name = "L&";  // the letters that have another case
    }
    out += std::string(negated ? "\\P{" : "\\p{") + name + "}";
}

}  // namespace zflow::interpreter
