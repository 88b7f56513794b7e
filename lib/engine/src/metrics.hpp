#pragma once

#include <zflow/engine/run.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace zflow::engine {

/// Counters and sizes of an engine, for Prometheus: docs/operate.md lists them.
///
/// Thread-safety: any number of calls at once.
class Metrics {
 public:
    enum class AttemptEnd : std::uint8_t { succeeded, failed, gave_up, retried, timed_out, cancelled };

    Metrics();
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    void committed(std::size_t events, std::size_t bytes);
    void started();
    void finished(Status status);
    void parked();
    void removed(std::size_t runs);
    void attempt_ended(AttemptEnd end);
    void checkpointed(std::chrono::nanoseconds took);
    void recovered(std::chrono::nanoseconds took, std::size_t events);
    void claimed();
    void fenced();
    /// How things are in one partition now.
    void set_sizes(std::uint32_t partition, std::size_t live, std::size_t loaded, std::size_t queued,
                   std::size_t attempts);

    [[nodiscard]] std::string text() const;

 private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace zflow::engine
