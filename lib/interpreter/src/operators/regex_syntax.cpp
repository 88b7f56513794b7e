#include "operators/regex_syntax.hpp"

#include "operators/regex_reader.hpp"

#include <fmt/format.h>

namespace zflow::interpreter {

namespace {

constexpr std::string_view any_but_line_end = R"([^\n\r\x{85}\x{2028}\x{2029}])";
// Never between \r and \n.
constexpr std::string_view end_of_line = R"((?:(?=[\n\r\x{85}\x{2028}\x{2029}])(?!(?<=\r)\n)|\z))";
constexpr std::string_view begin_of_line =
    R"((?:(?!\z)(?:\A|(?<=[\n\x{85}\x{2028}\x{2029}])|(?<=\r)(?!\n))))";
constexpr std::string_view end_of_text = R"((?:(?=(?:\r\n|[\n\r\x{85}\x{2028}\x{2029}])\z)(?!(?<=\r)\n)|\z))";
constexpr std::string_view word_boundary =
    R"((?:(?<=[\p{L}\p{Nd}_])(?![\p{L}\p{Nd}_])|(?<![\p{L}\p{Nd}_])(?=[\p{L}\p{Nd}_])))";
constexpr std::string_view no_word_boundary =
    R"((?:(?<=[\p{L}\p{Nd}_])(?=[\p{L}\p{Nd}_])|(?<![\p{L}\p{Nd}_])(?![\p{L}\p{Nd}_])))";
constexpr std::string_view any_character = R"((?s:.))";

class Translator : RegexReader {
 public:
    using RegexReader::RegexReader;

    Or<std::string> run() {
        alternatives();
        if (!error_ && at_ < java_.size()) {
            syntax_error("Unmatched closing ')'", static_cast<std::int64_t>(at_) - 1);
        }
        if (error_) {
            return failed(*error_);
        }
        return std::move(out_);
    }

 private:
    // Everything up to the end or the `)` of the group. Groups are kept on a stack: depth costs no call.
    void alternatives() {
        while (!done()) {
            step();
        }
        if (!error_ && !groups_.empty()) {
            syntax_error("Unclosed group", static_cast<std::int64_t>(java_.size()));
        }
    }

    void step() {
        const char c = peek();
        switch (c) {
            case '(':
                return open_group();
            case ')':
                if (groups_.empty()) {
                    return syntax_error("Unmatched closing ')'", place() - 1);
                }
                flags_ = groups_.back();
                groups_.pop_back();
                ++at_;
                out_ += ')';
                quantifiable_ = true;
                return;
            case '|':
                ++at_;
                out_ += '|';
                quantifiable_ = false;
                return;
            case '[':
                ++at_;
                out_ += character_class();
                quantifiable_ = true;
                return;
            case '\\':
                return escape();
            case '.':
                ++at_;
                out_ += flags_.dot_all ? any_character : any_but_line_end;
                quantifiable_ = true;
                return;
            case '^':
                ++at_;
                out_ += flags_.multiline ? begin_of_line : std::string_view(R"((?:\A))");
                quantifiable_ = true;
                return;
            case '$':
                ++at_;
                out_ += flags_.multiline ? end_of_line : end_of_text;
                quantifiable_ = true;
                return;
            case '*':
            case '+':
            case '?':
            case '{':
                return quantifier();
            default:
                return literal();
        }
    }

    void literal() {
        if (flags_.comments && (peek() == ' ' || (peek() >= '\t' && peek() <= '\r'))) {
            ++at_;
            return;
        }
        if (flags_.comments && peek() == '#') {
            while (!done() && peek() != '\n') {
                ++at_;
            }
            return;
        }
        copy_character(out_);
        quantifiable_ = true;
    }

