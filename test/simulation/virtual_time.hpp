#pragma once

#include "dice.hpp"

#include <zflow/base/clock.hpp>
#include <zflow/engine/alarm.hpp>

#include <boost/asio/awaitable.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>

namespace zflow::simulation {

namespace asio = boost::asio;

/// Time that goes on only when nothing else can happen: to what happens next.
class VirtualTime {
 public:
    /// Since the beginning of the world.
    [[nodiscard]] Duration now() const noexcept { return now_; }

    /// Let something happen at a time; what was said first happens first.
    void at(Duration when, std::function<void()> what);
    void after(Duration wait, std::function<void()> what) { at(now_ + wait, std::move(what)); }

    /// Let the earliest thing happen. Returns: false if there is none.
    bool advance();

    /// Nothing that was said happens.
    void forget() { next_.clear(); }

    /// Wait, or come back earlier if cancelled.
    asio::awaitable<void> wait_until(Duration when);
    asio::awaitable<void> wait(Duration length) { return wait_until(now_ + length); }

 private:
    Duration now_{0};
    std::uint64_t count_ = 0;
    std::map<std::pair<Duration, std::uint64_t>, std::function<void()>> next_;
};

/// The clocks of one process: its steady clock began some time ago, its wall clock is wrong and may jump. The
/// world begins in 1970, before which no clock is.
class ProcessClock final : public base::Clock {
 public:
    ProcessClock(const VirtualTime& time, Duration up, Duration wrong)
        : time_(&time), up_(up), wrong_(wrong) {}

    [[nodiscard]] std::chrono::steady_clock::time_point steady_now() const override {
        return std::chrono::steady_clock::time_point(time_->now() + up_);
    }
    [[nodiscard]] std::chrono::system_clock::time_point wall_now() const override {
        return std::chrono::system_clock::time_point(
            std::chrono::duration_cast<std::chrono::system_clock::duration>(
                std::max(Duration(0), time_->now() + wrong_)));
    }
    /// When the world's time is what this steady clock will show then.
    [[nodiscard]] Duration world_time(std::chrono::steady_clock::time_point when) const {
        return when.time_since_epoch() - up_;
    }
    void jump(Duration wrong) { wrong_ = wrong; }

 private:
    const VirtualTime* time_;
    Duration up_;
    Duration wrong_;
};

/// Waits for a process' steady clock.
class VirtualAlarm final : public engine::Alarm {
 public:
    VirtualAlarm(VirtualTime& time, const ProcessClock& clock) : time_(&time), clock_(&clock) {}

    asio::awaitable<void> wait_until(std::chrono::steady_clock::time_point when) override {
        return time_->wait_until(clock_->world_time(when));
    }

 private:
    VirtualTime* time_;
    const ProcessClock* clock_;
};

}  // namespace zflow::simulation
