#include "map_store.hpp"

#include <zflow/dsl/dsl.hpp>
#include <zflow/engine/typed.hpp>
#include <zflow/store/block_on.hpp>

#include <iostream>

using namespace zflow;
using engine::Engine;

constexpr auto charge = activity<std::string(std::string)>("charge-card");

Flow<std::string> buy(Remote<std::string> order) {
    auto payment = co_await charge(order);
    auto address = co_await variable("address", "");
    auto known = co_await address.wait_until([](auto now) { return now != ""; });
    co_return format("{}, sent to {}", payment, known);
}

/// An engine that charges, and is gone before anybody has said where the parcel goes.
engine::asio::awaitable<void> begin() {
    auto engine = co_await Engine::open("map:shop");
    operation(*engine, charge, [](const std::string& order) {
        std::cout << "charge " << order << "\n";
        return "payment of " + order;
    });
    const auto run = co_await start(*engine, flow("buy", buy), "7", {.id = "order-7"});
    while ((co_await engine->show(run.id())).variables.empty()) {
        co_await engine::asio::post(engine::asio::use_awaitable);
    }
    co_await engine->stop();
}

/// Another one, on the same rows: nothing is charged again.
engine::asio::awaitable<void> finish() {
    auto engine = co_await Engine::open("map:shop");
    const engine::Run run(*engine, flow("buy", buy), "order-7");
    co_await run.set_variable("address", "Anna, 1 High Street");
    const auto result = co_await run.result();
    std::cout << result.value() << "\n";
    co_await engine->stop();
}

int main() {
    map_store::register_kind();
    store::block_on(begin());
    store::block_on(finish());
}
