// Activities: the call, its attempts, what maps its input and result, and what comes too late.

#include "drive.hpp"

#include <zflow/interpreter/snapshot.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace zflow::interpreter::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Activity, calls_its_operation_and_gives_the_result) {
    const Drive drive = Drive(activity("ok a", num(5))).run();
    EXPECT_EQ(drive.outcome(), "5");
    EXPECT_THAT(drive.actions(), ElementsAre("call 1 1 'ok a' test.Operation () 5", "finished 5"));
}

TEST(Activity, fails_with_the_operation_s_error) {
    EXPECT_EQ(outcome_of(activity("bad a", num(5))), R"(failed: "bad a")");
    EXPECT_EQ(outcome_of(caught(activity("bad a", num(5)), give(1))), "1");
}

TEST(Activity, a_check_that_succeeds_makes_the_call_needless) {
    const Drive drive = Drive(activity("ok a", num(5), nullptr, give(6))).run();
    EXPECT_EQ(drive.outcome(), "6");
    EXPECT_TRUE(drive.calls().empty());
}

TEST(Activity, a_check_has_the_activity_s_input_and_may_die) {
    EXPECT_EQ(outcome_of(activity("ok a", num(5), nullptr, input()), {.input = Value::int_(9)}), "5");
    EXPECT_EQ(outcome_of(then(activity("ok a", num(5)), input()), {.input = Value::int_(9)}), "9");
    EXPECT_EQ(outcome_of(activity("ok a", num(5), nullptr, die())), "died: Could not evaluate ZFlow");
}

TEST(Activity, is_tried_again_when_its_time_has_come) {
    const Drive drive = Drive(activity("flaky a", num(5))).run();
    EXPECT_EQ(drive.outcome(), "5");
    EXPECT_THAT(drive.actions(), ElementsAre("call 1 1 'flaky a' test.Operation () 5", "arm 1 at 3.000000000",
                                             "call 1 2 'flaky a' test.Operation () 5", "finished 5"));
}

NodeRef mapped(bool contramap, NodeRef inner, const Body& function) {
    return model::node(contramap ? NodeKind::operation_contramap : NodeKind::operation_map,
                       {std::move(inner), lambda(function)});
}

TEST(Activity, maps_its_input_and_its_result_from_the_inside_out) {
    const Body ten = [](const NodeRef& x) { return add(x, num(10)); };
    const Body paired = [](const NodeRef& x) { return pair(x, x); };
    const auto flow = activity("ok a", num(5), nullptr, nullptr,
                               mapped(false, mapped(false, mapped(true, operation(), ten), ten), paired));
    const Drive drive = Drive(flow).run();
    EXPECT_EQ(drive.outcome(), "(25, 25)");
    EXPECT_THAT(drive.actions().front(), HasSubstr(" 15"));
    const Body broken = [](const NodeRef&) { return remote_fail("broken"); };
    EXPECT_EQ(outcome_of(activity("ok a", num(5), nullptr, nullptr, mapped(true, operation(), broken))),
              "died: broken");
    EXPECT_EQ(outcome_of(activity("ok a", num(5), nullptr, nullptr, mapped(false, operation(), broken))),
              "died: broken");
    EXPECT_EQ(outcome_of(activity("bad a", num(5), nullptr, nullptr, mapped(false, operation(), broken))),
              R"(failed: "bad a")");
}

NodeRef typed_operation() {
    auto made = model::make<model::Node>(NodeKind::operation_custom);
    made->value = Value::tuple(Value::string("test.Operation"), Value::unit());
    made->schema = scalar("int");
    made->result_schema = scalar("string");
    return made;
}

TEST(Activity, dies_when_input_or_result_do_not_fit) {
    EXPECT_EQ(outcome_of(activity("ok a", text("x"), nullptr, nullptr, typed_operation())),
              "died: Type error: the input of the activity 'ok a' does not fit: expected int, got String");
    EXPECT_EQ(outcome_of(activity("ok a", num(1), nullptr, nullptr, typed_operation())),
              "died: Type error: the result of the activity 'ok a' does not fit: expected string, got Int");
    EXPECT_EQ(outcome_of(activity("bad a", num(1), nullptr, nullptr, typed_operation())),
              R"(failed: "bad a")");
}

TEST(Completion, only_the_first_one_counts) {
    Drive drive(all({activity("ok a", num(1)), activity("ok b", num(2))}));
    drive.step();
    const auto before = drive.bytes();
    for (const std::uint64_t operation : {0U, 1U, 7U}) {
        drive.feed(OperationCompleted{operation, 1, false, Value::int_(9)});
        drive.feed(AttemptFailed{operation, 1, {}});
    }
    EXPECT_EQ(drive.bytes(), before);
    EXPECT_EQ(drive.run().outcome(), "2");
}

TEST(AttemptFailed, of_an_attempt_that_is_not_the_current_one_changes_nothing) {
    Drive drive(activity("flaky a", num(1)));
    drive.feed(AttemptFailed{1, 2, {}});
    EXPECT_EQ(drive.state().operations.at(1).attempt, 1U);
    drive.step();
    const auto before = drive.bytes();
    drive.feed(AttemptFailed{1, 1, {}});
    drive.feed(AttemptFailed{1, 2, {}});
    EXPECT_EQ(drive.bytes(), before);
    EXPECT_EQ(drive.run().outcome(), "1");
    EXPECT_EQ(drive.calls().size(), 2U);
}

