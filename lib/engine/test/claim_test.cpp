#include "context.hpp"
#include "keys.hpp"
#include "rows.hpp"
#include "sample_programs.hpp"
#include "world.hpp"

#include <zflow/base/version.hpp>
#include <zflow/store/block_on.hpp>

#include <gtest/gtest.h>

#include <algorithm>

// Who owns a log, and which stores may carry one: rules 6, 7, 12 and 26 of the protocol (README.md).
namespace zflow::engine::test {
namespace {

using model::Value;
using On = store::Operation;

const auto log_name = log_topic(0).name;

std::size_t beats(World& world) {
    const auto frames = world.frames();
    return static_cast<std::size_t>(std::ranges::count_if(frames, [](const StoredFrame& stored) {
        return std::holds_alternative<Beat>(stored.frame.content);
    }));
}

std::size_t epochs(World& world) {
    const auto frames = world.frames();
    return static_cast<std::size_t>(std::ranges::count_if(frames, [](const StoredFrame& stored) {
        return std::holds_alternative<Epoch>(stored.frame.content);
    }));
}

std::string refusal(World& world) {
    auto owner = std::make_shared<Owner>();
    const auto error = world.opening(owner, world.options()).error();
    return error && error->kind() == errc::refused ? error->sentence() : "(not refused)";
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// Rule 6.
TEST(Claim, the_first_frame_says_what_holds_for_those_behind_it) {
    World world;
    auto options = world.options();
    options.limits.turn = 1'234;
    options.configuration = {{"key", Value::int_(1)}};
    auto process = world.open(options);
    const auto frames = world.frames();
    ASSERT_EQ(frames.size(), 1U);
    const auto& epoch = std::get<Epoch>(frames[0].frame.content);
    EXPECT_EQ(epoch.engine_version, base::version());
    EXPECT_EQ(epoch.interpreter_version, interpreter_version);
    EXPECT_EQ(epoch.limits.turn, 1'234U);
    EXPECT_EQ(epoch.configuration.size(), 1U);
    EXPECT_EQ(epoch.store_id, world.store_id());
    EXPECT_EQ(frames[0].frame.epoch, frames[0].index);
}

// Rule 6.
TEST(Claim, an_idle_owner_of_a_shared_store_shows_a_sign_of_life_every_third_of_its_lease) {
    World world;
    world.stores.shared = true;
    auto process = world.open();
    world.pass(60s);
    EXPECT_EQ(beats(world), 18U);
}

// Rule 6.
TEST(Claim, a_store_of_one_process_is_claimed_at_once_and_needs_no_signs_of_life) {
    World world;
    const auto began = world.clock.steady_now();
    auto first = world.open();
    world.crash(first);
    const auto before = world.clock.steady_now();
    auto second = world.open();
    EXPECT_EQ(world.clock.steady_now() - before, 0s);
    EXPECT_GE(before, began);
    world.pass(600s);
    EXPECT_EQ(beats(world), 0U);
}

// Rule 6.
TEST(Claim, another_process_claims_only_after_a_lease_without_a_sign_of_life) {
    World world;
    world.stores.shared = true;
    auto options = world.options();
    options.owner_name = "first";
    auto first = world.open(options);
    auto second = world.open();
    world.pass(60s);
    EXPECT_EQ(second->ownership().owned, 0U);
    EXPECT_TRUE(has(second->ownership().other, "first on "));
    auto call = world.spawn(second->start(echoes(), {}, {.id = "r"}));
    const auto refused = call.error().value();
    EXPECT_EQ(refused.kind(), errc::unavailable);
    EXPECT_TRUE(has(refused.sentence(), "first on ")) << refused.sentence();

    auto moved = world.clock.steady_now();
    auto position = world.position();
    world.crash(first);
    while (second->ownership().owned == 0) {
        world.pass(50ms);
        if (world.position() != position && second->ownership().owned == 0) {
            position = world.position();
            moved = world.clock.steady_now();
        }
    }
    EXPECT_GE(world.clock.steady_now() - moved, 6s);
    EXPECT_LE(world.clock.steady_now() - moved, 20s);
    EXPECT_EQ(epochs(world), 2U);
    world.start(second, echoes(), "r");
}

// Rule 6.
TEST(Claim, who_just_sees_a_log_does_not_know_how_long_it_has_been_silent) {
    World world;
    world.stores.shared = true;
    auto first = world.open();
    world.crash(first);
    world.pass(3'600s);
    const auto before = world.clock.steady_now();
    auto second = world.open();
    world.until([&] { return second->ownership().owned == 1; });
    EXPECT_GE(world.clock.steady_now() - before, 10s);
}

// Rule 6.
TEST(Claim, a_log_that_its_owner_let_go_of_is_claimed_at_once) {
    World world;
    world.stores.shared = true;
    auto first = world.open();
    world.stop(first);
    EXPECT_TRUE(std::holds_alternative<Released>(world.frames().back().frame.content));
    const auto before = world.clock.steady_now();
    auto second = world.open();
    EXPECT_EQ(second->ownership().owned, 1U);
    EXPECT_EQ(world.clock.steady_now(), before);
}

// Rule 6.
TEST(Claim, an_idle_owner_learns_that_it_was_deposed) {
    World world;
    world.stores.shared = true;
    auto process = world.open();
    world.append(world.foreign_epoch());
    world.pass(4s);
    EXPECT_TRUE(world.warned_of("another owner took over"));
    EXPECT_EQ(process->ownership().owned, 0U);
}

// Rule 6.
TEST(Claim, who_was_just_fenced_waits_for_a_lease_like_everybody_else) {
    World world;
    world.stores.shared = true;
    auto process = world.open();
    world.append(world.foreign_epoch());
    world.pass(10s);
    EXPECT_EQ(process->ownership().owned, 0U);
    EXPECT_EQ(process->ownership().other, "somebody else");
    EXPECT_EQ(epochs(world), 2U);
    world.pass(10s);
    EXPECT_EQ(process->ownership().owned, 1U);
    EXPECT_EQ(epochs(world), 3U);
}

// Rule 6 (and 4).
TEST(Claim, a_claim_whose_outcome_is_unknown_is_repeated_with_the_same_bytes) {
    World world;
    world.stores.script({On::append_expected, log_name, Fate::fail, store::errc::outcome_unknown, 0, 2});
    world.stores.script({On::append_expected, log_name, Fate::made_fail, store::errc::outcome_unknown});
    auto process = world.open();
    const auto calls = world.stores.calls(On::append_expected, log_name);
    ASSERT_EQ(calls.size(), 4U);
    for (const auto& call : calls) {
        EXPECT_EQ(call.bytes, calls[0].bytes);
    }
    EXPECT_EQ(epochs(world), 1U);
    world.start(process, echoes(), "r");
}

// Rule 6.
TEST(Claim, who_comes_second_claims_behind_the_first_and_knows_what_it_wrote) {
    World world;
    auto first = world.open();
    world.stores.script({On::append_expected, log_name, Fate::hold});
    auto owner = std::make_shared<Owner>();
    auto opening = world.opening(owner, world.options());
    world.settle();
    EXPECT_FALSE(opening.done());
    world.start(first, holds_a_value(), "r", Value::int_(7));
    world.stores.let_go();
    Process second{owner, opening.get()};
    EXPECT_EQ(world.run(second->get_variable("r", "v")).as_integer(), 7);
    const auto frames = world.frames();
    ASSERT_EQ(frames.size(), 3U);
    EXPECT_TRUE(std::holds_alternative<Epoch>(frames[2].frame.content));
}

// Rule 7.
TEST(Claim, a_frame_of_another_epoch_stops_the_partition_and_is_not_skipped) {
    World world;
    auto process = world.open();
    world.start(process, echoes(), "r");
    world.crash(process);
    Frame frame{.epoch = 1, .token = {1, 2}, .time = {}, .content = Beat{}};
    world.append(world.foreign_epoch());
    world.append(frame);
    const auto sentence = refusal(world);
    EXPECT_TRUE(has(sentence, "frame 4 of the log is of epoch 1, but the last owner before it has epoch 3"))
        << sentence;
}

// Rule 7.
TEST(Claim, frames_behind_a_checkpoint_belong_to_its_epoch) {
    World world;
    auto process = world.open();
    world.start(process, holds_a_value(), "r");
    world.run(process->checkpoint());
    world.run(process->set_variable("r", "v", Value::int_(2)));
    world.crash(process);
    auto next = world.open();
    EXPECT_EQ(world.run(next->get_variable("r", "v")).as_integer(), 2);
    world.crash(next);
    world.append({.epoch = 1, .token = {1, 2}, .time = {}, .content = Beat{}});
    EXPECT_TRUE(has(refusal(world), "two owners wrote at once"));
}

// Rules 7 and 12.
TEST(Claim, a_store_that_lacks_something_is_refused_with_what_it_lacks) {
    using store::Capabilities;
    const auto refused_if = [](std::function<void(Capabilities&)> key_value,
                               std::function<void(Capabilities&)> indexed) {
        World world;
        world.stores.shared = true;
        world.stores.edit_key_value = std::move(key_value);
        world.stores.edit_indexed = std::move(indexed);
        return refusal(world);
    };
    EXPECT_EQ(refused_if({}, {}), "(not refused)");
    EXPECT_TRUE(has(refused_if({}, [](Capabilities& c) { c.expected_append = false; }), "expected position"));
    EXPECT_TRUE(has(refused_if({}, [](Capabilities& c) { c.trim = false; }), "cannot trim"));
    EXPECT_TRUE(has(refused_if([](Capabilities& c) { c.remove_through = false; }, {}), "remove_through"));
    EXPECT_TRUE(has(refused_if([](Capabilities& c) { c.exact_scan = false; }, {}), "miss a key"));
    World small(32 << 10);
    EXPECT_TRUE(has(refusal(small), "64 KiB"));
}

// Rule 12.
TEST(Claim, a_key_value_store_that_is_less_durable_than_the_log_is_refused_unless_both_have_one_fate) {
    using store::Durability;
    const auto outcome = [](Durability key_value, Durability indexed, bool one_fate) {
        World world;
        world.stores.edit_key_value = [=](store::Capabilities& c) {
            c.durability = key_value;
            c.database_id = "a";
        };
        world.stores.edit_indexed = [=](store::Capabilities& c) {
            c.durability = indexed;
            c.database_id = one_fate ? "a" : "b";
        };
        return refusal(world);
    };
    for (const auto less : {Durability::volatile_, Durability::process}) {
        EXPECT_TRUE(has(outcome(less, Durability::sync, false), "less durable"));
        EXPECT_EQ(outcome(less, Durability::sync, true), "(not refused)");
    }
    EXPECT_EQ(outcome(Durability::sync, Durability::replicated, false), "(not refused)");
    EXPECT_EQ(outcome(Durability::volatile_, Durability::volatile_, false), "(not refused)");
    EXPECT_EQ(outcome(Durability::sync, Durability::volatile_, false), "(not refused)");
}

// Rule 12.
TEST(Claim, a_log_and_a_key_value_store_of_two_stores_are_refused) {
    World world;
    auto process = world.open();
    world.run(process->checkpoint());
    world.stop(process);
    auto meta = decode_meta(world.stored(checkpoints_namespace(), "meta")->value).value();
    meta.store_id.low += 1;
    const auto right = world.stored(checkpoints_namespace(), "meta")->value;
    world.put(checkpoints_namespace(), "meta", encode(meta).value(), 1);
    EXPECT_TRUE(has(refusal(world), "belong to different stores"));
    world.put(checkpoints_namespace(), "meta", right, 1);

    // The same for each checkpoint.
    const auto row = world.stored(checkpoints_namespace(), "0").value();
    auto checkpoint = decode_checkpoint(row.value).value();
    checkpoint.epoch.store_id.low += 1;
    world.put(checkpoints_namespace(), "0", encode(checkpoint).value(), row.timestamp);
    EXPECT_TRUE(has(refusal(world), "the checkpoint belongs to another store"));
}

// Rule 12.
TEST(Claim, an_epoch_of_another_store_in_the_log_is_refused) {
    World world;
    auto process = world.open();
    world.crash(process);
    auto epoch = world.foreign_epoch();
    std::get<Epoch>(epoch.content).store_id.low += 1;
    world.append(epoch);
    EXPECT_TRUE(has(refusal(world), "the log belongs to another store"));
}

// Rule 26.
TEST(Claim, a_store_keeps_the_number_of_partitions_it_was_made_with) {
    World world;
    auto options = world.options();
    options.partitions = 3;
    auto first = world.open(options);
    world.stop(first);
    options.partitions = 5;
    auto second = world.open(options);
    EXPECT_EQ(second->ownership().partitions, 3U);
    EXPECT_EQ(second->ownership().owned, 3U);
}

// Rule 26.
TEST(Claim, of_two_first_openings_one_says_what_the_store_is) {
    World world;
    world.stores.script({On::append_expected, "_zflow_meta", Fate::hold});
    auto owner = std::make_shared<Owner>();
    auto opening = world.opening(owner, world.options());
    world.settle();
    auto options = world.options();
    options.partitions = 2;
    auto winner = world.open(options);
    world.stores.let_go();
    const Process loser{owner, opening.get()};
    EXPECT_EQ(loser->ownership().partitions, 2U);
}

// Rule 26.
TEST(Claim, a_first_entry_of_which_nobody_knows_whether_it_was_written_is_read_back) {
    World world;
    world.stores.script({On::append_expected, "_zflow_meta", Fate::made_fail});
    auto process = world.open();
    EXPECT_EQ(process->ownership().partitions, 1U);
    EXPECT_EQ(store::block_on(world.stores.indexed().position(meta_topic())), 1U);
}

// Rule 26.
TEST(Claim, a_store_that_spreads_its_runs_by_another_hash_is_refused) {
    World world;
    (void)store::block_on(world.stores.indexed().append(
        meta_topic(), encode(Meta{.partitions = 1, .hash = "sip", .store_id = {1, 2}}).value()));
    EXPECT_TRUE(has(refusal(world), "spreads its runs by 'sip'"));
}

}  // namespace
}  // namespace zflow::engine::test
