#include "json_tape.hpp"

#include "utf8.hpp"

#include <zflow/model/limits.hpp>

#include <fmt/format.h>

#include <bit>
#include <cstring>

namespace zflow::codec {
namespace {

// Token sizes and indices have 29 bits.
static_assert(model::max_encoded_bytes < (std::size_t{1} << 29));

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

int hex_digit(char c) noexcept {
    if (is_digit(c)) {
        return c - '0';
    }
    const auto lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Four hexadecimal digits; nothing if they are not.
std::optional<char32_t> hex4(std::string_view text) noexcept {
    if (text.size() < 4) {
        return std::nullopt;
    }
    char32_t unit = 0;
    for (const auto c : text.substr(0, 4)) {
        const auto digit = hex_digit(c);
        if (digit < 0) {
            return std::nullopt;
        }
        unit = unit * 16 + static_cast<char32_t>(digit);
    }
    return unit;
}

constexpr std::string_view escapes = R"("\/bfnrt)";
constexpr std::string_view escaped_characters = "\"\\/\b\f\n\r\t";

bool is_high(char32_t unit) noexcept {
    return unit >= 0xD800 && unit < 0xDC00;
}
bool is_low(char32_t unit) noexcept {
    return unit >= 0xDC00 && unit < 0xE000;
}

/// How many of the eight bytes need no second look: not a quote, a backslash, a control character or beyond
/// ASCII.
unsigned plain_bytes(const char* text) noexcept {
    std::uint64_t eight = 0;
    std::memcpy(&eight, text, sizeof eight);
    constexpr std::uint64_t ones = 0x0101010101010101U;
    constexpr std::uint64_t highs = 0x8080808080808080U;
    const auto has_zero = [](std::uint64_t x) { return (x - ones) & ~x; };
    const auto special =
        (has_zero(eight ^ (ones * '"')) | has_zero(eight ^ (ones * '\\')) | (eight - ones * 0x20) | eight) &
        highs;
    static_assert(std::endian::native == std::endian::little);
    return static_cast<unsigned>(std::countr_zero(special)) / 8;
}

std::string printable(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x7F ? fmt::format("'{}'", c) : fmt::format("the byte {:#04x}", byte);
}

}  // namespace

/// One pass over a text. Open objects and arrays are on a stack of its own.
class TapeReader {
 public:
    explicit TapeReader(std::string_view text) {
        tape_.text_ = text;
        tape_.tokens_.reserve(text.size() / 8 + 1);
    }

    std::expected<Tape, model::Error> run() {
        if (!value_or_fail()) {
            return std::unexpected(std::move(error_));
        }
        while (!open_.empty()) {
            if (!step()) {
                return std::unexpected(std::move(error_));
            }
        }
        skip_space();
        if (at_ != text().size()) {
            fail(at_,
                 fmt::format("expected the end of the text after its value, got {}", printable(text()[at_])));
            error_.path.clear();
            return std::unexpected(std::move(error_));
        }
        return std::move(tape_);
    }

 private:
    using Type = Tape::Type;

    [[nodiscard]] std::string_view text() const noexcept { return tape_.text_; }
    [[nodiscard]] char peek() const noexcept { return at_ < text().size() ? text()[at_] : '\0'; }

    void skip_space() noexcept {
        while (at_ < text().size() &&
               (text()[at_] == ' ' || text()[at_] == '\n' || text()[at_] == '\r' || text()[at_] == '\t')) {
            ++at_;
        }
    }

    [[nodiscard]] std::string got(std::size_t offset) const {
        return offset < text().size() ? printable(text()[offset]) : "the end of the text";
    }

    bool fail(std::size_t offset, std::string sentence) {
        // What is still open ends where reading ended.
        const auto end = static_cast<Tape::Index>(tape_.tokens_.size());
        for (const auto open : open_) {
            tape_.tokens_[open].size = end & ((1U << 29) - 1);
        }
        error_ = model::Error{std::move(sentence), end == 0 ? std::string() : tape_.path(end - 1), offset};
        return false;
    }

