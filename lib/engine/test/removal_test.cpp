#include "keys.hpp"
#include "rows.hpp"
#include "sample_programs.hpp"
#include "world.hpp"

#include <zflow/store/block_on.hpp>

#include <gtest/gtest.h>

// How runs are forgotten, and what a second life of an id shares with the first: rules 17 to 20 of the
// protocol (README.md).
namespace zflow::engine::test {
namespace {

using model::Value;
using On = store::Operation;

const auto log_name = log_topic(0).name;
const auto rows = runs_namespace(0);
const auto snapshots = snapshots_namespace(0);
const auto results = results_namespace(0);
const auto checkpoints = checkpoints_namespace();

Options calm(World& world) {
    auto options = world.options();
    options.checkpoint_age = std::chrono::hours(10'000);
    return options;
}

/// How many Remove events were appended, trimmed or not.
std::size_t removals(World& world) {
    std::size_t count = 0;
    for (const auto& call : world.stores.calls(On::append_expected, log_name)) {
        const auto frame = decode_frame(call.bytes).value();
        if (const auto* const events = std::get_if<Events>(&frame.content)) {
            for (const auto& event : events->events) {
                count += std::holds_alternative<Remove>(event.body) ? 1U : 0U;
            }
        }
    }
    return count;
}

/// A run that has a row and a snapshot, and then ends.
void live_and_end(World& world, Process& process, std::int32_t input = 1) {
    world.start(process, holds_a_value(), "r", Value::int_(input));
    world.run(process->checkpoint());
    world.run(process->set_variable("r", "go", Value::int_(1)));
    EXPECT_EQ(number_of(world.run(process->result("r"))), 1);
}

// Rule 17.
TEST(Removal, a_run_that_has_not_finished_is_not_removed) {
    World world;
    auto process = world.open(calm(world));
    world.start(process, holds_a_value(), "r");
    const auto error = world.spawn(process->remove("r")).error().value();
    EXPECT_EQ(error.kind(), errc::not_finished);
    EXPECT_NE(error.sentence().find("abort it first"), std::string::npos);
    EXPECT_EQ(removals(world), 0U);
    world.run(process->abort("r"));
    world.run(process->remove("r"));
    EXPECT_EQ(removals(world), 1U);
    EXPECT_EQ(world.spawn(process->remove("r")).code(), errc::not_found);
}

// Rule 17.
TEST(Removal, it_is_answered_when_it_is_in_the_log) {
    World world;
    auto process = world.open(calm(world));
    live_and_end(world, process);
    world.stores.script({On::append_expected, log_name, Fate::hold});
    auto removed = world.spawn(process->remove("r"));
    world.settle();
    EXPECT_FALSE(removed.done());
    EXPECT_EQ(number_of(world.run(process->result("r"))), 1);
    world.stores.let_go();
    removed.get();
    EXPECT_EQ(world.spawn(process->result("r")).code(), errc::not_found);
}

// Rules 17 and 18.
TEST(Removal, it_survives_a_crash) {
    World world;
    auto first = world.open(calm(world));
    live_and_end(world, first);
    world.run(first->remove("r"));
    world.crash(first);
    auto second = world.open(calm(world));
    EXPECT_EQ(world.spawn(second->show("r")).code(), errc::not_found);
    EXPECT_FALSE(world.start(second, holds_a_value(), "r", Value::int_(2)).attached);
}

// Rule 17.
TEST(Removal, a_result_is_kept_as_long_as_was_asked_for_and_goes_by_an_event) {
    World world;
    auto options = calm(world);
    options.retention = 1'000s;
    auto process = world.open(options);
    world.start(process, echoes(), "r", Value::int_(1));
    world.run(process->checkpoint());
    world.pass(900s);
    world.run(process->checkpoint());
    EXPECT_EQ(number_of(world.run(process->result("r"))), 1);
    EXPECT_EQ(removals(world), 0U);
    world.pass(1'200s);
    world.run(process->checkpoint());
    EXPECT_EQ(removals(world), 1U);
    EXPECT_EQ(world.spawn(process->result("r")).code(), errc::not_found);
    world.run(process->checkpoint());
    EXPECT_TRUE(world.versions(results, "r").empty());
}

// Rule 17.
TEST(Removal, a_result_that_shall_not_be_kept_goes_with_the_next_checkpoint) {
    World world;
    auto options = calm(world);
    options.retention = 0s;
    auto process = world.open(options);
    world.start(process, echoes(), "r", Value::int_(1));
    EXPECT_EQ(number_of(world.run(process->result("r"))), 1);
    world.run(process->checkpoint());
    EXPECT_EQ(removals(world), 1U);
    EXPECT_EQ(world.spawn(process->result("r")).code(), errc::not_found);
}

// Rule 18.
TEST(Removal, everything_of_a_run_goes_when_a_checkpoint_knows_that_it_is_gone) {
    World world;
    auto process = world.open(calm(world));
    live_and_end(world, process);
    world.run(process->remove("r"));
    world.stores.script({On::put, checkpoints.name, Fate::made_hold, {}, 0, 1, "0"});
    auto checkpoint = world.spawn(process->checkpoint());
    world.settle();
    const auto row = decode_runs_value(world.stored(rows, "r").value().value).value();
    EXPECT_EQ(std::get<Tombstone>(row).why, Tombstone::Why::removed);
    EXPECT_TRUE(world.stores.calls(On::remove_through, "").empty());
    world.stores.let_go();
    checkpoint.get();
    EXPECT_TRUE(world.versions(rows, "r").empty());
    EXPECT_TRUE(world.versions(snapshots, "r").empty());
    EXPECT_TRUE(world.versions(results, "r").empty());
    // The tombstone is the last to go.
    const auto removed = world.stores.calls(On::remove_through, "");
    ASSERT_FALSE(removed.empty());
    EXPECT_EQ(removed.back().place, rows.name);
}

// Rule 18.
TEST(Removal, what_could_not_be_deleted_does_not_come_back_and_is_deleted_later) {
    World world;
    auto first = world.open(calm(world));
    live_and_end(world, first);
    world.run(first->remove("r"));
    world.stores.script({On::remove_through, "", Fate::fail, store::errc::unavailable, 0, 100});
    world.run(first->checkpoint());
    world.crash(first);
    EXPECT_FALSE(world.versions(snapshots, "r").empty());
    auto second = world.open(calm(world));
    EXPECT_EQ(world.spawn(second->show("r")).code(), errc::not_found);
    world.start(second, echoes(), "other");
    world.run(second->checkpoint());
    EXPECT_TRUE(world.versions(rows, "r").empty());
    EXPECT_TRUE(world.versions(snapshots, "r").empty());
    EXPECT_TRUE(world.versions(results, "r").empty());
}

// Rule 18.
TEST(Removal, on_a_shared_store_a_tombstone_outlives_what_a_deposed_owner_may_still_write) {
    World world;
    world.stores.shared = true;
    auto options = calm(world);
    options.tombstone_grace = std::chrono::hours(1);
    auto first = world.open(options);
    world.start(first, holds_a_value(), "r", Value::int_(1));
    world.run(first->checkpoint());
    const auto row = world.stored(rows, "r").value();
    const auto snapshot = world.stored(snapshots, "r").value();
    world.run(first->set_variable("r", "go", Value::int_(1)));
    world.run(first->remove("r"));
    world.run(first->checkpoint());
    EXPECT_TRUE(world.versions(snapshots, "r").empty());
    EXPECT_FALSE(world.versions(rows, "r").empty());
    world.stop(first);

    world.put(snapshots, "r", snapshot.value, snapshot.timestamp);
    world.put(rows, "r", row.value, row.timestamp);
    auto second = world.open(options);
    EXPECT_EQ(world.spawn(second->show("r")).code(), errc::not_found);
    world.pass(std::chrono::minutes(50));
    world.run(second->checkpoint());
    EXPECT_FALSE(world.versions(rows, "r").empty());
    world.pass(std::chrono::minutes(20));
    world.start(second, echoes(), "other");
    world.run(second->checkpoint());
    EXPECT_TRUE(world.versions(rows, "r").empty());
    EXPECT_TRUE(world.versions(snapshots, "r").empty());
}

// Rule 18.
TEST(Removal, a_finished_run_leaves_its_result_only) {
    World world;
    auto first = world.open(calm(world));
    live_and_end(world, first);
    world.run(first->checkpoint());
    world.run(first->checkpoint());
    EXPECT_TRUE(world.versions(rows, "r").empty());
    EXPECT_TRUE(world.versions(snapshots, "r").empty());
    EXPECT_EQ(world.versions(results, "r").size(), 1U);
    EXPECT_EQ(number_of(world.run(first->result("r"))), 1);
    world.crash(first);
    auto second = world.open(calm(world));
    EXPECT_EQ(number_of(world.run(second->result("r"))), 1);
    world.run(second->remove("r"));
    EXPECT_EQ(world.spawn(second->result("r")).code(), errc::not_found);
    world.crash(second);
    auto third = world.open(calm(world));
    EXPECT_EQ(world.spawn(third->result("r")).code(), errc::not_found);
}

// Rule 19.
TEST(Removal, nothing_is_ever_removed_as_all_versions_of_a_key) {
    World world;
    auto options = calm(world);
    options.retention = 0s;
    auto process = world.open(options);
    for (int i = 0; i < 3; ++i) {
        live_and_end(world, process);
        world.run(process->remove("r"));
        world.run(process->checkpoint());
    }
    world.start(process, echoes(), "e");
    world.run(process->checkpoint());
    world.run(process->checkpoint());
    world.stop(process);
    EXPECT_TRUE(world.stores.calls(On::remove, "").empty());
    EXPECT_TRUE(world.stores.calls(On::remove_topic, "").empty());
    EXPECT_FALSE(world.stores.calls(On::remove_through, "").empty());
    EXPECT_FALSE(world.stores.calls(On::remove_marker, "").empty());
}

// Rule 19.
TEST(Removal, one_that_lands_late_does_not_touch_a_second_life) {
    World world;
    auto first = world.open(calm(world));
    live_and_end(world, first);
    world.run(first->remove("r"));
    world.stores.script({On::remove_through, "", Fate::late, store::errc::outcome_unknown, 0, 100});
    world.run(first->checkpoint());
    world.start(first, holds_a_value(), "r", Value::int_(2));
    world.run(first->checkpoint());
    world.stores.forget_script();
    world.land();
    world.crash(first);
    auto second = world.open(calm(world));
    EXPECT_EQ(world.run(second->get_variable("r", "v")).as_integer(), 2);
}

// Rule 20.
TEST(Removal, operations_of_a_second_life_have_other_keys) {
    World world;
    Desk desk;
    auto process = world.open(calm(world));
    process->operation("charge", desk.operation());
    world.start(process, calls("charge"), "r");
    const auto birth = world.run(process->show("r")).info.birth;
    world.run(process->abort("r"));
    EXPECT_TRUE(desk.at(0).cancelled);
    world.run(process->remove("r"));
    EXPECT_FALSE(world.start(process, calls("charge"), "r").attached);
    ASSERT_EQ(desk.size(), 2U);
    EXPECT_EQ(desk.at(0).call.operation_id.substr(0, 2), "r/");
    EXPECT_NE(desk.at(0).call.operation_id, desk.at(1).call.operation_id);
    EXPECT_NE(world.run(process->show("r")).info.birth, birth);
    // The first life's answer comes to nobody.
    desk.at(0).answer(Value::int_(1));
    world.settle();
    EXPECT_FALSE(world.run(process->poll("r")));
    desk.at(1).answer(Value::int_(2));
    EXPECT_EQ(number_of(world.run(process->result("r"))), 2);
}

// Rule 20.
TEST(Removal, a_second_life_is_what_its_own_first_event_says) {
    World world;
    auto first = world.open(calm(world));
    live_and_end(world, first);
    world.run(first->checkpoint());
    world.run(first->remove("r"));
    world.run(first->start(sleeps(1'000'000), Value::int_(2), {.id = "r", .tags = {{"life", "second"}}}));
    world.crash(first);
    auto second = world.open(calm(world));
    const auto info = world.run(second->show("r")).info;
    EXPECT_EQ(info.status, Status::running);
    EXPECT_EQ(info.tags, (Tags{{"life", "second"}}));
    EXPECT_EQ(info.program, sleeps(1'000'000)->id());
}

}  // namespace
}  // namespace zflow::engine::test
