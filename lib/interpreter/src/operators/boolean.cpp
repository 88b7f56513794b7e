#include "operators/families.hpp"

// Bool.*: both sides are evaluated, as in ZIO Flow.
namespace zflow::interpreter {

namespace {

constexpr std::array rows{
    row<[](bool a, bool b) { return a && b; }, Boolean, Boolean, Boolean>("Bool.And"),
    row<[](bool a) { return !a; }, Boolean, Boolean>("Bool.Not"),
    row<[](bool a, bool b) { return a || b; }, Boolean, Boolean, Boolean>("Bool.Or"),
    row<[](bool a, bool b) { return a != b; }, Boolean, Boolean, Boolean>("Bool.Xor"),
};

}  // namespace

Rows boolean_rows() noexcept {
    return rows;
}

}  // namespace zflow::interpreter
