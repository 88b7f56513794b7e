#include "operators/families.hpp"

#include <zflow/model/text.hpp>

#include <fmt/format.h>

// Strings as lists of UTF-16 units and back, Base64.
namespace zflow::interpreter {

namespace {

Or<Value> string_to_chars(const std::string& text) {
    const auto units = model::to_utf16(text);
    if (!units) {
        return failed("StringToCharList got a string that is not UTF-8");
    }
    if (units->size() > model::max_collection_size) {
        return too_large("a list", "max_collection_size", model::max_collection_size);
    }
    std::vector<Value> chars;
    chars.reserve(units->size());
    for (const char16_t unit : *units) {
        chars.push_back(Value::character(unit));
    }
    return Value::sequence(std::move(chars));
}

// The first unit that is half of a pair whose other half is not there.
std::size_t lone_half(std::u16string_view units) {
    for (std::size_t i = 0; i < units.size(); ++i) {
        const bool pair = units[i] >= 0xD800 && units[i] < 0xDC00 && i + 1 < units.size() &&
                          units[i + 1] >= 0xDC00 && units[i + 1] < 0xE000;
        if (pair) {
            ++i;
        } else if (units[i] >= 0xD800 && units[i] < 0xE000) {
            return i;
        }
    }
    return units.size();
}

Answer chars_to_string(const Node& node, const Value* operands) {
    if (!List::is(operands[0])) {
        return wrong_operands(node, Signature<String, List>::text, {operands, 1});
    }
    const auto items = operands[0].as_sequence().items();
    std::u16string units;
    units.reserve(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (!Char::is(items[i])) {
            return std::unexpected(
                Death::type_error(fmt::format("{} takes a list of Char but item {} is a {}", name_of(node), i,
                                              to_string(items[i].kind()))));
        }
        units.push_back(items[i].as_character());
    }
    auto text = model::to_utf8(units);
    if (!text) {
        note(Difference::half_a_surrogate_dies);
        const std::size_t index = lone_half(units);
        return failed(
            fmt::format("{} got half of a surrogate pair, U+{:04X} at index {}, which no string can hold",
                        name_of(node), static_cast<unsigned>(units[index]), index));
    }
    return Value::string(*std::move(text));
}

Or<std::string> base64(const std::string& text) {
    static constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (text.size() > model::max_encoded_bytes / 4 * 3) {
        return too_large("a string", "max_encoded_bytes", model::max_encoded_bytes);
    }
    std::string encoded;
    encoded.reserve((text.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < text.size(); at += 3) {
        const std::size_t count = std::min<std::size_t>(3, text.size() - at);
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            group = group << 8 | (i < count ? static_cast<std::uint8_t>(text[at + i]) : 0U);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            encoded.push_back(i <= count ? digits[group >> (18 - 6 * i) & 0x3F] : '=');
        }
    }
    return encoded;
}

constexpr std::array rows{
    OperatorRow{"CharListToString", "", 1, Signature<String, List>::text, &chars_to_string},
    row<base64, String, String>("Str.Base64"),
    row<string_to_chars, List, String>("StringToCharList"),
};

}  // namespace

Rows text_rows() noexcept {
    return rows;
}

}  // namespace zflow::interpreter