    void add(Type type, std::size_t offset, std::size_t size) {
        tape_.tokens_.push_back({static_cast<std::uint32_t>(offset), static_cast<std::uint8_t>(type),
                                 static_cast<std::uint32_t>(size) & ((1U << 29) - 1)});
    }

    /// What comes next in the innermost open object or array: a part or its end.
    bool step() {
        const auto in_object = tape_.type(open_.back()) == Type::object;
        const auto is_first = tape_.tokens_.size() == open_.back() + 1U;
        skip_space();
        if (peek() == (in_object ? '}' : ']')) {
            ++at_;
            tape_.tokens_[open_.back()].size =
                static_cast<std::uint32_t>(tape_.tokens_.size()) & ((1U << 29) - 1);
            open_.pop_back();
            return true;
        }
        if (!is_first) {
            if (peek() != ',') {
                return fail(at_,
                            fmt::format("expected ',' or '{}', got {}", in_object ? '}' : ']', got(at_)));
            }
            ++at_;
            skip_space();
        }
        return in_object ? member() : value_or_fail();
    }

    bool member() {
        if (peek() != '"') {
            return fail(at_, fmt::format("expected a name in double quotes, got {}", got(at_)));
        }
        if (!string()) {
            return false;
        }
        skip_space();
        if (peek() != ':') {
            return fail(at_, fmt::format("expected ':' after a name, got {}", got(at_)));
        }
        ++at_;
        return value_or_fail();
    }

    bool value_or_fail() {
        skip_space();
        switch (peek()) {
            case '{':
            case '[':
                open_.push_back(static_cast<Tape::Index>(tape_.tokens_.size()));
                add(peek() == '{' ? Type::object : Type::array, at_, 0);
                ++at_;
                return true;
            case '"':
                return string();
            case 't':
                return word("true", Type::true_);
            case 'f':
                return word("false", Type::false_);
            case 'n':
                return word("null", Type::null);
            default:
                return number();
        }
    }

    bool word(std::string_view expected, Type type) {
        if (!text().substr(at_).starts_with(expected)) {
            return fail(at_, fmt::format("expected a value, got {}", got(at_)));
        }
        add(type, at_, expected.size());
        at_ += expected.size();
        return true;
    }

    /// Steps over digits. Returns: whether there was one.
    bool digits() noexcept {
        const auto begin = at_;
        while (is_digit(peek())) {
            ++at_;
        }
        return at_ != begin;
    }

    bool number() {
        const auto begin = at_;
        if (peek() == '-') {
            ++at_;
        }
        if (peek() == '0') {
            ++at_;
        } else if (!digits()) {
            return fail(at_, begin == at_ ? fmt::format("expected a value, got {}", got(at_))
                                          : fmt::format("expected a digit after '-', got {}", got(at_)));
        }
        if (peek() == '.') {
            ++at_;
            if (!digits()) {
                return fail(at_, fmt::format("expected a digit after the decimal point, got {}", got(at_)));
            }
        }
        if (peek() == 'e' || peek() == 'E') {
            ++at_;
            if (peek() == '+' || peek() == '-') {
                ++at_;
            }
            if (!digits()) {
                return fail(at_, fmt::format("expected a digit in the exponent, got {}", got(at_)));
            }
        }
        add(Type::number, begin, at_ - begin);
        return true;
    }

    bool string() {
        const auto begin = ++at_;
        auto type = Type::string;
        for (;;) {
            if (text().size() - at_ >= 8) {
                const auto plain = plain_bytes(text().data() + at_);
                at_ += plain;
                if (plain == 8) {
                    continue;
                }
            }
            if (at_ == text().size()) {
                return fail(begin - 1, "the string that begins here has no end");
            }
            const auto c = text()[at_];
            if (c == '"') {
                add(type, begin, at_ - begin);
                ++at_;
                return true;
            }
            if (c == '\\') {
                type = Type::escaped;
                if (!escape()) {
                    return false;
                }
            } else if (static_cast<unsigned char>(c) < 0x20) {
                return fail(at_, fmt::format("{} in a string must be written with an escape", printable(c)));
            } else {
                const auto length = character_length(text().substr(at_));
                if (length == 0) {
                    return fail(at_, fmt::format("{} is not UTF-8 here", printable(c)));
                }
                at_ += length;
            }
        }
    }

