#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstddef>
#include <utility>

namespace zflow::engine {

namespace asio = boost::asio;

/// A condition variable for coroutines of one strand: look, wait, look again.
///
/// A timer that never expires, so that what waits belongs to the executor's context and goes with it.
class Condition {
 public:
    explicit Condition(const asio::any_io_executor& executor)
        : timer_(executor, asio::steady_timer::time_point::max()) {}

    /// Wait for the next `notify_all`. May also come back without one.
    asio::awaitable<void> wait() { co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable)); }

    void notify_all() { timer_.cancel(); }

 private:
    asio::steady_timer timer_;
};

/// Counts tasks that nobody holds, so that their owner can wait for all of them. Used on one strand.
class Gate {
 public:
    explicit Gate(const asio::any_io_executor& executor) : idle_(executor) {}

    void enter() noexcept { ++inside_; }
    void leave() {
        if (--inside_ == 0) {
            idle_.notify_all();
        }
    }
    [[nodiscard]] std::size_t inside() const noexcept { return inside_; }

    asio::awaitable<void> wait_until_empty() {
        while (inside_ != 0) {
            co_await idle_.wait();
        }
    }

 private:
    std::size_t inside_ = 0;
    Condition idle_;
};

}  // namespace zflow::engine
