#include <zflow/model/error.hpp>

#include <algorithm>

namespace zflow::model {

LineAndColumn line_and_column(std::string_view text, std::size_t offset) {
    const auto before = text.substr(0, std::min(offset, text.size()));
    const auto last_break = before.rfind('\n');
    const auto line_begin = last_break == std::string_view::npos ? 0 : last_break + 1;
    return {static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1, before.size() - line_begin + 1};
}

}  // namespace zflow::model
