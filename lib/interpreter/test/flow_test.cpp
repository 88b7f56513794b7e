// Every flow node that needs no other fiber, no transaction and no operation: how it ends.

#include "drive.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace zflow::interpreter::test {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

NodeRef broken() {
    return remote_fail("broken");
}

TEST(Return, gives_its_value) {
    EXPECT_EQ(outcome_of(give(5)), "5");
    EXPECT_EQ(outcome_of(give(broken())), "died: broken");
}

TEST(Now, gives_the_time_of_the_event) {
    EXPECT_EQ(outcome_of(now()), "second 0");
    EXPECT_EQ(outcome_of(all({sleep_until(7), now()})), "second 7");
}

TEST(WaitTill, waits_on_a_timer) {
    const Drive drive = Drive(all({sleep_until(60), give(1)})).run();
    EXPECT_EQ(drive.outcome(), "1");
    EXPECT_THAT(drive.actions(), ElementsAre("arm 1 at 60.000000000", "finished 1"));
}

TEST(WaitTill, gives_unit_at_once_for_the_past) {
    EXPECT_THAT(Drive(sleep_until(0)).run().actions(), ElementsAre("finished ()"));
    EXPECT_THAT(Drive(sleep_until(-5)).run().actions(), ElementsAre("finished ()"));
}

TEST(WaitTill, dies_of_anything_but_an_instant) {
    EXPECT_EQ(outcome_of(wait_till(num(1))), "died: Type error: WaitTill needs an Instant, got Int");
}

TEST(NewVar, gives_a_reference_that_reads_and_writes) {
    EXPECT_EQ(outcome_of(all({new_var("x", 1), set("x", 2), read("x")})), "2");
    EXPECT_EQ(outcome_of(then(new_var("x", 3),
                              [](const NodeRef& made) { return model::node(NodeKind::read, {made}); })),
              "3");
    EXPECT_EQ(outcome_of(all({new_var("x", 1), new_var("x", 2), read("x")})), "2");
}

TEST(NewVar, refuses_a_name_that_ids_are_made_with) {
    EXPECT_THAT(outcome_of(new_var("a__b", 1)),
                StartsWith("died: Failed to create remote variable with name a__b"));
}

TEST(NewVar, numbers_temporary_variables) {
    EXPECT_THAT(outcome_of(all({new_var("t", num(1), true), new_var("t", num(2), true)})),
                ::testing::HasSubstr("t_1}"));
}

TEST(Read, dies_of_a_variable_that_there_is_not) {
    EXPECT_EQ(outcome_of(read("x")), "died: Could not find identifier x");
    EXPECT_EQ(outcome_of(model::node(NodeKind::read, {num(1)})),
              "died: Type error: a variable was expected, got Int");
}

TEST(Modify, gives_the_first_of_the_pair_and_keeps_the_second) {
    const Drive drive = Drive(all({new_var("x", 1), increase("x", 4)})).run();
    EXPECT_EQ(drive.outcome(), "1");
    EXPECT_EQ(drive.variable("x"), "5");
}

TEST(Modify, dies_and_writes_nothing_when_the_function_does) {
    const Drive drive = Drive(all({new_var("x", 1), set("x", broken())})).run();
    EXPECT_EQ(drive.outcome(), "died: broken");
    EXPECT_EQ(drive.variable("x"), "1");
    EXPECT_EQ(outcome_of(increase("y")), "died: Could not find identifier y");
    EXPECT_EQ(outcome_of(all(
                  {new_var("x", 1), modify(reference("x"), lambda([](const NodeRef& was) { return was; }))})),
              "died: Type error: Modify needs a pair of the result and the new value");
    EXPECT_EQ(outcome_of(modify(num(1), lambda([](const NodeRef& was) { return pair(was, was); }))),
              "died: Type error: a variable was expected, got Int");
}

TEST(Fold, goes_on_with_the_value_or_the_error) {
    const auto both = [](NodeRef flow) {
        return fold(
            std::move(flow), [](const NodeRef& error) { return give(pair(text("error"), error)); },
            [](const NodeRef& value) { return give(pair(text("value"), value)); });
    };
    EXPECT_EQ(outcome_of(both(give(1))), R"(("value", 1))");
    EXPECT_EQ(outcome_of(both(failing("e"))), R"(("error", "e"))");
    EXPECT_EQ(outcome_of(both(die())), "died: Could not evaluate ZFlow");
}

TEST(Fold, passes_on_what_it_has_no_case_for) {
    EXPECT_EQ(outcome_of(then(failing("e"), give(1))), R"(failed: "e")");
    EXPECT_EQ(outcome_of(caught(give(1), give(2))), "1");
}

TEST(Fold, does_not_catch_the_failure_of_its_own_cases) {
    EXPECT_EQ(outcome_of(fold(
                  give(1), [](const NodeRef&) { return give(2); },
                  [](const NodeRef&) { return failing("later"); })),
              R"(failed: "later")");
}

