#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace zflow::bench {

struct FlowBenchOptions {
    std::string directory = ".";  ///< on the disk that is measured; stores are made in it and removed
    std::vector<std::string> only = {};
    std::vector<int> clients = {1, 64, 400};
    double seconds =
        2;  ///< of each figure of throughput; a quarter of it more is warm-up that does not count
    std::chrono::milliseconds retention = std::chrono::days(7);  ///< of finished runs, but in STORE
    std::uint32_t partitions = 16;
    int threads = 1;  ///< that run the engine and its clients; the store has its own
    std::vector<std::int64_t> loops = {100, 10'000, 1'000'000};
    std::uint64_t timers = 10'000;
    std::uint64_t sleepers = 100'000;
    std::uint64_t short_flows = 100'000;
};

/// One measured number.
struct FlowFigure {
    std::string name;  ///< the key in JSON, e.g. "p50_us"
    double value = 0;
    std::string unit;  ///< what stands behind it in a line, e.g. "us p50"
};

/// What was measured of one kind of flow.
struct FlowRow {
    std::string name;  ///< e.g. "W3": three operations one after the other
    int clients = 1;
    std::vector<FlowFigure> figures = {};
    std::string note = {};

    /// The value of a figure, 0 if there is none of the name.
    [[nodiscard]] double figure(std::string_view figure_name) const;
};

[[nodiscard]] std::string to_line(const FlowRow& row);
[[nodiscard]] std::string to_json(const FlowRow& row);

using FlowProgress = std::function<void(std::size_t done, std::size_t total, std::string_view what)>;
using FlowResult = std::function<void(const FlowRow&)>;

/// Measure an engine on a durable RocksDB store, each figure in a store of its own. Operations return at
/// once, so this is what zflow costs. Beside it, in the same run, one bare synced append after the other on
/// the same disk.
///
/// Errors: engine::Error, store::Error; std::runtime_error if a flow ends otherwise than it must.
void run_flow_bench(const FlowBenchOptions& options, const FlowProgress& progress, const FlowResult& result);

}  // namespace zflow::bench
