#define PCRE2_CODE_UNIT_WIDTH 8

#include "operators/families.hpp"
#include "operators/regex_syntax.hpp"

#include <zflow/interpreter/difference.hpp>

#include <fmt/format.h>
#include <pcre2.h>

#include <memory>
#include <optional>

// Regular expressions: java.util.regex on PCRE2, with limits: what would search for ever ends the run.
namespace zflow::interpreter {

namespace {

/// How many steps one search may take: about half a second.
constexpr std::uint32_t regex_match_limit = 10'000'000;

/// How much memory one search may take for backtracking, in KiB.
constexpr std::uint32_t regex_heap_limit = 256 * 1024;

/// How long a regular expression may be, in bytes.
constexpr std::size_t regex_pattern_limit = 100'000;

/// How many compiled expressions each thread keeps.
constexpr std::size_t regex_cache_size = 16;

struct Free {
    void operator()(pcre2_code* code) const { pcre2_code_free(code); }
    void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
    void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

struct Span {
    std::size_t begin;
    std::size_t end;
};

// A compiled expression with the memory to match it.
class Regex {
 public:
    static Or<std::shared_ptr<Regex>> compile(const std::string& java) {
        if (java.size() > regex_pattern_limit) {
            return too_large("a regular expression", "regex_pattern_limit", regex_pattern_limit);
        }
        const auto pattern = to_pcre(java);
        if (!pattern) {
            return std::unexpected(pattern.error());
        }
        int code = 0;
        PCRE2_SIZE place = 0;
        auto regex = std::make_shared<Regex>();
        regex->code_.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern->data()), pattern->size(),
                                         PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_DOLLAR_ENDONLY, &code, &place,
                                         nullptr));
        if (!regex->code_) {
            char text[256];
            pcre2_get_error_message(code, reinterpret_cast<PCRE2_UCHAR*>(text), sizeof text);
            return failed(fmt::format("the regular expression \"{}\" is not supported: {}", java, text));
        }
        regex->data_.reset(pcre2_match_data_create_from_pattern(regex->code_.get(), nullptr));
        regex->context_.reset(pcre2_match_context_create(nullptr));
        pcre2_set_match_limit(regex->context_.get(), regex_match_limit);
        pcre2_set_heap_limit(regex->context_.get(), regex_heap_limit);
        return regex;
    }

    // Whether there is a match at or behind `from`; over the whole text if `whole`.
    Or<bool> search(std::string_view text, std::size_t from, bool whole = false) {
        const std::uint32_t options = PCRE2_NO_UTF_CHECK | (whole ? PCRE2_ANCHORED | PCRE2_ENDANCHORED : 0);
        const int count = pcre2_match(code_.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(),
                                      from, options, data_.get(), context_.get());
        if (count == PCRE2_ERROR_NOMATCH) {
            return false;
        }
        if (count == PCRE2_ERROR_MATCHLIMIT) {
            return too_large("matching a regular expression", "regex_match_limit", regex_match_limit);
        }
        if (count == PCRE2_ERROR_HEAPLIMIT || count == PCRE2_ERROR_DEPTHLIMIT) {
            return too_large("matching a regular expression", "regex_heap_limit", regex_heap_limit);
        }
        if (count < 0) {
            return failed(fmt::format("matching a regular expression failed (PCRE2 error {})", count));
        }
        return true;
    }

    // A group of the last match; nothing if it took no part in it.
    std::optional<Span> group(std::uint32_t index) const {
        const PCRE2_SIZE* places = pcre2_get_ovector_pointer(data_.get());
        if (places[2 * index] == PCRE2_UNSET) {
            return std::nullopt;
        }
        return Span{places[2 * index], places[2 * index + 1]};
    }
    // NOLINTNEXTLINE(bugprone-unchecked-optional-access): group 0 of a match is always set
    Span match() const { return *group(0); }

    std::uint32_t groups() const { return pcre2_get_ovector_count(data_.get()) - 1; }

    // The number of a named group.
    std::optional<std::uint32_t> number_of(const std::string& name) const {
        const int number =
            pcre2_substring_number_from_name(code_.get(), reinterpret_cast<PCRE2_SPTR>(name.c_str()));
        return number > 0 ? std::optional(static_cast<std::uint32_t>(number)) : std::nullopt;
    }

 private:
    std::unique_ptr<pcre2_code, Free> code_;
    std::unique_ptr<pcre2_match_data, Free> data_;
    std::unique_ptr<pcre2_match_context, Free> context_;
};

