#include "nodes.hpp"

#include <zflow/dsl/activity_operation.hpp>

namespace zflow {
inline namespace dsl {
namespace detail {

using model::NodeKind;
using model::Value;

Tree for_each(const Tree& list, const Tree& state, Symbol state_symbol, const Tree& once,
              const Place& place) {
    // Folds the list into one flow: first all before, then this one, then what both gave.
    const auto done = fresh(), one = fresh(), all = fresh();
    const Note note{place};
    auto add = tree::cons(tree::symbol(done), tree::symbol(one));
    auto last = tree::fold(once, {}, tree::function(one, tree::flow(tree::succeed(std::move(add)))), note);
    auto step = tree::fold(tree::unwrap(tree::access(state, 0, 2)), {},
                           tree::function(done, tree::flow(std::move(last))), note);
    auto folded = tree::fold_list(list, tree::flow(tree::succeed(tree::empty_list())),
                                  tree::function(state_symbol, tree::flow(std::move(step))));
    auto reverse = tree::succeed(tree::reversed(tree::symbol(all)));
    return tree::fold(tree::unwrap(std::move(folded), note), {},
                      tree::function(all, tree::flow(std::move(reverse))), note);
}

namespace tree {

Tree flow(Tree flow) {
    return make_tree(NodeKind::flow, {std::move(flow)});
}
Tree unwrap(Tree expression, Note note) {
    const auto node = node_of(expression);
    if (node->kind == NodeKind::flow) {
        return {node->children[0]};
    }
    return make_tree(NodeKind::unwrap, {std::move(expression)}, note);
}
Tree succeed(Tree value) {
    return make_tree(NodeKind::return_, {std::move(value)});
}
Tree fail(Tree error, Note note) {
    return make_tree(NodeKind::fail, {std::move(error)}, note);
}
Tree die(Note note) {
    return make_tree(NodeKind::die, {}, note);
}
Tree fold(Tree flow, Tree on_error, Tree on_value, Note note) {
    return make_tree(NodeKind::fold, {std::move(flow), std::move(on_error), std::move(on_value)}, note);
}
Tree now(Note note) {
    return make_tree(NodeKind::now, {}, note);
}
Tree wait_till(Tree instant, Note note) {
    return make_tree(NodeKind::wait_till, {std::move(instant)}, note);
}
Tree sleep(Tree duration, Note note) {
    const auto time = fresh();
    auto wait = wait_till(instant_plus(symbol(time), std::move(duration)), note);
    return fold(now(note), {}, function(time, flow(std::move(wait))), note);
}
Tree log(Tree text, Note note) {
    return make_tree(NodeKind::log, {std::move(text)}, note);
}
Tree read(Tree variable, Note note) {
    note.label = label(variable);
    return make_tree(NodeKind::read, {std::move(variable)}, note);
}
Tree modify(Tree variable, Tree function, Note note) {
    note.label = label(variable);
    return make_tree(NodeKind::modify, {std::move(variable), std::move(function)}, note);
}
Tree new_variable(std::string_view name, Tree initial, bool temporary, Note note) {
    auto node = make_node(NodeKind::new_var, {std::move(initial)}, note);
    node->value = Value::string(std::string(name));
    node->flag = temporary;
    return {node};
}
Tree transaction(Tree flow, Note note) {
    return make_tree(NodeKind::transaction, {std::move(flow)}, note);
}
Tree retry_until(Tree condition, Note note) {
    return unwrap(branch(std::move(condition), flow(succeed(ignore())),
                         flow(make_tree(NodeKind::retry_until, {}, note))),
                  note);
}
Tree or_try(Tree left, Tree right, Note note) {
    return make_tree(NodeKind::or_try, {std::move(left), std::move(right)}, note);
}
Tree input(Note note) {
    return make_tree(NodeKind::input, {}, note);
}
Tree provide(Tree value, Tree flow, Note note) {
    return make_tree(NodeKind::provide, {std::move(value), std::move(flow)}, note);
}
Tree ensuring(Tree flow, Tree finalizer, Note note) {
    return make_tree(NodeKind::ensuring, {std::move(flow), std::move(finalizer)}, note);
}
Tree timeout(Tree flow, Tree duration, Note note) {
    return make_tree(NodeKind::timeout, {std::move(flow), std::move(duration)}, note);
}
Tree fork(Tree flow, Note note) {
    return make_tree(NodeKind::fork, {std::move(flow)}, note);
}
Tree await(Tree fiber, Note note) {
    return make_tree(NodeKind::await, {std::move(fiber)}, note);
}
Tree interrupt(Tree fiber, Note note) {
    // It fails if the fiber has ended, which is what was wanted.
    return fold(make_tree(NodeKind::interrupt, {std::move(fiber)}, note), constant(flow(succeed(unit()))), {},
                note);
}
Tree iterate(Tree initial, Tree step, Tree predicate, Note note) {
    return make_tree(NodeKind::iterate, {std::move(initial), std::move(step), std::move(predicate)}, note);
}
Tree random(Note note) {
    return make_tree(NodeKind::random, {}, note);
}
Tree random_uuid(Note note) {
    return make_tree(NodeKind::random_uuid, {}, note);
}
Tree unwrap_remote(Tree expression, Note note) {
    return make_tree(NodeKind::unwrap_remote, {std::move(expression)}, note);
}

namespace {

/// What ZIO Flow's activities have that cannot be checked.
Tree not_checked() {
    static const auto shape = model::make<model::RecordShape>("zio.flow.ActivityError",
                                                              std::vector<std::string>{"failure", "details"});
    auto node = make_node(NodeKind::literal, {});
    node->value =
        Value::record(shape, {Value::string("Check is not supported for this Activity"), Value::none()});
    return make_tree(NodeKind::fail, {{node}});
}

}  // namespace

Tree run_activity(std::string_view name, std::string_view description, Tree argument, const Type& in,
                  const Type& out, Tree check, Tree undo, Note note) {
    const auto operation = activity_operation(name, schema_of(in), schema_of(out));
    auto node =
        make_node(NodeKind::run_activity,
                  {std::move(argument), tree_from(operation), check ? std::move(check) : not_checked(),
                   undo ? std::move(undo) : succeed(ignore())},
                  note);
    node->value = Value::tuple(Value::string(std::string(name)), Value::string(std::string(description)));
    return {node};
}
Tree result(Tree flow, Note note) {
    const auto good = fresh(), bad = fresh();
    return fold(std::move(flow), function(bad, tree::flow(succeed(left(symbol(bad))))),
                function(good, tree::flow(succeed(right(symbol(good))))), note);
}
Tree or_die(Tree flow, Note note) {
    return fold(std::move(flow), constant(tree::flow(die(note))), {}, note);
}
Tree then(Tree flow, Tree next, Note note) {
    return fold(std::move(flow), {}, constant(tree::flow(std::move(next))), note);
}

}  // namespace tree
}  // namespace detail

model::NodeRef activity_operation(std::string_view name, model::Ref<const model::Schema> input,
                                  model::Ref<const model::Schema> result) {
    static const auto shape =
        model::make<model::RecordShape>(std::string(activity_type_id), std::vector<std::string>{"name"});
    auto node = model::make<model::Node>(model::NodeKind::operation_custom);
    node->value = model::Value::tuple(model::Value::string(std::string(activity_type_id)),
                                      model::Value::record(shape, {model::Value::string(std::string(name))}));
    node->schema = std::move(input);
    node->result_schema = std::move(result);
    return node;
}

std::optional<std::string> activity_name(const model::Node& operation) {
    if (operation.kind != model::NodeKind::operation_custom || !operation.value.is(model::Kind::tuple)) {
        return std::nullopt;
    }
    const auto& id = operation.value.as_tuple().left;
    const auto& description = operation.value.as_tuple().right;
    if (!id.is(model::Kind::string) || id.as_string() != activity_type_id ||
        !description.is(model::Kind::record)) {
        return std::nullopt;
    }
    const auto* name = description.as_record().find("name");
    return name != nullptr && name->is(model::Kind::string) ? std::optional(name->as_string()) : std::nullopt;
}

}  // namespace dsl
}  // namespace zflow
