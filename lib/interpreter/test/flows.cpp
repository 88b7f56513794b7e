#include "flows.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace zflow::interpreter::test {
namespace {

using model::node;

model::Symbol fresh() {
    static std::uint64_t last = 0;
    return {0x7E57, ++last};
}

NodeRef numeric(std::string path, NodeRef a, NodeRef b) {
    return model::binary(std::move(a), std::move(b),
                         model::make<const model::Operator>(std::move(path), "NumericInt", nullptr));
}

NodeRef with_value(NodeKind kind, Value value, std::vector<NodeRef> children = {}) {
    auto made = model::make<model::Node>(kind);
    made->value = std::move(value);
    made->children = std::move(children);
    return made;
}

NodeRef with_name(NodeKind kind, std::string name) {
    return with_value(kind, Value::string(std::move(name)));
}

}  // namespace

NodeRef lit(Value value) {
    return model::literal(std::move(value));
}
NodeRef num(std::int32_t number) {
    return lit(Value::int_(number));
}
NodeRef text(std::string words) {
    return lit(Value::string(std::move(words)));
}
NodeRef yes(bool is) {
    return lit(Value::boolean(is));
}
NodeRef seconds(std::int64_t count) {
    return lit(Value::duration({count, 0}));
}
NodeRef list(std::initializer_list<std::int32_t> numbers) {
    std::vector<Value> items;
    for (const auto number : numbers) {
        items.push_back(Value::int_(number));
    }
    return lit(Value::sequence(std::move(items)));
}
NodeRef add(NodeRef a, NodeRef b) {
    return numeric("Numeric.Add", std::move(a), std::move(b));
}
NodeRef at_most(NodeRef a, NodeRef b) {
    return model::binary(std::move(a), std::move(b),
                         model::make<const model::Operator>("LessThanEqual", "", scalar("int")));
}
NodeRef is_equal(NodeRef a, NodeRef b) {
    return node(NodeKind::equal, {std::move(a), std::move(b)});
}
NodeRef pair(NodeRef a, NodeRef b) {
    return node(NodeKind::tuple, {std::move(a), std::move(b)});
}
NodeRef first(NodeRef of) {
    return model::tuple_access(std::move(of), 0, 2);
}
NodeRef second(NodeRef of) {
    return model::tuple_access(std::move(of), 1, 2);
}
NodeRef branch(NodeRef condition, NodeRef then, NodeRef otherwise) {
    return node(NodeKind::branch, {std::move(condition), std::move(then), std::move(otherwise)});
}
NodeRef bind(NodeRef value, const Body& inner) {
    const auto symbol = fresh();
    auto made = model::make<model::Node>(NodeKind::bind);
    made->symbol = symbol;
    made->children = {std::move(value), inner(model::unbound(symbol))};
    return made;
}
NodeRef reference(std::string name) {
    return with_name(NodeKind::variable_reference, std::move(name));
}
NodeRef variable(std::string name) {
    return with_name(NodeKind::variable, std::move(name));
}
NodeRef config(std::string key) {
    auto made = model::make<model::Node>(NodeKind::config);
    made->value = Value::string(std::move(key));
    made->schema = scalar("int");
    return made;
}
NodeRef remote_fail(std::string message) {
    return with_name(NodeKind::remote_fail, std::move(message));
}
NodeRef debug(NodeRef inner, std::string message) {
    return with_value(NodeKind::debug, Value::tuple(Value::string(std::move(message)), Value::string("")),
                      {std::move(inner)});
}
NodeRef as_value(NodeRef flow) {
    return node(NodeKind::flow, {std::move(flow)});
}
NodeRef recurse(NodeRef initial, const std::function<NodeRef(const NodeRef&, const Body&)>& body) {
    const auto symbol = fresh();
    const Body again = [&](const NodeRef& argument) {
        auto made = model::make<model::Node>(NodeKind::recurse_with);
        made->symbol = symbol;
        made->children = {argument};
        return made;
    };
    auto made = model::make<model::Node>(NodeKind::recurse);
    made->symbol = symbol;
    made->children = {std::move(initial), lambda([&](const NodeRef& x) { return body(x, again); })};
    return made;
}
NodeRef lambda(const Body& body) {
    const auto symbol = fresh();
    return model::function(symbol, body(model::unbound(symbol)));
}
NodeRef flow_lambda(const Body& body) {
    return lambda([&](const NodeRef& argument) { return as_value(body(argument)); });
}

