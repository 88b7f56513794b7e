#include "operators/families.hpp"
#include "operators/order.hpp"

// Equal and LessThanEqual; the other relations are made of these two, `not` and `and`.
namespace zflow::interpreter {

namespace {

Answer less_than_equal(const Node& node, const Value* operands) {
    if (!node.op || !node.op->schema) {
        return std::unexpected(Death::type_error("LessThanEqual needs the schema of what it compares"));
    }
    const auto order = compare(*node.op->schema, operands[0], operands[1]);
    if (!order) {
        return std::unexpected(order.error());
    }
    return Value::boolean(*order <= 0);
}

constexpr std::array rows{
    row<[](const Value& a, const Value& b) { return equal(a, b); }, Boolean, Any, Other>("Equal"),
    OperatorRow{"LessThanEqual", "", 2, Signature<Boolean, Any, Any>::text, &less_than_equal},
};

}  // namespace

Rows relational_rows() noexcept {
    return rows;
}

}  // namespace zflow::interpreter