    bool escape() {
        const auto begin = at_;
        ++at_;
        if (peek() != 'u') {
            if (at_ == text().size() || escapes.find(peek()) == std::string_view::npos) {
                return fail(begin, fmt::format("there is no escape with {}", got(at_)));
            }
            ++at_;
            return true;
        }
        const auto unit = hex4(text().substr(at_ + 1));
        if (!unit) {
            return fail(begin, "expected four hexadecimal digits after \\u");
        }
        at_ += 5;
        if (is_high(*unit)) {
            const auto rest = text().substr(at_);
            const auto second = rest.starts_with("\\u") ? hex4(rest.substr(2)) : std::nullopt;
            if (!second || !is_low(*second)) {
                return fail(begin, "half of a surrogate pair, which no text can hold");
            }
            at_ += 6;
        } else if (is_low(*unit)) {
            return fail(begin, "half of a surrogate pair, which no text can hold");
        }
        return true;
    }

    Tape tape_;
    std::size_t at_ = 0;
    std::vector<Tape::Index> open_;
    model::Error error_;
};

std::expected<Tape, model::Error> Tape::read(std::string_view text) {
    if (text.size() > model::max_encoded_bytes) {
        return std::unexpected(
            model::Error{fmt::format("the text has {} bytes, more than max_encoded_bytes, {}", text.size(),
                                     model::max_encoded_bytes)});
    }
    return TapeReader(text).run();
}

std::string Tape::string(Index token) const {
    const auto text = raw(token);
    if (type(token) == Type::string) {
        return std::string(text);
    }
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            out.push_back(text[i]);
            continue;
        }
        ++i;
        if (text[i] != 'u') {
            out.push_back(escaped_characters[escapes.find(text[i])]);
            continue;
        }
        auto character = *hex4(text.substr(i + 1));
        i += 4;
        if (is_high(character)) {
            character = 0x10000 + ((character - 0xD800) << 10) + (*hex4(text.substr(i + 3)) - 0xDC00);
            i += 6;
        }
        append_character(out, character);
    }
    return out;
}

bool Tape::is(Index token, std::string_view text) const {
    return type(token) == Type::string ? raw(token) == text
                                       : type(token) == Type::escaped && string(token) == text;
}

std::string Tape::name(Index key) const {
    // A name may be as long as the text; what is shown need not.
    constexpr std::size_t most = 200;
    auto name = string(key);
    if (name.size() > most) {
        auto end = most;
        while ((static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) {
            --end;
        }
        name.resize(end);
        name += "..";
    }
    return name;
}

std::string Tape::path(Index token) const {
    std::string path;
    std::vector<std::string> steps;
    Index at = root;
    while (at != token && at < tokens_.size()) {
        const auto in_object = type(at) == Type::object;
        const auto end = after(at);
        std::size_t place = 0;
        auto part = at + 1;
        while (part < end) {
            const auto value = in_object ? part + 1 : part;
            if (part == token || value >= tokens_.size() || token < after(value)) {
                break;
            }
            part = after(value);
            ++place;
        }
        if (part >= end) {
            break;
        }
        steps.push_back(in_object ? "." + name(part) : fmt::format("[{}]", place));
        at = part == token ? token : in_object ? part + 1 : part;
    }
    // The ends of a long path say where it is; its middle says nothing to people.
    constexpr std::size_t most_steps = 100;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (steps.size() > most_steps && i == most_steps / 2) {
            path += "..";
            i = steps.size() - most_steps / 2;
        }
        path += steps[i];
    }
    return path;
}

model::Error Tape::error(Failure failure) const {
    return {std::move(failure.sentence), path(failure.token), offset(failure.token)};
}

}  // namespace zflow::codec
