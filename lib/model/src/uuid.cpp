#include <zflow/model/uuid.hpp>

namespace zflow::model {

namespace {

constexpr std::size_t text_size = 36;

constexpr bool is_hyphen(std::size_t index) {
    return index == 8 || index == 13 || index == 18 || index == 23;
}

int hexadecimal(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

std::string to_text(const Uuid& id) {
    std::string text(text_size, '-');
    int digit = 0;
    for (std::size_t i = 0; i < text_size; ++i) {
        if (!is_hyphen(i)) {
            const std::uint64_t half = digit < 16 ? id.high : id.low;
            text[i] = "0123456789abcdef"[half >> (60 - 4 * (digit % 16)) & 0xF];
            ++digit;
        }
    }
    return text;
}

std::optional<Uuid> parse_uuid(std::string_view text) {
    if (text.size() != text_size) {
        return std::nullopt;
    }
    Uuid id;
    int digit = 0;
    for (std::size_t i = 0; i < text_size; ++i) {
        if (is_hyphen(i)) {
            if (text[i] != '-') {
                return std::nullopt;
            }
            continue;
        }
        const int value = hexadecimal(text[i]);
        if (value < 0) {
            return std::nullopt;
        }
        std::uint64_t& half = digit < 16 ? id.high : id.low;
        half = half << 4 | static_cast<std::uint64_t>(value);
        ++digit;
    }
    return id;
}

}  // namespace zflow::model
