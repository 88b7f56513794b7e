#include "shop.hpp"

#include <zflow/interpreter/program.hpp>

#include <iostream>

/// Shows all flows of the guide, and that each can be loaded to run.
int main() {
    for (const auto page :
         {guide::values_and_types, guide::sequencing_and_branches, guide::errors,
          guide::variables_and_transactions, guide::compensation, guide::timers, guide::fan_out}) {
        for (const auto& definition : page()) {
            const auto program = zflow::interpreter::Program::load(definition.node());
            if (!program) {
                std::cerr << definition.name() << ": " << program.error().text() << "\n";
                return 1;
            }
            std::cout << definition.show() << "\n";
        }
    }
}
