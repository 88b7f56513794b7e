#include <zflow/control/step_feed.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <thread>

namespace zflow::control {
namespace {

engine::Step step(std::string run_id, std::uint64_t number) {
    engine::Step step;
    step.run_id = std::move(run_id);
    step.operation = number;
    return step;
}

asio::awaitable<void> take(std::shared_ptr<StepFeed::Subscription> subscription,
                           std::vector<std::uint64_t>& seen, std::size_t count) {
    while (seen.size() < count) {
        for (const auto& one : co_await subscription->next()) {
            seen.push_back(one.operation);
        }
    }
}

TEST(StepFeed, each_watcher_sees_the_steps_of_its_runs) {
    asio::io_context context;
    StepFeed feed;
    const auto all = feed.subscribe(context.get_executor(), "");
    const auto one = feed.subscribe(context.get_executor(), "b");
    feed.publish(step("a", 1));
    feed.publish(step("b", 2));
    std::vector<std::uint64_t> seen_by_all;
    std::vector<std::uint64_t> seen_by_one;
    asio::co_spawn(context, take(all, seen_by_all, 2), asio::detached);
    asio::co_spawn(context, take(one, seen_by_one, 1), asio::detached);
    context.run();
    EXPECT_EQ(seen_by_all, (std::vector<std::uint64_t>{1, 2}));
    EXPECT_EQ(seen_by_one, std::vector<std::uint64_t>{2});
}

TEST(StepFeed, steps_of_another_thread_arrive_in_order) {
    constexpr std::uint64_t count = 5'000;
    asio::io_context context;
    StepFeed feed;
    const auto subscription = feed.subscribe(context.get_executor(), "");
    std::vector<std::uint64_t> seen;
    asio::co_spawn(context, take(subscription, seen, count), asio::detached);
    std::thread other([&] {
        for (std::uint64_t i = 0; i < count; ++i) {
            feed.publish(step("r", i));
        }
    });
    context.run();
    other.join();
    ASSERT_EQ(seen.size(), count);
    EXPECT_TRUE(std::ranges::is_sorted(seen));
}

TEST(StepFeed, who_is_slow_misses_steps_and_learns_how_many) {
    asio::io_context context;
    StepFeed feed;
    const auto subscription = feed.subscribe(context.get_executor(), "");
    for (std::uint64_t i = 0; i < StepFeed::waiting_steps + 3; ++i) {
        feed.publish(step("r", i));
    }
    std::vector<std::uint64_t> seen;
    asio::co_spawn(context, take(subscription, seen, 1), asio::detached);
    context.run();
    EXPECT_EQ(seen.size(), StepFeed::waiting_steps);
    EXPECT_EQ(subscription->take_dropped(), 3U);
    EXPECT_EQ(subscription->take_dropped(), 0U);
}

TEST(StepFeed, nobody_needs_to_watch) {
    asio::io_context context;
    StepFeed feed;
    feed.publish(step("r", 1));
    feed.subscribe(context.get_executor(), "").reset();
    feed.publish(step("r", 2));
    EXPECT_EQ(context.poll(), 0U);
}

}  // namespace
}  // namespace zflow::control
