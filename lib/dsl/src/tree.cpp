#include "nodes.hpp"

#include <atomic>

namespace zflow {
inline namespace dsl {
namespace detail {

using model::NodeKind;

Symbol fresh() {
    // Only different from each other: a definition numbers its symbols anew.
    static std::atomic<std::uint64_t> next{1};
    return {0x4000, (std::uint64_t{1} << 63) | next.fetch_add(1, std::memory_order_relaxed)};
}

model::Ref<model::Node> make_node(NodeKind kind, std::initializer_list<Tree> children, const Note& note) {
    auto node = model::make<model::Node>(kind);
    node->children.reserve(children.size());
    for (const auto& child : children) {
        node->children.push_back(node_of(child));
    }
    if (!note.label.empty() || note.place.line() != 0) {
        node->origin = model::make<model::Origin>(std::string(note.label), note.place);
    }
    return node;
}

Tree make_tree(NodeKind kind, std::initializer_list<Tree> children, const Note& note) {
    return {make_node(kind, children, note)};
}

void assign(model::Node& to, const model::Node& from) {
    to.kind = from.kind;
    to.flag = from.flag;
    to.index = from.index;
    to.arity = from.arity;
    to.symbol = from.symbol;
    to.value = from.value;
    to.op = from.op;
    to.schema = from.schema;
    to.result_schema = from.result_schema;
    to.children = from.children;
    to.origin = from.origin;
}

model::Ref<model::Node> copy_of(const model::Node& node) {
    auto copy = model::make<model::Node>(node.kind);
    assign(*copy, node);
    return copy;
}

namespace tree {
namespace {

Tree operate(Tree value, std::string path, std::string_view type, const Type& schema) {
    auto node = make_node(NodeKind::unary, {std::move(value)});
    node->op = model::make<model::Operator>(std::move(path), std::string(type), schema_of(schema));
    return {node};
}
Tree operate(Tree left, Tree right, std::string path, std::string_view type, const Type& schema) {
    auto node = make_node(NodeKind::binary, {std::move(left), std::move(right)});
    node->op = model::make<model::Operator>(std::move(path), std::string(type), schema_of(schema));
    return {node};
}
Tree with_symbol(NodeKind kind, Symbol symbol, std::initializer_list<Tree> children, const Note& note = {}) {
    auto node = make_node(kind, children, note);
    node->symbol = symbol;
    return {node};
}
Tree with_value(NodeKind kind, model::Value value, std::initializer_list<Tree> children = {}) {
    auto node = make_node(kind, children);
    node->value = std::move(value);
    return {node};
}
Tree prism(std::string_view type_id, std::string_view name) {
    return with_value(NodeKind::optic_prism, model::Value::tuple(model::Value::string(std::string(type_id)),
                                                                 model::Value::string(std::string(name))));
}
Tree lens(std::string_view name) {
    return with_value(NodeKind::optic_lens, model::Value::string(std::string(name)));
}

}  // namespace

Tree symbol(Symbol symbol, Note note) {
    return with_symbol(NodeKind::unbound, symbol, {}, note);
}
Tree function(Symbol symbol, Tree result) {
    return with_symbol(NodeKind::function, symbol, {std::move(result)});
}
Tree constant(Tree result) {
    return function(fresh(), std::move(result));
}
Tree bind(Symbol symbol, Tree value, Tree inner) {
    return with_symbol(NodeKind::bind, symbol, {std::move(value), std::move(inner)});
}
Tree named(const Tree& tree, std::string_view label) {
    const auto node = node_of(tree);
    auto copy = copy_of(*node);
    copy->origin =
        model::make<model::Origin>(std::string(label), node->origin ? node->origin->place : Place{});
    return {copy};
}
std::string_view label(const Tree& tree) {
    const auto* node = static_cast<const model::Node*>(tree.node.get());
    return node != nullptr && node->origin ? std::string_view(node->origin->label) : std::string_view();
}

Tree literal(const void* from, void (*write)(const void* from, model::Value& out)) {
    model::Value value;
    write(from, value);
    return with_value(NodeKind::literal, std::move(value));
}
Tree unit() {
    return with_value(NodeKind::literal, model::Value::unit());
}
Tree ignore() {
    return make_tree(NodeKind::ignore, {});
}
Tree boolean(bool x) {
    return with_value(NodeKind::literal, model::Value::boolean(x));
}
Tree int_(std::int32_t x) {
    return with_value(NodeKind::literal, model::Value::int_(x));
}
Tree long_(std::int64_t x) {
    return with_value(NodeKind::literal, model::Value::long_(x));
}
Tree text(std::string_view x) {
    return with_value(NodeKind::literal, model::Value::string(std::string(x)));
}
Tree none() {
    return with_value(NodeKind::literal, model::Value::none());
}
Tree empty_list() {
    return with_value(NodeKind::literal, model::Value::sequence(std::vector<model::Value>()));
}
Tree fail_with(std::string_view message) {
    return with_value(NodeKind::remote_fail, model::Value::string(std::string(message)));
}
Tree debug(Tree inner, std::string_view message) {
    auto value =
        model::Value::tuple(model::Value::string(std::string(message)), model::Value::string("Print"));
    return with_value(NodeKind::debug, std::move(value), {std::move(inner)});
}

Tree unary(Tree value, std::string_view path, std::string_view type) {
    return operate(std::move(value), std::string(path), type, {});
}
Tree binary(Tree left, Tree right, std::string_view path, std::string_view type) {
    return operate(std::move(left), std::move(right), std::string(path), type, {});
}
Tree not_(Tree value) {
    return unary(std::move(value), "Bool.Not");
}
Tree equal(Tree left, Tree right) {
    return make_tree(NodeKind::equal, {std::move(left), std::move(right)});
}
Tree less_equal(Tree left, Tree right, const Type& type) {
    return operate(std::move(left), std::move(right), "LessThanEqual", {}, type);
}
Tree less(Tree left, Tree right, const Type& type, bool floating) {
    if (floating) {  // NaN is less than nothing
        return binary(less_equal(left, right, type), not_(equal(left, right)), "Bool.And");
    }
    return not_(less_equal(std::move(right), std::move(left), type));  // does not double the operands
}
Tree branch(Tree condition, Tree then, Tree otherwise) {
    return make_tree(NodeKind::branch, {std::move(condition), make_tree(NodeKind::lazy, {std::move(then)}),
                                        make_tree(NodeKind::lazy, {std::move(otherwise)})});
}
Tree to_text(Tree value, const Type& type) {
    return operate(std::move(value), "Conversion.ToString", {}, type);
}
Tree tuple(std::initializer_list<Tree> parts) {
    if (parts.size() > 22) {
        throw BuildError("a tuple of " + std::to_string(parts.size()) +
                         " parts: ZIO Flow's programs have tuples of 2 to 22; use a struct");
    }
    return make_tree(NodeKind::tuple, parts);
}
Tree access(Tree tuple, std::size_t index, std::size_t arity) {
    const auto node = node_of(tuple);
    if (node->kind == NodeKind::tuple) {  // a part of a tuple that was just made
        return {node->children[index]};
    }
    auto made = make_node(NodeKind::tuple_access, {std::move(tuple)});
    made->index = static_cast<std::uint8_t>(index);
    made->arity = static_cast<std::uint8_t>(arity);
    return {made};
}
Tree some(Tree value) {
    return make_tree(NodeKind::some, {std::move(value)});
}
Tree left(Tree value) {
    return make_tree(NodeKind::either_left, {std::move(value)});
}
Tree right(Tree value) {
    return make_tree(NodeKind::either_right, {std::move(value)});
}
Tree fold_option(Tree option, Tree if_none, Tree if_some) {
    return make_tree(NodeKind::fold_option, {std::move(option), std::move(if_none), std::move(if_some)});
}
Tree fold_either(Tree either, Tree if_left, Tree if_right) {
    return make_tree(NodeKind::fold_either, {std::move(either), std::move(if_left), std::move(if_right)});
}
Tree fold_list(Tree list, Tree initial, Tree body) {
    return make_tree(NodeKind::fold_list, {std::move(list), std::move(initial), std::move(body)});
}
Tree cons(Tree list, Tree head) {
    return make_tree(NodeKind::cons, {std::move(list), std::move(head)});
}
Tree uncons(Tree list) {
    return make_tree(NodeKind::uncons, {std::move(list)});
}
Tree list_to_set(Tree list) {
    return make_tree(NodeKind::list_to_set, {std::move(list)});
}
Tree set_to_list(Tree set) {
    return make_tree(NodeKind::set_to_list, {std::move(set)});
}
Tree list_to_map(Tree list) {
    return make_tree(NodeKind::list_to_map, {std::move(list)});
}
Tree map_to_list(Tree map) {
    return make_tree(NodeKind::map_to_list, {std::move(map)});
}
Tree list_to_text(Tree list, Tree start, Tree separator, Tree end) {
    return make_tree(NodeKind::list_to_string,
                     {std::move(list), std::move(start), std::move(separator), std::move(end)});
}
Tree text_to_chars(Tree text) {
    return make_tree(NodeKind::string_to_chars, {std::move(text)});
}
Tree chars_to_text(Tree chars) {
    return make_tree(NodeKind::chars_to_string, {std::move(chars)});
}
Tree field(Tree record, std::string_view name) {
    return make_tree(NodeKind::optic_get, {lens(name), std::move(record)});
}
Tree with_field(Tree record, std::string_view name, Tree value) {
    return make_tree(NodeKind::optic_set, {lens(name), std::move(record), std::move(value)});
}
Tree case_of(Tree sum, std::string_view type_id, std::string_view name) {
    return make_tree(NodeKind::optic_get, {prism(type_id, name), std::move(sum)});
}
Tree make_case(Tree value, std::string_view type_id, std::string_view name) {
    return make_tree(NodeKind::optic_set, {prism(type_id, name), ignore(), std::move(value)});
}
Tree duration_from(Tree amount, std::string_view unit) {
    return make_tree(NodeKind::duration_from_amount, {std::move(amount), text(unit)});
}
Tree recurse(Symbol symbol, Tree initial, Tree body) {
    return with_symbol(NodeKind::recurse, symbol, {std::move(initial), std::move(body)});
}
Tree recurse_with(Symbol symbol, Tree value) {
    return with_symbol(NodeKind::recurse_with, symbol, {std::move(value)});
}

}  // namespace tree
}  // namespace detail
}  // namespace dsl
}  // namespace zflow
