#include "forms.hpp"

#include <zflow/store/argument_checks.hpp>
#include <zflow/store/error.hpp>

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>

namespace zflow::app {
namespace {

store::Error bad_form(std::string sentence) {
    return {store::errc::invalid_argument, {"zflow", "command line"}, std::move(sentence)};
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

store::Bytes from_hex(std::string_view digits) {
    store::Bytes bytes;
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        const int high = hex_digit(digits[i]);
        const int low = i + 1 < digits.size() ? hex_digit(digits[i + 1]) : -1;
        if (high < 0 || low < 0) {
            throw bad_form(
                fmt::format("'hex:{}' is not a whole number of two-digit bytes, such as hex:6b31", digits));
        }
        bytes.push_back(static_cast<char>(high * 16 + low));
    }
    return bytes;
}

store::Bytes from_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    store::Bytes bytes{std::istreambuf_iterator<char>(file), {}};
    if (!file.is_open() || file.bad()) {
        throw bad_form(
            fmt::format("the file '{}' cannot be read: {}; for a value that begins with '@' write text:@..",
                        path, std::strerror(errno)));
    }
    return bytes;
}

/// The length of the printable character of UTF-8 at the front; 0 if there is none.
std::size_t printable(std::string_view bytes) {
    const auto first = static_cast<unsigned char>(bytes.front());
    if (first < 0x80) {
        return first >= 0x20 && first != 0x7F && first != '\\' ? 1 : 0;
    }
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    const auto character = bytes.substr(0, length);
    // U+0080 to U+009F are control characters.
    const bool control =
        first == 0xC2 && character.size() == 2 && static_cast<unsigned char>(character[1]) < 0xA0;
    return character.size() == length && !control && store::is_utf8(character) ? length : 0;
}

}  // namespace

store::Bytes read_form(const std::string& given) {
    if (given == "-") {
        return {std::istreambuf_iterator<char>(std::cin), {}};
    }
    if (given.starts_with('@')) {
        return from_file(given.substr(1));
    }
    if (given.starts_with("hex:")) {
        return from_hex(std::string_view(given).substr(4));
    }
    return given.starts_with("text:") ? given.substr(5) : given;
}

std::string to_hex(std::string_view bytes) {
    std::string digits;
    digits.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        constexpr std::string_view all = "0123456789abcdef";
        digits.push_back(all[static_cast<unsigned char>(c) >> 4]);
        digits.push_back(all[static_cast<unsigned char>(c) & 15]);
    }
    return digits;
}

std::string to_line(std::string_view bytes) {
    std::string line;
    while (!bytes.empty()) {
        auto length = printable(bytes);
        if (length > 0) {
            line += bytes.substr(0, length);
        } else {
            length = 1;
            switch (const char c = bytes.front()) {
                case '\\':
                    line += "\\\\";
                    break;
                case '\t':
                    line += "\\t";
                    break;
                case '\n':
                    line += "\\n";
                    break;
                case '\r':
                    line += "\\r";
                    break;
                default:
                    line += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
            }
        }
        bytes.remove_prefix(length);
    }
    return line;
}

std::string one_line(std::string text) {
    for (auto& c : text) {
        c = c == '\n' || c == '\r' ? ' ' : c;
    }
    return text;
}

void add_bytes(boost::json::object& row, std::string_view name, const store::Bytes& bytes) {
    if (store::is_utf8(bytes)) {
        row[name] = bytes;
    }
    row[std::string(name) + "_hex"] = to_hex(bytes);
}

}  // namespace zflow::app
