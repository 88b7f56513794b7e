#include <zflow/store/decorators/metrics.hpp>

#include <fmt/format.h>
#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <utility>

namespace zflow::store {

struct MetricsRegistry::Impl {
    prometheus::Registry registry;
};

MetricsRegistry::MetricsRegistry() : impl_(std::make_unique<Impl>()) {}
MetricsRegistry::~MetricsRegistry() = default;

std::string MetricsRegistry::text() const {
    return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

namespace {

/// 10 us to 8.192 s: ZIO Flow's buckets from 1 ms on, finer ones below.
prometheus::Histogram::BucketBoundaries latency_buckets() {
    prometheus::Histogram::BucketBoundaries buckets{0.00001, 0.00003, 0.0001, 0.0003};
    double bound = 0.001;
    for (int doubled = 0; doubled < 14; ++doubled, bound *= 2) {
        buckets.push_back(bound);
    }
    return buckets;
}

class MetricsInterceptor final : public Interceptor {
 public:
    MetricsInterceptor(const std::string& backend, std::shared_ptr<MetricsRegistry> registry,
                       const std::string& prefix, const base::Clock& clock)
        : registry_(std::move(registry)), clock_(clock), failures_(failures_family(backend, prefix)) {
        auto& prometheus = registry_->impl().registry;
        auto& successes = prometheus::BuildCounter()
                              .Name(fmt::format("{}_{}_success_total", prefix, backend))
                              .Help("Store calls that succeeded")
                              .Register(prometheus);
        auto& latencies = prometheus::BuildHistogram()
                              .Name(fmt::format("{}_{}_latency_seconds", prefix, backend))
                              .Help("Time that store calls took, failed ones included")
                              .Register(prometheus);
        for (std::size_t i = 0; i < operation_count; ++i) {
            const auto labels = labels_of(static_cast<Operation>(i));
            success_.at(i) = &successes.Add(labels);
            latency_.at(i) = &latencies.Add(labels, latency_buckets());
        }
    }

    asio::awaitable<void> before(Call) override { co_return; }

    asio::awaitable<void> after_success(Call call) override {
        success_.at(static_cast<std::size_t>(call.operation))->Increment();
        observe(call);
        co_return;
    }

    void after_failure(Call call, const Error& error) override {
        auto labels = labels_of(call.operation);
        labels.emplace("error", to_string(error.kind()));
        failures_.Add(labels).Increment();
        observe(call);
    }

 private:
    prometheus::Family<prometheus::Counter>& failures_family(const std::string& backend,
                                                             const std::string& prefix) {
        return prometheus::BuildCounter()
            .Name(fmt::format("{}_{}_failure_total", prefix, backend))
            .Help("Store calls that failed, by error")
            .Register(registry_->impl().registry);
    }

    static prometheus::Labels labels_of(Operation operation) {
        return {{"operation", std::string(to_string(operation))},
                {"store", std::string(store_name(operation))}};
    }

    void observe(const Call& call) {
        const std::chrono::duration<double> took = clock_.steady_now() - call.started;
        latency_.at(static_cast<std::size_t>(call.operation))->Observe(took.count());
    }

    std::shared_ptr<MetricsRegistry> registry_;
    const base::Clock& clock_;
    prometheus::Family<prometheus::Counter>& failures_;
    std::array<prometheus::Counter*, operation_count> success_{};
    std::array<prometheus::Histogram*, operation_count> latency_{};
};

}  // namespace

Stores with_metrics(Stores stores, std::string backend, std::shared_ptr<MetricsRegistry> registry,
                    std::string prefix, const base::Clock& clock) {
    auto interceptor = std::make_shared<MetricsInterceptor>(backend, std::move(registry), prefix, clock);
    return intercept(std::move(stores), std::move(interceptor), clock);
}

}  // namespace zflow::store
