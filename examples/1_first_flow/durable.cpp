// [run]
#include "buy.hpp"

#include <zflow/engine/typed.hpp>
#include <zflow/store/block_on.hpp>

#include <iostream>

using engine::OperationCall;

engine::asio::awaitable<void> run() {
    auto engine = co_await engine::Engine::open("rocksdb:my-flows");  // goes on with the runs that are there
    operation(*engine, charge, [](const OperationCall& call, const Order& order) {
        std::cout << "charge " << order.cents << " cents, key " << call.operation_id << std::endl;
        return "payment-of-" + order.id;
    });
    operation(*engine, mail, [](const std::string& text) { std::cout << "mail: " << text << std::endl; });

    // The same id again: no second order, but the same run.
    auto run = co_await start(*engine, flow("buy", buy), {"42", 1995}, {.id = "order-42"});
    std::cout << run.id() << (run.attached() ? " goes on" : " begins") << std::endl;
    auto payment = co_await run.result();
    std::cout << "result: " << payment.value() << std::endl;
    co_await engine->stop();
}

int main() {
    store::block_on(run());
}
// [run end]
