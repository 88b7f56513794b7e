#pragma once

#include <zflow/bench/store_bench.hpp>
#include <zflow/store/open.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>

namespace zflow::bench {

using Clock = std::chrono::steady_clock;

/// Makes the n-th call of a client.
using CallMaker = std::function<boost::asio::awaitable<void>(int client, std::uint64_t n)>;

/// Clients in a closed loop on one thread: each makes its next call when the last one has ended.
///
/// Returns: name and concurrency empty; calls per second, latencies, processor time and written bytes of the
/// time after the warm-up.
[[nodiscard]] Row run_clients(const CallMaker& call, int concurrency, double seconds);

/// What the process has used so far.
struct Usage {
    double cpu_seconds = 0;
    double written_bytes = 0;
    double resident_mib = 0;
};
[[nodiscard]] Usage usage();

[[nodiscard]] double seconds_since(Clock::time_point begin);

/// 200 bytes that compress as little as real ones do.
[[nodiscard]] const std::string& sample_value();

}  // namespace zflow::bench
