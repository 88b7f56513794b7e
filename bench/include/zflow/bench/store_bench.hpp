#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace zflow::bench {

struct StoreBenchOptions {
    double seconds = 1;  ///< of each measurement; a fifth of it is warm-up that does not count
    int rounds = 3;      ///< ours and bare in turn; medians are reported
    std::vector<int> concurrency = {1, 16, 64, 256};
    std::vector<std::string> only = {};
    int rows = 100'000;      ///< what reads and scans find
    std::uint64_t grow = 0;  ///< instead of all else: put so many rows
};

/// One figure.
struct Row {
    std::string name;       ///< e.g. "put"
    int concurrency = 1;    ///< clients at once
    double per_second = 0;  ///< calls, for scans rows, per second
    double p50_us = 0;      ///< median time of a call, microseconds; 0 for scans
    double p99_us = 0;
    double cpu_us = 0;           ///< processor time per call, all threads, microseconds
    double written_bytes = 0;    ///< bytes written to files per call
    double mean_batch = 0;       ///< calls in one batch of the commit pipeline; 0 if there is none
    double bare_per_second = 0;  ///< the bare engine; 0 if there is none
    double ratio = 0;            ///< ours / bare, the median over the rounds
    std::string note = {};
};

[[nodiscard]] std::string to_line(const Row& row);
[[nodiscard]] std::string to_json(const Row& row);

using BenchProgress = std::function<void(std::size_t done, std::size_t total, std::string_view what)>;
using BenchResult = std::function<void(const Row&)>;

/// Measure the store at a URI, with 200-byte values, in a namespace and topics of its own, which are removed
/// at the end.
///
/// For `rocksdb:` the bare engine is RocksDB with the same settings and row shapes in a directory beside the
/// store's; a write of n clients stands against bare batches of the mean size that was reached.
///
/// Errors: store::Error.
void run_store_bench(const std::string& uri, const StoreBenchOptions& options, const BenchProgress& progress,
                     const BenchResult& result);

}  // namespace zflow::bench