// What was compiled lately is not compiled again: programs use one expression many times.
Or<std::shared_ptr<Regex>> compiled(const std::string& java) {
    thread_local std::vector<std::pair<std::string, std::shared_ptr<Regex>>> cache;
    const auto hit = std::ranges::find(cache, java, &std::pair<std::string, std::shared_ptr<Regex>>::first);
    if (hit != cache.end()) {
        std::rotate(cache.begin(), hit, hit + 1);
        return cache.front().second;
    }
    auto regex = Regex::compile(java);
    if (regex) {
        cache.emplace(cache.begin(), java, *regex);
        cache.resize(std::min(cache.size(), regex_cache_size));
    }
    return regex;
}

// Where to look for the next match: a character further if the last one was empty.
std::size_t behind(std::string_view text, Span match) {
    std::size_t next = match.end;
    if (match.begin == match.end) {
        ++next;
        while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0) == 0x80) {
            ++next;
        }
    }
    return next;
}

// All matches from left to right, until `visit` dies or says that it has enough.
template <class Visit>
Or<bool> each_match(Regex& regex, std::string_view text, const Visit& visit) {
    for (std::size_t from = 0; from <= text.size();) {
        const auto found = regex.search(text, from);
        if (!found || !*found) {
            return found;
        }
        const Span match = regex.match();
        const Or<bool> more = visit(match);
        if (!more || !*more) {
            return more;
        }
        from = behind(text, match);
    }
    return false;
}

std::string part(std::string_view text, Span span) {
    return std::string(text.substr(span.begin, span.end - span.begin));
}

Or<Value> string_to_regex(const Value& text) {
    const auto regex = compiled(text.as_string());
    if (!regex) {
        return std::unexpected(regex.error());
    }
    return text;  // a regular expression is written as its text
}

Or<bool> matches(const std::string& pattern, const std::string& text) {
    const auto regex = compiled(pattern);
    if (!regex) {
        return std::unexpected(regex.error());
    }
    return (*regex)->search(text, 0, true);
}

Or<Value> find_first_in(const std::string& pattern, const std::string& text) {
    const auto regex = compiled(pattern);
    if (!regex) {
        return std::unexpected(regex.error());
    }
    const auto found = (*regex)->search(text, 0);
    if (!found) {
        return std::unexpected(found.error());
    }
    return *found ? Value::some(Value::string(part(text, (*regex)->match()))) : Value::none();
}

// The groups of a match of the whole text; "" for a group that took no part.
Or<Value> unapply_seq(const std::string& pattern, const std::string& text) {
    const auto regex = compiled(pattern);
    if (!regex) {
        return std::unexpected(regex.error());
    }
    const auto found = (*regex)->search(text, 0, true);
    if (!found) {
        return std::unexpected(found.error());
    }
    if (!*found) {
        return Value::none();
    }
    std::vector<Value> groups;
    for (std::uint32_t index = 1; index <= (*regex)->groups(); ++index) {
        const auto group = (*regex)->group(index);
        if (!group) {
            note(Difference::absent_group_is_empty);
        }
        groups.push_back(Value::string(group ? part(text, *group) : ""));
    }
    return Value::some(Value::sequence(std::move(groups)));
}

// As Pattern.split: no empty part in front of an empty match at the beginning, none at the end.
Or<Value> split(const std::string& pattern, const std::string& text) {
    const auto regex = compiled(pattern);
    if (!regex) {
        return std::unexpected(regex.error());
    }
    std::vector<Value> parts;
    std::size_t index = 0;
    bool any = false;
    const auto done = each_match(**regex, text, [&](Span match) -> Or<bool> {
        if (index == 0 && match.begin == 0 && match.end == 0) {
            return true;
        }
        parts.push_back(Value::string(part(text, {index, match.begin})));
        index = match.end;
        any = true;
        return true;
    });
    if (!done) {
        return std::unexpected(done.error());
    }
    if (!any || index == 0) {
        return Value::sequence({Value::string(text)});
    }
    parts.push_back(Value::string(part(text, {index, text.size()})));
    while (!parts.empty() && parts.back().as_string().empty()) {
        parts.pop_back();
    }
    return Value::sequence(std::move(parts));
}