TEST(Fold, takes_a_function_that_computes_its_flow) {
    const auto chosen = lambda([](const NodeRef& value) {
        return branch(is_equal(value, num(1)), as_value(give(10)), as_value(failing("other")));
    });
    const auto with = [&](NodeRef flow) {
        return model::node(NodeKind::fold, {std::move(flow), nullptr, chosen});
    };
    EXPECT_EQ(outcome_of(with(give(1))), "10");
    EXPECT_EQ(outcome_of(with(give(2))), R"(failed: "other")");
    const auto no_flow = lambda([](const NodeRef& value) { return value; });
    EXPECT_EQ(outcome_of(model::node(NodeKind::fold, {give(1), nullptr, no_flow})),
              "died: Type error: a flow was expected, got Int");
}

TEST(Log, is_an_action_that_names_the_fiber) {
    EXPECT_THAT(Drive(log("hello")).run().actions(), ElementsAre("log run: hello", "finished ()"));
    EXPECT_EQ(outcome_of(model::node(NodeKind::log, {num(1)})), "died: Type error: Log needs a String");
}

TEST(Input, is_the_run_s_unless_something_else_is_provided) {
    EXPECT_EQ(outcome_of(input(), {.input = Value::int_(9)}), "9");
    EXPECT_EQ(outcome_of(input()), "()");
    EXPECT_EQ(outcome_of(provide(num(1), input()), {.input = Value::int_(9)}), "1");
    EXPECT_EQ(outcome_of(provide(num(1), provide(num(2), input()))), "2");
}

TEST(Provide, reaches_as_far_as_its_flow_however_that_ends) {
    const Plan nine{.input = Value::int_(9)};
    EXPECT_EQ(outcome_of(then(provide(num(1), give(0)), input()), nine), "9");
    EXPECT_EQ(outcome_of(caught(provide(num(1), failing("e")), input()), nine), "9");
    EXPECT_EQ(outcome_of(then(timeout(provide(num(1), sleep_until(100)), 5), input()), nine), "9");
    EXPECT_EQ(outcome_of(transaction(or_try(provide(num(1), retry()), input())), nine), "9");
    EXPECT_EQ(outcome_of(ensuring(provide(num(1), failing("e")), then(input(), failing("unheard"))), nine),
              R"(failed: "e")");
    EXPECT_EQ(outcome_of(provide(broken(), give(1))), "died: broken");
}

TEST(Ensuring, runs_the_finalizer_after_a_value_an_error_and_a_death) {
    const auto ended = [](NodeRef flow) {
        const Drive drive = Drive(ensuring(std::move(flow), log("finally"))).run();
        EXPECT_THAT(drive.logged(), ElementsAre("finally"));
        return drive.outcome();
    };
    EXPECT_EQ(ended(give(1)), "1");
    EXPECT_EQ(ended(failing("e")), R"(failed: "e")");
    EXPECT_EQ(ended(die()), "died: Could not evaluate ZFlow");
    EXPECT_EQ(ended(give(broken())), "died: broken");
}

TEST(Ensuring, hears_of_the_finalizer_s_error_only_if_there_was_none) {
    EXPECT_EQ(outcome_of(ensuring(give(1), failing("f"))), R"(failed: "f")");
    EXPECT_EQ(outcome_of(ensuring(failing("e"), failing("f"))), R"(failed: "e")");
    EXPECT_EQ(outcome_of(ensuring(die(), failing("f"))), "died: Could not evaluate ZFlow");
    EXPECT_EQ(outcome_of(ensuring(failing("e"), give(broken()))), "died: broken");
}

TEST(Ensuring, finalizes_from_the_inside_out) {
    const Drive drive = Drive(ensuring(ensuring(ensuring(die(), log("1")), log("2")), log("3"))).run();
    EXPECT_THAT(drive.logged(), ElementsAre("1", "2", "3"));
}

TEST(Unwrap, runs_the_flow_that_an_expression_gives) {
    EXPECT_EQ(outcome_of(unwrap(as_value(give(1)))), "1");
    EXPECT_EQ(outcome_of(then(give(as_value(failing("e"))), [](const NodeRef& f) { return unwrap(f); })),
              R"(failed: "e")");
    EXPECT_EQ(outcome_of(unwrap(num(1))), "died: Type error: a flow was expected, got Int");
}

TEST(Unwrap, runs_a_flow_with_what_was_bound_where_it_was_written) {
    const auto flow = bind(num(1), [](const NodeRef& x) { return as_value(give(x)); });
    EXPECT_EQ(outcome_of(then(
                  give(flow),
                  [](const NodeRef& f) { return then(give(2), [&](const NodeRef&) { return unwrap(f); }); })),
              "1");
}

TEST(UnwrapRemote, gives_the_value_of_an_expression_in_a_value) {
    const auto nested = [](NodeRef inner) { return model::node(NodeKind::nested, {std::move(inner)}); };
    EXPECT_EQ(outcome_of(unwrap_remote(nested(add(num(1), num(2))))), "3");
    EXPECT_EQ(outcome_of(unwrap_remote(num(4))), "4");
    EXPECT_EQ(outcome_of(unwrap_remote(nested(broken()))), "died: broken");
    const auto held = bind(num(5), [&](const NodeRef& x) { return nested(add(x, x)); });
    EXPECT_EQ(outcome_of(then(give(held), [](const NodeRef& e) { return unwrap_remote(e); })), "10");
}

