#include "virtual_time.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace zflow::engine::test {

/// Somebody's place among those who wait: it goes with the coroutine.
class VirtualAlarm::Place {
 public:
    Place(Waiting& waiting, VirtualClock::SteadyTime when, asio::steady_timer* timer)
        : waiting_(waiting), place_(waiting.emplace(when, timer)) {}
    ~Place() { waiting_.erase(place_); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

 private:
    Waiting& waiting_;
    Waiting::iterator place_;
};

asio::awaitable<void> VirtualAlarm::wait_until(std::chrono::steady_clock::time_point when) {
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) {
        co_return;
    }
    const auto executor = co_await asio::this_coro::executor;
    if (clock_.steady_now() >= when) {
        co_await asio::post(executor, asio::use_awaitable);
        co_return;
    }
    asio::steady_timer timer(executor, asio::steady_timer::time_point::max());
    const Place place(waiting_, when, &timer);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

std::optional<VirtualClock::SteadyTime> VirtualAlarm::next() const {
    return waiting_.empty() ? std::nullopt : std::optional(waiting_.begin()->first);
}

void VirtualAlarm::ring() {
    for (auto at = waiting_.begin(); at != waiting_.end() && at->first <= clock_.steady_now(); ++at) {
        at->second->cancel();
    }
}

}  // namespace zflow::engine::test
