#pragma once

// What every trap program sees: lib/dsl/test/must_not_compile/run.py compiles it once.

#include <zflow/dsl/dsl.hpp>
#include <zflow/engine/typed.hpp>

using namespace zflow;

struct Order {
    std::string id;
    std::int64_t amount{};
};
ZFLOW_STRUCT(Order, id, amount)
constexpr auto charge = activity<std::string(Order)>("charge");
constexpr auto ship = activity<std::string(Order, std::string)>("ship");
constexpr auto tell = activity<Unit(std::string)>("tell");
inline Flow<std::string> buy(Remote<Order> order) {
    co_return co_await charge(order);
}
