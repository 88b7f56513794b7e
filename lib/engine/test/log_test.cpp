#include "log.hpp"

#include "keys.hpp"
#include "world.hpp"

#include <zflow/store/block_on.hpp>

#include <gtest/gtest.h>

// The log alone: rules 4, 6 and 13 of the protocol (README.md).
namespace zflow::engine::test {
namespace {

using On = store::Operation;

const auto log_name = log_topic(0).name;

class LogTest : public testing::Test {
 protected:
    LogOptions options(bool shared) {
        return {.shared = shared,
                .lease = 10s,
                .clock = &world_.clock,
                .entropy = &world_.entropy,
                .alarm = &world_.alarm,
                .give_up = [this] { return give_up_; },
                .stop_waiting = [this] { return stop_waiting_; },
                .on_wait = [this] { ++waits_; }};
    }
    Log make(bool shared) { return {*stores_.indexed, log_topic(0), options(shared)}; }
    Log::Result claim(Log& log, const std::string& owner = "test") {
        return world_.run(log.claim({.engine_version = "1",
                                     .interpreter_version = 1,
                                     .limits = {},
                                     .configuration = {},
                                     .store_id = {},
                                     .owner = owner,
                                     .lease_ms = 10'000}));
    }
    Log::Result beat(Log& log) { return world_.run(log.append(frame_)); }

    World world_;
    store::Stores stores_ = world_.run(world_.stores.opener(std::make_shared<Owner>())());
    Frame frame_{.content = Beat{}};
    bool give_up_ = false;
    bool stop_waiting_ = false;
    int waits_ = 0;
};

// Rule 6.
TEST_F(LogTest, its_epoch_is_the_index_of_the_frame_that_claimed_it) {
    auto log = make(false);
    EXPECT_EQ(claim(log), Log::Result::done);
    EXPECT_EQ(log.epoch(), 1U);
    EXPECT_EQ(log.position(), 1U);
    EXPECT_EQ(log.bytes(), 0U);
    EXPECT_EQ(beat(log), Log::Result::done);
    EXPECT_EQ(log.position(), 2U);
    EXPECT_EQ(frame_.epoch, 1U);
    EXPECT_EQ(log.bytes(), encode(frame_).value().size());
    auto next = make(false);
    EXPECT_EQ(claim(next), Log::Result::done);
    EXPECT_EQ(next.epoch(), 3U);
}

// Rule 4.
TEST_F(LogTest, who_was_deposed_is_fenced_and_writes_nothing) {
    auto first = make(false);
    (void)claim(first);
    auto second = make(false);
    (void)claim(second);
    EXPECT_EQ(beat(first), Log::Result::fenced);
    EXPECT_EQ(first.position(), 1U);
    EXPECT_EQ(beat(second), Log::Result::done);
    EXPECT_EQ(world_.position(), 3U);
}

// Rule 4.
TEST_F(LogTest, something_at_its_place_that_nobody_can_read_is_not_its_own) {
    auto log = make(false);
    (void)claim(log);
    (void)store::block_on(world_.stores.indexed().append(log_topic(0), "rubbish"));
    EXPECT_EQ(beat(log), Log::Result::fenced);
}

// Rule 4.
TEST_F(LogTest, an_append_is_not_given_up_before_it_is_asked_to) {
    auto log = make(false);
    (void)claim(log);
    world_.stores.script(
        {On::append_expected, log_name, Fate::fail, store::errc::outcome_unknown, 0, 100'000});
    auto result = world_.spawn(log.append(frame_));
    world_.pass(100s);
    EXPECT_FALSE(result.done());
    give_up_ = true;
    EXPECT_EQ(result.get(), Log::Result::broken);
    EXPECT_NE(log.reason().find("outcome_unknown"), std::string::npos);
    EXPECT_LT(world_.stores.calls(On::append_expected, log_name).size(), 200U);
}

// Rule 13.
TEST_F(LogTest, a_lease_counts_from_when_the_confirmed_append_was_sent) {
    auto log = make(true);
    (void)claim(log);
    world_.stores.script({On::append_expected, log_name, Fate::made_hold});
    auto result = world_.spawn(log.append(frame_));
    world_.pass(9s);
    world_.stores.let_go();
    EXPECT_EQ(result.get(), Log::Result::done);
    EXPECT_TRUE(log.may_write());
    world_.pass(900ms);
    EXPECT_TRUE(log.may_write());
    world_.pass(200ms);
    EXPECT_FALSE(log.may_write());
}

// Rule 13.
TEST_F(LogTest, an_earlier_try_that_is_found_confirms_no_later_time) {
    auto log = make(true);
    (void)claim(log);
    world_.stores.script({On::append_expected, log_name, Fate::made_fail});
    world_.stores.script({On::append_expected, log_name, Fate::made_hold, {}, 0, 1});
    auto result = world_.spawn(log.append(frame_));
    world_.pass(5s);
    world_.stores.let_go();
    EXPECT_EQ(result.get(), Log::Result::done);
    world_.pass(5'001ms);
    EXPECT_FALSE(log.may_write());
}

// Rules 6 and 13.
TEST_F(LogTest, a_beat_is_due_after_a_third_of_the_lease_for_owners_of_shared_logs_only) {
    auto log = make(true);
    EXPECT_EQ(log.beat_due(), VirtualClock::SteadyTime::max());
    (void)claim(log);
    EXPECT_EQ(log.beat_due(), world_.clock.steady_now() + 10'000ms / 3);
    auto alone = make(false);
    EXPECT_EQ(alone.beat_due(), VirtualClock::SteadyTime::max());
    EXPECT_TRUE(alone.may_write());
}

// Rule 6.
TEST_F(LogTest, who_waits_says_so_and_can_be_stopped) {
    auto first = make(true);
    (void)claim(first, "somebody");
    auto second = make(true);
    auto claimed = world_.spawn(second.claim({}));
    world_.pass(5s);
    EXPECT_FALSE(claimed.done());
    EXPECT_GT(waits_, 0);
    EXPECT_EQ(second.other_owner(), "somebody");
    stop_waiting_ = true;
    EXPECT_EQ(claimed.get(), Log::Result::broken);
}

// Rule 6.
TEST_F(LogTest, every_movement_begins_the_wait_anew) {
    auto first = make(true);
    (void)claim(first);
    auto second = make(true);
    auto claimed = world_.spawn(second.claim({}));
    for (int i = 0; i < 10; ++i) {
        world_.pass(9s);
        EXPECT_EQ(beat(first), Log::Result::done);
    }
    EXPECT_FALSE(claimed.done());
    world_.pass(20s);
    EXPECT_TRUE(claimed.done());
}

}  // namespace
}  // namespace zflow::engine::test
