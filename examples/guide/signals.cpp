#include "shop.hpp"

#include <zflow/engine/typed.hpp>

using namespace zflow;
using namespace std::chrono_literals;
using namespace shop;
using engine::Engine;
namespace asio = engine::asio;

// [flow]
Flow<std::string, Never> approval(Remote<Order>) {
    auto decision = co_await variable("decision", "");
    auto decided = co_await decision.wait_until([](auto text) { return text != ""; }).timeout(7 * 24h);
    co_return decided.value_or("nobody decided");
}
// [flow end]

// [signal]
asio::awaitable<void> approve(Engine& engine, std::string order) {
    const engine::Run<std::string, Never> run(engine, "approval-" + order);
    const auto before = co_await run.get_variable<std::string>("decision");
    if (before.empty()) {
        co_await run.set_variable("decision", "approved");
    }
}
// [signal end]

asio::awaitable<void> guide::run_signals(Engine& engine) {
    const auto run =
        co_await start(engine, flow("approval", approval), {"7", 1995, {}}, {.id = "approval-7"});
    co_await approve(engine, "7");
    expect((co_await run.result()) == "approved");
}