TEST(Fail, fails_with_its_error_and_can_be_caught) {
    EXPECT_EQ(outcome_of(failing(num(3))), "failed: 3");
    EXPECT_EQ(outcome_of(caught(failing(num(3)), [](const NodeRef& error) { return give(error); })), "3");
    EXPECT_EQ(outcome_of(failing(broken())), "died: broken");
}

TEST(Die, cannot_be_caught) {
    EXPECT_EQ(outcome_of(caught(die(), give(1))), "died: Could not evaluate ZFlow");
}

TEST(Iterate, steps_as_long_as_the_predicate_holds) {
    const Body next = [](const NodeRef& x) { return give(add(x, num(1))); };
    const Body small = [](const NodeRef& x) { return at_most(x, num(4)); };
    EXPECT_EQ(outcome_of(iterate(num(0), next, small)), "5");
    EXPECT_EQ(outcome_of(iterate(num(7), next, small)), "7");
    EXPECT_EQ(outcome_of(iterate(
                  num(0), [](const NodeRef&) { return failing("step"); }, small)),
              R"(failed: "step")");
    EXPECT_EQ(outcome_of(iterate(num(0), next, [](const NodeRef& x) { return x; })),
              "died: Type error: Iterate needs a Boolean from its predicate");
    EXPECT_EQ(outcome_of(iterate(num(0), next, [](const NodeRef&) { return broken(); })), "died: broken");
}

TEST(Timeout, gives_what_its_flow_gives_in_time) {
    const Drive drive = Drive(timeout(all({sleep_until(4), give(1)}), 5)).run();
    EXPECT_EQ(drive.outcome(), "some(1)");
    EXPECT_THAT(drive.actions(),
                ElementsAre("arm 1 at 5.000000000", "arm 2 at 4.000000000", "drop 1", "finished some(1)"));
    EXPECT_EQ(outcome_of(timeout(failing("e"), 5)), R"(failed: "e")");
    EXPECT_EQ(outcome_of(timeout(die(), 5)), "died: Could not evaluate ZFlow");
    EXPECT_EQ(outcome_of(timeout(give(1), num(5))), "died: Type error: Timeout needs a Duration, got Int");
}

TEST(Timeout, gives_nothing_when_the_time_is_over_and_finalizes_first) {
    const Drive drive =
        Drive(then(timeout(ensuring(sleep_until(100), log("finally")), 5), [](const NodeRef& x) {
            return then(now(), [x](const NodeRef& t) { return give(pair(x, t)); });
        })).run();
    EXPECT_EQ(drive.outcome(), "(none, second 5)");
    EXPECT_THAT(drive.logged(), ElementsAre("finally"));
    EXPECT_EQ(drive.left_behind(), "");
}

TEST(Timeout, of_no_or_negative_length_lets_nothing_wait) {
    EXPECT_EQ(outcome_of(timeout(sleep_until(1), 0)), "none");
    EXPECT_EQ(outcome_of(timeout(sleep_until(1), -10)), "none");
    EXPECT_EQ(outcome_of(timeout(give(1), 0)), "some(1)");
}

TEST(Timeout, longer_than_time_itself_waits) {
    const auto longest = seconds(INT64_MAX);
    EXPECT_EQ(outcome_of(all({sleep_until(10), timeout(give(1), longest)})), "some(1)");
}

TEST(Timeout, the_outer_one_goes_first_if_it_is_shorter) {
    EXPECT_EQ(outcome_of(timeout(timeout(sleep_until(100), 10), 5)), "none");
    EXPECT_EQ(outcome_of(timeout(timeout(sleep_until(100), 5), 10)), "some(none)");
}

TEST(Timeout, the_scope_of_a_timed_flow_goes_with_it) {
    EXPECT_EQ(outcome_of(all({timeout(new_var("x", 1), 5), read("x")})), "died: Could not find identifier x");
    EXPECT_EQ(outcome_of(all({new_var("x", 1), timeout(all({new_var("x", 2), set("x", 3)}), 5), read("x")})),
              "1");
}

TEST(Random, follows_from_the_birth_and_nothing_else) {
    const auto twice = then(random(), [](const NodeRef& a) {
        return then(random(), [a](const NodeRef& b) { return give(is_equal(a, b)); });
    });
    EXPECT_EQ(outcome_of(twice), "false");
    EXPECT_EQ(outcome_of(random()), outcome_of(random()));
    const auto uuids = then(random_uuid(), [](const NodeRef& a) {
        return then(random_uuid(), [a](const NodeRef& b) { return give(is_equal(a, b)); });
    });
    EXPECT_EQ(outcome_of(uuids), "false");
    EXPECT_EQ(outcome_of(random_uuid()), outcome_of(random_uuid()));
}

}  // namespace
}  // namespace zflow::interpreter::test
