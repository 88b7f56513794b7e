#include "operations.hpp"

#include "keys.hpp"
#include "sample_programs.hpp"
#include "world.hpp"

#include <gtest/gtest.h>

#include <algorithm>

// How operations are called: rules 13 and 21 of the protocol (README.md), and the places that they have.
namespace zflow::engine::test {
namespace {

using interpreter::AttemptFailed;
using interpreter::OperationCompleted;
using model::Value;
using On = store::Operation;

const auto log_name = log_topic(0).name;

OperationOptions retrying(std::chrono::milliseconds delay, std::uint32_t max_attempts = 0) {
    OperationOptions options;
    options.timeout = 30s;
    options.retry = {.max_attempts = max_attempts, .first_delay = delay, .factor = 1, .jitter = false};
    return options;
}

std::string failure_of(const model::Outcome& outcome) {
    const auto* const failed = std::get_if<model::Failed>(&outcome);
    const auto* const failure = failed != nullptr && failed->value.is(model::Kind::record)
                                    ? failed->value.as_record().find("failure")
                                    : nullptr;
    if (failure == nullptr) {
        return "(no failure of an activity)";
    }
    const auto& left = failure->is(model::Kind::left) ? failure->inner() : *failure;
    return left.is(model::Kind::string) ? left.as_string() : "(no text)";
}

// Rule 21.
TEST(Operations, an_attempt_starts_after_the_frame_that_asked_for_it) {
    World world;
    Desk desk;
    auto process = world.open();
    process->operation("one", desk.operation());
    process->operation("two", desk.operation());
    world.start(process, calls_both("one", "two"), "r");
    world.stores.script({On::append_expected, log_name, Fate::hold});
    desk.at(0).answer(Value::int_(2));
    world.settle();
    EXPECT_EQ(desk.size(), 1U);
    world.stores.let_go();
    world.settle();
    ASSERT_EQ(desk.size(), 2U);
    EXPECT_EQ(desk.at(1).call.name, "two");
    EXPECT_EQ(desk.at(1).call.input.as_integer(), 2);
}

// Rule 21.
TEST(Operations, a_further_attempt_starts_after_the_frame_that_says_that_the_one_before_has_failed) {
    World world;
    Desk desk;
    auto process = world.open();
    process->operation("charge", desk.operation(), retrying(10s));
    world.start(process, calls("charge"), "r");
    world.stores.script({On::append_expected, log_name, Fate::hold});
    desk.at(0).fail_attempt("no");
    world.pass(20s);
    EXPECT_EQ(desk.size(), 1U);
    world.stores.let_go();
    world.settle();
    ASSERT_EQ(desk.size(), 2U);
    EXPECT_EQ(desk.at(1).call.attempt, 2U);
    EXPECT_EQ(desk.at(1).call.operation_id, desk.at(0).call.operation_id);
    EXPECT_EQ(world.events<AttemptFailed>().at(0).attempt, 1U);
}

// Rule 21.
TEST(Operations, the_answer_of_an_attempt_that_was_given_up_is_not_looked_at) {
    World world;
    Desk desk;
    auto process = world.open();
    process->operation("charge", desk.operation(true), retrying(1s));
    world.start(process, calls("charge"), "r");
    world.pass(32s);
    ASSERT_EQ(desk.size(), 2U);
    EXPECT_TRUE(desk.at(0).cancelled);
    desk.at(0).answer(Value::int_(1));
    world.settle();
    EXPECT_FALSE(world.run(process->poll("r")));
    desk.at(1).answer(Value::int_(2));
    EXPECT_EQ(number_of(world.run(process->result("r"))), 2);
    EXPECT_EQ(world.events<OperationCompleted>().size(), 1U);
    EXPECT_EQ(world.events<AttemptFailed>().size(), 1U);
}

// Rule 21.
TEST(Operations, of_two_answers_in_the_log_the_first_one_stays) {
    World world;
    Desk desk;
    auto process = world.open();
    process->operation("one", desk.operation());
    process->operation("two", desk.operation());
    world.start(process, calls_both("one", "two"), "r");
    desk.at(0).answer(Value::int_(1));
    world.settle();
    world.crash(process);
    // An owner before us had written another answer behind the first one.
    const auto frames = world.frames();
    auto frame = frames.back().frame;
    auto& events = std::get<Events>(frame.content);
    events.events[0].body = OperationCompleted{1, 1, false, Value::int_(9)};
    events.digests.clear();
    frame.token.low += 1;
    world.append(frame);
    auto next = world.open();
    next->operation("two", desk.operation());
    world.settle();
    EXPECT_EQ(desk.last().call.name, "two");
    EXPECT_EQ(desk.last().call.input.as_integer(), 1);
}

// Rule 13.
TEST(Operations, an_attempt_waits_until_the_lease_is_confirmed) {
    World world;
    world.stores.shared = true;
    Desk desk;
    auto process = world.open();
    process->operation("charge", desk.operation());
    world.stores.script({On::append_expected, log_name, Fate::made_hold, {}, 0, 2});
    auto started = world.spawn(process->start(calls("charge"), {}, {.id = "r"}));
    world.pass(11s);
    world.stores.let_go();
    world.settle();
    // The frame is in the log, but was sent longer than a lease ago. The next one is on its way.
    EXPECT_TRUE(started.done());
    EXPECT_EQ(desk.size(), 0U);
    EXPECT_EQ(world.stores.held(), 1U);
    world.stores.let_go();
    world.settle();
    EXPECT_EQ(desk.size(), 1U);
}

// Rule 13.
TEST(Operations, calls_are_not_answered_by_an_owner_whose_lease_is_not_confirmed) {
    World world;
    world.stores.shared = true;
    auto process = world.open();
    world.start(process, holds_a_value(), "r", Value::int_(1));
    world.stores.script({On::append_expected, log_name, Fate::hold});
    world.pass(11s);
    auto poll = world.spawn(process->poll("r"));
    world.settle();
    EXPECT_FALSE(poll.done());
    world.append(world.foreign_epoch());
    world.stores.let_go();
    EXPECT_EQ(poll.code(), errc::unavailable);
}

TEST(Operations, a_call_says_everything_about_itself) {
    World world;
    Desk desk;
    auto process = world.open();
    process->operation("charge", desk.operation());
    world.start(process, calls("charge"), "order-7", Value::int_(3));
    const auto& call = desk.at(0).call;
    EXPECT_EQ(call.run_id, "order-7");
    EXPECT_EQ(call.operation_id.find("order-7/"), 0U);
    EXPECT_EQ(call.operation_id.size(), std::string("order-7/").size() + 32 + 2);
    EXPECT_EQ(call.attempt, 1U);
    EXPECT_EQ(call.name, "charge");
    EXPECT_EQ(call.type_id, "test.Operation");
    EXPECT_EQ(call.input.as_integer(), 3);
    EXPECT_EQ(call.deadline, world.clock.wall_now() + 30s);
}

TEST(Operations, an_error_that_is_returned_is_what_the_activity_fails_with) {
    World world;
    Desk desk;
    auto process = world.open();
    process->operation("charge", desk.operation());
    world.start(process, calls("charge"), "r");
    desk.at(0).fail(Value::int_(402));
    const auto outcome = world.run(process->result("r"));
    EXPECT_EQ(std::get<model::Failed>(outcome).value.as_integer(), 402);
    EXPECT_EQ(desk.size(), 1U);
}

TEST(Operations, who_gives_up_is_not_tried_again) {
    World world;
    Desk desk;
    auto process = world.open();
    process->operation("charge", desk.operation());
    world.start(process, calls("charge"), "r");
    desk.at(0).give_up("card is stolen");
    EXPECT_EQ(failure_of(world.run(process->result("r"))), "card is stolen");
    EXPECT_EQ(desk.size(), 1U);
    EXPECT_TRUE(world.events<AttemptFailed>().empty());
}

TEST(Operations, after_the_last_attempt_the_activity_fails) {
    World world;
    Desk desk;
    auto process = world.open();
    process->operation("charge", desk.operation(), retrying(1s, 2));
    world.start(process, calls("charge"), "r");
    desk.at(0).fail_attempt("no");
    world.pass(2s);
    ASSERT_EQ(desk.size(), 2U);
    desk.at(1).fail_attempt("still no");
    EXPECT_EQ(failure_of(world.run(process->result("r"))), "still no (attempt 2 of 2)");
    EXPECT_EQ(world.events<AttemptFailed>().size(), 1U);
}

TEST(Operations, a_run_waits_for_one_that_is_not_registered_and_says_so) {
    World world;
    Desk desk;
    auto process = world.open();
    world.start(process, calls("charge"), "r");
    const auto view = world.run(process->show("r"));
    ASSERT_EQ(view.operations.size(), 1U);
    EXPECT_EQ(view.operations[0].state, "not registered");
    EXPECT_EQ(view.operations[0].name, "charge");
    EXPECT_EQ(view.operations[0].type_id, "test.Operation");
    ASSERT_EQ(view.fibers.size(), 1U);
    EXPECT_EQ(view.fibers[0].waits_for, "operation 1 (charge)");
    process->operation("charge", desk.operation());
    world.settle();
    EXPECT_EQ(world.run(process->show("r")).operations[0].state, "running");
    EXPECT_EQ(desk.size(), 1U);
}

TEST(Operations, no_more_attempts_run_at_once_than_were_allowed) {
    World world;
    Desk desk;
    auto process = world.open();
    OperationOptions options;
    options.concurrency = 2;
    process->operation("charge", desk.operation(), options);
    for (const auto* const id : {"a", "b", "c", "d"}) {
        world.start(process, calls("charge"), id);
    }
    EXPECT_EQ(desk.size(), 2U);
    EXPECT_EQ(world.run(process->show("c")).operations[0].state, "queued");
    world.run(process->abort("c"));
    desk.at(0).answer(Value::int_(1));
    world.settle();
    ASSERT_EQ(desk.size(), 3U);
    EXPECT_EQ(desk.at(2).call.run_id, "d");
}

TEST(Operations, an_attempt_between_two_is_shown_with_its_error_and_its_time) {
    World world;
    Desk desk;
    auto process = world.open();
    process->operation("charge", desk.operation(), retrying(30s));
    world.start(process, calls("charge"), "r");
    desk.at(0).fail_attempt("no");
    world.settle();
    const auto view = world.run(process->show("r")).operations.at(0);
    EXPECT_EQ(view.state, "to be tried again");
    EXPECT_EQ(view.attempt, 2U);
    EXPECT_EQ(view.last_error, "no");
    EXPECT_EQ(view.next_attempt->seconds, 1'000'000'030);
}

TEST(Operations, the_operation_of_a_type_is_taken_if_none_has_the_activitys_name) {
    World world;
    Desk by_type;
    Desk by_name;
    auto process = world.open();
    process->operation("test.Operation", by_type.operation());
    world.start(process, calls("charge"), "a");
    EXPECT_EQ(by_type.size(), 1U);
    process->operation("charge", by_name.operation());
    world.start(process, calls("charge"), "b");
    EXPECT_EQ(by_name.size(), 1U);
    EXPECT_EQ(by_type.size(), 1U);
}

// --- the places alone

std::shared_ptr<Attempt> attempt(const std::string& name, std::vector<std::string>& gone,
                                 const std::string& label) {
    auto made = std::make_shared<Attempt>();
    made->call.name = name;
    made->go = [&gone, label](const std::shared_ptr<Attempt>&) { gone.push_back(label); };
    return made;
}

asio::awaitable<OperationResult> nothing(OperationCall) {
    co_return Value::unit();
}

TEST(Places, go_to_who_waits_longest) {
    Operations operations;
    std::vector<std::string> gone;
    const auto a = attempt("x", gone, "a");
    const auto b = attempt("x", gone, "b");
    const auto c = attempt("x", gone, "c");
    const auto d = attempt("x", gone, "d");
    operations.request(a);
    operations.request(b);
    EXPECT_TRUE(gone.empty());
    EXPECT_FALSE(operations.is_registered(a->call));
    operations.add("x", nothing, {.concurrency = 1});
    EXPECT_TRUE(operations.is_registered(a->call));
    EXPECT_EQ(gone, (std::vector<std::string>{"a"}));
    operations.request(c);
    operations.request(d);
    operations.forget(b);
    operations.release(a);
    EXPECT_EQ(gone, (std::vector<std::string>{"a", "c"}));
    operations.add("x", nothing, {.concurrency = 2});
    EXPECT_EQ(gone, (std::vector<std::string>{"a", "c", "d"}));
    operations.release(c);
    operations.release(d);
}

TEST(Places, who_forgets_what_nobody_gave_never_goes) {
    Operations operations;
    std::vector<std::string> gone;
    const auto a = attempt("x", gone, "a");
    operations.request(a);
    operations.forget(a);
    operations.add("x", nothing, {});
    EXPECT_TRUE(gone.empty());
}

TEST(Places, options_that_cannot_be_are_refused) {
    Operations operations;
    const auto refused = [&](std::string name, Operation function, OperationOptions options) {
        try {
            operations.add(std::move(name), std::move(function), options);
        } catch (const Error& error) {
            return error.kind() == errc::invalid_argument;
        }
        return false;
    };
    EXPECT_FALSE(refused("x", nothing, {}));
    EXPECT_TRUE(refused("", nothing, {}));
    EXPECT_TRUE(refused("x", nullptr, {}));
    EXPECT_TRUE(refused("x", nothing, {.concurrency = 0}));
    EXPECT_TRUE(refused("x", nothing, {.timeout = -1s}));
    EXPECT_TRUE(refused("x", nothing, {.retry = {.first_delay = -1s}}));
    EXPECT_TRUE(refused("x", nothing, {.retry = {.factor = 0.5}}));
}

TEST(DelayAfter, grows_by_the_factor_up_to_the_longest) {
    RetryPolicy policy{.first_delay = 100ms, .factor = 3, .max_delay = 1s, .jitter = false};
    EXPECT_EQ(delay_after(policy, 1, 0), 100ms);
    EXPECT_EQ(delay_after(policy, 2, 0), 300ms);
    EXPECT_EQ(delay_after(policy, 3, 0), 900ms);
    EXPECT_EQ(delay_after(policy, 4, 0), 1s);
    EXPECT_EQ(delay_after(policy, UINT32_MAX, 0), 1s);
    policy.factor = 1;
    EXPECT_EQ(delay_after(policy, 1'000'000, 0), 100ms);
}

TEST(DelayAfter, is_drawn_from_the_upper_half_if_it_is_to_be_spread) {
    const RetryPolicy policy{.first_delay = 1s, .max_delay = 10s};
    EXPECT_EQ(delay_after(policy, 1, 0), 500ms);
    EXPECT_EQ(delay_after(policy, 1, UINT64_MAX), 1s);
    base::SeededEntropy entropy(1);
    for (int i = 0; i < 1'000; ++i) {
        const auto delay = delay_after(policy, 3, entropy.number());
        EXPECT_GE(delay, 2s);
        EXPECT_LE(delay, 4s);
    }
}

}  // namespace
}  // namespace zflow::engine::test
