#include "shop.hpp"

using namespace zflow;
using namespace std::chrono_literals;
using namespace shop;

// [own]
struct TooExpensive {
    std::int64_t cents{};
};
ZFLOW_STRUCT(TooExpensive, cents)
using BuyError = std::variant<TooExpensive, ActivityError>;
ZFLOW_NAME(BuyError, "guide.BuyError")

Flow<std::string, BuyError> buy_within_limits(Remote<Order> order) {
    co_await when(order.cents > 100'000, fail(make<TooExpensive>({.cents = order.cents})));
    co_return co_await charge(order);  // its ActivityError becomes a BuyError
}
// [own end]

// [repair]
Flow<std::string, Never> repaired(Remote<Order> order) {
    auto payment = co_await charge(order).catch_([](auto error) { return "not charged: " + error.failure; });
    auto parcel = co_await ship(order).or_else(value("no parcel"));
    co_await mail(payment).or_die();  // gives up for good: the run is Died
    co_return payment + ", " + parcel;
}
// [repair end]

// [values]
Flow<std::string> as_values(Remote<Order> order) {
    auto outcome = co_await charge(order).result();  // an expected
    co_return co_await match(
        outcome, [](auto payment) { return value(payment); },
        [](auto error) { return mail(error.failure).then(value("nothing")); });
}
// [values end]

// [retry]
Flow<std::string> persistent(Remote<Order> order) {
    co_return co_await charge(order)
        .retry({.attempts = 5, .first_delay = 1min, .factor = 3})
        .ensuring(log("tried to charge"));
}
// [retry end]

std::vector<AnyDefinition> guide::errors() {
    return {flow("buy_within_limits", buy_within_limits), flow("repaired", repaired),
            flow("as_values", as_values), flow("persistent", persistent)};
}