    void quantifier() {
        const char c = peek();
        if (c == '{') {
            std::size_t digits = 1;
            while (is_digit(peek(digits))) {
                ++digits;
            }
            if (digits == 1) {
                return syntax_error("Illegal repetition", place() + 1);
            }
            std::size_t end = digits;
            if (peek(end) == ',') {
                ++end;
                while (is_digit(peek(end))) {
                    ++end;
                }
            }
            if (peek(end) != '}') {
                return syntax_error("Unclosed counted closure", place() + static_cast<std::int64_t>(end));
            }
            // Where there is nothing to repeat, the JVM repeats nothing.
            out_ += quantifiable_ ? java_.substr(at_, end + 1) : "";
            at_ += end + 1;
            if (!quantifiable_) {
                return skip_greed();
            }
        } else {
            if (!quantifiable_) {
                return syntax_error(fmt::format("Dangling meta character '{}'", c), place());
            }
            out_ += c;
            ++at_;
        }
        if (peek() == '?' || peek() == '+') {
            out_ += java_[at_++];
        }
        quantifiable_ = false;
    }

    void skip_greed() { at_ += peek() == '?' || peek() == '+' ? 1 : 0; }

    void open_group() {
        groups_.push_back(flags_);
        quantifiable_ = false;
        if (peek(1) != '?') {
            ++at_;
            ++captures_;
            out_ += '(';
            return;
        }
        for (const std::string_view same : {"(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>"}) {
            if (take(same)) {
                out_ += same;
                return;
            }
        }
        if (take("(?<")) {
            return group_name();
        }
        at_ += 2;
        inline_flags();
    }

    void group_name() {
        std::string name;
        while (is_letter(peek()) || is_digit(peek())) {
            name += java_[at_++];
        }
        if (name.empty() || is_digit(name.front())) {
            return syntax_error("capturing group name does not start with a Latin letter", place());
        }
        if (!take(">")) {
            return syntax_error("named capturing group is missing trailing '>'", place());
        }
        ++captures_;
        out_ += "(?<" + name + ">";
    }

    // (?i) for the rest of the group, (?i: for a group of its own.
    void inline_flags() {
        Flags flags = flags_;
        std::string kept;
        bool on = true;
        for (; !done() && peek() != ')' && peek() != ':'; ++at_) {
            switch (peek()) {
                case '-':
                    on = false;
                    kept += '-';
                    break;
                case 'i':
                    kept += 'i';
                    flags.ignore_case = on;
                    break;
                case 's':
                    flags.dot_all = on;
                    break;
                case 'm':
                    flags.multiline = on;
                    break;
                case 'x':
                    flags.comments = on;
                    break;
                case 'u':  // PCRE2 folds the letters of all scripts anyway
                case 'c':
                    break;
                case 'd':
                case 'U':
                    return unsupported(fmt::format("the flag {}", peek()));
                default:
                    return syntax_error("Unknown inline modifier", place());
            }
        }
        if (done()) {
            return syntax_error("Unknown inline modifier", place());
        }
        const bool own_group = java_[at_++] == ':';
        const std::string text = kept.empty() || kept == "-" ? "" : kept;
        if (own_group) {
            flags_ = flags;
            out_ += "(?" + text + ":";
            return;
        }
        groups_.pop_back();
        flags_ = flags;
        out_ += text.empty() ? "" : "(?" + text + ")";
    }

    // `\` and what follows it, outside of a class.
    void escape() {
        const char c = peek(1);
        quantifiable_ = true;
        if (c == '\0') {
            return syntax_error("Unexpected internal error", static_cast<std::int64_t>(java_.size()));
        }
        if (c == 'Q') {
            at_ += 2;
            return quoted(out_);
        }
        if (c >= '1' && c <= '9') {
            ++at_;
            return reference();
        }
        switch (c) {
            case 'b':
                at_ += 2;
                out_ += word_boundary;
                return;
            case 'B':
                at_ += 2;
                out_ += no_word_boundary;
                return;
            case 'Z':
                at_ += 2;
                out_ += end_of_text;
                return;
            case 'A':
            case 'G':
            case 'z':
            case 'R':
            case 'X':
                at_ += 2;
                out_ += std::string("(?:\\") + c + ")";  // PCRE2 repeats no anchor alone
                return;
            case 'k':
                at_ += 2;
                return name_reference();
            default:
                break;
        }
        std::string inside;
        bool class_like = false;
        escape_of_one(inside, class_like);
        out_ += class_like ? "[" + inside + "]" : inside;
    }

