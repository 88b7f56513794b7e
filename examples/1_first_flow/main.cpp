// [run]
#include "buy.hpp"

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
