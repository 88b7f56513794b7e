#pragma once

// [flow]
#include <zflow/dsl/dsl.hpp>

using namespace zflow;
using namespace std::chrono_literals;

struct Order {
    std::string id;
    std::int64_t cents{};
};
ZFLOW_STRUCT(Order, id, cents)

constexpr auto charge = activity<std::string(Order)>("charge-card");
constexpr auto mail = activity<Unit(std::string)>("mail");

inline Flow<std::string> buy(Remote<Order> order) {
    auto payment = co_await charge(order);
    co_await sleep(10s);  // or a month: it waits in the store, not in memory
    co_await when(order.cents > 100'000, log(format("a large order: {}", order.id)));
    co_await mail(format("order {} was paid: {}", order.id, payment));
    co_return payment;
}
// [flow end]
