#include "event_time.hpp"

#include <algorithm>
#include <limits>

namespace zflow::engine {

namespace {

constexpr std::int64_t nanos_per_second = 1'000'000'000;
/// What 64 bits of nanoseconds hold, with room to spare.
constexpr std::int64_t longest_seconds = 9'000'000'000;

}  // namespace

model::Instant to_instant(std::chrono::system_clock::time_point time) {
    const auto nanos = std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch());
    const auto seconds = std::chrono::floor<std::chrono::seconds>(nanos);
    return {seconds.count(), static_cast<std::int32_t>((nanos - seconds).count())};
}

model::Instant operator+(const model::Instant& time, std::chrono::nanoseconds duration) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(duration);
    auto nanos = time.nanos + static_cast<std::int64_t>((duration - seconds).count());
    auto whole = time.seconds + seconds.count();
    if (nanos >= nanos_per_second) {
        nanos -= nanos_per_second;
        ++whole;
    }
    return {whole, static_cast<std::int32_t>(nanos)};
}

std::chrono::nanoseconds between(const model::Instant& b, const model::Instant& a) {
    constexpr auto bound = static_cast<double>(longest_seconds);
    const auto roughly = static_cast<double>(a.seconds) - static_cast<double>(b.seconds);
    if (roughly >= bound || roughly <= -bound) {
        return std::chrono::seconds(roughly > 0 ? longest_seconds : -longest_seconds);
    }
    return std::chrono::seconds(a.seconds - b.seconds) + std::chrono::nanoseconds(a.nanos - b.nanos);
}

model::Instant EventTime::now() const {
    const auto steady = clock_->steady_now();
    const auto half_speed = shown_ + std::max(std::chrono::nanoseconds(0), (steady - shown_steady_) / 2);
    shown_ = std::max(to_instant(clock_->wall_now()), half_speed);
    shown_steady_ = steady;
    return shown_;
}

std::chrono::nanoseconds EventTime::behind() const {
    const auto wall = to_instant(clock_->wall_now());
    return wall >= shown_ ? std::chrono::nanoseconds(0) : between(wall, shown_);
}

std::chrono::steady_clock::time_point EventTime::steady_at(const model::Instant& time) const {
    constexpr auto longest = std::chrono::nanoseconds(std::chrono::hours(24 * 365));
    const auto given = now();
    // Whichever gets there first: the wall clock, or half speed while that is behind.
    constexpr auto none = std::chrono::nanoseconds(0);
    const auto by_wall = std::clamp(between(to_instant(clock_->wall_now()), time), none, longest);
    const auto by_half_speed = 2 * std::clamp(between(given, time), none, longest);
    return clock_->steady_now() + std::min(by_wall, by_half_speed);
}

}  // namespace zflow::engine
