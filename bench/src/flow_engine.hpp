#pragma once

#include <zflow/bench/flow_bench.hpp>
#include <zflow/engine/engine.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace zflow::bench {

/// How often the engine and the store below it have written.
struct Written {
    double commits = 0;  ///< frames that were appended to logs
    double syncs = 0;    ///< batches of the store; each is made durable once
};

/// An engine on a store in a directory of its own, and the threads that run it.
///
/// Thread-safety: used by one thread, which is none of the engine's and may block.
class BenchEngine {
 public:
    BenchEngine(std::string path, const FlowBenchOptions& options, std::chrono::milliseconds retention);
    /// Stops the engine, unless `close` did.
    ~BenchEngine();
    BenchEngine(const BenchEngine&) = delete;
    BenchEngine& operator=(const BenchEngine&) = delete;

    [[nodiscard]] engine::Engine& operator*() const noexcept { return *engine_; }
    [[nodiscard]] engine::Engine* operator->() const noexcept { return engine_.get(); }

    /// Begin a coroutine on the engine's threads.
    template <class T>
    std::future<T> begin(boost::asio::awaitable<T> work) {
        return boost::asio::co_spawn(context_, std::move(work), boost::asio::use_future);
    }
    /// Run a coroutine there to its end.
    template <class T>
    T wait(boost::asio::awaitable<T> work) {
        return begin(std::move(work)).get();
    }

    /// Start a run and wait for what it gives. Errors: std::runtime_error if it does not succeed.
    [[nodiscard]] boost::asio::awaitable<model::Value> run(
        std::shared_ptr<const interpreter::Program> program, model::Value input);

    /// Start `count` runs, many at a time. Parameters: `input` gives the n-th input; `id` its id.
    void start_many(std::uint64_t count, const std::shared_ptr<const interpreter::Program>& program,
                    const std::function<model::Value(std::uint64_t)>& input,
                    const std::function<std::string(std::uint64_t)>& id);

    [[nodiscard]] Written written() const;
    /// A number of Engine::metrics, 0 if it has none of the name.
    [[nodiscard]] double metric(std::string_view name) const;
    void close();

 private:
    std::string path_;
    boost::asio::io_context context_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    std::vector<std::jthread> threads_;
    std::unique_ptr<engine::Engine> engine_;
};

/// Bytes of all files below a directory.
[[nodiscard]] double directory_bytes(const std::string& path);

}  // namespace zflow::bench
