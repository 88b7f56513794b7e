#pragma once

#include <zflow/base/clock.hpp>
#include <zflow/model/time.hpp>

#include <algorithm>
#include <chrono>

namespace zflow::engine {

/// The time of events: the wall clock, but it never goes back.
///
/// Invariant: no event has an earlier time than one before it in its log, also across owners. While the wall
/// clock is behind, time goes on at half speed, so that timers still fire.
class EventTime {
 public:
    explicit EventTime(const base::Clock& clock) : clock_(&clock), shown_steady_(clock.steady_now()) {}

    /// A time that the log holds already.
    void saw(const model::Instant& time) {
        last_ = std::max(last_, time);
        if (time > shown_) {
            shown_ = time;
            shown_steady_ = clock_->steady_now();
        }
    }

    /// What an event that happens now gets as its time. Never less than what it gave before: a timer that was
    /// due at one look is due at the next, also if the wall clock was set back in between.
    [[nodiscard]] model::Instant now() const;

    /// How far the wall clock is behind the last event.
    [[nodiscard]] std::chrono::nanoseconds behind() const;

    /// The last event's time.
    [[nodiscard]] const model::Instant& last() const noexcept { return last_; }

    /// When the engine's steady clock will show about this time; never in the past.
    [[nodiscard]] std::chrono::steady_clock::time_point steady_at(const model::Instant& time) const;

 private:
    const base::Clock* clock_;
    model::Instant last_{INT64_MIN, 0};
    mutable model::Instant shown_{INT64_MIN, 0};  ///< the greatest time that was given or seen
    mutable std::chrono::steady_clock::time_point shown_steady_;
};

[[nodiscard]] model::Instant to_instant(std::chrono::system_clock::time_point time);
[[nodiscard]] model::Instant operator+(const model::Instant& time, std::chrono::nanoseconds duration);
/// From `b` to `a`, as far as 64 bits of nanoseconds hold it.
[[nodiscard]] std::chrono::nanoseconds between(const model::Instant& b, const model::Instant& a);

}  // namespace zflow::engine
