#include "programs.hpp"

#include <corpus.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <random_flow.hpp>

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>

namespace zflow::simulation {

namespace {

using namespace interpreter::test;

/// Exchange two variables in one transaction, with an activity in between.
NodeRef exchange(const std::string& a, const std::string& b) {
    return transaction(then(read(a), [&](const NodeRef& was_a) {
        return then(read(b), [&](const NodeRef& was_b) {
            return all({set(a, was_b), activity("ok slow step", num(1)), set(b, was_a)});
        });
    }));
}

NodeRef rotating(const std::string& a, const std::string& b, std::int32_t times) {
    return iterate(
        num(1), [&](const NodeRef& n) { return all({exchange(a, b), give(add(n, num(1)))}); },
        [&](const NodeRef& n) { return at_most(n, num(times)); });
}

/// Fibers exchange the values of a ring of variables: the values stay the same.
NodeRef ring() {
    const auto forked = then(fork(rotating("r0", "r1", 2)), [](const NodeRef& a) {
        return then(fork(rotating("r1", "r2", 2)),
                    [&](const NodeRef& b) { return all({rotating("r2", "r0", 2), await(a), await(b)}); });
    });
    const auto result = then(read("r0"), [](const NodeRef& a) {
        return then(read("r1"), [&](const NodeRef& b) {
            return then(read("r2"), [&](const NodeRef& c) { return give(pair(a, pair(b, c))); });
        });
    });
    return all({new_var("r0", 0), new_var("r1", 1), new_var("r2", 2), forked, result});
}

std::string wrong_with_ring(const Value& result) {
    const auto& outer = result.as_tuple();
    const auto& inner = outer.right.as_tuple();
    const std::set<std::int64_t> values{outer.left.as_integer(), inner.left.as_integer(),
                                        inner.right.as_integer()};
    return values == std::set<std::int64_t>{0, 1, 2} ? "" : "the ring has become " + show(result);
}

/// Three operations, each with an answer that is never given again.
NodeRef values() {
    return then(activity("value a", num(1)), [](const NodeRef& a) {
        return then(activity("value b", a), [&](const NodeRef& b) {
            return then(activity("value c", b), [&](const NodeRef& c) { return give(pair(a, pair(b, c))); });
        });
    });
}

std::string wrong_with_values(const Value& result) {
    const auto& outer = result.as_tuple();
    const auto& inner = outer.right.as_tuple();
    const std::set<std::string> all{show(outer.left), show(inner.left), show(inner.right)};
    return all.size() == 3 ? "" : "two operations have one result: " + show(result);
}

/// Results that fit neither into a row nor, together, into one value of the store.
NodeRef big() {
    return then(activity("big a", num(40'000)), [](const NodeRef& a) {
        return all({new_var("kept", a), sleep_until(20),
                    then(activity("big b", num(50'000)),
                         [&](const NodeRef& b) { return all({sleep_until(40), give(pair(a, b))}); })});
    });
}

NodeRef many_turns() {
    return all({new_var("sum", 0),
                iterate(
                    num(0), [](const NodeRef& n) { return all({increase("sum", 2), give(add(n, num(1)))}); },
                    [](const NodeRef& n) { return at_most(n, num(400)); }),
                read("sum")});
}

std::string wrong_with_many_turns(const Value& result) {
    return result.as_integer() == 802 ? "" : "the sum of many turns is " + show(result);
}

NodeRef signalled() {
    return all({new_var("signal", 0), activity("value a", num(1)), transaction(await_value("signal", 7)),
                sleep_until(15), read("signal")});
}

NodeRef races() {
    const auto quick = timeout(activity("ok slow a", num(1)), 2);
    const auto undone = timeout(
        outermost(all({undoable("do x"), activity("ok slow b", num(2)), undoable("do y"), sleep_until(60)})),
        9);
    return then(fork(quick), [&](const NodeRef& a) {
        return all({undone, guarded("main", await(a), activity("ok end", num(3)))});
    });
}

NodeRef retries() {
    return all({activity("flaky a", num(1)), activity("stubborn b", num(2)),
                caught(activity("hopeless c", num(3)), give(5)), activity("remembered d", num(4))});
}

NodeRef long_sleeps() {
    return all({sleep_until(100), activity("ok a", num(1)), sleep_until(250), activity("value b", num(2)),
                sleep_until(500)});
}

NodeRef awaited() {
    return then(fork(all({sleep_until(30), activity("value child", num(1))})),
                [](const NodeRef& child) { return all({activity("ok main", num(2)), await(child)}); });
}

/// Fibers go on when the main fiber has ended.
NodeRef outlived() {
    return all({fork(all({sleep_until(25), activity("ok late", num(1)), sleep_until(50)})),
                activity("ok main", num(2))});
}

NodeRef chances() {
    return then(random(), [](const NodeRef& a) {
        return then(random_uuid(), [&](const NodeRef& b) {
            return all({activity("ok pause", num(1)),
                        then(random(), [&](const NodeRef& c) { return give(pair(a, pair(b, c))); })});
        });
    });
}

NodeRef many_at_once() {
    auto flow = give(0);
    for (int i = 0; i < 8; ++i) {
        flow = then(fork(activity("ok slow many", num(i))),
                    [&](const NodeRef& child) { return all({flow, await(child)}); });
    }
    return flow;
}

/// An operation is called and no longer wanted in one turn, in which the run ends.
NodeRef dropped() {
    return then(fork(activity("ok dropped", num(1))),
                [](const NodeRef& child) { return all({interrupt(child), give(1)}); });
}

std::vector<Subject> make() {
    std::vector<Subject> out;
    const auto put = [&](const std::string& name, const NodeRef& flow, Subject with = {}) {
        with.name = name;
        with.program = load(flow);
        out.push_back(std::move(with));
    };
    put("ring", ring(), {.wrong_with = wrong_with_ring});
    put("values", values(), {.wrong_with = wrong_with_values});
    put("big", big());
    put("many turns", many_turns(), {.wrong_with = wrong_with_many_turns});
    put("signalled", signalled(), {.waits_for_signal = true});
    put("races", races(), {.says_what_it_does = true});
    put("retries", retries());
    put("long sleeps", long_sleeps());
    put("awaited", awaited());
    put("outlived", outlived());
    put("chances", chances());
    put("many at once", many_at_once());
    put("dropped", dropped());
    for (const auto& [name, flow] : corpus()) {
        put(name, flow, {.says_what_it_does = true});
    }
    return out;
}

}  // namespace

const std::vector<Subject>& subjects() {
    static const auto all = make();
    return all;
}

const Subject& subject(const std::string& name) {
    return *std::ranges::find(subjects(), name, &Subject::name);
}

Subject any_subject(Dice& dice) {
    if (dice.chance(0.6)) {
        return subjects()[dice.below(subjects().size())];
    }
    std::vector<std::uint32_t> numbers(10 + dice.below(60));
    for (auto& number : numbers) {
        number = static_cast<std::uint32_t>(dice.number() >> 32U);
    }
    codec::test::Choices choices(std::move(numbers));
    return {.name = "random", .program = load(RandomFlow(choices).make()), .says_what_it_does = true};
}

}  // namespace zflow::simulation
