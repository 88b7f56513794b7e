#pragma once

#include "session.hpp"

#include <zflow/control/client.hpp>
#include <zflow/control/server.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace zflow::app {

namespace asio = boost::asio;

struct StoreRunsOptions {
    bool create = false;     ///< make the store if there is none
    bool serve = false;      ///< let other processes reach the runs while this one has the store open
    bool only_here = false;  ///< do not go through the process that has the store open
    std::string owner_name = "zflow";
    /// Called when an engine was opened here, e.g. to give it operations; may be empty.
    std::function<void(engine::Engine&)> opened = {};
    /// Called for what runs do here, and for what the run `watched` does elsewhere; may be empty.
    std::function<void(const engine::Step&)> on_step = {};
    std::string watched = {};
};

/// The runs of a store, whoever has it open: an engine of this process, or the process that holds the store,
/// through its control socket. When that one goes, the next call looks again.
///
/// Errors: all calls: as Runs; unavailable: another process holds the store and serves no socket, the message
/// names it; store::Error if the store cannot be opened. Thread-safety: one call at a time.
class StoreRuns final : public control::Runs {
 public:
    StoreRuns(std::string store_uri, StoreRunsOptions options);
    ~StoreRuns() override;
    StoreRuns(const StoreRuns&) = delete;
    StoreRuns& operator=(const StoreRuns&) = delete;

    /// Open the store, or find who has it open. Every call does so first.
    asio::awaitable<void> reach();

    /// The engine, if it is here; else nothing.
    [[nodiscard]] engine::Engine* engine() noexcept { return engine_.get(); }
    /// The process that has the store open, if it is not this one; else 0.
    [[nodiscard]] int owner_process() const noexcept { return client_ ? client_->owner_process() : 0; }

    /// Give what was watched elsewhere a moment to arrive: its run has ended.
    asio::awaitable<void> finish_watching();

    /// Let go of the store. To be called whatever has happened.
    asio::awaitable<void> stop();

    asio::awaitable<engine::StartResult> start(std::shared_ptr<const interpreter::Program> program,
                                               model::Value input, engine::StartOptions options) override;
    asio::awaitable<model::Outcome> result(std::string id) override;
    asio::awaitable<std::optional<model::Outcome>> poll(std::string id) override;
    asio::awaitable<engine::RunView> show(std::string id) override;
    asio::awaitable<model::Value> get_variable(std::string id, std::string name) override;
    asio::awaitable<void> set_variable(std::string id, std::string name, model::Value value) override;
    asio::awaitable<void> pause(std::string id) override;
    asio::awaitable<void> resume(std::string id) override;
    asio::awaitable<void> abort(std::string id) override;
    asio::awaitable<void> remove(std::string id) override;
    asio::awaitable<engine::RunPage> list(engine::Filter filter, engine::ListRequest request) override;
    asio::awaitable<void> checkpoint() override;

 private:
    class Watch;

    template <class T, class... Parameters>
    asio::awaitable<T> call(asio::awaitable<T> (Runs::*method)(Parameters...), Parameters... arguments);
    /// Returns: whether somebody serves.
    asio::awaitable<bool> connect();
    /// Returns: whether the store is open here now; else another process holds it.
    asio::awaitable<bool> open();
    [[nodiscard]] engine::Error held() const;

    std::string store_uri_;
    StoreRunsOptions options_;
    std::optional<std::string> directory_;
    std::shared_ptr<control::StepFeed> steps_;
    std::unique_ptr<engine::Engine> engine_;
    std::unique_ptr<control::Runs> here_;
    std::unique_ptr<control::Server> server_;
    std::shared_ptr<control::Client> client_;
    std::shared_ptr<Watch> watch_;
};

/// Do something with the runs of the settings' store, and let go of the store whatever has happened.
///
/// Returns, Errors: those of `work`.
Exit with_runs(const Settings& settings, StoreRunsOptions options,
               std::function<asio::awaitable<Exit>(StoreRuns&)> work);

/// Come back a moment later: before another look at something that another process does.
asio::awaitable<void> wait_a_moment();

}  // namespace zflow::app
