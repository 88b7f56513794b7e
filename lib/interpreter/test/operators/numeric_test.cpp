#include "operators/jdk_numeric.hpp"

#include <rapidcheck/gtest.h>

namespace zflow::interpreter::test {
namespace {

TEST(NumericOperators, answer_as_the_jvm) {
    expect_rows(jdk::numeric);
}

TEST(NumericOperators, decimals_of_distant_scales_are_never_written_out) {
    const auto add = [](const char* a, const char* b) {
        return text_of(evaluate("Numeric.Add", "NumericBigDecimal", {m(a), m(b)}));
    };
    EXPECT_EQ(add("1E+2000000000", "1"), "1.000000000000000000000000000000000E+2000000000m");
    EXPECT_EQ(add("1E+50", "-1"), "1.000000000000000000000000000000000E+50m");
    EXPECT_EQ(add("1E+2000000000", "1E-2000000000"), "1.000000000000000000000000000000000E+2000000000m");
    const auto mod = [](const char* a, const char* b) {
        return text_of(evaluate("Numeric.Mod", "NumericBigDecimal", {m(a), m(b)}));
    };
    EXPECT_EQ(mod("1E+100", "3"), "! Division impossible");
    EXPECT_EQ(mod("1E+2000000000", "1E+2000000000"), "0E+2000000000m");
    EXPECT_EQ(mod("1", "1E+2000000000"), "1m");
    EXPECT_EQ(mod("1E-2000000000", "7"), "1E-2000000000m");
    EXPECT_EQ(mod("0", "0"), "! Division undefined");
    EXPECT_EQ(mod("1", "0"), "! Division by zero");
    const auto mul = [](const char* a, const char* b) {
        return text_of(evaluate("Numeric.Mul", "NumericBigDecimal", {m(a), m(b)}));
    };
    EXPECT_EQ(mul("1E+2000000000", "1E+2000000000"), "! Overflow");
    EXPECT_EQ(mul("1E-2000000000", "1E-2000000000"), "! Underflow");
}

TEST(NumericOperators, big_integers_end_at_their_limit) {
    const Value big = Value::big_integer(model::BigInteger(1) << 999'999);
    EXPECT_THAT(text_of(evaluate("Numeric.Mul", "NumericBigInt", {big, big})),
                testing::HasSubstr("max_number_bits"));
    EXPECT_THAT(text_of(evaluate("Numeric.Add", "NumericBigInt", {big, big})),
                testing::HasSubstr("max_number_bits"));
    EXPECT_EQ(text_of(evaluate("Numeric.Div", "NumericBigInt", {big, big})), "1n");
}

TEST(NumericOperators, operands_of_another_kind_are_named) {
    const auto answer = evaluate("Numeric.Add", "NumericInt", {i(1), s("x")});
    EXPECT_THAT(text_of(answer),
                testing::HasSubstr("Numeric.Add of NumericInt takes Int, Int but got Int, String"));
}

TEST(NumericOperators, what_a_number_is_valid_as) {
    const auto is = [](const char* what, const char* type, Value value) {
        return evaluate(std::string("NumericPredicate.") + what, type, {std::move(value)})->as_boolean();
    };
    EXPECT_TRUE(is("IsValidByte", "NumericInt", i(-128)));
    EXPECT_FALSE(is("IsValidByte", "NumericInt", i(128)));
    EXPECT_TRUE(is("IsValidChar", "NumericLong", l(65'535)));
    EXPECT_FALSE(is("IsValidChar", "NumericLong", l(-1)));
    EXPECT_FALSE(is("IsValidInt", "NumericDouble", d(2147483648.0)));
    EXPECT_TRUE(is("IsValidInt", "NumericDouble", d(-2147483648.0)));
    EXPECT_FALSE(is("IsValidLong", "NumericDouble", d(9223372036854775808.0)));
    EXPECT_FALSE(is("IsValidLong", "NumericBigInt", n("9223372036854775808")));
    EXPECT_TRUE(is("IsValidShort", "NumericBigDecimal", m("3.2767E+4")));
    EXPECT_FALSE(is("IsWhole", "NumericBigDecimal", m("1.50")));
    EXPECT_TRUE(is("IsWhole", "NumericBigDecimal", m("2.00")));
    EXPECT_FALSE(is("IsWhole", "NumericDouble", d(std::numeric_limits<double>::infinity())));
}

// An independent model of wrap-around: exact arithmetic, then cut to 32 bits.
RC_GTEST_PROP(NumericOperators, ints_wrap_as_exact_arithmetic_cut_to_32_bits,
              (std::int32_t a, std::int32_t b)) {
    const auto cut = [](std::int64_t exact) { return i(static_cast<std::int32_t>(exact)); };
    const auto ask = [&](const char* path) { return *evaluate(path, "NumericInt", {i(a), i(b)}); };
    RC_ASSERT(equal(ask("Numeric.Add"), cut(std::int64_t{a} + b)));
    RC_ASSERT(equal(ask("Numeric.Sub"), cut(std::int64_t{a} - b)));
    RC_ASSERT(equal(ask("Numeric.Mul"), cut(std::int64_t{a} * b)));
    if (b != 0) {
        RC_ASSERT(equal(ask("Numeric.Div"), cut(std::int64_t{a} / b)));
        RC_ASSERT(equal(ask("Numeric.Mod"), cut(std::int64_t{a} % b)));
    }
}

RC_GTEST_PROP(NumericOperators, dividend_is_quotient_times_divisor_plus_rest,
              (std::int64_t a, std::int64_t b, std::int64_t c)) {
    RC_PRE(b != 0);
    const model::BigInteger dividend = model::BigInteger(a) * c;
    const Value x = Value::big_integer(dividend);
    const Value y = Value::big_integer(b);
    const auto quotient = evaluate("Numeric.Div", "NumericBigInt", {x, y});
    const auto rest = evaluate("Numeric.Mod", "NumericBigInt", {x, y});
    const bool holds = quotient->as_big_integer() * b + rest->as_big_integer() == dividend;
    RC_ASSERT(holds);
}

}  // namespace
}  // namespace zflow::interpreter::test
