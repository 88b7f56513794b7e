#include <zflow/control/runs.hpp>

#include <utility>

namespace zflow::control {
namespace {

class EngineRuns final : public Runs {
 public:
    explicit EngineRuns(engine::Engine& engine) : engine_(engine) {}

    asio::awaitable<engine::StartResult> start(std::shared_ptr<const interpreter::Program> program,
                                               model::Value input, engine::StartOptions options) override {
        return engine_.start(std::move(program), std::move(input), std::move(options));
    }
    asio::awaitable<model::Outcome> result(std::string id) override { return engine_.result(std::move(id)); }
    asio::awaitable<std::optional<model::Outcome>> poll(std::string id) override {
        return engine_.poll(std::move(id));
    }
    asio::awaitable<engine::RunView> show(std::string id) override { return engine_.show(std::move(id)); }
    asio::awaitable<model::Value> get_variable(std::string id, std::string name) override {
        return engine_.get_variable(std::move(id), std::move(name));
    }
    asio::awaitable<void> set_variable(std::string id, std::string name, model::Value value) override {
        return engine_.set_variable(std::move(id), std::move(name), std::move(value));
    }
    asio::awaitable<void> pause(std::string id) override { return engine_.pause(std::move(id)); }
    asio::awaitable<void> resume(std::string id) override { return engine_.resume(std::move(id)); }
    asio::awaitable<void> abort(std::string id) override { return engine_.abort(std::move(id)); }
    asio::awaitable<void> remove(std::string id) override { return engine_.remove(std::move(id)); }
    asio::awaitable<engine::RunPage> list(engine::Filter filter, engine::ListRequest request) override {
        return engine_.list(std::move(filter), std::move(request));
    }
    asio::awaitable<void> checkpoint() override { return engine_.checkpoint(); }

 private:
    engine::Engine& engine_;
};

}  // namespace

std::unique_ptr<Runs> runs_of(engine::Engine& engine) {
    return std::make_unique<EngineRuns>(engine);
}

}  // namespace zflow::control
