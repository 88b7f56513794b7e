#include "order_saga.hpp"

namespace shop {

using namespace zflow;
using namespace std::chrono_literals;

// [flow]
Flow<Receipt, BuyError> buy(Remote<Order> order) {
    co_await when(order.amount > 100'000, fail(make<TooExpensive>({.amount = order.amount})));

    auto [payment, parcel] = co_await transaction([=]() -> Flow<std::tuple<std::string, std::string>> {
        auto charged = co_await charge(order);
        auto sent = co_await ship(order, charged).retry({.attempts = 3, .first_delay = 10s});
        co_return tuple(charged, sent);
    });

    co_await mail(order.id, format("order {} of {} cents is on its way: {}", order.id, order.amount, parcel))
        .catch_([](auto error) { return log(format("no mail: {}", error.failure)); });
    co_return make<Receipt>({.order = order.id, .payment = payment, .parcel = parcel});
}
// [flow end]

}  // namespace shop
