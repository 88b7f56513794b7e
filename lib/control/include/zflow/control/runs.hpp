#pragma once

#include <zflow/engine/engine.hpp>

#include <memory>
#include <optional>
#include <string>

namespace zflow::control {

namespace asio = boost::asio;

/// The runs of a store, whoever has it open: the calls of engine::Engine, with its answers and its errors.
///
/// Errors, Cancellation: as engine::Engine. Thread-safety: any number of calls at once.
class Runs {
 public:
    virtual ~Runs() = default;

    virtual asio::awaitable<engine::StartResult> start(std::shared_ptr<const interpreter::Program> program,
                                                       model::Value input, engine::StartOptions options) = 0;
    virtual asio::awaitable<model::Outcome> result(std::string id) = 0;
    virtual asio::awaitable<std::optional<model::Outcome>> poll(std::string id) = 0;
    virtual asio::awaitable<engine::RunView> show(std::string id) = 0;
    virtual asio::awaitable<model::Value> get_variable(std::string id, std::string name) = 0;
    virtual asio::awaitable<void> set_variable(std::string id, std::string name, model::Value value) = 0;
    virtual asio::awaitable<void> pause(std::string id) = 0;
    virtual asio::awaitable<void> resume(std::string id) = 0;
    virtual asio::awaitable<void> abort(std::string id) = 0;
    virtual asio::awaitable<void> remove(std::string id) = 0;
    virtual asio::awaitable<engine::RunPage> list(engine::Filter filter, engine::ListRequest request) = 0;
    virtual asio::awaitable<void> checkpoint() = 0;
};

/// The runs of an engine in this process.
///
/// Lifetime: the engine outlives them.
[[nodiscard]] std::unique_ptr<Runs> runs_of(engine::Engine& engine);

}  // namespace zflow::control
