#include "text.hpp"

#include <zflow/model/text.hpp>

#include <algorithm>

namespace zflow::commands {

std::string readable(std::string_view bytes) {
    if (model::is_utf8(bytes)) {
        return std::string(bytes);
    }
    constexpr std::size_t longest_character = 4;
    std::string text;
    while (!bytes.empty()) {
        std::size_t length = 1;
        while (length < std::min(longest_character, bytes.size()) &&
               !model::is_utf8(bytes.substr(0, length))) {
            ++length;
        }
        if (model::is_utf8(bytes.substr(0, length))) {
            text += bytes.substr(0, length);
            bytes.remove_prefix(length);
        } else {
            text += "\xEF\xBF\xBD";
            bytes.remove_prefix(1);
        }
    }
    return text;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view space = " \t\r\n";
    const auto begin = text.find_first_not_of(space);
    return begin == std::string_view::npos ? std::string_view()
                                           : text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

}  // namespace zflow::commands
