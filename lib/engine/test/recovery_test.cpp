#include "context.hpp"
#include "keys.hpp"
#include "rows.hpp"
#include "sample_programs.hpp"
#include "world.hpp"

#include <zflow/store/block_on.hpp>

#include <gtest/gtest.h>

#include <algorithm>

// How a partition is read back: rules 14 to 16, 24, 25 and 27 of the protocol (README.md).
namespace zflow::engine::test {
namespace {

using model::Value;
using On = store::Operation;

const auto log_name = log_topic(0).name;
const auto rows = runs_namespace(0);
const auto snapshots = snapshots_namespace(0);
const auto checkpoints = checkpoints_namespace();

Options calm(World& world) {
    auto options = world.options();
    options.checkpoint_age = std::chrono::hours(1'000);
    return options;
}

void signal(World& world, Process& process) {
    world.run(process->set_variable("r", "go", Value::int_(1)));
}

std::int64_t signals(World& world, Process& process) {
    return world.run(process->get_variable("r", "count")).as_integer();
}

std::string refusal(World& world) {
    const auto error = world.opening(std::make_shared<Owner>(), world.options()).error();
    return error && error->kind() == errc::refused ? error->sentence() : "(not refused)";
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// Rule 14.
TEST(Recovery, events_that_a_snapshot_has_are_not_applied_again) {
    World world;
    auto first = world.open(calm(world));
    world.start(first, counts_signals(), "r");
    signal(world, first);
    // The row of version 3 is there, the checkpoint is not: frames 2 and 3 are read again.
    world.stores.script({On::put, checkpoints.name, Fate::hold, {}, 0, 1, "0"});
    auto checkpoint = world.spawn(first->checkpoint());
    world.settle();
    EXPECT_EQ(world.versions(rows, "r"), std::vector<store::Timestamp>{3});
    signal(world, first);
    world.crash(first);
    auto second = world.open(calm(world));
    EXPECT_EQ(signals(world, second), 2);
}

// Rule 14.
TEST(Recovery, the_snapshot_of_exactly_the_version_of_the_row_is_taken) {
    World world;
    auto first = world.open(calm(world));
    world.start(first, counts_signals(), "r");
    world.run(first->checkpoint());
    const auto old = world.stored(snapshots, "r").value();
    signal(world, first);
    world.run(first->checkpoint());
    signal(world, first);
    world.crash(first);
    // An older one and a newer one are there too, which nobody has a row for.
    world.put(snapshots, "r", old.value, old.timestamp);
    world.put(snapshots, "r", old.value, 1'000);
    auto second = world.open(calm(world));
    EXPECT_EQ(signals(world, second), 2);
}

// Rule 14.
TEST(Recovery, a_run_without_a_row_begins_with_its_first_event) {
    World world;
    auto first = world.open(calm(world));
    world.start(first, counts_signals(), "r");
    signal(world, first);
    world.crash(first);
    world.put(snapshots, "r", "rubbish of nobody", 3);
    auto second = world.open(calm(world));
    EXPECT_EQ(signals(world, second), 1);
}

// Rule 15.
TEST(Recovery, a_checkpoint_that_an_earlier_owner_makes_meanwhile_is_noticed) {
    World world;
    auto first = world.open(calm(world));
    world.start(first, counts_signals(), "r");
    signal(world, first);
    world.stores.script({On::put, checkpoints.name, Fate::hold, {}, 0, 1, "0"});
    auto checkpoint = world.spawn(first->checkpoint());
    world.settle();

    // The next owner has read that there is no checkpoint, and all rows; then the log is trimmed.
    world.stores.script({On::scan, log_name, Fate::hold});
    auto owner = std::make_shared<Owner>();
    auto opening = world.opening(owner, calm(world));
    world.settle();
    EXPECT_EQ(world.stores.held(), 2U);
    world.stores.let_go(On::put);
    world.settle();
    EXPECT_EQ(world.stores.calls(On::trim, log_name).size(), 1U);
    world.stores.let_go();
    Process second{owner, opening.get()};
    EXPECT_EQ(signals(world, second), 1);
}

// Rule 15.
TEST(Recovery, rows_that_were_read_before_a_checkpoint_moved_are_read_again) {
    World world;
    auto first = world.open(calm(world));
    world.start(first, counts_signals(), "r");
    world.stores.script({On::put, rows.name, Fate::hold});
    auto checkpoint = world.spawn(first->checkpoint());
    world.settle();
    // No rows, no trim before the tail is read, but a checkpoint before the end.
    world.stores.script({On::position, log_name, Fate::hold, {}, 1});
    auto owner = std::make_shared<Owner>();
    auto opening = world.opening(owner, calm(world));
    world.settle();
    EXPECT_EQ(world.stores.held(), 2U);
    const auto scans = world.stores.calls(On::scan_all, rows.name).size();
    world.stores.let_go(On::put);
    world.settle();
    world.stores.let_go();
    Process second{owner, opening.get()};
    EXPECT_EQ(world.stores.calls(On::scan_all, rows.name).size(), scans + 1);
    EXPECT_EQ(signals(world, second), 0);
}

// Rule 15.
TEST(Recovery, who_is_deposed_while_recovering_does_not_serve_what_was_read) {
    World world;
    auto first = world.open(calm(world));
    world.start(first, counts_signals(), "r");
    world.crash(first);
    world.stores.script({On::scan_all, rows.name, Fate::hold});
    auto owner = std::make_shared<Owner>();
    auto opening = world.opening(owner, calm(world));
    world.settle();
    auto second = world.open(calm(world));
    signal(world, second);
    world.crash(second);
    world.stores.let_go();
    Process third{owner, opening.get()};
    EXPECT_TRUE(world.warned_of("another owner took over"));
    EXPECT_EQ(signals(world, third), 1);
}

// Rule 15.
TEST(Recovery, calls_wait_until_it_is_done) {
    World world;
    auto process = world.open(calm(world));
    world.start(process, counts_signals(), "r");
    world.stores.script({On::scan_all, rows.name, Fate::hold});
    world.append(world.foreign_epoch());
    // This one is fenced, and claims again.
    EXPECT_EQ(world.spawn(process->pause("r")).code(), errc::outcome_unknown);
    auto poll = world.spawn(process->poll("r"));
    auto start = world.spawn(process->start(echoes(), {}, {.id = "s"}));
    world.settle();
    EXPECT_FALSE(poll.done());
    EXPECT_FALSE(start.done());
    world.stores.let_go();
    EXPECT_FALSE(poll.get());
    EXPECT_FALSE(start.get().attached);
}

// Rule 15.
TEST(Recovery, a_hole_in_the_log_that_no_checkpoint_explains_stops_the_partition) {
    World world;
    auto first = world.open(calm(world));
    world.start(first, counts_signals(), "r");
    signal(world, first);
    world.crash(first);
    store::block_on(world.stores.indexed().trim(log_topic(0), 1));
    EXPECT_TRUE(has(refusal(world), "frame 1 is missing"));
}

// Rule 15.
TEST(Recovery, a_hole_between_two_pages_is_noticed) {
    World world;
    auto first = world.open(calm(world));
    world.start(first, counts_signals(), "r");
    signal(world, first);
    world.crash(first);
    world.stores.edit_scan = [](std::vector<store::Entry>& entries) {
        std::erase_if(entries, [](const store::Entry& entry) { return entry.index == 2; });
        if (entries.size() > 1) {
            entries.resize(1);
        }
    };
    EXPECT_TRUE(has(refusal(world), "frame 2 is missing"));
}

// Rule 15.
TEST(Recovery, a_missing_snapshot_sets_its_run_aside) {
    World world;
    auto first = world.open(calm(world));
    world.start(first, calls("charge"), "bad");
    world.start(first, holds_a_value(), "good", Value::int_(2));
    world.run(first->checkpoint());
    world.crash(first);
    store::block_on(world.stores.key_value().remove(snapshots, {"bad"}));
    auto second = world.open(calm(world));
    const auto view = world.run(second->show("bad"));
    EXPECT_EQ(view.info.status, Status::parked);
    EXPECT_EQ(view.error, "its snapshot of version 2 is not in the store");
    EXPECT_EQ(world.run(second->get_variable("good", "v")).as_integer(), 2);
}

// Rule 15.
TEST(Recovery, a_store_that_does_not_answer_is_asked_again) {
    World world;
    auto first = world.open(calm(world));
    world.start(first, counts_signals(), "r");
    world.crash(first);
    world.stores.script({On::scan_all, rows.name, Fate::fail, store::errc::unavailable, 0, 3});
    auto second = world.open(calm(world));
    EXPECT_EQ(signals(world, second), 0);
}

/// A run that waits for each thing, recovered from a snapshot only, or from the log only.
class PendingWork : public testing::TestWithParam<bool> {
 protected:
    /// The process crashes and comes back.
    Process again(Process& process) {
        if (GetParam()) {
            world_.run(process->checkpoint());
            EXPECT_TRUE(world_.frames().empty());
        }
        world_.crash(process);
        auto next = world_.open(calm(world_));
        next->operation("charge", desk_.operation());
        world_.settle();
        return next;
    }

    World world_;
    Desk desk_;
};
INSTANTIATE_TEST_SUITE_P(FromLogAndSnapshot, PendingWork, testing::Bool());

// Rule 16.
TEST_P(PendingWork, an_operation_is_called_again_under_the_same_key) {
    auto first = world_.open(calm(world_));
    first->operation("charge", desk_.operation());
    world_.start(first, calls("charge"), "r", Value::int_(3));
    auto second = again(first);
    ASSERT_EQ(desk_.size(), 2U);
    EXPECT_EQ(desk_.at(0).call.operation_id, desk_.at(1).call.operation_id);
    EXPECT_EQ(desk_.at(1).call.attempt, 1U);
    EXPECT_EQ(desk_.at(1).call.input.as_integer(), 3);
    desk_.last().answer(Value::int_(4));
    EXPECT_EQ(number_of(world_.run(second->result("r"))), 4);
}

// Rule 16.
TEST_P(PendingWork, an_operation_between_two_attempts_is_tried_again_at_its_time) {
    auto first = world_.open(calm(world_));
    OperationOptions options;
    options.retry.first_delay = 60s;
    options.retry.jitter = false;
    first->operation("charge", desk_.operation(), options);
    world_.start(first, calls("charge"), "r");
    desk_.at(0).fail_attempt("no");
    world_.settle();
    auto second = again(first);
    EXPECT_EQ(desk_.size(), 1U);
    const auto due = world_.run(second->show("r")).operations.at(0).next_attempt.value();
    EXPECT_EQ(due.seconds, 1'000'000'060);
    world_.pass(50s);
    EXPECT_EQ(desk_.size(), 1U);
    world_.pass(15s);
    ASSERT_EQ(desk_.size(), 2U);
    EXPECT_EQ(desk_.at(1).call.attempt, 2U);
}

// Rule 16.
TEST_P(PendingWork, a_timer_fires) {
    auto first = world_.open(calm(world_));
    world_.start(first, sleeps(100), "r");
    auto second = again(first);
    auto result = world_.spawn(second->result("r"));
    world_.pass(90s);
    EXPECT_FALSE(result.done());
    world_.pass(11s);
    EXPECT_EQ(number_of(result.get()), 5);
}

// Rule 16 (and 24).
TEST_P(PendingWork, a_long_computation_goes_on) {
    auto options = calm(world_);
    options.limits.turn = 1'000;
    auto first = world_.open(options);
    world_.stores.script({On::append_expected, log_name, Fate::hold, {}, 3});
    world_.start(first, computes(2'000), "r");
    world_.settle();
    EXPECT_EQ(world_.events<interpreter::Continue>().size(), 2U);
    if (GetParam()) {
        auto checkpoint = world_.spawn(first->checkpoint());
        world_.settle();
    }
    world_.crash(first);
    auto second = world_.open(options);
    EXPECT_EQ(number_of(world_.run(second->result("r"))), 2'001);
}

// Rule 16.
TEST_P(PendingWork, a_run_whose_main_fiber_waits_for_a_signal_gets_it) {
    auto first = world_.open(calm(world_));
    world_.start(first, counts_signals(), "r");
    auto second = again(first);
    signal(world_, second);
    auto third = again(second);
    EXPECT_EQ(signals(world_, third), 1);
}

// Rule 24.
TEST(Recovery, what_a_turn_was_is_not_changed_by_other_limits_of_a_later_owner) {
    World world;
    auto options = calm(world);
    options.limits.turn = 1'000;
    auto first = world.open(options);
    world.start(first, computes(500), "r");
    world.run(first->result("r"));
    world.start(first, computes(5'000), "aborted");
    world.crash(first);
    options.limits.turn = 1'000'000;
    auto second = world.open(options);
    EXPECT_EQ(number_of(world.run(second->result("r"))), 501);
    EXPECT_EQ(number_of(world.run(second->result("aborted"))), 5'001);
    EXPECT_FALSE(world.warned_of("set aside"));
}

// Rule 24.
TEST(Recovery, an_abort_happens_again_between_the_same_turns) {
    World world;
    auto options = calm(world);
    options.limits.turn = 1'000;
    auto first = world.open(options);
    world.stores.script({On::append_expected, log_name, Fate::hold, {}, 5});
    world.start(first, computes(1'000'000), "r");
    world.settle();
    auto abort = world.spawn(first->abort("r"));
    world.settle();
    world.stores.let_go();
    abort.get();
    const auto outcome = world.run(first->result("r"));
    ASSERT_TRUE(std::holds_alternative<model::Died>(outcome));
    world.crash(first);
    options.limits.turn = 3'000;
    auto second = world.open(options);
    EXPECT_TRUE(identical(world.run(second->result("r")), outcome));
}

// Rule 3 (digests) and 25.
TEST(Recovery, a_replay_that_gives_something_else_sets_the_run_aside) {
    World world;
    auto first = world.open(calm(world));
    world.start(first, counts_signals(), "r");
    world.start(first, holds_a_value(), "good", Value::int_(2));
    signal(world, first);
    world.crash(first);
    world.stores.edit_scan = [](std::vector<store::Entry>& entries) {
        for (auto& entry : entries) {
            auto frame = decode_frame(entry.value).value();
            if (auto* const events = std::get_if<Events>(&frame.content);
                events != nullptr && entry.index == 3) {
                events->digests.at(0) ^= 1U;
                entry.value = encode(frame).value();
            }
        }
    };
    auto second = world.open(calm(world));
    world.stores.edit_scan = nullptr;
    const auto view = world.run(second->show("r"));
    EXPECT_EQ(view.info.status, Status::parked);
    EXPECT_TRUE(has(view.error, "its log, replayed, gives something else")) << view.error;
    EXPECT_EQ(world.run(second->get_variable("good", "v")).as_integer(), 2);
}

/// The log, as another version of the interpreter would have written it.
void edit_interpreter_version(World& world) {
    world.stores.edit_scan = [](std::vector<store::Entry>& entries) {
        for (auto& entry : entries) {
            auto frame = decode_frame(entry.value).value();
            if (auto* const epoch = std::get_if<Epoch>(&frame.content);
                epoch != nullptr && entry.index == 1) {
                epoch->interpreter_version = interpreter_version + 1;
                epoch->engine_version = "9.9";
                entry.value = encode(frame).value();
            }
        }
    };
}

// Rule 25.
TEST(Recovery, a_tail_that_another_version_of_the_interpreter_wrote_is_not_replayed) {
    World world;
    auto first = world.open(calm(world));
    world.start(first, holds_a_value(), "r", Value::int_(2));
    world.crash(first);
    edit_interpreter_version(world);
    const auto sentence = refusal(world);
    EXPECT_TRUE(has(sentence, "was written by version 9.9 of zflow")) << sentence;
    EXPECT_TRUE(has(sentence, "Engine::stop")) << sentence;
}

// Rule 25.
TEST(Recovery, after_an_orderly_stop_there_is_nothing_to_replay) {
    World world;
    auto first = world.open(calm(world));
    world.start(first, holds_a_value(), "r", Value::int_(2));
    world.stop(first);
    const auto frames = world.frames();
    ASSERT_EQ(frames.size(), 1U);
    EXPECT_TRUE(std::holds_alternative<Released>(frames[0].frame.content));
    edit_interpreter_version(world);
    auto second = world.open(calm(world));
    EXPECT_EQ(world.run(second->get_variable("r", "v")).as_integer(), 2);
}

// Rule 25. (What another version wrote is told by the checkpoint if its Epoch frame was trimmed.)
TEST(Recovery, a_tail_behind_a_checkpoint_of_another_version_is_not_replayed) {
    World world;
    auto first = world.open(calm(world));
    world.start(first, holds_a_value(), "r", Value::int_(2));
    world.run(first->checkpoint());
    world.run(first->set_variable("r", "v", Value::int_(3)));
    world.crash(first);
    const auto row = world.stored(checkpoints, "0").value();
    auto checkpoint = decode_checkpoint(row.value).value();
    checkpoint.epoch.interpreter_version = interpreter_version + 1;
    checkpoint.epoch.engine_version = "9.9";
    world.put(checkpoints, "0", encode(checkpoint).value(), row.timestamp);
    EXPECT_TRUE(has(refusal(world), "was written by version 9.9 of zflow"));
}

// Rule 27.
TEST(Recovery, a_program_is_in_the_store_before_the_first_run_of_it_is_in_the_log) {
    World world;
    auto process = world.open(calm(world));
    const auto before = world.position();
    world.stores.script({On::put, programs_namespace().name, Fate::made_hold, {}, 0, 2});
    auto first = world.spawn(process->start(echoes(), {}, {.id = "a"}));
    auto second = world.spawn(process->start(echoes(), {}, {.id = "b"}));
    world.settle();
    EXPECT_EQ(world.position(), before);
    world.stores.let_go();
    first.get();
    second.get();
    world.start(process, echoes(), "c");
    EXPECT_EQ(world.events<Begin>().size(), 3U);
}

// Rule 27.
TEST(Recovery, a_run_whose_program_could_not_be_stored_does_not_begin) {
    World world;
    auto process = world.open(calm(world));
    const auto before = world.position();
    world.stores.script({On::put, programs_namespace().name, Fate::fail, store::errc::outcome_unknown});
    EXPECT_EQ(world.spawn(process->start(echoes(), {}, {.id = "a"})).code(), errc::unavailable);
    EXPECT_EQ(world.position(), before);
    world.start(process, echoes(), "a");
}

}  // namespace
}  // namespace zflow::engine::test
