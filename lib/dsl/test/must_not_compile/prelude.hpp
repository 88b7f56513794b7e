#pragma once

// What every trap program sees: run.py compiles it once.

#include <zflow/dsl/dsl.hpp>
#include <zflow/dsl/fmt.hpp>

#include <algorithm>
#include <cassert>
#include <iostream>

using namespace zflow;
using namespace std::chrono_literals;

struct Order {
    std::string id;
    std::int64_t amount{};
};
ZFLOW_STRUCT(Order, id, amount)
struct Plain {
    int x;
};
struct Known {
    std::int64_t n{};
};
BOOST_DESCRIBE_STRUCT(Known, (), (n))
struct Card {
    std::string number;
};
ZFLOW_STRUCT(Card, number)
struct Cash {
    std::int64_t cents{};
};
ZFLOW_STRUCT(Cash, cents)
using Payment = std::variant<Card, Cash>;
ZFLOW_NAME(Payment, "Payment")
struct Awaitable {
    bool await_ready();
    void await_suspend(std::coroutine_handle<>);
    int await_resume();
};
constexpr auto charge = activity<std::string(Order)>("charge");
using I = Remote<std::int32_t>;
using B = Remote<bool>;
