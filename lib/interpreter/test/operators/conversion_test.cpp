#include "operators/jdk_conversion.hpp"

namespace zflow::interpreter::test {
namespace {

TEST(ConversionOperators, answer_as_the_jvm) {
    expect_rows(jdk::conversion);
}

TEST(ConversionOperators, texts_become_numbers_or_nothing) {
    const auto parse = [](const char* type, const char* text) {
        return text_of(evaluate("Conversion.StringToNumeric", type, {s(text)}));
    };
    EXPECT_EQ(parse("NumericInt", "2147483648"), "None");
    EXPECT_EQ(parse("NumericInt", "+7"), "some(7)");
    EXPECT_EQ(parse("NumericInt", " 1"), "None");
    EXPECT_EQ(parse("NumericShort", "32768"), "None");
    EXPECT_EQ(parse("NumericByte", "-128"), "some(-128b)");
    EXPECT_EQ(parse("NumericLong", "9223372036854775807"), "some(9223372036854775807L)");
    EXPECT_EQ(parse("NumericFloat", "1f"), "some(1.0f)");
    EXPECT_EQ(parse("NumericFloat", "x"), "None");
    EXPECT_EQ(parse("NumericDouble", " 1e400 "), "some(Infinity)");
    EXPECT_EQ(parse("NumericDouble", "NaN"), "some(NaN)");
    EXPECT_EQ(parse("NumericBigInt", "-00012345678901234567890"), "some(-12345678901234567890n)");
    EXPECT_EQ(parse("NumericBigDecimal", "1.50e3"), "some(1.50E+3m)");
    EXPECT_EQ(parse("NumericChar", "😀x"), "some('U+D83D')");
    EXPECT_EQ(parse("NumericChar", ""), "None");
}

TEST(ConversionOperators, huge_scales_are_never_written_out) {
    EXPECT_EQ(text_of(evaluate("Conversion.NumericToInt", "NumericBigDecimal", {m("1E+2000000000")})), "0");
    EXPECT_EQ(text_of(evaluate("Conversion.NumericToLong", "NumericBigDecimal", {m("1E-2000000000")})), "0L");
    EXPECT_EQ(text_of(evaluate("Conversion.NumericToDouble", "NumericBigDecimal", {m("1E+2000000000")})),
              "Infinity");
    EXPECT_EQ(text_of(evaluate("Conversion.NumericToFloat", "NumericBigDecimal", {m("-1E-2000000000")})),
              "-0.0f");
}

}  // namespace
}  // namespace zflow::interpreter::test
