#include <zflow/engine/alarm.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <exception>

namespace zflow::engine {
namespace {

using std::chrono::steady_clock;

/// What came out of waiting.
struct Ended {
    bool came_back = false;
    std::exception_ptr error;
};

asio::awaitable<void> wait(steady_clock::time_point when, Ended& ended) {
    co_await system_alarm().wait_until(when);
    ended.came_back = true;
}

TEST(SystemAlarm, a_time_that_has_passed_is_not_waited_for) {
    asio::io_context context;
    Ended ended;
    asio::co_spawn(context, wait(steady_clock::time_point::min(), ended),
                   [&](std::exception_ptr error) { ended.error = error; });
    context.run();
    EXPECT_TRUE(ended.came_back);
    EXPECT_EQ(ended.error, nullptr);
}

TEST(SystemAlarm, who_is_cancelled_comes_back_without_an_exception) {
    asio::io_context context;
    asio::cancellation_signal cancel;
    Ended ended;
    asio::co_spawn(
        context, wait(steady_clock::time_point::max(), ended),
        asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr error) { ended.error = error; }));
    context.poll();
    EXPECT_FALSE(ended.came_back);
    cancel.emit(asio::cancellation_type::terminal);
    context.run();
    EXPECT_TRUE(ended.came_back);
    EXPECT_EQ(ended.error, nullptr);
}

asio::awaitable<void> wait_twice(Ended& ended) {
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await system_alarm().wait_until(steady_clock::time_point::max());
    co_await system_alarm().wait_until(steady_clock::time_point::max());
    ended.came_back = true;
}

TEST(SystemAlarm, who_was_cancelled_before_does_not_wait_at_all) {
    asio::io_context context;
    asio::cancellation_signal cancel;
    Ended ended;
    asio::co_spawn(
        context, wait_twice(ended),
        asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr error) { ended.error = error; }));
    context.poll();
    cancel.emit(asio::cancellation_type::terminal);
    context.poll();
    EXPECT_TRUE(ended.came_back);
    EXPECT_EQ(ended.error, nullptr);
}

}  // namespace
}  // namespace zflow::engine
