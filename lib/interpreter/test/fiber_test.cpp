// Fork, Await, Interrupt: fibers and what becomes of them.

#include "drive.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace zflow::interpreter::test {
namespace {

using ::testing::ElementsAre;

/// Fork the child and go on with its handle.
NodeRef forked(NodeRef child, const Body& next) {
    return then(fork(std::move(child)), next);
}

TEST(Await, gives_the_child_s_value_or_error) {
    EXPECT_EQ(outcome_of(forked(give(1), await)), "right(1)");
    EXPECT_EQ(outcome_of(forked(failing("e"), await)), R"(left("e"))");
    EXPECT_EQ(outcome_of(forked(all({sleep_until(5), give(1)}), await)), "right(1)");
    EXPECT_EQ(outcome_of(forked(all({sleep_until(5), failing("e")}), await)), R"(left("e"))");
}

TEST(Await, dies_with_a_child_that_died) {
    const auto message = outcome_of(forked(die(), await));
    EXPECT_THAT(message, ::testing::StartsWith("died: "));
    EXPECT_THAT(message, ::testing::HasSubstr("run_fork0"));
    EXPECT_EQ(outcome_of(forked(all({sleep_until(5), die()}), await)), message);
}

TEST(Await, may_ask_twice_and_from_another_fiber) {
    EXPECT_EQ(outcome_of(forked(give(1),
                                [](const NodeRef& child) {
                                    return then(await(child), [&](const NodeRef& a) {
                                        return then(await(child),
                                                    [&](const NodeRef& b) { return give(pair(a, b)); });
                                    });
                                })),
              "(right(1), right(1))");
    EXPECT_EQ(outcome_of(forked(all({sleep_until(9), give(1)}),
                                [](const NodeRef& child) {
                                    return forked(await(child), [&](const NodeRef& other) {
                                        return then(await(child), [&](const NodeRef& a) {
                                            return then(await(other),
                                                        [&](const NodeRef& b) { return give(pair(a, b)); });
                                        });
                                    });
                                })),
              "(right(1), right(right(1)))");
}

TEST(Await, dies_of_what_is_no_forked_flow) {
    EXPECT_EQ(outcome_of(await(num(1))), "died: Type error: a forked flow was expected, got Int");
    EXPECT_EQ(outcome_of(interrupt(num(1))), "died: Type error: a forked flow was expected, got Int");
}

TEST(Fork, runs_the_child_after_its_parent_waits) {
    const Drive drive =
        Drive(forked(all({log("child"), sleep_until(5), log("child again")}), [](const NodeRef& child) {
            return all({log("parent"), await(child)});
        })).run();
    EXPECT_THAT(drive.logged(), ElementsAre("parent", "child", "child again"));
}

TEST(Fork, the_child_goes_on_when_its_parent_has_succeeded_or_failed) {
    const Drive drive =
        Drive(forked(all({sleep_until(5), log("child")}), [](const NodeRef&) { return give(1); })).run();
    EXPECT_EQ(drive.outcome(), "1");
    EXPECT_THAT(drive.logged(), ElementsAre("child"));
    EXPECT_EQ(drive.left_behind(), "");
    const Drive failed =
        Drive(forked(all({sleep_until(5), log("child")}), [](const NodeRef&) { return failing("e"); })).run();
    EXPECT_THAT(failed.logged(), ElementsAre("child"));
}

TEST(Fork, the_child_of_a_dead_parent_is_interrupted_and_finalizes) {
    const Drive drive = Drive(forked(ensuring(sleep_until(5), log("finally")), [](const NodeRef&) {
                            return all({sleep_until(1), die()});
                        })).run();
    EXPECT_EQ(drive.outcome(), "died: Could not evaluate ZFlow");
    EXPECT_THAT(drive.logged(), ElementsAre("finally"));
    EXPECT_EQ(drive.left_behind(), "");
}

TEST(Fork, the_child_sees_the_variables_around_and_keeps_its_own) {
    EXPECT_EQ(
        outcome_of(all({new_var("x", 1), forked(all({increase("x"), new_var("y", 1)}), await), read("x")})),
        "2");
    EXPECT_EQ(outcome_of(forked(new_var("y", 1),
                                [](const NodeRef& child) { return all({await(child), read("y")}); })),
              "died: Could not find identifier y");
    EXPECT_EQ(outcome_of(all({new_var("x", 1), forked(all({new_var("x", 5), increase("x"), read("x")}),
                                                      [](const NodeRef& child) {
                                                          return then(await(child), [](const NodeRef& inner) {
                                                              return then(read("x"),
                                                                          [inner](const NodeRef& outer) {
                                                                              return give(pair(inner, outer));
                                                                          });
                                                          });
                                                      })})),
              "(right(6), 1)");
}

TEST(Fork, the_child_has_its_parent_s_input_and_what_was_bound) {
    EXPECT_EQ(outcome_of(provide(num(4), then(give(3),
                                              [](const NodeRef& bound) {
                                                  return forked(then(input(),
                                                                     [bound](const NodeRef& given) {
                                                                         return give(add(bound, given));
                                                                     }),
                                                                await);
                                              }))),
              "right(7)");
}

TEST(Interrupt, ends_a_child_and_waits_for_its_finalizers) {
    const Drive drive =
        Drive(forked(ensuring(sleep_until(50), all({sleep_until(9), log("finally")})),
                     [](const NodeRef& child) {
                         return all({sleep_until(2), interrupt(child), log("after"), give(1)});
                     }))
            .run();
    EXPECT_EQ(drive.outcome(), "1");
    EXPECT_THAT(drive.logged(), ElementsAre("Interrupting flow run_fork0", "finally", "after"));
    EXPECT_EQ(drive.left_behind(), "");
}

TEST(Interrupt, fails_for_a_child_that_has_ended) {
    EXPECT_THAT(outcome_of(forked(
                    give(1), [](const NodeRef& child) { return all({await(child), interrupt(child)}); })),
                ::testing::AllOf(::testing::StartsWith("failed: "), ::testing::HasSubstr("is not running")));
}

TEST(Interrupt, cancels_what_the_child_waits_for) {
    const auto child = [](NodeRef flow) {
        return Drive(all({new_var("x", 0), forked(std::move(flow),
                                                  [](const NodeRef& it) {
                                                      return all({sleep_until(2), interrupt(it), give(1)});
                                                  })}),
                     {.choose = [](std::uint32_t choices) { return choices - 1; }})
            .run();
    };
    for (const auto& flow : {sleep_until(50), activity("ok a", num(1)), transaction(await_value("x", 1)),
                             timeout(sleep_until(60), 50), forked(sleep_until(50), await),
                             transaction(all({read("x"), sleep_until(50)}))}) {
        const auto drive = child(flow);
        EXPECT_EQ(drive.outcome(), "1");
        EXPECT_EQ(drive.left_behind(), "");
    }
    EXPECT_THAT(child(activity("ok a", num(1))).actions(), ::testing::Contains("cancel 1"));
}

TEST(Interrupt, of_the_parent_by_its_child_ends_both) {
    // The handle of the main fiber is given to it by its name.
    static const auto shape = model::make<const model::RecordShape>("zio.flow.ExecutingFlow",
                                                                    std::vector<std::string>{"id", "result"});
    const auto main_fiber = lit(Value::record(shape, {Value::string("run"), Value::string("run_result")}));
    for (const std::uint64_t turn : {1U, 2U, 3U, 1000U}) {
        const Drive drive =
            Drive(forked(ensuring(interrupt(main_fiber), all({sleep_until(3), log("child finally")})),
                         [](const NodeRef&) { return ensuring(sleep_until(50), log("finally")); }),
                  {.limits = {.turn = turn}})
                .run();
        EXPECT_EQ(drive.outcome(), "died: Flow execution interrupted");
        EXPECT_THAT(drive.logged(), ElementsAre("Interrupting flow run", "finally", "child finally"));
        EXPECT_EQ(drive.left_behind(), "");
    }
}

TEST(Interrupt, of_itself_finalizes) {
    static const auto shape = model::make<const model::RecordShape>("zio.flow.ExecutingFlow",
                                                                    std::vector<std::string>{"id", "result"});
    const auto main_fiber = lit(Value::record(shape, {Value::string("run"), Value::string("run_result")}));
    const Drive drive = Drive(ensuring(interrupt(main_fiber), log("finally"))).run();
    EXPECT_EQ(drive.outcome(), "died: Flow execution interrupted");
    EXPECT_EQ(drive.logged().back(), "finally");
}

TEST(Interrupt, reaches_the_children_of_children) {
    const Drive drive =
        Drive(forked(
                  forked(ensuring(sleep_until(50), log("grandchild")),
                         [](const NodeRef& grandchild) { return ensuring(await(grandchild), log("child")); }),
                  [](const NodeRef& child) { return all({sleep_until(2), interrupt(child), give(1)}); }))
            .run();
    EXPECT_EQ(drive.outcome(), "1");
    EXPECT_THAT(drive.logged(),
                ::testing::UnorderedElementsAre("Interrupting flow run_fork0", "grandchild", "child"));
    EXPECT_EQ(drive.left_behind(), "");
}

TEST(Interrupt, reaches_the_grandchild_whose_parent_has_ended) {
    const Drive drive = Drive(all({forked(all({fork(ensuring(sleep_until(50), log("grandchild")))}), await),
                                   sleep_until(2), die()}))
                            .run();
    EXPECT_THAT(drive.logged(), ElementsAre("grandchild"));
    EXPECT_EQ(drive.left_behind(), "");
}

TEST(Timeout, interrupts_what_its_flow_has_forked) {
    const Drive drive =
        Drive(timeout(all({fork(ensuring(sleep_until(50), log("child"))), sleep_until(60)}), 5)).run();
    EXPECT_EQ(drive.outcome(), "none");
    EXPECT_THAT(drive.logged(), ElementsAre("child"));
    EXPECT_EQ(drive.left_behind(), "");
}

TEST(Abort, reaches_a_chain_of_any_number_of_fibers) {
    // Each forks the next one and waits for it.
    constexpr int length = 8000;  // their ids take the square of it
    const auto flow = unwrap(recurse(num(length), [](const NodeRef& n, const Body& again) {
        return branch(at_most(n, num(0)), as_value(sleep_until(50)),
                      as_value(then(fork(unwrap(again(add(n, num(-1))))), await)));
    }));
    Drive drive(flow, {.limits = {.turn = 100'000'000}, .through_bytes = false});
    EXPECT_EQ(drive.state().alive, length + 1U);
    drive.feed(Abort{});
    EXPECT_EQ(drive.outcome(), "died: Flow execution interrupted");
    EXPECT_EQ(drive.left_behind(), "");
}

TEST(Abort, of_very_many_fibers_is_quick) {
    constexpr int count = 60'000;
    const auto flow =
        all({loop(
                 num(count), [](const NodeRef& n) { return at_most(num(1), n); },
                 [](const NodeRef& n) { return then(fork(sleep_until(50)), give(add(n, num(-1)))); }),
             sleep_until(60)});
    Drive drive(flow, {.limits = {.turn = 100'000'000}, .through_bytes = false});
    EXPECT_EQ(drive.state().alive, count + 1U);
    drive.feed(Abort{});
    EXPECT_EQ(drive.outcome(), "died: Flow execution interrupted");
    EXPECT_EQ(drive.left_behind(), "");
}

TEST(Fiber, that_nobody_can_ask_for_is_forgotten) {
    const auto flow = loop(
        num(2000), [](const NodeRef& n) { return at_most(num(1), n); },
        [](const NodeRef& n) { return then(then(fork(give(n)), await), give(add(n, num(-1)))); });
    const Drive drive = Drive(flow, {.limits = {.turn = 1000}}).run();
    EXPECT_EQ(drive.outcome(), "0");
    EXPECT_LT(drive.state().fibers.size(), 200U);
}

TEST(Fiber, that_somebody_can_ask_for_is_kept) {
    const auto flow = forked(give(7), [](const NodeRef& kept) {
        return then(loop(
                        num(500), [](const NodeRef& n) { return at_most(num(1), n); },
                        [](const NodeRef& n) { return then(fork(give(n)), give(add(n, num(-1)))); }),
                    [&](const NodeRef&) { return all({sleep_until(1), await(kept)}); });
    });
    EXPECT_EQ(outcome_of(flow, {.limits = {.turn = 1000}}), "right(7)");
}

}  // namespace
}  // namespace zflow::interpreter::test
