#include "shop.hpp"

using namespace zflow;
using namespace std::chrono_literals;
using shop::Order;
using shop::refund;
using shop::ship;

// [activity]
constexpr auto status = activity<std::optional<std::string>(Order)>("charge-status");
constexpr auto charge = activity<std::string(Order)>("charge-card", "charges the customer's card")
                            .check([](Remote<Order> order) {
                                return status(order).then([](auto payment) {
                                    return match(
                                        payment, [](auto id) { return value(id); },
                                        [] { return fail(make<ActivityError>({.failure = "not charged"})); });
                                });
                            })
                            .compensate(refund);
// [activity end]

// [saga]
Flow<std::string> saga(Remote<Order> order) {
    co_return co_await transaction([=]() -> Flow<std::string> {
        co_await charge(order);
        co_return co_await ship(
            order);  // fails: the charge is refunded, and the transaction fails with this error
    });
}
// [saga end]

std::vector<AnyDefinition> guide::compensation() {
    return {flow("saga", saga)};
}
