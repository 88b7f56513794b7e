#include "sample_programs.hpp"

#include "flows.hpp"

namespace zflow::engine::test {

using namespace interpreter::test;

namespace {

constexpr std::int64_t beginning = 1'000'000'000;

NodeRef sleep_for(std::int64_t seconds) {
    return sleep_until(beginning + seconds);
}

NodeRef call_with_input(const std::string& name) {
    return then(input(), [&](const NodeRef& it) { return activity(name, it); });
}

}  // namespace

ProgramRef calls(const std::string& activity) {
    return load(call_with_input(activity));
}

ProgramRef calls_both(const std::string& first, const std::string& second) {
    return load(then(call_with_input(first), [&](const NodeRef& it) { return activity(second, it); }));
}

ProgramRef sleeps(std::int64_t seconds, std::int32_t number) {
    return load(then(sleep_for(seconds), give(number)));
}

ProgramRef sleeps_and_calls(std::int64_t seconds, const std::string& activity) {
    return load(then(sleep_for(seconds), call_with_input(activity)));
}

ProgramRef counts_signals() {
    const auto take = transaction(then(read("go"), [](const NodeRef& go) {
        return if_(is_equal(go, num(0)), retry(), all({set("go", 0), increase("count"), give(0)}));
    }));
    return load(all({new_var("go", 0), new_var("count", 0),
                     iterate(
                         num(0), [&](const NodeRef& n) { return then(take, give(add(n, num(1)))); },
                         [](const NodeRef& n) { return at_most(n, num(1'000'000)); })}));
}

ProgramRef computes(std::int32_t number) {
    return load(loop(
        num(0), [&](const NodeRef& n) { return at_most(n, num(number)); },
        [](const NodeRef& n) { return give(add(n, num(1))); }));
}

ProgramRef echoes() {
    return load(input());
}

ProgramRef holds_a_value() {
    return load(then(input(), [](const NodeRef& it) {
        return all({new_var("v", it), new_var("go", 0), transaction(await_value("go", 1))});
    }));
}

ProgramRef calls_and_cleans_up(const std::string& name, const std::string& finalizer) {
    return load(ensuring(call_with_input(name), activity(finalizer, num(0))));
}

}  // namespace zflow::engine::test
