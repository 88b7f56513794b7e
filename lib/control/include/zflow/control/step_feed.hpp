#pragma once

#include <zflow/engine/run.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace zflow::control {

namespace asio = boost::asio;

/// Passes what runs do on to everybody who watches: `publish` is what engine::Options::on_step calls.
///
/// Who is slow misses steps; nobody waits for him.
///
/// Thread-safety: any number of calls at once.
class StepFeed {
 public:
    /// How many steps wait for one watcher; further ones are dropped.
    static constexpr std::size_t waiting_steps = 10'000;

    class Subscription;

    StepFeed();
    ~StepFeed();
    StepFeed(const StepFeed&) = delete;
    StepFeed& operator=(const StepFeed&) = delete;

    /// Cost: neither blocks nor throws.
    void publish(const engine::Step& step) noexcept;

    /// Watch from now on, until the subscription is dropped.
    ///
    /// Parameters: `run_id` empty = all runs. The subscription is used on `executor` alone, which runs one
    /// thing at a time.
    [[nodiscard]] std::shared_ptr<Subscription> subscribe(asio::any_io_executor executor, std::string run_id);

 private:
    std::mutex mutex_;
    std::vector<std::weak_ptr<Subscription>> subscriptions_;
};

/// Steps that one watcher has not seen yet.
class StepFeed::Subscription {
 public:
    Subscription(asio::any_io_executor executor, std::string run_id);
    ~Subscription();
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

    /// Wait until there is a step, and take all that there are.
    asio::awaitable<std::vector<engine::Step>> next();

    /// How many steps were dropped since the last call.
    [[nodiscard]] std::uint64_t take_dropped();

 private:
    friend class StepFeed;
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace zflow::control
