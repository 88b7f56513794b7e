#include "target.hpp"

#include <zflow/engine/error.hpp>

#include <fmt/format.h>

#include <charconv>
#include <cstdint>

namespace zflow::control {
namespace {

bool stands_for_itself(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

/// Calls `each` for the parts of a text between separators.
template <class Each>
void split(std::string_view text, char separator, Each each) {
    while (true) {
        const auto end = text.find(separator);
        each(text.substr(0, end));
        if (end == std::string_view::npos) {
            return;
        }
        text.remove_prefix(end + 1);
    }
}

}  // namespace

std::string percent_encoded(std::string_view bytes) {
    std::string text;
    for (const char c : bytes) {
        if (stands_for_itself(c)) {
            text += c;
        } else {
            text += fmt::format("%{:02X}", static_cast<std::uint8_t>(c));
        }
    }
    return text;
}

std::string percent_decoded(std::string_view text) {
    std::string bytes;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            bytes += text[at];
            continue;
        }
        std::uint8_t byte = 0;
        const auto* const begin = text.data() + at + 1;
        if (at + 2 >= text.size() || std::from_chars(begin, begin + 2, byte, 16).ptr != begin + 2) {
            throw engine::Error(engine::errc::invalid_argument,
                                "a '%' in a path or query has two hexadecimal digits behind it");
        }
        bytes += static_cast<char>(byte);
        at += 2;
    }
    return bytes;
}

Target Target::parse(std::string_view text) {
    Target target;
    const auto question = text.find('?');
    auto path = text.substr(0, question);
    if (!path.starts_with('/')) {
        throw engine::Error(engine::errc::invalid_argument, "a path begins with '/'");
    }
    path.remove_prefix(1);
    split(path, '/', [&](std::string_view part) { target.path_.push_back(percent_decoded(part)); });
    if (question != std::string_view::npos) {
        split(text.substr(question + 1), '&', [&](std::string_view pair) {
            const auto equals = pair.find('=');
            const auto value =
                equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
            target.query_.emplace_back(percent_decoded(pair.substr(0, equals)), percent_decoded(value));
        });
    }
    return target;
}

std::optional<std::string> Target::query(std::string_view name) const {
    for (const auto& [key, value] : query_) {
        if (key == name) {
            return value;
        }
    }
    return {};
}

std::vector<std::string> Target::all(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& [key, value] : query_) {
        if (key == name) {
            values.push_back(value);
        }
    }
    return values;
}

TargetText& TargetText::part(std::string_view part) {
    text_ += '/';
    text_ += percent_encoded(part);
    return *this;
}

TargetText& TargetText::query(std::string_view name, std::string_view value) {
    text_ += has_query_ ? '&' : '?';
    has_query_ = true;
    text_ += percent_encoded(name);
    text_ += '=';
    text_ += percent_encoded(value);
    return *this;
}

}  // namespace zflow::control
