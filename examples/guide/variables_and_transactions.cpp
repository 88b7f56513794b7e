#include "shop.hpp"

using namespace zflow;
using namespace std::chrono_literals;
using namespace shop;

// [variables]
Flow<std::int32_t, Never> counting() {
    auto count = co_await variable("count", 0);  // seen outside by its name
    co_await count.set(5);
    auto six = co_await count.update([](auto n) { return n + 1; });  // atomically; the new value
    auto old =
        co_await count.modify([](auto n) { return tuple(n, n * 2); });  // atomically; a result of its own
    auto now = co_await count.get();
    co_return six + old + now;
}
// [variables end]

// [wait]
Flow<Unit> subscription(Remote<Order> order) {
    auto cancelled = co_await variable("cancelled", false);  // set from outside
    co_await repeat_while([&]() -> Flow<bool> {
        co_await charge(order);
        auto stop = co_await cancelled.wait_until([](auto c) { return c; }).timeout(std::chrono::days(30));
        co_return !stop.has_value();
    });
}
// [wait end]

// [transaction]
Flow<Unit> move(Remote<std::int64_t> amount) {
    auto from = co_await variable<std::int64_t>("from", 100);
    auto to = co_await variable<std::int64_t>("to", 0);
    co_await transaction([&](Transaction tx) -> Flow<Unit, Never> {
        auto there = co_await from.get();
        co_await tx.retry_until(there >= amount);  // else: undo, wait for a change, begin again
        co_await from.update([&](auto n) { return n - amount; });
        co_await to.update([&](auto n) { return n + amount; });
    });
}
// [transaction end]

// [or_try]
Flow<std::string, Never> either(Var<std::int32_t> stock) {
    const auto take = [=](Transaction tx) -> Flow<std::string, Never> {
        auto left = co_await stock.update([](auto n) { return n - 1; });
        co_await tx.retry_until(left >= 0);
        co_return "taken";
    };
    co_return co_await transaction([=](Transaction tx) { return take(tx).or_try(value("sold out")); });
}
// [or_try end]

std::vector<AnyDefinition> guide::variables_and_transactions() {
    return {flow("counting", counting), flow("subscription", subscription), flow("move", move),
            flow("either", [] { return variable("stock", 3).then(either); })};
}
