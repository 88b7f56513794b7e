#include "metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <map>
#include <mutex>

namespace zflow::engine {

namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using prometheus::Histogram;

constexpr std::array attempt_ends{"succeeded", "failed", "gave_up", "retried", "timed_out", "cancelled"};

Histogram::BucketBoundaries powers(double first, double factor, int count) {
    Histogram::BucketBoundaries bounds;
    for (double bound = first; count > 0; --count, bound *= factor) {
        bounds.push_back(bound);
    }
    return bounds;
}

double seconds(std::chrono::nanoseconds duration) {
    return std::chrono::duration<double>(duration).count();
}

}  // namespace

struct Metrics::Impl {
    prometheus::Registry registry;

    prometheus::Counter& counter(const char* name, const char* help, const prometheus::Labels& labels = {}) {
        return BuildCounter().Name(name).Help(help).Register(registry).Add(labels);
    }
    prometheus::Gauge& gauge(const char* name, const char* help) {
        return BuildGauge().Name(name).Help(help).Register(registry).Add({});
    }
    Histogram& histogram(const char* name, const char* help, Histogram::BucketBoundaries bounds) {
        return BuildHistogram().Name(name).Help(help).Register(registry).Add({}, std::move(bounds));
    }

    prometheus::Counter& commits = counter("zflow_commits_total", "Frames that were appended to logs");
    prometheus::Counter& events = counter("zflow_events_total", "Events that were committed");
    Histogram& frame_bytes = histogram("zflow_frame_bytes", "Size of frames", powers(128, 4, 8));
    Histogram& frame_events = histogram("zflow_frame_events", "Events of a frame", powers(1, 2, 13));
    prometheus::Counter& started = counter("zflow_runs_started_total", "Runs that began");
    prometheus::Counter& parked = counter("zflow_runs_parked_total", "Runs that were set aside");
    prometheus::Counter& removed = counter("zflow_runs_removed_total", "Runs that were forgotten");
    std::map<Status, prometheus::Counter*> finished;
    std::array<prometheus::Counter*, attempt_ends.size()> attempts{};
    Histogram& checkpoint_seconds =
        histogram("zflow_checkpoint_seconds", "How long checkpoints took", powers(0.001, 4, 9));
    Histogram& recovery_seconds =
        histogram("zflow_recovery_seconds", "How long a partition took to recover", powers(0.001, 4, 9));
    prometheus::Counter& recovered_events =
        counter("zflow_recovered_events_total", "Events that were replayed from logs");
    prometheus::Counter& claims = counter("zflow_claims_total", "Partitions that were claimed");
    prometheus::Counter& fences = counter("zflow_fences_total", "Partitions that another owner took over");
    prometheus::Gauge& live = gauge("zflow_runs", "Runs in memory, loaded or asleep");
    prometheus::Gauge& loaded = gauge("zflow_runs_loaded", "Runs whose state is in memory");
    prometheus::Gauge& queued = gauge("zflow_queued_events", "Events that wait for their commit");
    prometheus::Gauge& running = gauge("zflow_attempts_running", "Attempts of operations that run");

    std::mutex mutex;
    struct Sizes {
        std::size_t live = 0;
        std::size_t loaded = 0;
        std::size_t queued = 0;
        std::size_t attempts = 0;
    };
    std::map<std::uint32_t, Sizes> sizes;
    Sizes sum;
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {
    for (const auto status : {Status::succeeded, Status::failed, Status::died}) {
        impl_->finished[status] = &impl_->counter("zflow_runs_finished_total", "Runs that ended, by how",
                                                  {{"status", std::string(to_string(status))}});
    }
    for (std::size_t i = 0; i < attempt_ends.size(); ++i) {
        impl_->attempts.at(i) =
            &impl_->counter("zflow_operation_attempts_total", "Attempts of operations, by their end",
                            {{"end", attempt_ends.at(i)}});
    }
}

Metrics::~Metrics() = default;

void Metrics::committed(std::size_t events, std::size_t bytes) {
    impl_->commits.Increment();
    impl_->events.Increment(static_cast<double>(events));
    impl_->frame_bytes.Observe(static_cast<double>(bytes));
    impl_->frame_events.Observe(static_cast<double>(events));
}

void Metrics::started() {
    impl_->started.Increment();
}

void Metrics::finished(Status status) {
    impl_->finished.at(status)->Increment();
}

void Metrics::parked() {
    impl_->parked.Increment();
}

void Metrics::removed(std::size_t runs) {
    impl_->removed.Increment(static_cast<double>(runs));
}

void Metrics::attempt_ended(AttemptEnd end) {
    impl_->attempts.at(static_cast<std::size_t>(end))->Increment();
}

void Metrics::checkpointed(std::chrono::nanoseconds took) {
    impl_->checkpoint_seconds.Observe(seconds(took));
}

void Metrics::recovered(std::chrono::nanoseconds took, std::size_t events) {
    impl_->recovery_seconds.Observe(seconds(took));
    impl_->recovered_events.Increment(static_cast<double>(events));
}

void Metrics::claimed() {
    impl_->claims.Increment();
}

void Metrics::fenced() {
    impl_->fences.Increment();
}

void Metrics::set_sizes(std::uint32_t partition, std::size_t live, std::size_t loaded, std::size_t queued,
                        std::size_t attempts) {
    const std::lock_guard lock(impl_->mutex);
    auto& sizes = impl_->sizes[partition];
    auto& sum = impl_->sum;
    sum.live += live - sizes.live;
    sum.loaded += loaded - sizes.loaded;
    sum.queued += queued - sizes.queued;
    sum.attempts += attempts - sizes.attempts;
    sizes = {live, loaded, queued, attempts};
}

std::string Metrics::text() const {
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->live.Set(static_cast<double>(impl_->sum.live));
        impl_->loaded.Set(static_cast<double>(impl_->sum.loaded));
        impl_->queued.Set(static_cast<double>(impl_->sum.queued));
        impl_->running.Set(static_cast<double>(impl_->sum.attempts));
    }
    return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

}  // namespace zflow::engine
