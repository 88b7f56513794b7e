#include "run_table.hpp"

#include "digest.hpp"
#include "sample_programs.hpp"

#include <zflow/interpreter/snapshot.hpp>

#include <gtest/gtest.h>

#include <map>
#include <string>

// What events make of runs, without a store and a clock: rules 17, 20, 21, 23 and 25 of the protocol
// (README.md).
namespace zflow::engine::test {
namespace {

using interpreter::AttemptFailed;
using interpreter::OperationCompleted;
using interpreter::TimerFired;
using model::Value;
using Life = RunRecord::Life;

class RunTableTest : public testing::Test {
 protected:
    using Program = std::shared_ptr<const interpreter::Program>;

    Effect begin(const Program& program, const std::string& id = "r", model::Uuid birth = {1, 2}) {
        programs_[program->id()] = program;
        return apply({id, birth},
                     Begin{.input = Value::int_(1), .program = program->id(), .input_hash = {}, .tags = {}});
    }
    Effect apply(const FrameRun& run, const EventBody& body) {
        ++index_;
        return table_.apply(index_, {1'000'000'000 + static_cast<std::int64_t>(index_), 0}, epoch_, run,
                            body);
    }
    std::string bytes() { return interpreter::state_to_binary(*table_.find("r")->state).value(); }

    std::map<codec::ProgramId, Program> programs_;
    RunTable table_{[this](const codec::ProgramId& id) {
        const auto found = programs_.find(id);
        return found == programs_.end() ? nullptr : found->second;
    }};
    Epoch epoch_;
    std::uint64_t index_ = 0;
};

const FrameRun us{"r", {1, 2}};
const FrameRun other_life{"r", {3, 4}};

TEST_F(RunTableTest, a_run_has_the_version_and_time_of_the_last_event_that_changed_it) {
    begin(calls("charge"));
    EXPECT_EQ(table_.find("r")->version, 1U);
    apply({"nobody", {}}, interpreter::Pause{});
    apply(us, interpreter::Pause{});
    EXPECT_EQ(table_.find("r")->version, 3U);
    EXPECT_EQ(table_.find("r")->changed.seconds, 1'000'000'003);
    EXPECT_EQ(table_.find("r")->status(), Status::paused);
    EXPECT_TRUE(table_.find("r")->dirty);
}

// Rule 2.
TEST_F(RunTableTest, a_begin_of_a_run_that_is_there_changes_nothing) {
    begin(calls("charge"));
    const auto before = bytes();
    const auto effect = begin(sleeps(5), "r", {3, 4});
    EXPECT_FALSE(effect.applied);
    EXPECT_TRUE(effect.actions.empty());
    EXPECT_EQ(bytes(), before);
    EXPECT_EQ(table_.find("r")->version, 1U);
    EXPECT_EQ(table_.find("r")->birth, us.birth);
}

// Rule 20.
TEST_F(RunTableTest, events_of_another_birth_are_ignored) {
    begin(calls("charge"));
    const auto before = bytes();
    for (const EventBody& body :
         {EventBody(OperationCompleted{1, 1, false, Value::int_(9)}), EventBody(interpreter::Abort{}),
          EventBody(interpreter::Pause{}), EventBody(Remove{})}) {
        EXPECT_FALSE(apply(other_life, body).applied);
    }
    EXPECT_EQ(bytes(), before);
    EXPECT_EQ(table_.find("r")->version, 1U);
    EXPECT_EQ(table_.find("r")->life, Life::live);
}

// Rule 20.
TEST_F(RunTableTest, a_second_life_draws_other_random_numbers_and_knows_nothing_of_the_first) {
    begin(calls("charge"));
    const auto first = bytes();
    apply(us, Remove{});
    EXPECT_EQ(table_.find("r")->life, Life::removed);
    EXPECT_TRUE(begin(calls("charge"), "r", {3, 4}).applied);
    EXPECT_NE(bytes(), first);
    EXPECT_EQ(table_.find("r")->state->birth, other_life.birth);
    EXPECT_FALSE(apply(us, OperationCompleted{1, 1, false, Value::int_(9)}).applied);
    EXPECT_EQ(table_.find("r")->life, Life::live);
}

// Rule 21.
TEST_F(RunTableTest, an_answer_to_an_operation_that_is_not_pending_changes_nothing) {
    begin(calls_both("one", "two"));
    apply(us, OperationCompleted{1, 1, false, Value::int_(5)});
    ASSERT_EQ(table_.find("r")->state->operations.size(), 1U);
    EXPECT_EQ(interpreter::pending_calls(*table_.find("r")->state).at(0).input.as_integer(), 5);
    const auto effect = apply(us, OperationCompleted{1, 1, false, Value::int_(9)});
    EXPECT_TRUE(effect.actions.empty());
    EXPECT_EQ(interpreter::pending_calls(*table_.find("r")->state).at(0).input.as_integer(), 5);
}

// Rule 21.
TEST_F(RunTableTest, the_failure_of_an_attempt_that_is_not_the_current_one_changes_nothing) {
    begin(calls("one"));
    EXPECT_EQ(apply(us, AttemptFailed{1, 1, {1'000'000'100, 0}}).actions.size(), 1U);
    EXPECT_TRUE(apply(us, AttemptFailed{1, 1, {1'000'000'200, 0}}).actions.empty());
    EXPECT_EQ(table_.find("r")->state->operations.at(1).attempt, 2U);
    EXPECT_EQ(table_.find("r")->state->timers.size(), 1U);
}

// Rule 23.
TEST_F(RunTableTest, a_timer_that_is_not_armed_changes_nothing) {
    begin(sleeps(1'000));
    const auto steps = table_.find("r")->state->steps;
    EXPECT_TRUE(apply(us, TimerFired{99}).actions.empty());
    EXPECT_EQ(table_.find("r")->state->timers.size(), 1U);
    EXPECT_EQ(table_.find("r")->state->steps, steps);
    EXPECT_EQ(table_.find("r")->status(), Status::running);
}

// Rule 17. (Remove asks for nothing in the log; the owner has looked whether the run may go.)
TEST_F(RunTableTest, a_remove_is_done_whatever_became_of_the_run) {
    begin(sleeps(5));
    EXPECT_TRUE(apply(us, Remove{}).applied);
    EXPECT_EQ(table_.find("r")->life, Life::removed);
    EXPECT_EQ(table_.loaded(), 0U);
    EXPECT_FALSE(apply(us, Remove{}).applied);
    // One whose result only the store has leaves a tombstone, too.
    EXPECT_TRUE(apply({"stored", {7, 8}}, Remove{}).applied);
    EXPECT_EQ(table_.find("stored")->life, Life::removed);
    EXPECT_TRUE(table_.find("stored")->result_may_exist);
    EXPECT_TRUE(table_.find("stored")->dirty);
}

// Rule 25.
TEST_F(RunTableTest, a_defect_of_the_interpreter_sets_the_run_aside) {
    begin(calls("charge"));
    auto& fiber = table_.find("r")->state->fibers.begin()->second;
    fiber.stack.push_back({.kind = interpreter::FrameKind::branch,
                           .after = {},
                           .node = 0,
                           .step = 0,
                           .target = 0,
                           .version = 0,
                           .environment = {},
                           .value = {}});
    const auto effect = apply(us, OperationCompleted{1, 1, false, Value::int_(5)});
    EXPECT_TRUE(effect.applied);
    EXPECT_TRUE(effect.actions.empty());
    auto& record = *table_.find("r");
    EXPECT_EQ(record.life, Life::parked);
    EXPECT_NE(record.error->find("the interpreter could not apply an event"), std::string::npos);
    EXPECT_EQ(record.version, 2U);
    EXPECT_EQ(record.status(), Status::parked);
    EXPECT_FALSE(apply(us, interpreter::Pause{}).applied);
    EXPECT_EQ(record.version, 2U);
    EXPECT_TRUE(apply(us, Remove{}).applied);
}

TEST_F(RunTableTest, a_run_whose_program_is_lost_is_set_aside) {
    const auto effect = apply(us, Begin{.input = {}, .program = {1, 2, 3}, .input_hash = {}, .tags = {}});
    EXPECT_TRUE(effect.applied);
    EXPECT_EQ(table_.find("r")->life, Life::parked);
}

TEST_F(RunTableTest, a_run_that_has_ended_lets_go_of_its_state_and_keeps_its_outcome) {
    begin(echoes());
    const auto& record = *table_.find("r");
    EXPECT_EQ(record.life, Life::finished);
    EXPECT_EQ(record.state, nullptr);
    EXPECT_EQ(table_.loaded(), 0U);
    EXPECT_EQ(record.status(), Status::succeeded);
    EXPECT_EQ(record.info().finished, (model::Instant{1'000'000'001, 0}));
    EXPECT_FALSE(apply(us, interpreter::Abort{}).applied);
}

// Rule 24.
TEST_F(RunTableTest, limits_are_those_of_the_epoch) {
    epoch_.limits.turn = 1'000;
    begin(computes(5'000));
    EXPECT_TRUE(table_.find("r")->state->runnable());
    EXPECT_EQ(table_.find("r")->state->limits.turn, 1'000U);
    for (int i = 0; i < 200 && table_.find("r")->life == Life::live; ++i) {
        apply(us, interpreter::Continue{});
    }
    EXPECT_EQ(table_.find("r")->status(), Status::succeeded);
}

// Rule 3.
TEST_F(RunTableTest, digests_tell_what_a_frame_did_and_begin_anew_with_the_next) {
    const std::vector<FrameRun> runs{us, {"nobody", {}}};
    begin(calls_both("one", "two"));
    const auto first = table_.take_digests(runs);
    ASSERT_EQ(first.size(), 2U);
    EXPECT_NE(first[0], 0U);
    EXPECT_EQ(first[1], 0U);
    EXPECT_EQ(table_.take_digests(runs), (std::vector<std::uint32_t>{0, 0}));

    const auto after = [&](std::int32_t answer) {
        RunTable table([this](const codec::ProgramId& id) { return programs_.at(id); });
        const Begin begins{
            .input = Value::int_(1), .program = calls_both("one", "two")->id(), .input_hash = {}, .tags = {}};
        programs_[begins.program] = calls_both("one", "two");
        table.apply(1, {1, 0}, epoch_, us, begins);
        table.apply(1, {1, 0}, epoch_, us, OperationCompleted{1, 1, false, Value::int_(answer)});
        return table.take_digests(runs).at(0);
    };
    EXPECT_EQ(after(5), after(5));
    EXPECT_NE(after(5), after(6));
}

// Rule 3.
TEST(Digest, is_another_one_for_every_other_thing_that_is_done) {
    using namespace interpreter;
    const auto state = make_state(echoes());
    const auto of = [&](std::vector<Action> actions) { return digest(0, state, actions); };
    Call call;
    call.name = "a";
    auto other = call;
    other.input = Value::int_(1);
    const std::vector<std::uint32_t> all{
        of({}),
        of({call}),
        of({other}),
        of({Cancel{1}}),
        of({Cancel{2}}),
        of({ArmTimer{1, {1, 0}}}),
        of({ArmTimer{1, {2, 0}}}),
        of({DropTimer{1, {1, 0}}}),
        of({Finished{model::Succeeded{Value::int_(1)}}}),
        of({Finished{model::Succeeded{Value::int_(2)}}}),
        of({interpreter::Log{"f", "a"}}),
        of({interpreter::Log{"f", "b"}}),
        of({Cancel{1}, Cancel{2}}),
        of({Cancel{2}, Cancel{1}}),
        digest(1, state, {}),
    };
    for (std::size_t i = 0; i < all.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            EXPECT_NE(all[i], all[j]) << i << " " << j;
        }
    }
    auto later = make_state(echoes());
    later.steps = 1;
    EXPECT_NE(digest(0, later, {}), all[0]);
}

}  // namespace
}  // namespace zflow::engine::test