    // The group with the longest number that there is.
    void reference() {
        int number = peek() - '0';
        ++at_;
        while (is_digit(peek()) && number * 10 + (peek() - '0') <= captures_) {
            number = number * 10 + (peek() - '0');
            ++at_;
        }
        // A group that is not there never matches.
        out_ += number <= captures_ ? fmt::format(R"(\g{{{}}})", number) : "(?!)";
    }

    void name_reference() {
        const std::size_t end = java_.find('>', at_);
        if (peek() != '<' || end == std::string_view::npos) {
            return syntax_error(R"(\k is not followed by '<' for named capturing group)", place());
        }
        out_ += "\\k" + std::string(java_.substr(at_, end - at_ + 1));
        at_ = end + 1;
    }

    // A class whose `[` was taken, as an expression that matches one character.
    std::string character_class() {
        std::vector<Class> open(1);
        open.back().negated = take("^");
        open.back().begin = at_;
        while (true) {
            if (error_) {
                return {};
            }
            if (at_ >= java_.size()) {
                syntax_error("Unclosed character class", static_cast<std::int64_t>(java_.size()) - 1);
                return {};
            }
            Class& current = open.back();
            if (take("[")) {
                open.emplace_back();
                open.back().negated = take("^");
                open.back().begin = at_;
            } else if (peek() == ']' && at_ > current.begin) {
                ++at_;
                const std::string text = current.text();
                open.pop_back();
                if (open.empty()) {
                    return text;
                }
                open.back().nested.push_back(text);
            } else if (take("&&")) {
                current.split();
            } else {
                class_item(current);
            }
        }
    }

    struct Class {
        bool negated = false;
        std::size_t begin = 0;
        std::string items;                 // as PCRE2 writes them between brackets
        std::vector<std::string> nested;   // expressions of one character
        std::vector<std::string> factors;  // what stood before each `&&`

        // The union that was read since the last `&&`.
        std::string union_text() const {
            std::string text = items.empty() ? "" : "[" + items + "]";
            for (const std::string& other : nested) {
                text += (text.empty() ? "" : "|") + other;
            }
            return nested.size() + (items.empty() ? 0 : 1) > 1 ? "(?:" + text + ")" : text;
        }
        void split() {
            if (!items.empty() || !nested.empty()) {
                factors.push_back(union_text());
            }
            items.clear();
            nested.clear();
        }
        std::string text() {
            if (factors.empty() && nested.empty()) {
                return (negated ? "[^" : "[") + items + "]";
            }
            split();
            std::string all;
            for (std::size_t k = 0; k + 1 < factors.size(); ++k) {
                all += "(?=" + factors[k] + ")";
            }
            all += factors.empty() ? "" : factors.back();
            return negated ? "(?:(?!" + all + ")(?s:.))" : "(?:" + all + ")";
        }
    };

    // One character, escape or range of a class.
    void class_item(Class& current) {
        if (take("\\Q")) {
            return quoted(current.items);
        }
        if (flags_.comments && (peek() == ' ' || (peek() >= '\t' && peek() <= '\r'))) {
            ++at_;
            return;
        }
        bool class_like = false;
        one_of_class(current.items, class_like);
        const bool range =
            peek() == '-' && peek(1) != ']' && peek(1) != '[' && peek(1) != '\0' && !class_like;
        if (!range) {
            return;
        }
        const std::size_t dash = at_;
        ++at_;
        std::string upper;
        one_of_class(upper, class_like);
        if (class_like) {
            return syntax_error("Illegal character range", static_cast<std::int64_t>(dash));
        }
        current.items += "-" + upper;
    }

    void one_of_class(std::string& out, bool& class_like) {
        if (peek() == '\\') {
            if (peek(1) == '\0') {
                return syntax_error("Unclosed character class", static_cast<std::int64_t>(java_.size()) - 1);
            }
            return escape_of_one(out, class_like);
        }
        copy_character(out);
    }

    std::string out_;
    std::vector<Flags> groups_;  // the flags outside of each open group
    int captures_ = 0;
    bool quantifiable_ = false;
};

}  // namespace

Or<std::string> to_pcre(std::string_view java) {
    return Translator(java).run();
}

}  // namespace zflow::interpreter
