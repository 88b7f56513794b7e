#include "shop.hpp"

using namespace zflow;
using namespace std::chrono_literals;
using namespace shop;

// [offers]
struct Offer {
    std::string supplier;
    std::int64_t cents{};
};
ZFLOW_STRUCT(Offer, supplier, cents)

constexpr auto ask = activity<Offer(std::string)>("ask-for-offer");

Flow<std::optional<Offer>> cheapest(Remote<std::vector<std::string>> suppliers) {
    auto answers = co_await for_each_parallel(suppliers, [](auto supplier) {
        return ask(supplier).retry({.attempts = 3, .first_delay = 2s}).timeout(10min).catch_([](auto) {
            return std::optional<Offer>();
        });  // who fails makes no offer
    });
    co_return answers.fold_left(std::optional<Offer>(), [](auto best, auto offer) {
        return when(best.has_value() && (!offer.has_value() || best.value().cents <= offer.value().cents),
                    best, offer);
    });
}
// [offers end]

// [parallel]
Flow<std::string> together(Remote<Order> order) {
    auto [payment, parcel] = co_await in_parallel(charge(order), ship(order));
    auto first = co_await race(ship(order), sleep(1h).then(value("too slow")));
    co_return format("{} {} {}", payment, parcel, first);
}
// [parallel end]

// [fork]
Flow<std::string> beside(Remote<Order> order) {
    auto fiber = co_await charge(order).fork();  // goes on beside this
    co_await mail("charging " + order.id);
    auto payment = co_await fiber.join();  // waits, and fails as the fiber did

    auto ticker = co_await forever(mail("still here").then(sleep(1h))).fork();
    co_await ship(order);
    co_await ticker.interrupt();
    co_return payment;
}
// [fork end]

std::vector<AnyDefinition> guide::fan_out() {
    return {flow("cheapest", cheapest), flow("together", together), flow("beside", beside)};
}
