#pragma once

#include <zflow/control/runs.hpp>

#include <functional>
#include <memory>
#include <string>

namespace zflow::control {

/// The runs of a store that another process has open, through its control socket.
///
/// What goes wrong on the way is told as an engine would: `unavailable` if nothing was done (nobody serves
/// there, or the owner went while a reading call waited), `outcome_unknown` if something may have been done.
///
/// Thread-safety: any number of calls at once, each on a connection of its own.
class Client final : public Runs {
 public:
    /// See whether somebody serves the store in this directory.
    ///
    /// Returns: nothing if nobody does. Errors: unavailable if it may not be asked, or does not answer.
    [[nodiscard]] static asio::awaitable<std::unique_ptr<Client>> connect(std::string directory);

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

    /// Watch what a run does, from now on until it has ended.
    ///
    /// Parameters: the run may start later. `ready` is called when watching has begun, `on_step` for each
    /// step; a watcher that is slow misses some. Errors: unavailable: the owner stopped.
    asio::awaitable<void> watch(std::string id, std::function<void()> ready,
                                std::function<void(const engine::Step&)> on_step);

    /// The process that serves, as it says.
    [[nodiscard]] int owner_process() const noexcept { return owner_process_; }

 private:
    explicit Client(std::string directory) : directory_(std::move(directory)) {}

    std::string directory_;
    int owner_process_ = 0;
};

}  // namespace zflow::control
