// Loops in constant space, and what happens at the limits of a run.

#include "drive.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace zflow::interpreter::test {
namespace {

using ::testing::ElementsAre;

Body below(std::int32_t bound) {
    return [bound](const NodeRef& x) { return at_most(x, num(bound - 1)); };
}
NodeRef next_of(const NodeRef& x) {
    return add(x, num(1));
}
NodeRef next(const NodeRef& x) {
    return give(add(x, num(1)));
}

/// Goes through the whole run in small turns and notes how big it ever was.
struct Size {
    std::size_t frames = 0;
    std::size_t bytes = 0;
};
Size largest(const NodeRef& flow, const std::string& outcome) {
    Drive drive(flow, {.limits = {.turn = 50'000}, .through_bytes = false});
    Size size;
    while (drive.step()) {
        size.frames = std::max(size.frames, drive.state().fibers.at(0).stack.size());
        size.bytes = std::max(size.bytes, to_bytes(drive.state()).size());
    }
    EXPECT_EQ(drive.outcome(), outcome);
    return size;
}

constexpr std::int32_t million = 1'000'000;

TEST(Loop, a_flow_that_calls_itself_last_takes_constant_space) {
    const auto size = largest(loop(num(0), below(million), next), "1000000");
    EXPECT_LT(size.frames, 20U);
    EXPECT_LT(size.bytes, 1000U);
}

TEST(Loop, iterate_takes_constant_space) {
    const auto size = largest(iterate(num(0), next, below(million)), "1000000");
    EXPECT_LT(size.frames, 20U);
    EXPECT_LT(size.bytes, 1000U);
}

TEST(Loop, an_expression_that_calls_itself_last_takes_constant_space) {
    const auto flow = give(recurse(num(0), [](const NodeRef& x, const Body& again) {
        return branch(at_most(x, num(million - 1)), again(add(x, num(1))), x);
    }));
    const auto size = largest(flow, "1000000");
    EXPECT_LT(size.frames, 20U);
    EXPECT_LT(size.bytes, 1000U);
}

TEST(Loop, over_variables_and_transactions_takes_constant_space) {
    const auto flow = all({new_var("n", 0),
                           loop(num(0), below(million / 10),
                                [](const NodeRef& x) { return then(transaction(increase("n")), next(x)); }),
                           read("n")});
    const auto size = largest(flow, "100000");
    EXPECT_LT(size.frames, 20U);
    EXPECT_LT(size.bytes, 1500U);
}

TEST(Loop, a_call_that_is_not_the_last_thing_takes_a_frame) {
    const auto deep = [](std::int32_t n) {
        return give(recurse(num(n), [](const NodeRef& x, const Body& again) {
            return branch(at_most(x, num(0)), num(0), add(num(1), again(add(x, num(-1)))));
        }));
    };
    EXPECT_EQ(outcome_of(deep(million), {.through_bytes = false}), "1000000");
    EXPECT_EQ(outcome_of(deep(1000), {.limits = {.frames = 100}}),
              "died: more than 100 nested calls in one fiber (limit frames)");
}

TEST(Limit, frames_ends_a_flow_that_nests_too_deep_and_finalizers_run) {
    const auto deep = unwrap(recurse(num(0), [](const NodeRef& x, const Body& again) {
        return as_value(ensuring(unwrap(again(add(x, num(1)))), log("finally")));
    }));
    const Drive drive = Drive(deep, {.limits = {.frames = 10}}).run();
    EXPECT_EQ(drive.outcome(), "died: more than 10 nested calls in one fiber (limit frames)");
    EXPECT_FALSE(drive.logged().empty());
    EXPECT_EQ(drive.left_behind(), "");
}

TEST(Limit, frames_may_be_reached_at_any_kind_of_frame) {
    const auto inside =
        activity("ok a", num(1), nullptr, failing("not yet"),
                 model::node(NodeKind::operation_map,
                             {model::node(NodeKind::operation_contramap,
                                          {operation(), lambda([](const NodeRef& x) { return x; })}),
                              lambda([](const NodeRef& x) { return x; })}));
    const auto flow =
        all({new_var("x", 0), ensuring(timeout(transaction(or_try(
                                                   transaction(provide(num(1), iterate(
                                                                                   num(0),
                                                                                   [&](const NodeRef&) {
                                                                                       return all(
                                                                                           {increase("x"),
                                                                                            inside,
                                                                                            give(bind(
                                                                                                bind(num(9),
                                                                                                     next_of),
                                                                                                next_of))});
                                                                                   },
                                                                                   below(5)))),
                                                   give(3))),
                                               5),
                                       log("finally"))});
    for (std::uint32_t frames = 0; frames < 30; ++frames) {
        const Drive drive = Drive(flow, {.limits = {.frames = frames}}).run();
        EXPECT_EQ(drive.left_behind(), "") << frames;
        EXPECT_EQ(drive.finished(), 1) << frames;
    }
}

TEST(Limit, fibers_ends_the_one_that_forks_too_many) {
    const auto flow =
        loop(num(0), below(10), [](const NodeRef& x) { return then(fork(sleep_until(9)), next(x)); });
    const Drive drive = Drive(flow, {.limits = {.fibers = 5}}).run();
    EXPECT_EQ(drive.outcome(), "died: more than 5 fibers at once (limit fibers)");
    EXPECT_EQ(drive.left_behind(), "");
}

TEST(Limit, variables_counts_those_of_an_open_transaction_too) {
    const auto many =
        loop(num(0), below(100), [](const NodeRef& x) { return then(new_var("t", x, true), next(x)); });
    const auto died = "died: more than 10 variables (limit variables)";
    EXPECT_EQ(outcome_of(many, {.limits = {.variables = 10}}), died);
    EXPECT_EQ(outcome_of(transaction(many), {.limits = {.variables = 10}}), died);
    EXPECT_EQ(outcome_of(transaction(transaction(many)), {.limits = {.variables = 10}}), died);
}

NodeRef endless() {
    return iterate(num(0), [](const NodeRef& x) { return give(x); }, [](const NodeRef&) { return yes(); });
}

TEST(Limit, steps_ends_an_endless_run_and_finalizers_run) {
    const Drive drive = Drive(ensuring(endless(), all({sleep_until(4), log("finally")})),
                              {.limits = {.turn = 100, .steps = 1000}})
                            .run();
    EXPECT_EQ(drive.outcome(), "died: the run made more than its number of transitions (limit steps)");
    EXPECT_THAT(drive.logged(), ElementsAre("finally"));
    EXPECT_EQ(drive.left_behind(), "");
}

TEST(Limit, steps_says_so_to_children_as_well) {
    const Drive drive = Drive(then(fork(endless()), await), {.limits = {.turn = 100, .steps = 1000}}).run();
    EXPECT_EQ(drive.outcome(), "died: the run made more than its number of transitions (limit steps)");
    EXPECT_EQ(drive.left_behind(), "");
}

TEST(Limit, steps_ends_a_finalizer_that_never_ends) {
    const Drive drive =
        Drive(ensuring(give(1), endless()), {.limits = {.turn = 100, .steps = 1000}, .most_events = 100})
            .run();
    EXPECT_EQ(drive.outcome(), "died: the run made more than its number of transitions (limit steps)");
    EXPECT_EQ(drive.left_behind(), "");
}

TEST(Turn, an_event_makes_no_more_transitions_than_it_may) {
    Drive drive(endless(), {.limits = {.turn = 1000}});
    const auto before = transitions_made();
    drive.feed(Continue{});
    // The drive's copy of the state made as many.
    EXPECT_LT(transitions_made() - before, 2 * 1100U);
}

TEST(Turn, a_list_is_folded_over_many_turns) {
    std::vector<Value> items(10'000, Value::int_(1));
    const auto flow = give(model::node(NodeKind::fold_list,
                                       {lit(Value::sequence(items)), num(0),
                                        lambda([](const NodeRef& p) { return add(first(p), second(p)); })}));
    const Drive drive = Drive(flow, {.limits = {.turn = 100}}).run();
    EXPECT_EQ(drive.outcome(), "10000");
    EXPECT_GT(drive.events().size(), 100U);
}

TEST(Turn, abort_ends_an_endless_loop) {
    Drive drive(endless(), {.limits = {.turn = 100}});
    drive.feed(Continue{}).feed(Abort{});
    EXPECT_EQ(drive.outcome(), "died: Flow execution interrupted");
}

}  // namespace
}  // namespace zflow::interpreter::test
