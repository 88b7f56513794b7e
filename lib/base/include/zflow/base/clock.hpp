#pragma once

#include <chrono>

namespace zflow::base {

/// The only place where zflow reads a clock: everything that needs time takes a `Clock&`, so that tests can
/// hold it.
///
/// Thread-safety: any number of calls at once.
class Clock {
 public:
    virtual ~Clock() = default;

    /// Time that never goes back; for deadlines and durations.
    [[nodiscard]] virtual std::chrono::steady_clock::time_point steady_now() const = 0;

    /// The wall clock, UTC; for what people read. It may jump.
    [[nodiscard]] virtual std::chrono::system_clock::time_point wall_now() const = 0;
};

/// The machine's clocks.
///
/// Lifetime: lives as long as the process.
[[nodiscard]] const Clock& system_clock() noexcept;

}  // namespace zflow::base
