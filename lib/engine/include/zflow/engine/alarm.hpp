#pragma once

#include <boost/asio/awaitable.hpp>

#include <chrono>

namespace zflow::engine {

namespace asio = boost::asio;

/// Where the engine waits for time to pass: the machine's timers, or virtual ones in simulations.
///
/// It goes with a base::Clock, whose steady time it waits for.
class Alarm {
 public:
    virtual ~Alarm() = default;

    /// Come back at this steady time, or earlier if the caller is cancelled (then without an exception).
    ///
    /// Thread-safety: any number of calls at once, from any executor.
    virtual asio::awaitable<void> wait_until(std::chrono::steady_clock::time_point when) = 0;
};

/// The machine's timers.
///
/// Lifetime: lives as long as the process.
[[nodiscard]] Alarm& system_alarm() noexcept;

}  // namespace zflow::engine
