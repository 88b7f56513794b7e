#include <zflow/model/text.hpp>

#include <algorithm>
#include <cstdint>

namespace zflow::model {

namespace {

constexpr char32_t not_a_character = 0xFFFFFFFF;

std::uint8_t byte_at(std::string_view text, std::size_t index) {
    return static_cast<std::uint8_t>(text[index]);
}

bool is_continuation(std::uint8_t byte) {
    return (byte & 0xC0) == 0x80;
}

// The character that begins at `at`, which is moved behind it; not_a_character if there is none.
// Overlong forms, halves of surrogate pairs and what is beyond U+10FFFF are no characters (RFC 3629).
char32_t next_character(std::string_view text, std::size_t& at) {
    const std::uint8_t lead = byte_at(text, at);
    if (lead < 0x80) {
        ++at;
        return lead;
    }
    const std::size_t size = lead >= 0xC2 && lead < 0xE0   ? 2
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
    if (size == 0 || text.size() - at < size) {
        return not_a_character;
    }
    char32_t character = lead & (0x7FU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        const std::uint8_t byte = byte_at(text, at + i);
        if (!is_continuation(byte)) {
            return not_a_character;
        }
        character = character << 6 | (byte & 0x3FU);
    }
    const bool overlong = (size == 3 && character < 0x800) || (size == 4 && character < 0x10000);
    if (overlong || character > 0x10FFFF || (character >= 0xD800 && character < 0xE000)) {
        return not_a_character;
    }
    at += size;
    return character;
}

void append_utf8(std::string& text, char32_t character) {
    const auto add = [&](char32_t byte) { text.push_back(static_cast<char>(byte)); };
    if (character < 0x80) {
        add(character);
    } else if (character < 0x800) {
        add(0xC0 | character >> 6);
        add(0x80 | (character & 0x3F));
    } else if (character < 0x10000) {
        add(0xE0 | character >> 12);
        add(0x80 | (character >> 6 & 0x3F));
        add(0x80 | (character & 0x3F));
    } else {
        add(0xF0 | character >> 18);
        add(0x80 | (character >> 12 & 0x3F));
        add(0x80 | (character >> 6 & 0x3F));
        add(0x80 | (character & 0x3F));
    }
}

}  // namespace

std::optional<std::u16string> to_utf16(std::string_view utf8) {
    std::u16string units;
    units.reserve(utf8.size());
    for (std::size_t at = 0; at < utf8.size();) {
        const char32_t character = next_character(utf8, at);
        if (character == not_a_character) {
            return std::nullopt;
        }
        if (character < 0x10000) {
            units.push_back(static_cast<char16_t>(character));
        } else {
            units.push_back(static_cast<char16_t>(0xD800 + ((character - 0x10000) >> 10)));
            units.push_back(static_cast<char16_t>(0xDC00 + (character & 0x3FF)));
        }
    }
    return units;
}

std::optional<std::string> to_utf8(std::u16string_view units) {
    std::string text;
    text.reserve(units.size());
    for (std::size_t i = 0; i < units.size(); ++i) {
        char32_t character = units[i];
        if (character >= 0xD800 && character < 0xE000) {
            const bool pair =
                character < 0xDC00 && i + 1 < units.size() && units[i + 1] >= 0xDC00 && units[i + 1] < 0xE000;
            if (!pair) {
                return std::nullopt;
            }
            character = 0x10000 + ((character - 0xD800) << 10) + (units[++i] - U'\xDC00');
        }
        append_utf8(text, character);
    }
    return text;
}

bool is_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        if (next_character(text, at) == not_a_character) {
            return false;
        }
    }
    return true;
}

std::size_t utf16_length(std::string_view utf8) {
    std::size_t units = 0;
    for (const char c : utf8) {
        const auto byte = static_cast<std::uint8_t>(c);
        units += static_cast<std::size_t>(!is_continuation(byte)) + static_cast<std::size_t>(byte >= 0xF0);
    }
    return units;
}

int compare_utf16(std::string_view a, std::string_view b) {
    const auto [x, y] = std::ranges::mismatch(a, b);
    if (x == a.end() || y == b.end()) {
        return static_cast<int>(x != a.end()) - static_cast<int>(y != b.end());
    }
    const auto left = static_cast<std::uint8_t>(*x);
    const auto right = static_cast<std::uint8_t>(*y);
    // UTF-8 sorts as characters do. UTF-16 units do too, save that U+E000 to U+FFFF (first byte EE or EF)
    // come after what is written as a surrogate pair (first byte F0 to F4).
    const bool swapped = left >= 0xEE && right >= 0xEE && (left >= 0xF0) != (right >= 0xF0);
    return (left < right) != swapped ? -1 : 1;
}

}  // namespace zflow::model
