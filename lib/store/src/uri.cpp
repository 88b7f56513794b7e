#include <zflow/store/uri.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace zflow::store {
namespace {

Error bad_uri(std::string_view text, std::string_view what_is_wrong) {
    return {
        errc::invalid_argument,
        {"store", "open", fmt::format("'{}'", text)},
        fmt::format("{}; a store is named like memory: or rocksdb:PATH?durability=process", what_is_wrong)};
}

bool is_scheme(std::string_view text) {
    const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
    return !text.empty() && letter(text.front()) && std::ranges::all_of(text, [&](char c) {
        return letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '.' || c == '-';
    });
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

/// Replace %XX by the byte it stands for.
std::string unescape(std::string_view uri, std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            bytes.push_back(text[i]);
            continue;
        }
        const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
        if (high < 0 || low < 0) {
            throw bad_uri(uri, "a '%' in an option is not followed by two hexadecimal digits");
        }
        bytes.push_back(static_cast<char>(high * 16 + low));
        i += 2;
    }
    return bytes;
}

}  // namespace

Uri Uri::parse(std::string_view text) {
    Uri uri;
    uri.text_ = text;
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || !is_scheme(text.substr(0, colon))) {
        throw bad_uri(text, "there is no kind of store before a ':'");
    }
    uri.scheme_ = text.substr(0, colon);
    const auto question = text.find('?', colon);
    uri.rest_ = text.substr(colon + 1, question == std::string_view::npos ? question : question - colon - 1);
    if (question == std::string_view::npos) {
        return uri;
    }
    std::string_view query = text.substr(question + 1);
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        const auto option = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        const auto equals = option.find('=');
        if (equals == std::string_view::npos || equals == 0) {
            throw bad_uri(text, fmt::format("the option '{}' is not of the form name=value", option));
        }
        auto name = unescape(text, option.substr(0, equals));
        if (uri.options_.contains(name)) {
            throw bad_uri(text, fmt::format("the option '{}' is given twice", name));
        }
        uri.options_.emplace(std::move(name), unescape(text, option.substr(equals + 1)));
    }
    return uri;
}

std::optional<std::string> Uri::option(std::string_view name) const {
    const auto found = options_.find(std::string(name));
    return found == options_.end() ? std::nullopt : std::optional(found->second);
}

void Uri::allow_options(std::initializer_list<std::string_view> known) const {
    for (const auto& [name, value] : options_) {
        if (std::ranges::find(known, name) == known.end()) {
            throw Error(errc::invalid_argument, {scheme_, "open", fmt::format("'{}'", text_)},
                        fmt::format("there is no option '{}'; the options are: {}", name,
                                    known.size() == 0 ? "none" : fmt::format("{}", fmt::join(known, ", "))));
        }
    }
}

Error Uri::bad_option(std::string_view name, std::string_view what_is_allowed) const {
    return {errc::invalid_argument,
            {scheme_, "open", fmt::format("'{}'", text_)},
            fmt::format("the option '{}' is '{}'; it may be {}", name, option(name).value_or(""),
                        what_is_allowed)};
}

}  // namespace zflow::store
