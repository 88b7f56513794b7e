#include "order_saga.hpp"

#include <zflow/dsl/conversions.hpp>
#include <zflow/dsl/operation.hpp>
#include <zflow/testing/runner.hpp>

#include <expected>
#include <iostream>

using namespace zflow;
using shop::Order;

namespace {

/// Runs the saga in memory; with `trucks` false nothing can be shipped.
void run(const std::shared_ptr<const interpreter::Program>& program, bool trucks) {
    zflow::testing::Runner runner;
    runner.operation("charge-card", operation(shop::charge, [](const Order& order) {
                         std::cout << "charge " << order.amount << " cents\n";
                         return "payment of " + order.id;
                     }));
    runner.operation("refund", operation(shop::refund, [](const std::string& payment) {
                         std::cout << "give back the " << payment << "\n";
                     }));
    runner.operation("ship", operation(shop::ship,
                                       [=](const Order& order,
                                           const std::string&) -> std::expected<std::string, ActivityError> {
                                           std::cout << "ship " << order.items.size() << " items\n";
                                           if (!trucks) {
                                               return std::unexpected(ActivityError{"no truck", {}});
                                           }
                                           return "parcel of " + order.id;
                                       }));
    runner.operation("mail", operation(shop::mail, [](const std::string&, const std::string& text) {
                         std::cout << "mail: " << text << "\n";
                     }));

    const auto result = runner.run(program, to_value(Order{"42", 1995, {"book", "pen"}}));
    if (const auto* end = std::get_if<model::Succeeded>(&result.outcome.value())) {
        std::cout << "received: " << from_value<shop::Receipt>(end->value).value().parcel << "\n";
    } else {
        const auto error = from_value<shop::BuyError>(std::get<model::Failed>(*result.outcome).value).value();
        std::cout << "failed: " << std::get<ActivityError>(error).failure << "\n";
    }
}

}  // namespace

int main() {
    const auto definition = flow("buy", shop::buy, {.version = 2});
    std::cout << definition.show();
    const auto program = interpreter::Program::load(definition.node()).value();
    run(program, true);
    run(program, false);
}
