#include "operators/families.hpp"

#include <tuple>

namespace zflow::interpreter {

namespace {

auto key(const OperatorRow& row) {
    return std::tie(row.path, row.type);
}

std::vector<OperatorRow> all_rows() {
    std::vector<OperatorRow> all;
    for (const Rows family : {boolean_rows(), character_rows(), collection_rows(), conversion_rows(),
                              fractional_rows(), integral_rows(), numeric_rows(), optic_rows(), option_rows(),
                              regex_rows(), relational_rows(), text_rows(), time_rows(), to_string_rows()}) {
        all.insert(all.end(), family.begin(), family.end());
    }
    std::ranges::sort(all, {}, key);
    return all;
}

const OperatorRow* find(std::string_view path, std::string_view type) noexcept {
    const auto rows = all_operators();
    const auto at = std::ranges::lower_bound(rows, std::tie(path, type), {}, key);
    return at != rows.end() && at->path == path && at->type == type ? &*at : nullptr;
}

}  // namespace

Rows all_operators() noexcept {
    static const std::vector<OperatorRow> rows = all_rows();
    return rows;
}

const OperatorRow* find_operator(const Node& node) noexcept {
    using enum model::NodeKind;
    switch (node.kind) {
        case unary:
        case binary: {
            const auto* row = node.op ? find(node.op->path, node.op->type) : nullptr;
            return row != nullptr && row->operands == (node.kind == unary ? 1 : 2) ? row : nullptr;
        }
        case either_left:
        case try_failure:
            return find(model::info(node.kind).name, "Left");
        case either_right:
        case try_success:
            return find(model::info(node.kind).name, "Right");
        case equal:
        case cons:
        case uncons:
        case tuple:
        case tuple_access:
        case some:
        case string_to_chars:
        case chars_to_string:
        case list_to_string:
        case list_to_set:
        case set_to_list:
        case list_to_map:
        case map_to_list:
        case duration_from_amount:
        case optic_get:
        case optic_set:
            return find(model::info(node.kind).name, "");
        default:
            return nullptr;
    }
}

}  // namespace zflow::interpreter
