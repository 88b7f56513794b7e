#include "operators/jdk_fractional.hpp"

#include <limits>

namespace zflow::interpreter::test {
namespace {

TEST(FractionalOperators, answer_as_the_jvm) {
    expect_rows(jdk::fractional);
}

TEST(FractionalOperators, nan_and_infinity_are_no_decimals) {
    EXPECT_EQ(text_of(evaluate("Fractional.Log", "FractionalBigDecimal", {m("-1")})),
              "! Character N is neither a decimal digit number, decimal point, nor \"e\" notation "
              "exponential mark.");
    EXPECT_EQ(text_of(evaluate("Fractional.Exp", "FractionalBigDecimal", {m("1000")})),
              "! Character I is neither a decimal digit number, decimal point, nor \"e\" notation "
              "exponential mark.");
}

TEST(FractionalOperators, a_power_of_one_or_with_nan_follows_java_not_ieee) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinity = std::numeric_limits<double>::infinity();
    EXPECT_EQ(text_of(evaluate("Fractional.Pow", "FractionalDouble", {d(1), d(nan)})), "NaN");
    EXPECT_EQ(text_of(evaluate("Fractional.Pow", "FractionalDouble", {d(-1), d(infinity)})), "NaN");
    EXPECT_EQ(text_of(evaluate("Fractional.Pow", "FractionalDouble", {d(nan), d(0)})), "1.0");
}

TEST(FractionalOperators, rounding_a_decimal_keeps_34_digits) {
    EXPECT_EQ(text_of(evaluate("Fractional.Round", "FractionalBigDecimal", {m("2.75")})), "2.75m");
    EXPECT_EQ(text_of(evaluate("Fractional.Round", "FractionalDouble", {d(-0.5)})), "0.0");
    EXPECT_EQ(text_of(evaluate("Fractional.Round", "FractionalDouble", {d(0.49999999999999994)})), "0.0");
}

}  // namespace
}  // namespace zflow::interpreter::test
