#include "shop.hpp"

#include <zflow/engine/typed.hpp>

using namespace zflow;
using namespace shop;
using engine::Engine;
namespace asio = engine::asio;

namespace {

Flow<std::string> old_buy(Remote<Order> order) {
    co_return co_await charge(order);
}
Flow<std::string> buy(Remote<Order> order) {
    auto payment = co_await charge(order);
    co_await mail("thank you for " + order.id);
    co_return payment;
}

}  // namespace

// [submit]
asio::awaitable<engine::Run<std::string>> submit(Engine& engine, Order order) {
    static const auto definition = flow("buy", buy, {.version = 2});
    const auto id = "order-" + order.id;
    try {
        co_return co_await start(engine, definition, order, {.id = id});
    } catch (const engine::Error& error) {
        if (error.kind() != engine::errc::conflict) {
            throw;
        }
    }
    // The order was begun by an older version of us: it ends as it began.
    co_return engine::Run(engine, definition, id);
}
// [submit end]

asio::awaitable<void> guide::run_versions(Engine& engine) {
    operation(engine, charge, [](const Order& of) { return "payment of " + of.id; });
    const Order order{"7", 1995, {}};
    const auto old = co_await start(engine, flow("buy", old_buy), order, {.id = "order-7"});
    const auto same = co_await submit(engine, order);
    expect(same.id() == old.id());
    expect((co_await same.result()).has_value());
    bool refused = false;
    try {
        co_await start(engine, flow("buy", old_buy), order,
                       {.id = "order-7", .if_exists = engine::IfExists::error});
    } catch (const engine::Error& error) {
        refused = error.kind() == engine::errc::exists;
    }
    expect(refused);
}
