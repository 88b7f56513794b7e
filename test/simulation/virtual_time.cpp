#include "virtual_time.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <memory>

namespace zflow::simulation {

namespace {

/// Who waits for a moment that is over comes back a little later, so that waiting in a circle takes time.
constexpr Duration shortest_wait = std::chrono::microseconds(1);

}  // namespace

void VirtualTime::at(Duration when, std::function<void()> what) {
    next_.emplace(std::pair(std::max(when, now_), ++count_), std::move(what));
}

bool VirtualTime::advance() {
    if (next_.empty()) {
        return false;
    }
    auto first = next_.extract(next_.begin());
    now_ = first.key().first;
    first.mapped()();
    return true;
}

asio::awaitable<void> VirtualTime::wait_until(Duration when) {
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) {
        co_return;
    }
    // A timer that never expires: when the time has come it is cancelled, so it belongs to its context.
    const auto timer = std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor,
                                                            asio::steady_timer::time_point::max());
    at(std::max(when, now_ + shortest_wait), [weak = std::weak_ptr(timer)] {
        if (const auto waiting = weak.lock()) {
            waiting->cancel();
        }
    });
    boost::system::error_code ignored;
    co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

}  // namespace zflow::simulation
