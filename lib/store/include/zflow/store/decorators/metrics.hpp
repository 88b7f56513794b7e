#pragma once

#include <zflow/store/decorators/intercept.hpp>

#include <string>

namespace zflow::store {

/// Counters and latencies of store calls, for Prometheus.
///
/// For a backend `rocksdb` and the prefix `zioflow`, each with the labels `operation` and `store`
/// (`key-value-store` or `indexed-store`):
/// - `zioflow_rocksdb_success_total`: calls that succeeded;
/// - `zioflow_rocksdb_failure_total`: calls that failed, with the label `error` (the name of the
/// store::errc);
/// - `zioflow_rocksdb_latency_seconds`: a histogram of the time that calls took, failed ones included.
///
/// Source: names and labels are those of ZIO Flow, so that its dashboards work; the buckets are its own (1 ms
/// doubled 13 times) with finer ones below, since it counts everything under a millisecond as zero.
/// Thread-safety: any number of calls at once.
class MetricsRegistry {
 public:
    MetricsRegistry();
    ~MetricsRegistry();
    MetricsRegistry(const MetricsRegistry&) = delete;
    MetricsRegistry& operator=(const MetricsRegistry&) = delete;

    /// All metrics in Prometheus' text format.
    [[nodiscard]] std::string text() const;

    struct Impl;
    [[nodiscard]] Impl& impl() noexcept { return *impl_; }

 private:
    std::unique_ptr<Impl> impl_;
};

/// Count and time every call of the stores.
///
/// Parameters: `backend` stands in the names, e.g. "rocksdb"; [a-z0-9_]+.
/// Lifetime: `registry` may be shared by many stores and is kept alive by them.
[[nodiscard]] Stores with_metrics(Stores stores, std::string backend,
                                  std::shared_ptr<MetricsRegistry> registry, std::string prefix = "zioflow",
                                  const base::Clock& clock = base::system_clock());

}  // namespace zflow::store
