#pragma once

#include <zflow/dsl/remote.hpp>

namespace zflow {
inline namespace dsl {

template <std::same_as<Instant> T>
[[nodiscard]] Remote<T> operator+(const Remote<T>& time, const Remote<Duration>& length) {
    return Remote<T>(detail::tree::instant_plus(detail::tree_of(time), detail::tree_of(length)));
}
template <std::same_as<Instant> T>
[[nodiscard]] Remote<T> operator-(const Remote<T>& time, const Remote<Duration>& length) {
    return Remote<T>(detail::tree::instant_minus(detail::tree_of(time), detail::tree_of(length)));
}
template <std::same_as<Duration> T>
[[nodiscard]] Remote<T> operator*(const Remote<T>& length, const Remote<std::int64_t>& factor) {
    return Remote<T>(detail::tree::duration_times(detail::tree_of(length), detail::tree_of(factor)));
}

/// So many nanoseconds.
[[nodiscard]] inline Remote<Duration> nanoseconds(const Remote<std::int64_t>& amount) {
    return Remote<Duration>(detail::tree::duration_from(detail::tree_of(amount), "NANOS"));
}
[[nodiscard]] inline Remote<Duration> seconds(const Remote<std::int64_t>& amount) {
    return Remote<Duration>(detail::tree::duration_from(detail::tree_of(amount), "SECONDS"));
}

}  // namespace dsl
}  // namespace zflow
