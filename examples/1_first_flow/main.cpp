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

Flow<std::string> buy(Remote<Order> order) {
    auto payment = co_await charge(order);
    co_await sleep(24h);
    co_await when(order.cents > 100'000, log(format("a large order: {}", order.id)));
    co_await mail(format("order {} was paid: {}", order.id, payment));
    co_return payment;
}
// [flow end]

// [run]
#include <zflow/dsl/conversions.hpp>
#include <zflow/dsl/operation.hpp>
#include <zflow/testing/runner.hpp>

#include <iostream>

int main() {
    const auto definition = zflow::flow("buy", buy);
    std::cout << definition.show();

    zflow::testing::Runner runner;
    runner.operation("charge-card",
                     operation(charge, [](const Order& order) { return "payment-of-" + order.id; }));
    runner.operation("mail",
                     operation(mail, [](const std::string& text) { std::cout << "mail: " << text << "\n"; }));

    const auto program = interpreter::Program::load(definition.node()).value();
    const auto result = runner.run(program, to_value(Order{"42", 1995}));
    const auto& end = std::get<model::Succeeded>(result.outcome.value());
    std::cout << "result: " << from_value<std::string>(end.value).value() << "\n";
}
// [run end]
