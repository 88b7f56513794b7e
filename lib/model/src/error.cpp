#include <zflow/model/error.hpp>

#include <algorithm>

namespace zflow::model {

std::string Error::text() const {
    if (path.empty()) {
        return sentence;
    }
    // The ends of a long path say where it is; its middle says nothing to people.
    constexpr std::size_t longest_end = 400;
    if (path.size() <= 2 * longest_end) {
        return path + ": " + sentence;
    }
    // Cut before whole steps.
    const auto left = path.find_last_of(".[", longest_end);
    const auto right = path.find_first_of(".[", path.size() - longest_end);
    return path.substr(0, left == std::string::npos ? 0 : left) + ".." +
           (right == std::string::npos ? std::string() : path.substr(right)) + ": " + sentence;
}

LineAndColumn line_and_column(std::string_view text, std::size_t offset) {
    const auto before = text.substr(0, std::min(offset, text.size()));
    const auto last_break = before.rfind('\n');
    const auto line_begin = last_break == std::string_view::npos ? 0 : last_break + 1;
    return {static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1, before.size() - line_begin + 1};
}

}  // namespace zflow::model
