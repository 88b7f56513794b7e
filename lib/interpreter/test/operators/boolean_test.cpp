#include "operators/evaluate.hpp"

namespace zflow::interpreter::test {
namespace {

TEST(BooleanOperators, truth_tables) {
    for (const bool a : {false, true}) {
        for (const bool b : {false, true}) {
            const std::vector<Value> both{Value::boolean(a), Value::boolean(b)};
            EXPECT_EQ(evaluate("Bool.And", "", both)->as_boolean(), a && b);
            EXPECT_EQ(evaluate("Bool.Or", "", both)->as_boolean(), a || b);
            EXPECT_EQ(evaluate("Bool.Xor", "", both)->as_boolean(), a != b);
        }
        EXPECT_EQ(evaluate("Bool.Not", "", {Value::boolean(a)})->as_boolean(), !a);
    }
}

}  // namespace
}  // namespace zflow::interpreter::test
