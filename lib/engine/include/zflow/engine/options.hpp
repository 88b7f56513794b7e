#pragma once

#include <zflow/base/clock.hpp>
#include <zflow/base/entropy.hpp>
#include <zflow/engine/alarm.hpp>
#include <zflow/engine/run.hpp>
#include <zflow/interpreter/apply.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace zflow::engine {

struct Options {
    /// How many logs a new store gets, 1 to 4,096. A store that has runs keeps the number it was made with.
    std::uint32_t partitions = 16;

    /// How long finished runs and their results are kept, counted from their end; 0 = until the next
    /// checkpoint.
    std::chrono::milliseconds retention = std::chrono::days(7);

    /// How long a call waits for its commit before it ends with `outcome_unknown`, or `unavailable` if
    /// certainly nothing was done.
    std::chrono::milliseconds call_deadline = std::chrono::seconds(30);

    /// On shared stores: after how long without a sign of the owner another process may claim. The owner
    /// writes a Beat every third of it.
    std::chrono::milliseconds lease = std::chrono::seconds(10);

    /// On shared stores: how long the tombstone of a removed run stays, much more than `lease` and all
    /// timeouts of the store.
    std::chrono::milliseconds tombstone_grace = std::chrono::hours(24);

    /// A checkpoint begins when the log of a partition has grown by so much, is so old, or so many runs are
    /// loaded. Runs that did not change since are then dropped from memory until something happens to them.
    std::size_t checkpoint_bytes = std::size_t{2} << 20;
    std::chrono::milliseconds checkpoint_age = std::chrono::seconds(60);
    std::size_t loaded_runs = 1'024;

    /// Calls that wait for their commit, per partition; more end with `throttled`.
    std::size_t queued_calls = 10'000;

    /// Bounds of runs, and values of `Config` expressions: written into the log, so a change holds for what
    /// happens after the next opening.
    interpreter::Limits limits = {};
    interpreter::Configuration configuration = {};

    /// What `unavailable` says of this process to others; host and process number are added.
    std::string owner_name = "zflow";

    /// Called for what runs do, on the engine's executor; may be empty. It must not block and not throw.
    std::function<void(const Step&)> on_step = {};

    /// Called with sentences for the log: warnings, takeovers, parked runs. Standard error if empty.
    std::function<void(const std::string&)> on_warning = {};

    /// Time and randomness; all outlive the engine.
    const base::Clock* clock = &base::system_clock();
    base::Entropy* entropy = &base::system_entropy();
    Alarm* alarm = &system_alarm();
};

}  // namespace zflow::engine
