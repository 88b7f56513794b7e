#include "keys.hpp"
#include "rows.hpp"
#include "sample_programs.hpp"
#include "world.hpp"

#include <zflow/store/block_on.hpp>

#include <gtest/gtest.h>

#include <algorithm>

// What checkpoints write, in which order, and what they take away: rules 8 to 11, 13 and 29 of the protocol
// (README.md).
namespace zflow::engine::test {
namespace {

using model::Value;
using store::Timestamp;
using On = store::Operation;
using Versions = std::vector<Timestamp>;

const auto log_name = log_topic(0).name;
const auto rows = runs_namespace(0);
const auto snapshots = snapshots_namespace(0);
const auto checkpoints = checkpoints_namespace();

/// No checkpoint that nobody asked for.
Options calm(World& world) {
    auto options = world.options();
    options.checkpoint_age = std::chrono::hours(1'000);
    return options;
}

RunRow row_of(World& world, const std::string& id) {
    return std::get<RunRow>(decode_runs_value(world.stored(rows, id).value().value).value());
}

void signal(World& world, Process& process) {
    world.run(process->set_variable("r", "go", Value::int_(1)));
}

std::int64_t signals(World& world, Process& process) {
    return world.run(process->get_variable("r", "count")).as_integer();
}

// Rule 8.
TEST(Checkpoint, a_row_has_the_index_of_the_last_frame_that_changed_its_run) {
    World world;
    auto process = world.open(calm(world));
    world.start(process, holds_a_value(), "a");
    world.start(process, holds_a_value(), "b");
    world.run(process->checkpoint());
    EXPECT_EQ(world.versions(rows, "a"), Versions{2});
    EXPECT_EQ(world.versions(snapshots, "a"), Versions{2});
    EXPECT_EQ(world.versions(rows, "b"), Versions{3});
    EXPECT_EQ(world.versions(checkpoints, "0"), Versions{3});
    world.run(process->set_variable("a", "v", Value::int_(1)));
    world.run(process->checkpoint());
    EXPECT_EQ(world.versions(rows, "a"), Versions{4});
    EXPECT_EQ(world.versions(rows, "b"), Versions{3});
    EXPECT_EQ(world.versions(checkpoints, "0"), Versions{4});
}

// Rule 8.
TEST(Checkpoint, rows_and_snapshots_do_not_say_when_they_were_written) {
    const auto written = [](std::chrono::seconds later) {
        World world;
        auto process = world.open(calm(world));
        world.start(process, calls("charge"), "r");
        world.pass(later);
        world.run(process->checkpoint());
        return std::pair(world.stored(rows, "r")->value, world.stored(snapshots, "r")->value);
    };
    EXPECT_EQ(written(0s), written(1'000s));
}

// Rule 8.
TEST(Checkpoint, another_owner_writes_the_same_under_the_same_version) {
    World world;
    auto first = world.open(calm(world));
    world.start(first, calls("charge"), "r");
    world.stores.script({On::put, checkpoints.name, Fate::hold});
    auto checkpoint = world.spawn(first->checkpoint());
    world.settle();
    world.crash(first);
    const auto row = world.stored(rows, "r").value();
    const auto snapshot = world.stored(snapshots, "r").value();
    store::block_on(world.stores.key_value().remove(rows, {"r"}));
    store::block_on(world.stores.key_value().remove(snapshots, {"r"}));

    auto second = world.open(calm(world));
    world.run(second->checkpoint());
    EXPECT_EQ(world.stored(rows, "r"), row);
    EXPECT_EQ(world.stored(snapshots, "r"), snapshot);
}

// Rule 8.
TEST(Checkpoint, what_happens_while_a_snapshot_is_written_is_not_in_it_and_not_lost) {
    World world;
    auto process = world.open(calm(world));
    world.start(process, counts_signals(), "r");
    signal(world, process);
    world.stores.script({On::put, snapshots.name, Fate::hold});
    auto checkpoint = world.spawn(process->checkpoint());
    world.settle();
    signal(world, process);
    world.stores.let_go();
    checkpoint.get();
    EXPECT_EQ(world.versions(rows, "r"), Versions{3});
    world.crash(process);
    auto next = world.open(calm(world));
    EXPECT_EQ(signals(world, next), 2);
}

// Rule 9.
TEST(Checkpoint, a_row_is_put_when_its_snapshot_is_acknowledged) {
    World world;
    auto process = world.open(calm(world));
    world.start(process, holds_a_value(), "r");
    world.stores.script({On::put, snapshots.name, Fate::made_hold});
    auto checkpoint = world.spawn(process->checkpoint());
    world.settle();
    EXPECT_EQ(world.stores.held(), 1U);
    EXPECT_TRUE(world.stores.calls(On::put, rows.name).empty());
    world.stores.let_go();
    checkpoint.get();
    EXPECT_EQ(world.stores.calls(On::put, rows.name).size(), 1U);
}

// Rules 9 and 10.
TEST(Checkpoint, a_snapshot_of_which_nobody_knows_whether_it_is_there_is_put_again_before_its_row) {
    World world;
    auto process = world.open(calm(world));
    world.start(process, holds_a_value(), "r");
    world.stores.script({On::put, snapshots.name, Fate::late, store::errc::outcome_unknown, 0, 2});
    world.run(process->checkpoint());
    EXPECT_EQ(world.stores.calls(On::put, snapshots.name).size(), 3U);
    const auto& calls = world.stores.all_calls();
    const auto acknowledged = std::ranges::find_if(calls, [](const StoreCall& call) {
        return call.operation == On::put && call.place == snapshots.name && call.done;
    });
    const auto row = std::ranges::find_if(
        calls, [](const StoreCall& call) { return call.operation == On::put && call.place == rows.name; });
    EXPECT_LT(std::distance(calls.begin(), acknowledged), std::distance(calls.begin(), row));
}

// Rule 9.
TEST(Checkpoint, a_snapshot_without_its_row_is_nothing) {
    World world;
    auto process = world.open(calm(world));
    world.start(process, holds_a_value(), "r", Value::int_(1));
    world.run(process->checkpoint());
    world.crash(process);
    world.put(snapshots, "r", "rubbish", 50);
    world.put(snapshots, "ghost", "rubbish", 50);
    auto next = world.open(calm(world));
    EXPECT_EQ(world.run(next->get_variable("r", "v")).as_integer(), 1);
    EXPECT_EQ(world.spawn(next->show("ghost")).code(), errc::not_found);
}

// Rule 9.
TEST(Checkpoint, a_row_says_what_its_run_waits_for) {
    World world;
    auto process = world.open(calm(world));
    world.run(process->start(calls("charge"), Value::int_(1), {.id = "calls", .tags = {{"a", "b"}}}));
    world.start(process, sleeps(100), "sleeps");
    world.start(process, sleeps(100), "paused");
    world.run(process->pause("paused"));
    world.start(process, computes(1'000'000), "computes");
    world.run(process->pause("computes"));
    world.run(process->checkpoint());
    EXPECT_TRUE(row_of(world, "calls").operations_pending);
    EXPECT_FALSE(row_of(world, "calls").next_wake);
    EXPECT_EQ(row_of(world, "calls").tags, (Tags{{"a", "b"}}));
    EXPECT_EQ(row_of(world, "calls").program, calls("charge")->id());
    EXPECT_EQ(row_of(world, "calls").input_hash, hash_of(Value::int_(1)));
    EXPECT_FALSE(row_of(world, "sleeps").operations_pending);
    EXPECT_EQ(row_of(world, "sleeps").next_wake->seconds, 1'000'000'100);
    EXPECT_FALSE(row_of(world, "sleeps").paused);
    EXPECT_TRUE(row_of(world, "paused").paused);
}

// Rule 10.
TEST(Checkpoint, everything_is_acknowledged_before_the_checkpoint_and_that_before_anything_goes) {
    World world;
    auto process = world.open(calm(world));
    world.start(process, holds_a_value(), "a", Value::int_(1));
    world.start(process, echoes(), "ended");
    world.run(process->checkpoint());
    world.run(process->set_variable("a", "v", Value::int_(2)));
    world.start(process, holds_a_value(), "b");
    world.run(process->remove("ended"));
    const auto begin = world.stores.all_calls().size();
    world.run(process->checkpoint());

    const auto order = [](const StoreCall& call) {
        switch (call.operation) {
            case On::put:
                return call.place == checkpoints.name ? 2 : 1;
            case On::trim:
            case On::remove_marker:
            case On::remove_through:
                return 3;
            default:
                return 0;
        }
    };
    int last = 0;
    std::vector<int> counts(4);
    auto at = std::next(world.stores.all_calls().begin(), static_cast<std::ptrdiff_t>(begin));
    for (; at != world.stores.all_calls().end(); ++at) {
        if (const auto place = order(*at); place != 0) {
            EXPECT_GE(place, last) << to_string(at->operation) << " " << at->place << " " << at->key;
            last = place;
            ++counts[static_cast<std::size_t>(place)];
        }
    }
    EXPECT_GE(counts[1], 5);
    EXPECT_EQ(counts[2], 1);
    EXPECT_GE(counts[3], 5);
}

// Rule 10.
TEST(Checkpoint, nothing_goes_while_the_checkpoint_is_under_way) {
    for (const auto& [place, key] : {std::pair(rows.name, ""), std::pair(checkpoints.name, "0")}) {
        World world;
        auto process = world.open(calm(world));
        world.start(process, holds_a_value(), "r", Value::int_(1));
        world.run(process->checkpoint());
        world.run(process->set_variable("r", "v", Value::int_(2)));
        world.stores.script({On::put, place, Fate::made_hold, {}, 0, 1, key});
        const auto begin = world.stores.all_calls().size();
        auto checkpoint = world.spawn(process->checkpoint());
        world.settle();
        EXPECT_EQ(world.stores.held(), 1U);
        const auto all = world.stores.all_calls().size();
        EXPECT_EQ(world.stores.first(On::trim, "", begin), all);
        EXPECT_EQ(world.stores.first(On::remove_marker, "", begin), all);
        if (place == rows.name) {
            EXPECT_EQ(world.stores.first(On::put, checkpoints.name, begin), all);
        }
        world.stores.let_go();
        checkpoint.get();
        EXPECT_LT(world.stores.first(On::trim, "", begin), world.stores.all_calls().size());
    }
}

// Rule 10.
TEST(Checkpoint, one_that_may_not_be_there_is_put_again_before_the_log_is_trimmed) {
    World world;
    auto process = world.open(calm(world));
    world.start(process, holds_a_value(), "r");
    world.stores.script({On::put, checkpoints.name, Fate::late, store::errc::outcome_unknown, 0, 2, "0"});
    world.run(process->checkpoint());
    const auto puts = world.stores.calls(On::put, checkpoints.name);
    EXPECT_EQ(std::ranges::count(puts, "0", &StoreCall::key), 3);
    EXPECT_EQ(world.frames().size(), 0U);
    world.land();
    world.crash(process);
    auto next = world.open(calm(world));
    EXPECT_EQ(world.run(next->show("r")).info.status, Status::running);
}

// Rule 10.
TEST(Checkpoint, one_that_fails_trims_nothing_and_the_next_one_writes_what_it_left) {
    for (const auto& place : {snapshots.name, rows.name, checkpoints.name}) {
        World world;
        auto process = world.open(calm(world));
        world.start(process, holds_a_value(), "r", Value::int_(7));
        world.stores.script({On::put, place, Fate::fail, store::errc::denied});
        EXPECT_EQ(world.spawn(process->checkpoint()).code(), errc::unavailable);
        EXPECT_EQ(world.frames().size(), 2U);
        EXPECT_TRUE(world.warned_of("no checkpoint, the log is kept"));
        world.run(process->checkpoint());
        EXPECT_EQ(world.frames().size(), 0U);
        world.crash(process);
        auto next = world.open(calm(world));
        EXPECT_EQ(world.run(next->get_variable("r", "v")).as_integer(), 7);
    }
}

// Rule 10.
TEST(Checkpoint, what_one_could_not_take_away_a_later_one_does) {
    World world;
    auto process = world.open(calm(world));
    world.start(process, holds_a_value(), "r", Value::int_(1));
    world.run(process->checkpoint());
    world.run(process->set_variable("r", "v", Value::int_(2)));
    world.stores.script({On::trim, "", Fate::fail});
    world.stores.script({On::remove_marker, "", Fate::fail, store::errc::unavailable, 0, 10});
    world.run(process->checkpoint());
    EXPECT_EQ(world.frames().size(), 1U);
    EXPECT_EQ(world.versions(rows, "r").size(), 2U);
    world.stores.forget_script();
    world.run(process->set_variable("r", "v", Value::int_(3)));
    world.run(process->checkpoint());
    EXPECT_EQ(world.frames().size(), 0U);
    EXPECT_EQ(world.versions(rows, "r").size(), 1U);
    EXPECT_EQ(world.versions(snapshots, "r").size(), 1U);
    EXPECT_EQ(world.versions(checkpoints, "0").size(), 1U);
}

// Rule 10.
TEST(Checkpoint, a_store_that_takes_no_more_is_opened_again) {
    World world;
    auto process = world.open(calm(world));
    world.start(process, holds_a_value(), "r", Value::int_(1));
    world.stores.script({On::put, rows.name, Fate::fail, store::errc::read_only});
    auto checkpoint = world.spawn(process->checkpoint());
    world.until([&] { return world.stores.opened == 2 && process->ownership().owned == 1; });
    EXPECT_EQ(checkpoint.code(), errc::unavailable);
    world.run(process->checkpoint());
    EXPECT_EQ(world.run(process->get_variable("r", "v")).as_integer(), 1);
}

// Rule 11.
TEST(Checkpoint, an_event_of_a_sleeping_run_is_written_when_the_run_is_there) {
    World world;
    auto process = world.open(calm(world));
    world.start(process, counts_signals(), "r");
    world.run(process->checkpoint());
    const auto before = world.position();
    world.stores.script({On::get_latest, snapshots.name, Fate::hold});
    auto set = world.spawn(process->pause("r"));
    world.settle();
    EXPECT_EQ(world.stores.held(), 1U);
    EXPECT_EQ(world.position(), before);
    world.stores.let_go();
    set.get();
    EXPECT_EQ(world.position(), before + 1);
}

// Rule 11.
TEST(Checkpoint, a_run_that_cannot_be_read_is_set_aside_and_the_others_go_on) {
    World world;
    auto process = world.open(calm(world));
    world.start(process, holds_a_value(), "bad", Value::int_(1));
    world.start(process, holds_a_value(), "good", Value::int_(2));
    world.run(process->checkpoint());
    auto snapshot = world.stored(snapshots, "bad").value();
    snapshot.value[snapshot.value.size() / 2] ^= 1;
    world.put(snapshots, "bad", snapshot.value, snapshot.timestamp);
    auto result = world.spawn(process->result("bad"));
    EXPECT_EQ(world.spawn(process->pause("bad")).code(), errc::parked);
    EXPECT_EQ(result.code(), errc::parked);
    EXPECT_EQ(world.spawn(process->start(holds_a_value(), Value::int_(1), {.id = "bad"})).code(),
              errc::parked);
    EXPECT_EQ(world.spawn(process->get_variable("bad", "v")).code(), errc::parked);
    const auto view = world.run(process->show("bad"));
    EXPECT_EQ(view.info.status, Status::parked);
    EXPECT_NE(view.error.find("its snapshot of version 2 cannot be read"), std::string::npos) << view.error;
    EXPECT_EQ(world.run(process->get_variable("good", "v")).as_integer(), 2);
    EXPECT_TRUE(world.warned_of("run 'bad' is set aside"));
    world.run(process->checkpoint());
    world.run(process->remove("bad"));
    EXPECT_EQ(world.spawn(process->show("bad")).code(), errc::not_found);
}

// Rule 11.
TEST(Checkpoint, the_events_of_a_run_that_was_set_aside_are_kept_before_the_log_is_trimmed) {
    World world;
    auto first = world.open(calm(world));
    world.start(first, counts_signals(), "r");
    world.run(first->checkpoint());
    signal(world, first);
    signal(world, first);
    world.crash(first);
    const auto right = world.stored(snapshots, "r").value();
    world.put(snapshots, "r", "rubbish", right.timestamp);

    auto second = world.open(calm(world));
    EXPECT_EQ(world.run(second->show("r")).info.status, Status::parked);
    const auto begin = world.stores.all_calls().size();
    world.run(second->checkpoint());
    EXPECT_LT(world.stores.first(On::put, parked_namespace(0).name, begin),
              world.stores.first(On::put, checkpoints.name, begin));
    const auto parked = decode_parked_row(world.stored(parked_namespace(0), "r").value().value).value();
    EXPECT_EQ(parked.events.size(), 2U);
    EXPECT_EQ(world.frames().size(), 0U);
    world.crash(second);

    auto third = world.open(calm(world));
    EXPECT_EQ(world.run(third->show("r")).info.status, Status::parked);
    world.crash(third);

    world.put(snapshots, "r", right.value, right.timestamp);
    auto fourth = world.open(calm(world));
    EXPECT_TRUE(world.warned_of("was set aside and goes on"));
    EXPECT_EQ(signals(world, fourth), 2);
    signal(world, fourth);
    world.run(fourth->checkpoint());
    world.crash(fourth);
    auto fifth = world.open(calm(world));
    EXPECT_EQ(signals(world, fifth), 3);
}

// Rule 13.
TEST(Checkpoint, an_owner_whose_lease_is_not_confirmed_writes_nothing) {
    World world;
    world.stores.shared = true;
    auto process = world.open(calm(world));
    world.start(process, holds_a_value(), "r");
    world.stores.script({On::put, snapshots.name, Fate::hold});
    auto checkpoint = world.spawn(process->checkpoint());
    world.settle();
    world.stores.script({On::append_expected, log_name, Fate::made_hold, {}, 0, 2});
    world.pass(14s);
    world.stores.let_go(On::put);
    world.pass(1s);
    EXPECT_TRUE(world.stores.calls(On::put, rows.name).empty());
    // The Beat was made, but sent longer than a lease ago: another one has to be confirmed.
    world.stores.let_go(On::append_expected);
    world.settle();
    EXPECT_EQ(world.stores.held(), 1U);
    world.pass(1s);
    EXPECT_TRUE(world.stores.calls(On::put, rows.name).empty());
    world.stores.let_go();
    checkpoint.get();
    EXPECT_EQ(world.stores.calls(On::put, rows.name).size(), 1U);
}

// Rule 13.
TEST(Checkpoint, an_owner_whose_lease_is_not_confirmed_trims_nothing) {
    World world;
    world.stores.shared = true;
    auto process = world.open(calm(world));
    world.start(process, holds_a_value(), "r");
    world.stores.script({On::put, checkpoints.name, Fate::made_hold, {}, 0, 1, "0"});
    auto checkpoint = world.spawn(process->checkpoint());
    world.settle();
    world.stores.script({On::append_expected, log_name, Fate::made_hold, {}, 0, 2});
    world.pass(11s);
    world.stores.let_go(On::put);
    world.pass(1s);
    EXPECT_TRUE(world.stores.calls(On::trim, "").empty());
    world.crash(process);
    EXPECT_TRUE(world.stores.calls(On::trim, "").empty());
}

// Rule 29.
TEST(Checkpoint, a_state_larger_than_a_value_of_the_store_is_written_in_chunks) {
    World world(64 << 10);
    auto process = world.open(calm(world));
    world.start(process, holds_a_value(), "r", Value::binary(std::string(50'000, 'x')));
    world.run(process->set_variable("r", "v", Value::binary(std::string(50'000, 'y'))));
    world.run(process->checkpoint());
    EXPECT_EQ(row_of(world, "r").chunks, 2U);
    EXPECT_EQ(world.versions(snapshots, chunk_key({"r"}, 1).bytes), Versions{3});
    world.crash(process);
    auto next = world.open(calm(world));
    EXPECT_EQ(world.run(next->get_variable("r", "v")).as_binary(), std::string(50'000, 'y'));
    world.run(next->abort("r"));
    world.run(next->remove("r"));
    world.run(next->checkpoint());
    world.run(next->checkpoint());
    EXPECT_TRUE(world.versions(snapshots, "r").empty());
    EXPECT_TRUE(world.versions(snapshots, chunk_key({"r"}, 1).bytes).empty());
}

// Rule 29.
TEST(Checkpoint, a_large_result_is_beside_its_row) {
    World world(64 << 10);
    auto process = world.open(calm(world));
    const auto large = Value::binary(std::string(60'000, 'x'));
    world.start(process, echoes(), "r", large);
    world.run(process->checkpoint());
    const auto outcome = world.run(process->result("r"));
    EXPECT_EQ(std::get<model::Succeeded>(outcome).value.as_binary().size(), 60'000U);
    world.crash(process);
    auto next = world.open(calm(world));
    const auto again = world.run(next->result("r"));
    EXPECT_EQ(std::get<model::Succeeded>(again).value.as_binary().size(), 60'000U);
    EXPECT_EQ(world.run(next->show("r")).info.status, Status::succeeded);
}

// Rule 29.
TEST(Checkpoint, a_run_whose_state_is_beyond_the_limit_is_set_aside) {
    World world(std::size_t{128} << 20);
    auto process = world.open(calm(world));
    const auto half = Value::binary(std::string(std::size_t{33} << 20, 'x'));
    world.start(process, holds_a_value(), "r", half);
    world.run(process->set_variable("r", "v", Value::binary(std::string(std::size_t{33} << 20, 'y'))));
    world.run(process->checkpoint());
    const auto view = world.run(process->show("r"));
    EXPECT_EQ(view.info.status, Status::parked);
    EXPECT_NE(view.error.find("its state is larger than 67108864 bytes"), std::string::npos) << view.error;
}

}  // namespace
}  // namespace zflow::engine::test
