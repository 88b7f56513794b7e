#pragma once

#include <zflow/engine/error.hpp>
#include <zflow/engine/operation.hpp>
#include <zflow/engine/options.hpp>
#include <zflow/engine/run.hpp>
#include <zflow/interpreter/program.hpp>
#include <zflow/store/open.hpp>

#include <functional>
#include <memory>
#include <string>

namespace zflow::engine {

/// Opens the stores: called at the beginning, and again after a store has failed for good (`read_only`).
using OpenStores = std::function<asio::awaitable<store::Stores>()>;

/// Runs flows durably: what was acknowledged survives crashes, and goes on by itself when the engine is
/// opened again.
///
/// What a run does follows from the events in its partition's log alone; an event is first durable, then
/// applied, then answered (docs/formats/log.md). Operations are called at least once, after the commit that
/// asked for them, always under the same idempotency key; of each the first journaled result stays.
///
/// An example that is compiled: examples/5_embedding.
///
/// For all calls:
/// Errors: engine::Error. Consistency: an answer is computed from what is in the log. Cancellation: the call
/// ends with Asio's operation_aborted; what it asked for may happen all the same. Thread-safety: any number
/// of calls at once, from any executor. Lifetime: the engine outlives its calls; `stop` ends them.
class Engine {
 public:
    /// Open an engine on the caller's executor, claim the runs of the store and go on with them.
    ///
    /// On a store that only this process can hold this comes back when all runs are recovered. On a shared
    /// store whose owner lives it comes back too; calls then end with `unavailable` that names the owner,
    /// until this process takes over.
    ///
    /// Parameters: `uri` as for store::open; `open_stores` may decorate the stores.
    /// Errors: refused: the store lacks something (the message says what), belongs to a newer version, or its
    /// two halves do not belong together. store::Error if the stores cannot be opened.
    [[nodiscard]] static asio::awaitable<std::unique_ptr<Engine>> open(std::string uri, Options options = {});
    [[nodiscard]] static asio::awaitable<std::unique_ptr<Engine>> open(OpenStores open_stores,
                                                                       Options options = {});

    /// As a crash: what is in memory goes, calls end with `stopped`. `stop` first is kinder and makes the
    /// next opening faster.
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Give the operation of an activity's name, or of a ZIO Flow operation's type id; names go first. May
    /// come at any time: runs wait for it. A second one under the name takes the place of the first.
    void operation(std::string name, Operation function, OperationOptions options = {});

    /// Start a run, or attach to it.
    ///
    /// Errors: invalid_argument, too_large: the id, a tag or the input; conflict, exists as StartOptions
    /// says; outcome_unknown: `Error::run()` is the id, also if it was made here: start again with it. Cost:
    /// one durable append, shared with other events.
    asio::awaitable<StartResult> start(std::shared_ptr<const interpreter::Program> program,
                                       model::Value input = {}, StartOptions options = {});

    /// Wait until a run has ended. Errors: not_found, parked.
    asio::awaitable<model::Outcome> result(std::string id);

    /// How a run ended, nothing while it runs. Errors: not_found.
    asio::awaitable<std::optional<model::Outcome>> poll(std::string id);

    /// Everything about a run. Errors: not_found.
    asio::awaitable<RunView> show(std::string id);

    /// A variable of a run's main fiber. Errors: not_found (which of both, the message says), parked.
    asio::awaitable<model::Value> get_variable(std::string id, std::string name);

    /// Set a variable of a run's main fiber, which must be there: the signal from outside.
    /// Errors: not_found, parked, too_large.
    asio::awaitable<void> set_variable(std::string id, std::string name, model::Value value);

    /// Keep a run from going on: what happens meanwhile is recorded. A finished run stays finished.
    asio::awaitable<void> pause(std::string id);
    asio::awaitable<void> resume(std::string id);

    /// End a run: its finalizers and compensations run, then it has died (Interrupted).
    asio::awaitable<void> abort(std::string id);

    /// Forget a finished or parked run, and its result. Errors: not_found, not_finished.
    asio::awaitable<void> remove(std::string id);

    /// Consistency: no snapshot; a run that is there all the time is listed, twice if it ends between two
    /// pages.
    asio::awaitable<RunPage> list(Filter filter = {}, ListRequest request = {});

    /// Make a checkpoint of all partitions now. Nobody needs to: it shortens the next recovery.
    asio::awaitable<void> checkpoint();

    /// Take no more calls, give attempts that are under way up to `grace` to end, make a checkpoint and let
    /// go of the store. Runs go on at the next opening. A second call waits for the first.
    asio::awaitable<void> stop(std::chrono::milliseconds grace = std::chrono::seconds(5));

    /// Which partitions this process serves, of how many.
    struct Ownership {
        std::uint32_t owned = 0;
        std::uint32_t partitions = 0;
        std::string other = {};  ///< who owns others, as their log says; empty if nobody
    };
    [[nodiscard]] Ownership ownership() const;

    /// Counters, gauges and histograms in Prometheus' text format: docs/operate.md.
    [[nodiscard]] std::string metrics() const;

    class Impl;

 private:
    explicit Engine(std::shared_ptr<Impl> impl);
    std::shared_ptr<Impl> impl_;
};

}  // namespace zflow::engine
