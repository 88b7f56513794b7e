#include "shop.hpp"

using namespace zflow;
using namespace std::chrono_literals;
using namespace shop;

// [coroutine]
Flow<std::string> buy(Remote<Order> order) {
    auto payment = co_await charge(order);
    auto parcel = co_await ship(order);
    co_await mail(format("{} is on its way: {}", order.id, parcel));
    co_return payment;
}
// [coroutine end]

// [then]
Flow<std::string> buy_in_one_expression(Remote<Order> order) {
    return charge(order).then([=](auto payment) {
        return ship(order).then([=](auto parcel) {
            return mail(format("{} is on its way: {}", order.id, parcel)).then(value(payment));
        });
    });
}
// [then end]

// [when]
Flow<std::string> careful(Remote<Order> order) {
    co_await when(order.cents > 100'000, mail("a large order"));  // without otherwise: nothing
    co_return co_await when(order.items.empty(), value("nothing to ship"), [&]() -> Flow<std::string> {
        co_await charge(order);
        co_return co_await ship(order);
    });
}
// [when end]

// [loops]
Flow<Unit> loops(Remote<Order> order, bool twice) {
    for (int i = 0; i < (twice ? 2 : 1); ++i) {  // C++: decides and unrolls while the flow is being built
        co_await mail(format("round {}", i));
    }
    co_await for_each(order.items, [](auto item) { return mail("packed " + item); });

    auto left = co_await variable("left", 10);
    co_await repeat_while([&]() -> Flow<bool> {
        co_await mail("again");
        auto now = co_await left.update([](auto n) { return n - 1; });
        co_return now > 0;
    });
}
// [loops end]

// [recurse]
Flow<std::int64_t, Never> factorial(Remote<std::int64_t> of) {
    co_return co_await recurse<std::int64_t, Never>(tuple(std::int64_t{1}, of), [](auto again, auto state) {
        auto [product, n] = state;
        return when(n <= 1, value(product), again(tuple(product * n, n - 1)));
    });
}
// [recurse end]

std::vector<AnyDefinition> guide::sequencing_and_branches() {
    return {flow("buy", buy), flow("buy_in_one_expression", buy_in_one_expression), flow("careful", careful),
            flow("loops", [](Remote<Order> order) { return loops(order, true); }),
            flow("factorial", factorial)};
}