// Appends a replacement: `$1`, `${name}` and `\x` as Matcher.appendReplacement reads them.
std::optional<Death> append(std::string& out, const Regex& regex, std::string_view text,
                            std::string_view replacement) {
    const auto death = [](std::string message) { return Death::evaluation_failed(std::move(message)); };
    for (std::size_t at = 0; at < replacement.size();) {
        const char c = replacement[at++];
        if (c == '\\') {
            if (at == replacement.size()) {
                return death("character to be escaped is missing");
            }
            out += replacement[at++];
            continue;
        }
        if (c != '$') {
            out += c;
            continue;
        }
        if (at == replacement.size()) {
            return death("Illegal group reference: group index is missing");
        }
        std::uint32_t number = 0;
        if (replacement[at] == '{') {
            const std::size_t end = replacement.find_first_not_of(
                "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", at + 1);
            const std::string name(replacement.substr(at + 1, end - at - 1));
            if (name.empty()) {
                return death("named capturing group is missing trailing '}'");
            }
            if (end == std::string_view::npos || replacement[end] != '}') {
                return death("named capturing group is missing trailing '}'");
            }
            if (name.front() >= '0' && name.front() <= '9') {
                return death("capturing group name {" + name + "} starts with digit character");
            }
            const auto known = regex.number_of(name);
            if (!known) {
                return death("No group with name {" + name + "}");
            }
            number = *known;
            at = end + 1;
        } else {
            const auto digit = [&] { return static_cast<std::uint32_t>(replacement[at] - '0'); };
            if (digit() > 9) {
                return death("Illegal group reference");
            }
            number = digit();
            ++at;
            while (at < replacement.size() && digit() <= 9 && number * 10 + digit() <= regex.groups()) {
                number = number * 10 + digit();
                ++at;
            }
            if (number > regex.groups()) {
                return death(fmt::format("No group {}", number));
            }
        }
        if (const auto group = regex.group(number)) {
            out += text.substr(group->begin, group->end - group->begin);
        }
    }
    return std::nullopt;
}

Or<std::string> replace(const std::string& pattern, const std::string& text, const std::string& replacement,
                        bool all) {
    const auto regex = compiled(pattern);
    if (!regex) {
        return std::unexpected(regex.error());
    }
    std::string out;
    std::size_t index = 0;
    const auto done = each_match(**regex, text, [&](Span match) -> Or<bool> {
        out += text.substr(index, match.begin - index);
        if (auto death = append(out, **regex, text, replacement)) {
            return std::unexpected(*std::move(death));
        }
        if (out.size() > model::max_encoded_bytes) {
            return too_large("a string", "max_encoded_bytes", model::max_encoded_bytes);
        }
        index = match.end;
        return all;
    });
    if (!done) {
        return std::unexpected(done.error());
    }
    return out + text.substr(index);
}

template <bool All>
Answer replace_in(const Node& node, const Value* operands) {
    const bool fits = String::is(operands[0]) && Tuple::is(operands[1]) &&
                      String::is(operands[1].as_tuple().left) && String::is(operands[1].as_tuple().right);
    if (!fits) {
        return wrong_operands(node, "a regular expression and a tuple of two strings", {operands, 2});
    }
    const auto& pair = operands[1].as_tuple();
    auto text = replace(operands[0].as_string(), pair.left.as_string(), pair.right.as_string(), All);
    if (!text) {
        return std::unexpected(std::move(text).error());
    }
    return Value::string(*std::move(text));
}

// A regular expression is a value of kind string.
struct RegexText : Of<Kind::string> {
    static constexpr std::string_view name = "Regex";
};
struct Pattern : String {
    static constexpr std::string_view name = "Regex";
};

constexpr std::array rows{
    row<[](const Value& regex) { return regex; }, RegexText, RegexText>("Conversion.RegexToString"),
    row<string_to_regex, RegexText, RegexText>("Conversion.StringToRegex"),
    row<find_first_in, Option, Pattern, String>("RegexFindFirstIn"),
    row<matches, Boolean, Pattern, String>("RegexMatches"),
    OperatorRow{"RegexReplaceAllIn", "", 2, Signature<String, Pattern, Tuple>::text, &replace_in<true>},
    OperatorRow{"RegexReplaceFirstIn", "", 2, Signature<String, Pattern, Tuple>::text, &replace_in<false>},
    row<split, List, Pattern, String>("RegexSplit"),
    row<unapply_seq, Option, Pattern, String>("RegexUnapplySeq"),
};

}  // namespace

Rows regex_rows() noexcept {
    return rows;
}

}  // namespace zflow::interpreter
