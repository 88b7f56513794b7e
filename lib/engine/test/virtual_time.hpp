#pragma once

#include <zflow/base/clock.hpp>
#include <zflow/engine/alarm.hpp>

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <optional>

namespace zflow::engine::test {

using namespace std::chrono_literals;

/// Both clocks stand until somebody sets them. The wall clock shows 2001-09-09 01:46:40 when it begins.
class VirtualClock final : public base::Clock {
 public:
    using SteadyTime = std::chrono::steady_clock::time_point;

    [[nodiscard]] SteadyTime steady_now() const override { return steady_; }
    [[nodiscard]] std::chrono::system_clock::time_point wall_now() const override { return wall_; }

    void go_to(SteadyTime time) {
        wall_ += std::chrono::duration_cast<std::chrono::system_clock::duration>(time - steady_);
        steady_ = time;
    }
    /// Somebody sets the wall clock.
    void set_wall(std::chrono::seconds by) { wall_ += by; }

 private:
    SteadyTime steady_{1h};
    std::chrono::system_clock::time_point wall_{1'000'000'000s};
};

/// Comes back when the virtual clock has been moved there.
class VirtualAlarm final : public Alarm {
 public:
    explicit VirtualAlarm(VirtualClock& clock) : clock_(clock) {}

    asio::awaitable<void> wait_until(std::chrono::steady_clock::time_point when) override;

    /// The first time that somebody waits for.
    [[nodiscard]] std::optional<VirtualClock::SteadyTime> next() const;
    /// Wake everybody whose time has come.
    void ring();

 private:
    using Waiting = std::multimap<VirtualClock::SteadyTime, asio::steady_timer*>;
    class Place;

    VirtualClock& clock_;
    Waiting waiting_;
};

}  // namespace zflow::engine::test