TEST(Completion, between_two_attempts_counts_and_drops_the_retry) {
    const auto program = load(activity("flaky a", num(1)));
    auto state = make_state(program);
    std::vector<Action> actions;
    apply(state, {{}, Started{}}, actions);
    apply(state, {{}, AttemptFailed{1, 1, {3, 0}}}, actions);
    actions.clear();
    apply(state, {{}, OperationCompleted{1, 1, false, Value::int_(4)}}, actions);
    ASSERT_EQ(actions.size(), 2U);
    EXPECT_EQ(show(actions[0]), "drop 1");
    EXPECT_EQ(show(actions[1]), "finished 4");
    EXPECT_EQ(find_inconsistency(state), "");
}

TEST(TimerFired, of_a_timer_that_is_not_armed_changes_nothing) {
    Drive drive(sleep_until(5));
    const auto before = drive.bytes();
    drive.feed(TimerFired{2}).feed(TimerFired{0});
    EXPECT_EQ(drive.bytes(), before);
}

TEST(Apply, before_the_start_nothing_happens_and_after_it_no_second_start) {
    const auto program = load(activity("ok a", num(1)));
    auto state = make_state(program);
    std::vector<Action> actions;
    for (const EventKind& event :
         {EventKind(Abort{}), EventKind(Pause{}), EventKind(Continue{}), EventKind(TimerFired{1}),
          EventKind(SetVariable{"x", {}}), EventKind(OperationCompleted{1, 1, false, {}})}) {
        apply(state, {{}, event}, actions);
    }
    EXPECT_TRUE(actions.empty());
    EXPECT_EQ(to_bytes(state), to_bytes(make_state(program)));
    apply(state, {{}, Started{}}, actions);
    const auto before = to_bytes(state);
    apply(state, {{}, Started{Value::int_(1), {9, 9}, "other"}}, actions);
    EXPECT_EQ(to_bytes(state), before);
    EXPECT_EQ(actions.size(), 1U);
}

TEST(Apply, time_that_goes_back_is_a_defect) {
    auto state = make_state(load(sleep_until(5)));
    std::vector<Action> actions;
    apply(state, {{10, 0}, Started{}}, actions);
    EXPECT_THROW(apply(state, {{9, 0}, Continue{}}, actions), Defect);
}

TEST(Pause, keeps_what_comes_and_lets_it_happen_on_resume) {
    Drive drive(all({activity("ok a", num(1)), activity("ok b", num(2))}));
    drive.feed(Pause{}).feed(Pause{});
    drive.step();
    EXPECT_THAT(drive.calls(), ElementsAre("ok a"));
    EXPECT_EQ(drive.outcome(), "waits");
    drive.feed(Resume{});
    EXPECT_THAT(drive.calls(), ElementsAre("ok a", "ok b"));
    EXPECT_EQ(drive.run().outcome(), "2");
}

TEST(Pause, what_ended_meanwhile_is_not_to_be_called_again) {
    const auto program = load(activity("ok a", num(1)));
    for (const EventKind& end : {EventKind(OperationCompleted{1, 1, false, Value::int_(4)}),
                                 EventKind(AttemptFailed{1, 1, {3, 0}})}) {
        auto state = make_state(program);
        std::vector<Action> actions;
        apply(state, {{}, Started{}}, actions);
        apply(state, {{}, Pause{}}, actions);
        EXPECT_EQ(pending_calls(state).size(), 1U);
        apply(state, {{}, end}, actions);
        EXPECT_TRUE(pending_calls(state).empty());
    }
}

TEST(Pause, keeps_timers_and_failed_attempts) {
    Drive sleeper(all({sleep_until(5), activity("flaky a", num(1)), give(3)}));
    sleeper.feed(Pause{}).step();
    EXPECT_TRUE(sleeper.calls().empty());
    sleeper.feed(Resume{});
    EXPECT_EQ(sleeper.calls().size(), 1U);
    sleeper.feed(Pause{}).step();
    sleeper.feed(Resume{});
    EXPECT_EQ(sleeper.run().outcome(), "3");
    EXPECT_EQ(sleeper.calls().size(), 2U);
}

TEST(Pause, an_endless_loop_stops_at_the_next_border) {
    Drive drive(iterate(
                    num(0), [](const NodeRef& x) { return give(x); }, [](const NodeRef&) { return yes(); }),
                {.limits = {.turn = 100}});
    EXPECT_TRUE(drive.state().runnable());
    drive.feed(Pause{});
    EXPECT_FALSE(drive.state().runnable());
    drive.feed(Abort{});
    EXPECT_EQ(drive.outcome(), "died: Flow execution interrupted");
}

TEST(Pause, abort_ends_a_paused_run_after_what_was_kept) {
    Drive drive(ensuring(all({activity("ok a", num(1)), activity("ok b", num(2))}), log("finally")));
    drive.feed(Pause{});
    drive.step();
    drive.feed(Abort{});
    EXPECT_EQ(drive.outcome(), "died: Flow execution interrupted");
    EXPECT_THAT(drive.logged(), ElementsAre("finally"));
    EXPECT_EQ(drive.left_behind(), "");
}

TEST(SetVariable, writes_and_wakes_who_waits) {
    Drive drive(all({new_var("x", 1), transaction(await_value("x", 5))}));
    EXPECT_EQ(drive.outcome(), "waits");
    drive.feed(SetVariable{"x", Value::int_(4)});
    EXPECT_EQ(drive.outcome(), "waits");
    drive.feed(SetVariable{"x", Value::int_(5)});
    EXPECT_EQ(drive.outcome(), "5");
}

}  // namespace
}  // namespace zflow::interpreter::test
