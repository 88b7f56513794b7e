#include "operators/jdk_integral.hpp"

#include <rapidcheck/gtest.h>

namespace zflow::interpreter::test {
namespace {

TEST(IntegralOperators, answer_as_the_jvm) {
    expect_rows(jdk::integral);
}

TEST(IntegralOperators, exact_arithmetic_of_short_is_that_of_int_cut_to_size) {
    EXPECT_EQ(
        text_of(evaluate("Integral.AddExact", "NumericShort", {Value::short_(32'767), Value::short_(1)})),
        "-32768s");
    EXPECT_EQ(text_of(evaluate("Integral.IncExact", "NumericInt", {i(INT32_MAX)})), "! integer overflow");
    EXPECT_EQ(text_of(evaluate("Integral.NegExact", "NumericLong", {l(INT64_MIN)})), "! long overflow");
    EXPECT_EQ(text_of(evaluate("Integral.MulExact", "NumericChar", {c(0xFFFF), c(0xFFFF)})),
              "! integer overflow");
}

TEST(IntegralOperators, a_shift_of_a_big_integer_is_bounded) {
    const auto shift = [](const char* path, const char* a, const char* by) {
        return text_of(evaluate(path, "NumericBigInt", {n(a), n(by)}));
    };
    EXPECT_EQ(shift("Integral.LeftShift", "1", "70"), "1180591620717411303424n");
    EXPECT_THAT(shift("Integral.LeftShift", "1", "1000000"), testing::HasSubstr("max_number_bits"));
    EXPECT_THAT(shift("Integral.LeftShift", "1", "99999999999999999999"),
                testing::HasSubstr("max_number_bits"));
    EXPECT_EQ(shift("Integral.LeftShift", "0", "99999999999999999999"), "0n");
    EXPECT_EQ(shift("Integral.RightShift", "12345", "99999999999999999999"), "0n");
    EXPECT_EQ(shift("Integral.RightShift", "-12345", "99999999999999999999"), "-1n");
    EXPECT_EQ(shift("Integral.LeftShift", "-5", "-1"), "-3n");
}

RC_GTEST_PROP(IntegralOperators, floor_division_rounds_down_and_its_rest_has_the_divisors_sign,
              (std::int64_t a, std::int64_t b)) {
    RC_PRE(b != 0 && b != -1);
    const std::int64_t quotient = evaluate("Integral.FloorDiv", "NumericLong", {l(a), l(b)})->as_integer();
    const std::int64_t rest = evaluate("Integral.FloorMod", "NumericLong", {l(a), l(b)})->as_integer();
    const auto product = static_cast<std::uint64_t>(quotient) * static_cast<std::uint64_t>(b);
    // Without a sign, since the product itself may lie outside the range when the sum does not.
    RC_ASSERT(product + static_cast<std::uint64_t>(rest) == static_cast<std::uint64_t>(a));
    RC_ASSERT(rest == 0 || (rest < 0) == (b < 0));
}

RC_GTEST_PROP(IntegralOperators, bits_of_big_integers_are_those_of_longs, (std::int64_t a, std::int64_t b)) {
    for (const char* path : {"Integral.And", "Integral.Or", "Integral.Xor"}) {
        const auto small = evaluate(path, "NumericLong", {l(a), l(b)});
        const auto big = evaluate(path, "NumericBigInt", {Value::big_integer(a), Value::big_integer(b)});
        const bool same = big->as_big_integer() == small->as_integer();
        RC_ASSERT(same);
    }
}

}  // namespace
}  // namespace zflow::interpreter::test
