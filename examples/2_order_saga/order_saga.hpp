#pragma once

#include <zflow/dsl/dsl.hpp>

#include <string>
#include <vector>

/// A saga: charge, ship, tell; if shipping fails, the charge is given back.

namespace shop {

struct Order {
    std::string id;
    std::int64_t amount{};
    std::vector<std::string> items;
};
ZFLOW_STRUCT(Order, id, amount, items)

struct Receipt {
    std::string order;
    std::string payment;
    std::string parcel;
};
ZFLOW_STRUCT(Receipt, order, payment, parcel)

struct TooExpensive {
    std::int64_t amount{};
};
ZFLOW_STRUCT(TooExpensive, amount)

using BuyError = std::variant<TooExpensive, zflow::ActivityError>;
ZFLOW_NAME(BuyError, "shop.BuyError")

// The operations that a program registers.
inline constexpr auto refund = zflow::activity<zflow::Unit(std::string)>("refund");
inline constexpr auto charge = zflow::activity<std::string(Order)>("charge-card").compensate(refund);
inline constexpr auto ship = zflow::activity<std::string(Order, std::string)>("ship");
inline constexpr auto mail = zflow::activity<zflow::Unit(std::string, std::string)>("mail");

[[nodiscard]] zflow::Flow<Receipt, BuyError> buy(zflow::Remote<Order> order);

}  // namespace shop
