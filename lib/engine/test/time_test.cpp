#include "event_time.hpp"
#include "keys.hpp"
#include "sample_programs.hpp"
#include "world.hpp"

#include <gtest/gtest.h>

#include <algorithm>

// The time of events, and what happens at a time: rules 22 to 24 of the protocol (README.md).
namespace zflow::engine::test {
namespace {

using interpreter::Continue;
using interpreter::OperationCompleted;
using interpreter::TimerFired;
using model::Instant;
using model::Value;
using On = store::Operation;

const auto log_name = log_topic(0).name;

std::vector<Instant> times(World& world) {
    std::vector<Instant> out;
    for (const auto& call : world.stores.calls(On::append_expected, log_name)) {
        const auto frame = decode_frame(call.bytes).value();
        if (std::holds_alternative<Events>(frame.content)) {
            out.push_back(frame.time);
        }
    }
    return out;
}

// Rule 22.
TEST(Time, it_does_not_go_back_when_the_clock_does) {
    World world;
    auto process = world.open();
    world.start(process, holds_a_value(), "a");
    world.clock.set_wall(-3'600s);
    world.start(process, holds_a_value(), "b");
    world.pass(10s);
    world.start(process, holds_a_value(), "c");
    EXPECT_EQ(times(world),
              (std::vector<Instant>{{1'000'000'000, 0}, {1'000'000'000, 0}, {1'000'000'005, 0}}));
}

// Rule 22.
TEST(Time, it_does_not_go_back_for_the_next_owner_whether_the_log_or_the_checkpoint_tells_it) {
    for (const auto trimmed : {false, true}) {
        World world;
        auto first = world.open();
        world.start(first, holds_a_value(), "a");
        if (trimmed) {
            world.run(first->checkpoint());
            EXPECT_TRUE(world.frames().empty());
        }
        world.crash(first);
        world.clock.set_wall(-100s);
        auto second = world.open();
        EXPECT_TRUE(world.warned_of("behind the last event"));
        world.start(second, holds_a_value(), "b");
        const auto all = times(world);
        ASSERT_EQ(all.size(), 2U);
        EXPECT_GE(all[1], all[0]) << trimmed;
    }
}

// Rule 22.
TEST(Time, frames_without_events_set_none) {
    World world;
    world.stores.shared = true;
    auto first = world.open();
    world.start(first, holds_a_value(), "a");
    world.clock.set_wall(5'000s);
    world.pass(10s);
    for (const auto& stored : world.frames()) {
        if (std::holds_alternative<Beat>(stored.frame.content)) {
            EXPECT_EQ(stored.frame.time, (Instant{1'000'000'000, 0}));
        }
    }
    world.stop(first);
    world.clock.set_wall(-5'000s);
    auto second = world.open();
    world.start(second, holds_a_value(), "b");
    EXPECT_LT(times(world).back().seconds, 1'000'000'100);
}

// Rule 22.
TEST(Time, a_timer_fires_at_half_speed_at_least_when_the_clock_was_set_back) {
    World world;
    auto process = world.open();
    world.start(process, sleeps(10), "r");
    auto result = world.spawn(process->result("r"));
    world.clock.set_wall(-10'000s);
    world.pass(9s);
    EXPECT_FALSE(result.done());
    world.pass(12s);
    EXPECT_TRUE(result.done());
    EXPECT_GE(times(world).back().seconds, 1'000'000'010);
}

// Rule 22.
TEST(Time, a_timer_fires_soon_when_the_clock_was_set_forward) {
    World world;
    auto process = world.open();
    world.start(process, sleeps(10'000), "r");
    auto result = world.spawn(process->result("r"));
    world.clock.set_wall(10'000s);
    world.pass(11s);
    EXPECT_TRUE(result.done());
}

// Rule 22.
TEST(Time, a_timer_is_due_by_the_time_of_its_event) {
    World world;
    auto process = world.open();
    world.start(process, sleeps(100), "r");
    auto result = world.spawn(process->result("r"));
    world.pass(99s);
    EXPECT_TRUE(world.events<TimerFired>().empty());
    world.pass(1s);
    EXPECT_EQ(number_of(result.get()), 5);
    EXPECT_GE(times(world).back(), (Instant{1'000'000'100, 0}));
}

// Rule 22.
TEST(EventTime, is_the_wall_clock_or_goes_at_half_speed_whichever_is_later) {
    base::SeededEntropy entropy(7);
    for (int round = 0; round < 200; ++round) {
        VirtualClock clock;
        EventTime time(clock);
        auto seen = clock.steady_now();
        time.saw(time.now());
        for (int step = 0; step < 50; ++step) {
            if (entropy.number() % 4 == 0) {
                clock.set_wall(std::chrono::seconds(static_cast<std::int64_t>(entropy.number() % 200) - 100));
            }
            const auto before = time.now();
            clock.go_to(clock.steady_now() + std::chrono::milliseconds(entropy.number() % 5'000));
            const auto now = time.now();
            const auto wall = to_instant(clock.wall_now());
            EXPECT_EQ(now, std::max(wall, time.last() + (clock.steady_now() - seen) / 2));
            EXPECT_GE(now, before);
            if (time.behind() != std::chrono::nanoseconds(0)) {
                EXPECT_EQ(between(wall, time.last()), time.behind());
            }
            if (entropy.number() % 2 == 0 && now > time.last()) {
                time.saw(now);
                seen = clock.steady_now();
                EXPECT_EQ(time.last(), now);
            }
        }
    }
}

TEST(EventTime, says_when_a_time_will_have_come) {
    base::SeededEntropy entropy(8);
    for (int round = 0; round < 1'000; ++round) {
        VirtualClock clock;
        EventTime time(clock);
        time.saw(time.now());
        clock.set_wall(std::chrono::seconds(static_cast<std::int64_t>(entropy.number() % 200) - 100));
        const auto due = time.now() + std::chrono::nanoseconds(
                                          static_cast<std::int64_t>(entropy.number() % 90'000'000'000U));
        const auto when = time.steady_at(due);
        EXPECT_GE(when, clock.steady_now());
        clock.go_to(when);
        EXPECT_GE(time.now(), due);
    }
}

TEST(EventTime, of_long_ago_and_far_away_does_not_overflow) {
    const Instant first{INT64_MIN, 0};
    const Instant last{INT64_MAX, 999'999'999};
    EXPECT_GT(between(first, last), std::chrono::hours(0));
    EXPECT_LT(between(last, first), std::chrono::hours(0));
    EXPECT_EQ(between({1, 999'999'999}, {2, 0}), std::chrono::nanoseconds(1));
    EXPECT_EQ((Instant{1, 999'999'999} + std::chrono::nanoseconds(1)), (Instant{2, 0}));
    EXPECT_EQ((Instant{1, 0} + std::chrono::nanoseconds(-1)), (Instant{0, 999'999'999}));
    VirtualClock clock;
    const EventTime time(clock);
    EXPECT_EQ(time.steady_at(first), clock.steady_now());
    EXPECT_GT(time.steady_at(last), clock.steady_now() + std::chrono::hours(24));
}

// Rule 23.
TEST(Time, what_comes_while_a_run_is_paused_is_recorded_and_done_when_it_goes_on) {
    for (const auto crash : {false, true}) {
        World world;
        Desk desk;
        auto process = world.open();
        process->operation("charge", desk.operation());
        world.start(process, calls("charge"), "calls");
        world.start(process, sleeps(10), "sleeps");
        world.run(process->pause("calls"));
        world.run(process->pause("sleeps"));
        EXPECT_EQ(world.run(process->show("calls")).info.status, Status::paused);
        desk.at(0).answer(Value::int_(3));
        world.pass(20s);
        EXPECT_EQ(world.events<OperationCompleted>().size(), 1U);
        EXPECT_EQ(world.events<TimerFired>().size(), 1U);
        EXPECT_FALSE(world.run(process->poll("calls")));
        EXPECT_FALSE(world.run(process->poll("sleeps")));
        if (crash) {
            world.run(process->checkpoint());
            world.crash(process);
            process = world.open();
            process->operation("charge", desk.operation());
            world.pass(20s);
            EXPECT_EQ(desk.size(), 1U);
        }
        world.run(process->resume("calls"));
        world.run(process->resume("sleeps"));
        EXPECT_EQ(number_of(world.run(process->result("calls"))), 3);
        EXPECT_EQ(number_of(world.run(process->result("sleeps"))), 5);
    }
}

// Rule 24.
TEST(Time, a_long_computation_is_several_turns_and_others_come_between) {
    World world;
    auto options = world.options();
    options.limits.turn = 1'000;
    auto process = world.open(options);
    world.stores.script({On::append_expected, log_name, Fate::hold, {}, 2});
    auto started = world.spawn(process->start(computes(5'000), {}, {.id = "long"}));
    world.settle();
    auto other = world.spawn(process->start(echoes(), Value::int_(1), {.id = "short"}));
    auto result = world.spawn(process->result("short"));
    world.settle();
    world.stores.script({On::append_expected, log_name, Fate::hold, {}, 1});
    world.stores.let_go();
    world.settle();
    EXPECT_TRUE(result.done());
    EXPECT_FALSE(world.run(process->poll("long")));
    world.stores.let_go();
    EXPECT_EQ(number_of(world.run(process->result("long"))), 5'001);
    const auto turns = world.events<Continue>().size();
    EXPECT_GE(turns, 10U);
    // At most one Continue of a run is on its way.
    for (const auto& stored : world.frames()) {
        if (const auto* const events = std::get_if<Events>(&stored.frame.content)) {
            EXPECT_LE(events->events.size(), 2U);
        }
    }
}

// Rule 24.
TEST(Time, an_endless_computation_can_be_aborted) {
    World world;
    auto options = world.options();
    options.limits.turn = 1'000;
    auto process = world.open(options);
    world.stores.script({On::append_expected, log_name, Fate::hold, {}, 4});
    auto started = world.spawn(process->start(computes(2'000'000'000), {}, {.id = "r"}));
    world.settle();
    auto aborted = world.spawn(process->abort("r"));
    world.settle();
    world.stores.let_go();
    aborted.get();
    EXPECT_TRUE(std::holds_alternative<model::Died>(world.run(process->result("r"))));
}

}  // namespace
}  // namespace zflow::engine::test
