#include <zflow/store/block_on.hpp>
#include <zflow/store/open.hpp>

#include <iostream>

using namespace zflow;

store::asio::awaitable<void> pay(store::Stores& stores) {
    // Durable when it returns: synced to disk, together with what other callers write meanwhile.
    co_await stores.key_value->put({"orders"}, {"42"}, "paid", /*timestamp=*/1);
    const auto event = co_await stores.indexed->append({"events"}, "order 42 was paid");

    const auto order = co_await stores.key_value->get_latest({"orders"}, {"42"});
    std::cout << "order 42 is " << (order ? order->value : "not there") << ", event " << event << "\n";
}

int main() {
    auto stores = store::block_on(store::open("rocksdb:example-data"));
    store::block_on(pay(stores));
}
