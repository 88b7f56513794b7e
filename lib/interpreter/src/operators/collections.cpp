#include "operators/families.hpp"

#include <fmt/format.h>

// Lists, sets, maps and tuples.
namespace zflow::interpreter {

namespace {

Or<Value> cons(const Value& list, const Value& head) {
    if (list.as_sequence().size() >= model::max_collection_size) {
        return too_large("a list", "max_collection_size", model::max_collection_size);
    }
    return Value::sequence(list.as_sequence().prepended(head));
}

Value uncons(const Value& list) {
    const auto& items = list.as_sequence();
    if (items.size() == 0) {
        return Value::none();
    }
    return Value::some(Value::tuple(items[0], Value::sequence(items.part(1, items.size() - 1))));
}

Value list_to_set(const Value& list) {
    return Value::set(list.as_sequence().items());
}

Value to_list(const Value& collection) {
    return Value::sequence(collection.share_sequence());
}

Answer list_to_map(const Node& node, const Value* operands) {
    if (!List::is(operands[0])) {
        return wrong_operands(node, Signature<Map, List>::text, {operands, 1});
    }
    const auto items = operands[0].as_sequence().items();
    const auto other = std::ranges::find_if_not(items, Tuple::is);
    if (other != items.end()) {
        return std::unexpected(
            Death::type_error(fmt::format("{} takes a list of pairs but item {} is a {}", name_of(node),
                                          other - items.begin(), to_string(other->kind()))));
    }
    auto map = Value::dictionary(items);
    if (map.as_sequence().size() < items.size()) {
        note(Difference::map_keeps_one_value_a_key);
    }
    return map;
}

Answer list_to_string(const Node& node, const Value* operands) {
    using Types = Signature<String, List, String, String, String>;
    if (!List::is(operands[0]) || !std::all_of(operands + 1, operands + 4, String::is)) {
        return wrong_operands(node, Types::text, {operands, 4});
    }
    const auto items = operands[0].as_sequence().items();
    std::string text = operands[1].as_string();
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (!String::is(items[i])) {
            return std::unexpected(
                Death::type_error(fmt::format("{} takes a list of strings but item {} is a {}", name_of(node),
                                              i, to_string(items[i].kind()))));
        }
        text += i == 0 ? "" : operands[2].as_string();
        text += items[i].as_string();
        if (text.size() > model::max_encoded_bytes) {
            return too_large("a string", "max_encoded_bytes", model::max_encoded_bytes);
        }
    }
    return Value::string(std::move(text += operands[3].as_string()));
}

Answer tuple(const Node& node, const Value* operands) {
    return Value::tuple(std::span(operands, node.children.size()));
}

Answer tuple_access(const Node& node, const Value* operands) {
    if (node.arity < 2 || node.index >= node.arity) {
        return std::unexpected(Death::type_error(
            fmt::format("{} asks a tuple of {} for its part {}", name_of(node), node.arity, node.index)));
    }
    // ((a, b), c): the last part is the right one of the outermost pair.
    const int last = node.arity - 1;
    const int lefts = node.index == 0 ? last : last - node.index;
    const Value* at = operands;
    for (int i = 0; i <= lefts; ++i) {
        if (i == lefts && node.index == 0) {
            return *at;
        }
        if (!Tuple::is(*at)) {
            return wrong_operands(node, fmt::format("a tuple of {}", node.arity), {operands, 1});
        }
        at = i == lefts ? &at->as_tuple().right : &at->as_tuple().left;
    }
    return *at;
}

constexpr std::array rows{
    row<cons, List, List, Any>("Cons"),
    OperatorRow{"ListToMap", "", 1, Signature<Map, List>::text, &list_to_map},
    row<list_to_set, Set, List>("ListToSet"),
    OperatorRow{"ListToString", "", 4, Signature<String, List, String, String, String>::text,
                &list_to_string},
    row<to_list, List, Map>("MapToList"),
    row<to_list, List, Set>("SetToList"),
    OperatorRow{"Tuple", "", 2, "A, B, .. -> Tuple", &tuple},
    OperatorRow{"TupleAccess", "", 1, Signature<Any, Tuple>::text, &tuple_access},
    row<uncons, Option, List>("UnCons"),
};

}  // namespace

Rows collection_rows() noexcept {
    return rows;
}

}  // namespace zflow::interpreter
