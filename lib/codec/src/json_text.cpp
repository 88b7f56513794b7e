#include "json_text.hpp"

#include <fmt/format.h>

#include <array>

namespace zflow::codec {
namespace {

/// What follows the backslash; 0 for what stands for itself, 'u' for four digits.
constexpr std::array<char, 256> escapes = [] {
    std::array<char, 256> all{};
    for (std::size_t i = 0; i < 0x20; ++i) {
        all[i] = 'u';
    }
    all['"'] = '"';
    all['\\'] = '\\';
    all['\b'] = 'b';
    all['\f'] = 'f';
    all['\n'] = 'n';
    all['\r'] = 'r';
    all['\t'] = 't';
    return all;
}();

}  // namespace

void JsonText::string(std::string_view utf8) {
    text_.push_back('"');
    std::size_t begin = 0;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const auto byte = static_cast<unsigned char>(utf8[i]);
        const auto escape = escapes[byte];
        if (escape == 0) {
            continue;
        }
        text_.append(utf8.substr(begin, i - begin));
        begin = i + 1;
        text_.push_back('\\');
        text_.push_back(escape);
        if (escape == 'u') {
            constexpr std::string_view digits = "0123456789abcdef";
            text_.append("00");
            text_.push_back(digits[byte >> 4U]);
            text_.push_back(digits[byte & 15U]);
        }
    }
    text_.append(utf8.substr(begin));
    text_.push_back('"');
}

std::string too_long_sentence() {
    return fmt::format("the text would have more than max_encoded_bytes, {}", model::max_encoded_bytes);
}

}  // namespace zflow::codec
