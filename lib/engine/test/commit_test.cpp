#include "keys.hpp"
#include "sample_programs.hpp"
#include "world.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <utility>

// How events come into the log, and what is told of them: rules 1 to 5 of the protocol (README.md).
namespace zflow::engine::test {
namespace {

using model::Value;
using On = store::Operation;

const auto log_name = log_topic(0).name;

Value bytes(std::size_t count) {
    return Value::binary(std::string(count, 'x'));
}

// Rule 1.
TEST(Commit, nothing_is_seen_or_done_before_its_append) {
    World world;
    Desk desk;
    auto process = world.open();
    process->operation("charge", desk.operation());
    world.stores.script({On::append_expected, log_name, Fate::hold});
    auto started = world.spawn(process->start(calls("charge"), Value::int_(1), {.id = "r"}));
    world.settle();
    EXPECT_FALSE(started.done());
    EXPECT_EQ(world.spawn(process->show("r")).code(), errc::not_found);
    EXPECT_EQ(world.spawn(process->poll("r")).code(), errc::not_found);
    EXPECT_EQ(desk.size(), 0U);
    world.stores.let_go();
    world.settle();
    EXPECT_TRUE(started.done());
    EXPECT_EQ(desk.size(), 1U);
}

// Rule 1.
TEST(Commit, a_result_is_told_only_when_it_is_in_the_log) {
    World world;
    Desk desk;
    auto process = world.open();
    process->operation("charge", desk.operation());
    world.start(process, calls("charge"), "r");
    auto result = world.spawn(process->result("r"));
    world.stores.script({On::append_expected, log_name, Fate::hold});
    desk.last().answer(Value::int_(7));
    world.settle();
    EXPECT_FALSE(result.done());
    EXPECT_FALSE(world.run(process->poll("r")));
    world.crash(process);

    auto next = world.open();
    next->operation("charge", desk.operation());
    world.settle();
    ASSERT_EQ(desk.size(), 2U);
    desk.last().answer(Value::int_(8));
    EXPECT_EQ(number_of(world.run(next->result("r"))), 8);
}

// Rule 2. (A second start is no event of its own: it waits for the first one's.)
TEST(Commit, a_second_start_is_answered_when_the_first_one_is_in_the_log) {
    World world;
    auto process = world.open();
    world.stores.script({On::append_expected, log_name, Fate::hold});
    auto first = world.spawn(process->start(calls("charge"), Value::int_(1), {.id = "r"}));
    world.settle();
    auto second = world.spawn(process->start(calls("charge"), Value::int_(1), {.id = "r"}));
    world.settle();
    EXPECT_FALSE(second.done());
    world.stores.let_go();
    EXPECT_FALSE(first.get().attached);
    EXPECT_TRUE(second.get().attached);
    EXPECT_EQ(world.events<Begin>().size(), 1U);
}

// Rule 2.
TEST(Commit, a_variable_has_its_old_value_until_the_new_one_is_in_the_log) {
    World world;
    auto process = world.open();
    world.start(process, holds_a_value(), "r", Value::int_(1));
    world.stores.script({On::append_expected, log_name, Fate::hold});
    auto set = world.spawn(process->set_variable("r", "v", Value::int_(2)));
    world.settle();
    EXPECT_EQ(world.run(process->get_variable("r", "v")).as_integer(), 1);
    EXPECT_FALSE(set.done());
    world.stores.let_go();
    set.get();
    EXPECT_EQ(world.run(process->get_variable("r", "v")).as_integer(), 2);
}

// Rule 3.
TEST(Commit, an_input_that_does_not_fit_into_a_value_is_refused_and_nothing_happens) {
    World world(64 << 10);
    auto process = world.open();
    const auto before = world.position();
    auto started = world.spawn(process->start(echoes(), bytes(64 << 10), {.id = "r"}));
    const auto error = started.error().value();
    EXPECT_EQ(error.kind(), errc::too_large);
    EXPECT_EQ(error.run(), "r");
    EXPECT_EQ(world.position(), before);
    EXPECT_EQ(world.spawn(process->show("r")).code(), errc::not_found);
    world.start(process, echoes(), "r", bytes(32 << 10));
    EXPECT_EQ(world.spawn(process->set_variable("r", "v", bytes(64 << 10))).code(), errc::not_found);
}

// Rule 3.
TEST(Commit, a_variable_that_does_not_fit_into_a_value_is_refused_and_the_run_goes_on) {
    World world(64 << 10);
    auto process = world.open();
    world.start(process, holds_a_value(), "r", Value::int_(1));
    EXPECT_EQ(world.spawn(process->set_variable("r", "v", bytes(64 << 10))).code(), errc::too_large);
    world.run(process->set_variable("r", "v", bytes(32 << 10)));
    EXPECT_EQ(world.run(process->get_variable("r", "v")).as_binary().size(), 32U << 10);
}

// Rule 3.
TEST(Commit, a_result_of_an_operation_that_does_not_fit_is_a_failure_of_that_operation) {
    World world(64 << 10);
    Desk desk;
    auto process = world.open();
    process->operation("charge", desk.operation());
    world.start(process, calls("charge"), "r");
    desk.last().answer(bytes(64 << 10));
    const auto outcome = world.run(process->result("r"));
    const auto* const failed = std::get_if<model::Failed>(&outcome);
    ASSERT_NE(failed, nullptr);
    const auto completed = world.events<interpreter::OperationCompleted>();
    ASSERT_EQ(completed.size(), 1U);
    EXPECT_TRUE(completed[0].failed);
}

// Rule 3.
TEST(Commit, events_that_do_not_fit_into_one_frame_go_into_several) {
    World world(64 << 10);
    auto process = world.open();
    world.start(process, holds_a_value(), "r", Value::int_(1));
    world.stores.script({On::append_expected, log_name, Fate::hold});
    std::vector<Future<void>> sets;
    for (int i = 0; i < 8; ++i) {
        sets.push_back(world.spawn(process->set_variable("r", "v", bytes(20'000))));
        world.settle();
    }
    world.stores.let_go();
    for (auto& set : sets) {
        set.get();
    }
    EXPECT_EQ(world.events<interpreter::SetVariable>().size(), 8U);
    for (const auto& call : world.stores.calls(On::append_expected, log_name)) {
        EXPECT_LE(call.bytes.size(), 64U << 10);
    }
}

// Rule 3.
TEST(Commit, every_frame_has_a_token_of_its_own_and_digests_of_the_frame_before) {
    World world;
    auto process = world.open();
    world.start(process, holds_a_value(), "a");
    world.start(process, holds_a_value(), "b");
    world.run(process->set_variable("a", "v", Value::int_(2)));
    std::set<std::pair<std::uint64_t, std::uint64_t>> tokens;
    std::vector<std::size_t> digests;
    const auto frames = world.frames();
    for (const auto& stored : frames) {
        tokens.insert({stored.frame.token.high, stored.frame.token.low});
        EXPECT_EQ(stored.frame.epoch, frames.front().index);
        if (const auto* const events = std::get_if<Events>(&stored.frame.content)) {
            digests.push_back(events->digests.size());
        }
    }
    EXPECT_EQ(tokens.size(), frames.size());
    EXPECT_EQ(digests, (std::vector<std::size_t>{0, 1, 1}));
}

// Rule 4.
TEST(Commit, an_unknown_append_is_repeated_with_the_same_bytes_at_the_same_place) {
    World world;
    auto process = world.open();
    const auto claims = world.stores.calls(On::append_expected, log_name).size();
    world.stores.script({On::append_expected, log_name, Fate::fail, store::errc::outcome_unknown, 0, 3});
    auto first = world.spawn(process->start(holds_a_value(), {}, {.id = "a"}));
    world.settle();
    auto second = world.spawn(process->start(holds_a_value(), {}, {.id = "b"}));
    first.get();
    second.get();
    const auto calls = world.stores.calls(On::append_expected, log_name);
    ASSERT_EQ(calls.size(), claims + 5);
    for (std::size_t i = claims; i < claims + 4; ++i) {
        EXPECT_EQ(calls[i].bytes, calls[claims].bytes);
        EXPECT_EQ(calls[i].version, calls[claims].version);
    }
    EXPECT_EQ(calls.back().version, calls[claims].version + 1);
}

// Rule 4.
TEST(Commit, an_unknown_append_that_was_made_is_found_by_its_token_and_not_made_twice) {
    World world;
    Desk desk;
    auto process = world.open();
    process->operation("charge", desk.operation());
    world.stores.script({On::append_expected, log_name, Fate::made_fail});
    EXPECT_FALSE(world.start(process, calls("charge"), "r").attached);
    EXPECT_EQ(world.events<Begin>().size(), 1U);
    EXPECT_EQ(desk.size(), 1U);
    EXPECT_FALSE(world.warned_of("another owner"));
}

// Rule 4.
TEST(Commit, an_unknown_append_that_lands_before_it_is_repeated_is_ours) {
    World world;
    auto process = world.open();
    world.stores.script({On::append_expected, log_name, Fate::late});
    auto started = world.spawn(process->start(holds_a_value(), {}, {.id = "r"}));
    world.settle();
    EXPECT_FALSE(started.done());
    world.land();
    EXPECT_FALSE(started.get().attached);
    EXPECT_EQ(world.events<Begin>().size(), 1U);
}

// Rule 4.
TEST(Commit, an_unknown_append_that_lands_after_it_was_repeated_changes_nothing) {
    World world;
    auto process = world.open();
    world.stores.script({On::append_expected, log_name, Fate::late});
    world.start(process, holds_a_value(), "a");
    world.land();
    world.start(process, holds_a_value(), "b");
    EXPECT_EQ(world.events<Begin>().size(), 2U);
}

// Rule 4.
TEST(Commit, looking_at_what_is_there_is_repeated_until_it_answers) {
    World world;
    auto process = world.open();
    world.stores.script({On::append_expected, log_name, Fate::made_fail});
    world.stores.script({On::scan, log_name, Fate::fail, store::errc::unavailable, 0, 3});
    EXPECT_FALSE(world.start(process, holds_a_value(), "r").attached);
    EXPECT_EQ(world.events<Begin>().size(), 1U);
}

// Rule 4.
TEST(Commit, a_conflict_over_something_that_is_gone_means_that_another_one_owns_the_log) {
    World world;
    auto process = world.open();
    world.stores.script({On::append_expected, log_name, Fate::made_fail});
    world.stores.edit_scan = [gone = false](std::vector<store::Entry>& entries) mutable {
        if (!std::exchange(gone, true)) {
            entries.clear();
        }
    };
    auto started = world.spawn(process->start(holds_a_value(), {}, {.id = "r"}));
    world.until([&] { return world.warned_of("another owner took over"); });
    EXPECT_EQ(started.code(), errc::outcome_unknown);
    EXPECT_TRUE(world.start(process, holds_a_value(), "r").attached);
}

// Rule 4.
TEST(Commit, a_call_whose_append_stays_unknown_is_told_so_and_what_waits_behind_it_that_nothing_was_done) {
    World world;
    auto process = world.open();
    world.stores.script(
        {On::append_expected, log_name, Fate::fail, store::errc::outcome_unknown, 0, 100'000});
    auto first = world.spawn(process->start(holds_a_value(), {}, {.id = "a"}));
    world.settle();
    auto second = world.spawn(process->start(holds_a_value(), {}, {.id = "b"}));
    const auto unknown = first.error().value();
    EXPECT_EQ(unknown.kind(), errc::outcome_unknown);
    EXPECT_EQ(unknown.run(), "a");
    EXPECT_EQ(second.code(), errc::unavailable);
    world.stores.forget_script();
    // A second start comes behind the first one in the log, and finds it.
    EXPECT_TRUE(world.start(process, holds_a_value(), "a").attached);
    EXPECT_EQ(world.spawn(process->poll("b")).code(), errc::not_found);
}

// Rule 4 (and 28).
TEST(Commit, a_start_behind_one_that_stayed_unknown_does_not_take_the_run_for_its_own) {
    World world;
    auto process = world.open();
    world.stores.script(
        {On::append_expected, log_name, Fate::fail, store::errc::outcome_unknown, 0, 100'000});
    EXPECT_EQ(world.spawn(process->start(holds_a_value(), {}, {.id = "a"})).code(), errc::outcome_unknown);
    auto other = world.spawn(process->start(holds_a_value(), Value::int_(2), {.id = "a"}));
    world.settle();
    world.stores.forget_script();
    EXPECT_EQ(other.code(), errc::conflict);
}

// Rule 4.
TEST(Commit, an_append_that_the_store_has_no_time_for_is_tried_again) {
    for (const auto error : {store::errc::unavailable, store::errc::throttled, store::errc::cancelled}) {
        World world;
        auto process = world.open();
        world.stores.script({On::append_expected, log_name, Fate::fail, error, 0, 5});
        EXPECT_FALSE(world.start(process, holds_a_value(), "r").attached);
        EXPECT_EQ(world.events<Begin>().size(), 1U);
        EXPECT_EQ(world.stores.opened, 1);
    }
}

// Rule 4.
TEST(Commit, a_store_that_takes_no_more_is_opened_again_by_all_partitions_and_runs_go_on) {
    World world;
    Desk desk;
    auto options = world.options();
    options.partitions = 4;
    auto process = world.open(options);
    process->operation("charge", desk.operation());
    for (const auto* const id : {"a", "b", "c", "d", "e", "f"}) {
        world.start(process, calls("charge"), id);
    }
    EXPECT_EQ(desk.size(), 6U);
    const auto partition = partition_of("a", 4);
    world.stores.script({On::append_expected, log_topic(partition).name, Fate::fail, store::errc::read_only});
    desk.at(0).answer(Value::int_(1));
    world.settle();
    world.stores.open_failures = 2;
    world.until([&] { return process->ownership().owned == 4; });
    EXPECT_EQ(world.stores.opened, 4);
    world.settle();
    EXPECT_EQ(desk.size(), 12U);
    for (std::size_t i = 6; i < 12; ++i) {
        desk.at(i).answer(Value::int_(static_cast<std::int32_t>(i)));
    }
    EXPECT_GE(number_of(world.run(process->result("a"))), 6);
    EXPECT_GE(number_of(world.run(process->result("f"))), 6);
}

// Rule 4.
TEST(Commit, a_frame_that_a_broken_store_had_taken_all_the_same_is_there_after_it_was_opened_again) {
    World world;
    auto process = world.open();
    world.stores.script({On::append_expected, log_name, Fate::made_fail, store::errc::read_only});
    EXPECT_EQ(world.spawn(process->start(holds_a_value(), {}, {.id = "r"})).code(), errc::outcome_unknown);
    EXPECT_TRUE(world.start(process, holds_a_value(), "r").attached);
    EXPECT_EQ(world.events<Begin>().size(), 1U);
}

// Rule 5.
TEST(Commit, who_is_fenced_carries_nothing_over_and_says_so) {
    World world;
    Desk desk;
    auto process = world.open();
    process->operation("charge", desk.operation());
    world.start(process, calls("charge"), "old");
    auto result = world.spawn(process->result("old"));
    world.stores.script({On::append_expected, log_name, Fate::hold});
    auto in_flight = world.spawn(process->start(holds_a_value(), {}, {.id = "a"}));
    world.settle();
    auto queued = world.spawn(process->start(holds_a_value(), {}, {.id = "b"}));
    world.settle();
    world.append(world.foreign_epoch());
    world.stores.let_go();
    EXPECT_EQ(in_flight.code(), errc::outcome_unknown);
    EXPECT_EQ(queued.code(), errc::unavailable);
    EXPECT_TRUE(desk.at(0).cancelled);
    // On a store that one process holds it claims again at once, and goes on from the log.
    world.settle();
    EXPECT_TRUE(world.warned_of("another owner took over"));
    EXPECT_EQ(world.spawn(process->poll("a")).code(), errc::not_found);
    EXPECT_EQ(world.spawn(process->poll("b")).code(), errc::not_found);
    ASSERT_EQ(desk.size(), 2U);
    desk.last().answer(Value::int_(3));
    EXPECT_EQ(number_of(result.get()), 3);
    EXPECT_EQ(world.events<Begin>().size(), 1U);
}

// Rule 5.
TEST(Commit, what_an_operation_answers_to_a_fenced_owner_is_not_written) {
    World world;
    Desk desk;
    auto process = world.open();
    process->operation("charge", desk.operation());
    world.start(process, calls("charge"), "r");
    world.append(world.foreign_epoch());
    desk.at(0).answer(Value::int_(1));
    world.until([&] { return desk.size() == 2; });
    EXPECT_TRUE(world.events<interpreter::OperationCompleted>().empty());
    desk.at(1).answer(Value::int_(2));
    EXPECT_EQ(number_of(world.run(process->result("r"))), 2);
}

}  // namespace
}  // namespace zflow::engine::test
