#pragma once

#include <zflow/interpreter/program.hpp>
#include <zflow/model/node.hpp>
#include <zflow/model/schema.hpp>
#include <zflow/model/value.hpp>

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

/// Short words for building the trees of test programs.
namespace zflow::interpreter::test {

using model::NodeKind;
using model::NodeRef;
using model::Value;
using ProgramRef = std::shared_ptr<const Program>;

/// What a function gives for a name.
using Body = std::function<NodeRef(const NodeRef&)>;

// --- expressions
[[nodiscard]] NodeRef lit(Value value);
[[nodiscard]] NodeRef num(std::int32_t number);
[[nodiscard]] NodeRef text(std::string words);
[[nodiscard]] NodeRef yes(bool is = true);
[[nodiscard]] NodeRef seconds(std::int64_t count);
[[nodiscard]] NodeRef list(std::initializer_list<std::int32_t> numbers);
[[nodiscard]] NodeRef add(NodeRef a, NodeRef b);
[[nodiscard]] NodeRef at_most(NodeRef a, NodeRef b);
[[nodiscard]] NodeRef is_equal(NodeRef a, NodeRef b);
[[nodiscard]] NodeRef pair(NodeRef a, NodeRef b);
[[nodiscard]] NodeRef first(NodeRef of);
[[nodiscard]] NodeRef second(NodeRef of);
[[nodiscard]] NodeRef branch(NodeRef condition, NodeRef then, NodeRef otherwise);
[[nodiscard]] NodeRef bind(NodeRef value, const Body& inner);
[[nodiscard]] NodeRef reference(std::string name);
[[nodiscard]] NodeRef variable(std::string name);
[[nodiscard]] NodeRef config(std::string key);
[[nodiscard]] NodeRef remote_fail(std::string message);
[[nodiscard]] NodeRef debug(NodeRef inner, std::string message);
[[nodiscard]] NodeRef as_value(NodeRef flow);
/// `body` gets its argument and a function that makes the call of itself.
[[nodiscard]] NodeRef recurse(NodeRef initial,
                              const std::function<NodeRef(const NodeRef& argument, const Body& again)>& body);
[[nodiscard]] NodeRef lambda(const Body& body);
/// A function whose result is a flow.
[[nodiscard]] NodeRef flow_lambda(const Body& body);

// --- flows
[[nodiscard]] NodeRef give(NodeRef value);
[[nodiscard]] NodeRef give(std::int32_t number);
[[nodiscard]] NodeRef failing(NodeRef error);
[[nodiscard]] NodeRef failing(const std::string& error);
[[nodiscard]] NodeRef then(NodeRef flow, const Body& next);
[[nodiscard]] NodeRef then(NodeRef flow, NodeRef next);
/// One after the other; gives what the last one gives.
[[nodiscard]] NodeRef all(std::initializer_list<NodeRef> flows);
[[nodiscard]] NodeRef caught(NodeRef flow, const Body& on_error);
[[nodiscard]] NodeRef caught(NodeRef flow, NodeRef instead);
[[nodiscard]] NodeRef fold(NodeRef flow, const Body& on_error, const Body& on_value);
[[nodiscard]] NodeRef if_(NodeRef condition, NodeRef then, NodeRef otherwise);
[[nodiscard]] NodeRef now();
[[nodiscard]] NodeRef input();
[[nodiscard]] NodeRef die();
/// Until so many seconds after the beginning of time, where the runs of these tests begin.
[[nodiscard]] NodeRef sleep_until(std::int64_t second);
[[nodiscard]] NodeRef wait_till(NodeRef instant);
[[nodiscard]] NodeRef log(const std::string& words);
[[nodiscard]] NodeRef new_var(const std::string& name, NodeRef initial, bool temporary = false);
[[nodiscard]] NodeRef new_var(const std::string& name, std::int32_t initial);
[[nodiscard]] NodeRef read(const std::string& name);
[[nodiscard]] NodeRef set(const std::string& name, NodeRef value);
[[nodiscard]] NodeRef set(const std::string& name, std::int32_t number);
/// Adds to it and gives what it was before.
[[nodiscard]] NodeRef increase(const std::string& name, std::int32_t by = 1);
[[nodiscard]] NodeRef modify(NodeRef variable, NodeRef function);
[[nodiscard]] NodeRef transaction(NodeRef flow);
[[nodiscard]] NodeRef retry();
/// Reads the variable and retries unless it is what is wanted.
[[nodiscard]] NodeRef await_value(const std::string& name, std::int32_t wanted);
[[nodiscard]] NodeRef or_try(NodeRef left, NodeRef right);
[[nodiscard]] NodeRef ensuring(NodeRef flow, NodeRef finalizer);
[[nodiscard]] NodeRef timeout(NodeRef flow, std::int64_t after_seconds);
[[nodiscard]] NodeRef timeout(NodeRef flow, NodeRef duration);
[[nodiscard]] NodeRef provide(NodeRef value, NodeRef flow);
[[nodiscard]] NodeRef fork(NodeRef flow);
[[nodiscard]] NodeRef await(NodeRef fiber);
[[nodiscard]] NodeRef interrupt(NodeRef fiber);
[[nodiscard]] NodeRef unwrap(NodeRef expression);
[[nodiscard]] NodeRef unwrap_remote(NodeRef expression);
[[nodiscard]] NodeRef iterate(NodeRef initial, const Body& step, const Body& predicate);
[[nodiscard]] NodeRef random();
[[nodiscard]] NodeRef random_uuid();
/// A loop by recursion: `step` as long as `condition` holds for the value; gives the last one.
[[nodiscard]] NodeRef loop(NodeRef initial, const Body& condition, const Body& step);

// --- activities
/// How the tests' world answers (`Drive`) is in the name: "ok .." gives its input, "bad .." fails with the
/// name, "flaky .." gives its input at the second attempt.
[[nodiscard]] NodeRef operation();
[[nodiscard]] NodeRef activity(const std::string& name, NodeRef argument, NodeRef compensate = nullptr,
                               NodeRef check = nullptr, NodeRef custom = nullptr);
/// The activity `ok <name>` that is undone by the activity `ok undo <name>`.
[[nodiscard]] NodeRef undoable(const std::string& name);

[[nodiscard]] model::Ref<const model::Schema> scalar(const std::string& name);

/// The program, which must load.
[[nodiscard]] ProgramRef load(const NodeRef& flow);

}  // namespace zflow::interpreter::test
