#include "base64.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace zflow::codec {
namespace {

constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t no_digit = 64;

constexpr std::array<std::uint8_t, 256> numbers = [] {
    std::array<std::uint8_t, 256> all{};
    all.fill(no_digit);
    for (std::size_t i = 0; i < digits.size(); ++i) {
        all[static_cast<unsigned char>(digits[i])] = static_cast<std::uint8_t>(i);
    }
    return all;
}();

}  // namespace

std::string to_base64(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const auto count = std::min<std::size_t>(3, bytes.size() - i);
        std::uint32_t bits = 0;
        for (std::size_t k = 0; k < 3; ++k) {
            bits = bits << 8U | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0U);
        }
        for (std::size_t k = 0; k < 4; ++k) {
            text.push_back(k <= count ? digits[bits >> (18 - 6 * k) & 63U] : '=');
        }
    }
    return text;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) {
        return std::nullopt;
    }
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3);
    for (std::size_t i = 0; i < text.size(); i += 4) {
        auto four = text.substr(i, 4);
        if (i + 4 == text.size()) {
            four = four.substr(0, four.ends_with("==") ? 2 : four.ends_with('=') ? 3 : 4);
        }
        std::uint32_t bits = 0;
        for (std::size_t k = 0; k < 4; ++k) {
            const auto number =
                k < four.size() ? numbers[static_cast<unsigned char>(four[k])] : std::uint8_t{0};
            if (number == no_digit) {
                return std::nullopt;
            }
            bits = bits << 6U | std::uint32_t{number};
        }
        // The bits that no byte takes are zero: there is one text for each bytes.
        if ((four.size() == 2 && (bits & 0xFFFFU) != 0) || (four.size() == 3 && (bits & 0xFFU) != 0)) {
            return std::nullopt;
        }
        for (std::size_t k = 0; k + 1 < four.size(); ++k) {
            bytes.push_back(static_cast<char>(bits >> (16 - 8 * k) & 0xFFU));
        }
    }
    return bytes;
}

}  // namespace zflow::codec
