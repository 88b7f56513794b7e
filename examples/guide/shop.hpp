#pragma once

#include <zflow/dsl/dsl.hpp>

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

}  // namespace guide