NodeRef give(NodeRef value) {
    return node(NodeKind::return_, {std::move(value)});
}
NodeRef give(std::int32_t number) {
    return give(num(number));
}
NodeRef failing(NodeRef error) {
    return node(NodeKind::fail, {std::move(error)});
}
NodeRef failing(const std::string& error) {
    return failing(text(error));
}
NodeRef then(NodeRef flow, const Body& next) {
    return node(NodeKind::fold, {std::move(flow), nullptr, flow_lambda(next)});
}
NodeRef then(NodeRef flow, NodeRef next) {
    return then(std::move(flow), [&](const NodeRef&) { return next; });
}
NodeRef all(std::initializer_list<NodeRef> flows) {
    NodeRef together;
    for (const auto* each = flows.end(); each != flows.begin();) {
        --each;
        together = together ? then(*each, together) : *each;
    }
    return together;
}
NodeRef caught(NodeRef flow, const Body& on_error) {
    return node(NodeKind::fold, {std::move(flow), flow_lambda(on_error), nullptr});
}
NodeRef caught(NodeRef flow, NodeRef instead) {
    return caught(std::move(flow), [&](const NodeRef&) { return instead; });
}
NodeRef fold(NodeRef flow, const Body& on_error, const Body& on_value) {
    return node(NodeKind::fold, {std::move(flow), flow_lambda(on_error), flow_lambda(on_value)});
}
NodeRef if_(NodeRef condition, NodeRef then, NodeRef otherwise) {
    return unwrap(branch(std::move(condition), as_value(std::move(then)), as_value(std::move(otherwise))));
}
NodeRef now() {
    return node(NodeKind::now);
}
NodeRef input() {
    return node(NodeKind::input);
}
NodeRef die() {
    return node(NodeKind::die);
}
NodeRef sleep_until(std::int64_t second) {
    return wait_till(lit(Value::instant({second, 0})));
}
NodeRef wait_till(NodeRef instant) {
    return node(NodeKind::wait_till, {std::move(instant)});
}
NodeRef log(const std::string& words) {
    return node(NodeKind::log, {text(words)});
}
NodeRef new_var(const std::string& name, NodeRef initial, bool temporary) {
    auto made = model::make<model::Node>(NodeKind::new_var);
    made->value = Value::string(name);
    made->flag = temporary;
    made->children = {std::move(initial)};
    return made;
}
NodeRef new_var(const std::string& name, std::int32_t initial) {
    return new_var(name, num(initial));
}
NodeRef read(const std::string& name) {
    return node(NodeKind::read, {reference(name)});
}
NodeRef set(const std::string& name, NodeRef value) {
    return modify(reference(name), lambda([&](const NodeRef&) { return pair(lit({}), value); }));
}
NodeRef set(const std::string& name, std::int32_t number) {
    return set(name, num(number));
}
NodeRef increase(const std::string& name, std::int32_t by) {
    return modify(reference(name), lambda([&](const NodeRef& was) { return pair(was, add(was, num(by))); }));
}
NodeRef modify(NodeRef variable, NodeRef function) {
    return node(NodeKind::modify, {std::move(variable), std::move(function)});
}
NodeRef transaction(NodeRef flow) {
    return node(NodeKind::transaction, {std::move(flow)});
}
NodeRef retry() {
    return node(NodeKind::retry_until);
}
NodeRef await_value(const std::string& name, std::int32_t wanted) {
    return then(read(name),
                [&](const NodeRef& is) { return if_(is_equal(is, num(wanted)), give(is), retry()); });
}
NodeRef or_try(NodeRef left, NodeRef right) {
    return node(NodeKind::or_try, {std::move(left), std::move(right)});
}
NodeRef ensuring(NodeRef flow, NodeRef finalizer) {
    return node(NodeKind::ensuring, {std::move(flow), std::move(finalizer)});
}
NodeRef timeout(NodeRef flow, std::int64_t after_seconds) {
    return timeout(std::move(flow), seconds(after_seconds));
}
NodeRef timeout(NodeRef flow, NodeRef duration) {
    return node(NodeKind::timeout, {std::move(flow), std::move(duration)});
}
NodeRef provide(NodeRef value, NodeRef flow) {
    return node(NodeKind::provide, {std::move(value), std::move(flow)});
}
NodeRef fork(NodeRef flow) {
    return node(NodeKind::fork, {std::move(flow)});
}
NodeRef await(NodeRef fiber) {
    return node(NodeKind::await, {std::move(fiber)});
}
NodeRef interrupt(NodeRef fiber) {
    return node(NodeKind::interrupt, {std::move(fiber)});
}
NodeRef unwrap(NodeRef expression) {
    return node(NodeKind::unwrap, {std::move(expression)});
}
NodeRef unwrap_remote(NodeRef expression) {
    return node(NodeKind::unwrap_remote, {std::move(expression)});
}
NodeRef iterate(NodeRef initial, const Body& step, const Body& predicate) {
    return node(NodeKind::iterate, {std::move(initial), flow_lambda(step), lambda(predicate)});
}
NodeRef random() {
    return node(NodeKind::random);
}
NodeRef random_uuid() {
    return node(NodeKind::random_uuid);
}
NodeRef loop(NodeRef initial, const Body& condition, const Body& step) {
    return unwrap(recurse(std::move(initial), [&](const NodeRef& value, const Body& again) {
        auto next = then(step(value), [&](const NodeRef& changed) { return unwrap(again(changed)); });
        return branch(condition(value), as_value(std::move(next)), as_value(give(value)));
    }));
}

NodeRef operation() {
    auto made = model::make<model::Node>(NodeKind::operation_custom);
    made->value = Value::tuple(Value::string("test.Operation"), Value::unit());
    return made;
}
NodeRef activity(const std::string& name, NodeRef argument, NodeRef compensate, NodeRef check,
                 NodeRef custom) {
    return with_value(NodeKind::run_activity, Value::tuple(Value::string(name), Value::string("")),
                      {std::move(argument), custom ? std::move(custom) : operation(),
                       check ? std::move(check) : failing("not done yet"),
                       compensate ? std::move(compensate) : give(lit({}))});
}
NodeRef undoable(const std::string& name) {
    return activity("ok " + name, text(name), activity("ok undo " + name, text(name)));
}

model::Ref<const model::Schema> scalar(const std::string& name) {
    return model::make<const model::Schema>(model::Schema::Kind::value, name,
                                            std::vector<model::Schema::Part>{}, false);
}

ProgramRef load(const NodeRef& flow) {
    auto program = Program::load(flow);
    EXPECT_TRUE(program) << (program ? "" : program.error().text());
    return program.value_or(nullptr);
}

}  // namespace zflow::interpreter::test
