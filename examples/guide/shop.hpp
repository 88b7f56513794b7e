#pragma once

#include <zflow/dsl/dsl.hpp>
#include <zflow/engine/engine.hpp>

#include <source_location>
#include <stdexcept>
#include <string>
#include <vector>

/// What the pages of docs/guide take their examples from. Each file here is a page.

namespace shop {

struct Order {
    std::string id;
    std::int64_t cents{};
    std::vector<std::string> items;
};
ZFLOW_STRUCT(Order, id, cents, items)

inline constexpr auto refund = zflow::activity<zflow::Unit(std::string)>("refund");
inline constexpr auto charge = zflow::activity<std::string(Order)>("charge-card");
inline constexpr auto ship = zflow::activity<std::string(Order)>("ship");
inline constexpr auto mail = zflow::activity<zflow::Unit(std::string)>("mail");

}  // namespace shop

/// The definitions of each page, which main.cpp prints.
namespace guide {

std::vector<zflow::AnyDefinition> values_and_types();
std::vector<zflow::AnyDefinition> sequencing_and_branches();
std::vector<zflow::AnyDefinition> errors();
std::vector<zflow::AnyDefinition> variables_and_transactions();
std::vector<zflow::AnyDefinition> compensation();
std::vector<zflow::AnyDefinition> timers();
std::vector<zflow::AnyDefinition> fan_out();

/// What the pages about the engine do, on one in memory.
zflow::engine::asio::awaitable<void> run_operations(zflow::engine::Engine& engine);
zflow::engine::asio::awaitable<void> run_signals(zflow::engine::Engine& engine);
zflow::engine::asio::awaitable<void> run_versions(zflow::engine::Engine& engine);

/// A page says what is not so.
inline void expect(bool claim, std::source_location place = std::source_location::current()) {
    if (!claim) {
        throw std::runtime_error(std::string(place.file_name()) + ":" + std::to_string(place.line()) +
                                 ": is not so");
    }
}

}  // namespace guide
