#include "shop.hpp"

#include <zflow/interpreter/program.hpp>
#include <zflow/store/block_on.hpp>

#include <iostream>

namespace {

zflow::engine::asio::awaitable<void> run_pages() {
    const auto engine = co_await zflow::engine::Engine::open("memory:");
    co_await guide::run_operations(*engine);
    co_await guide::run_signals(*engine);
    co_await guide::run_versions(*engine);
    co_await engine->stop();
}

}  // namespace

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
    zflow::store::block_on(run_pages());
}
