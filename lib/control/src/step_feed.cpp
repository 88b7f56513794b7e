#include <zflow/control/step_feed.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace zflow::control {

struct StepFeed::Subscription::State {
    State(asio::any_io_executor on, std::string id)
        : executor(std::move(on)), run_id(std::move(id)), changed(executor) {}

    const asio::any_io_executor executor;
    const std::string run_id;
    asio::steady_timer changed;  // used on `executor` alone
    std::mutex mutex;
    std::vector<engine::Step> waiting;
    std::uint64_t dropped = 0;
};

StepFeed::Subscription::Subscription(asio::any_io_executor executor, std::string run_id)
    : state_(std::make_shared<State>(std::move(executor), std::move(run_id))) {}

StepFeed::Subscription::~Subscription() = default;

asio::awaitable<std::vector<engine::Step>> StepFeed::Subscription::next() {
    const auto state = state_;
    while (true) {
        {
            const std::scoped_lock lock(state->mutex);
            if (!state->waiting.empty()) {
                co_return std::exchange(state->waiting, {});
            }
        }
        // What is published from here on wakes the timer by a post to this executor: after the wait has
        // begun.
        state->changed.expires_at(asio::steady_timer::time_point::max());
        co_await state->changed.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

std::uint64_t StepFeed::Subscription::take_dropped() {
    const std::scoped_lock lock(state_->mutex);
    return std::exchange(state_->dropped, 0);
}

StepFeed::StepFeed() = default;
StepFeed::~StepFeed() = default;

std::shared_ptr<StepFeed::Subscription> StepFeed::subscribe(asio::any_io_executor executor,
                                                            std::string run_id) {
    auto subscription = std::make_shared<Subscription>(std::move(executor), std::move(run_id));
    const std::scoped_lock lock(mutex_);
    std::erase_if(subscriptions_, [](const auto& other) { return other.expired(); });
    subscriptions_.push_back(subscription);
    return subscription;
}

void StepFeed::publish(const engine::Step& step) noexcept try {
    const std::scoped_lock lock(mutex_);
    for (const auto& weak : subscriptions_) {
        const auto subscription = weak.lock();
        if (!subscription) {
            continue;
        }
        const auto& state = subscription->state_;
        if (!state->run_id.empty() && state->run_id != step.run_id) {
            continue;
        }
        const std::scoped_lock lock_of_state(state->mutex);
        if (state->waiting.size() >= waiting_steps) {
            ++state->dropped;
            continue;
        }
        state->waiting.push_back(step);
        if (state->waiting.size() == 1) {
            asio::post(state->executor, [state] { state->changed.cancel(); });
        }
    }
} catch (const std::bad_alloc&) {
    // Steps are for people who watch: without memory they miss one.
}

}  // namespace zflow::control
