#include "operators/evaluate.hpp"

#include <algorithm>
#include <set>

namespace zflow::interpreter::test {
namespace {

struct Name {
    std::string_view path;
    std::string_view type;
};

// Every operator of the programs that were run on ZIO Flow.
constexpr Name seen[] = {
    {"Bool.And", ""},
    {"Bool.Not", ""},
    {"Bool.Or", ""},
    {"CharPredicate.IsControl", ""},
    {"CharPredicate.IsDigit", ""},
    {"CharPredicate.IsLetter", ""},
    {"CharPredicate.IsLowSurrogate", ""},
    {"CharPredicate.IsLower", ""},
    {"CharPredicate.IsUnicodeIdentifierStart", ""},
    {"CharPredicate.IsUpper", ""},
    {"CharPredicate.IsWhitespace", ""},
    {"Conversion.BigDecimalToDuration", ""},
    {"Conversion.CharToChar.ReverseBytes", ""},
    {"Conversion.CharToChar.ToLower", ""},
    {"Conversion.CharToChar.ToTitleCase", ""},
    {"Conversion.CharToChar.ToUpper", ""},
    {"Conversion.CharToCode.AsDigit", ""},
    {"Conversion.CharToCode.GetType", ""},
    {"Conversion.DurationToTuple", ""},
    {"Conversion.InstantToTuple", ""},
    {"Conversion.NumericToBigDecimal", "NumericBigDecimal"},
    {"Conversion.NumericToBigDecimal", "NumericByte"},
    {"Conversion.NumericToBigDecimal", "NumericFloat"},
    {"Conversion.NumericToBigDecimal", "NumericInt"},
    {"Conversion.NumericToBigDecimal", "NumericLong"},
    {"Conversion.NumericToBinaryString", "NumericBigInt"},
    {"Conversion.NumericToBinaryString", "NumericChar"},
    {"Conversion.NumericToBinaryString", "NumericInt"},
    {"Conversion.NumericToByte", "NumericInt"},
    {"Conversion.NumericToChar", "NumericBigDecimal"},
    {"Conversion.NumericToChar", "NumericBigInt"},
    {"Conversion.NumericToChar", "NumericByte"},
    {"Conversion.NumericToChar", "NumericDouble"},
    {"Conversion.NumericToChar", "NumericFloat"},
    {"Conversion.NumericToDouble", "NumericBigDecimal"},
    {"Conversion.NumericToDouble", "NumericBigInt"},
    {"Conversion.NumericToDouble", "NumericByte"},
    {"Conversion.NumericToDouble", "NumericFloat"},
    {"Conversion.NumericToDouble", "NumericInt"},
    {"Conversion.NumericToDouble", "NumericLong"},
    {"Conversion.NumericToDouble", "NumericShort"},
    {"Conversion.NumericToFloat", "NumericBigDecimal"},
    {"Conversion.NumericToFloat", "NumericBigInt"},
    {"Conversion.NumericToFloat", "NumericByte"},
    {"Conversion.NumericToFloat", "NumericDouble"},
    {"Conversion.NumericToFloat", "NumericFloat"},
    {"Conversion.NumericToHexString", "NumericBigInt"},
    {"Conversion.NumericToHexString", "NumericChar"},
    {"Conversion.NumericToHexString", "NumericInt"},
    {"Conversion.NumericToInt", "NumericBigDecimal"},
    {"Conversion.NumericToInt", "NumericBigInt"},
    {"Conversion.NumericToInt", "NumericByte"},
    {"Conversion.NumericToInt", "NumericDouble"},
    {"Conversion.NumericToInt", "NumericFloat"},
    {"Conversion.NumericToInt", "NumericLong"},
    {"Conversion.NumericToInt", "NumericShort"},
    {"Conversion.NumericToLong", "NumericBigDecimal"},
    {"Conversion.NumericToLong", "NumericBigInt"},
    {"Conversion.NumericToLong", "NumericByte"},
    {"Conversion.NumericToLong", "NumericDouble"},
    {"Conversion.NumericToLong", "NumericFloat"},
    {"Conversion.NumericToLong", "NumericInt"},
    {"Conversion.NumericToLong", "NumericLong"},
    {"Conversion.NumericToLong", "NumericShort"},
    {"Conversion.NumericToOctalString", "NumericBigInt"},
    {"Conversion.NumericToOctalString", "NumericChar"},
    {"Conversion.NumericToOctalString", "NumericInt"},
    {"Conversion.NumericToShort", "NumericBigDecimal"},
    {"Conversion.NumericToShort", "NumericBigInt"},
    {"Conversion.NumericToShort", "NumericByte"},
    {"Conversion.NumericToShort", "NumericFloat"},
    {"Conversion.NumericToShort", "NumericLong"},
    {"Conversion.NumericToShort", "NumericShort"},
    {"Conversion.OffsetDateTimeToInstant", ""},
    {"Conversion.RegexToString", ""},
    {"Conversion.StringToInstant", ""},
    {"Conversion.StringToNumeric", "NumericByte"},
    {"Conversion.StringToNumeric", "NumericDouble"},
    {"Conversion.StringToNumeric", "NumericFloat"},
    {"Conversion.StringToNumeric", "NumericInt"},
    {"Conversion.StringToNumeric", "NumericLong"},
    {"Conversion.StringToNumeric", "NumericShort"},
    {"Conversion.StringToRegex", ""},
    {"Conversion.ToString", ""},
    {"Conversion.TupleToInstant", ""},
    {"Fractional.ArcTan2", "FractionalFloat"},
    {"Fractional.Cbrt", "FractionalFloat"},
    {"Fractional.Ceil", "FractionalDouble"},
    {"Fractional.CopySign", "FractionalBigDecimal"},
    {"Fractional.Cosh", "FractionalDouble"},
    {"Fractional.Floor", "FractionalDouble"},
    {"Fractional.Hypot", "FractionalFloat"},
    {"Fractional.IEEEremainder", "FractionalBigDecimal"},
    {"Fractional.NextAfter", "FractionalBigDecimal"},
    {"Fractional.NextDown", "FractionalBigDecimal"},
    {"Fractional.NextUp", "FractionalBigDecimal"},
    {"Fractional.Pow", "FractionalFloat"},
    {"Fractional.Rint", "FractionalDouble"},
    {"Fractional.Round", "FractionalDouble"},
    {"Fractional.Sinh", "FractionalDouble"},
    {"Fractional.Sqrt", "FractionalDouble"},
    {"Fractional.Sqrt", "FractionalFloat"},
    {"Fractional.Tanh", "FractionalDouble"},
    {"Fractional.ToDegrees", "FractionalBigDecimal"},
    {"Fractional.ToRadians", "FractionalBigDecimal"},
    {"Fractional.Ulp", "FractionalBigDecimal"},
    {"FractionalPredicate.IsFinite", "FractionalBigDecimal"},
    {"FractionalPredicate.IsFinite", "FractionalDouble"},
    {"FractionalPredicate.IsInfinity", "FractionalBigDecimal"},
    {"FractionalPredicate.IsInfinity", "FractionalDouble"},
    {"FractionalPredicate.IsInfinity", "FractionalFloat"},
    {"FractionalPredicate.IsNaN", "FractionalBigDecimal"},
    {"FractionalPredicate.IsNaN", "FractionalDouble"},
    {"FractionalPredicate.IsNegInifinty", "FractionalBigDecimal"},
    {"FractionalPredicate.IsPosInfinity", "FractionalBigDecimal"},
    {"Integral.AddExact", "NumericChar"},
    {"Integral.AddExact", "NumericInt"},
    {"Integral.AddExact", "NumericLong"},
    {"Integral.AddExact", "NumericShort"},
    {"Integral.And", "NumericBigInt"},
    {"Integral.And", "NumericLong"},
    {"Integral.And", "NumericShort"},
    {"Integral.BitwiseNeg", "NumericBigInt"},
    {"Integral.BitwiseNeg", "NumericLong"},
    {"Integral.BitwiseNeg", "NumericShort"},
    {"Integral.DecExact", "NumericChar"},
    {"Integral.DecExact", "NumericLong"},
    {"Integral.DecExact", "NumericShort"},
    {"Integral.FloorDiv", "NumericBigInt"},
    {"Integral.FloorDiv", "NumericInt"},
    {"Integral.FloorDiv", "NumericLong"},
    {"Integral.FloorMod", "NumericBigInt"},
    {"Integral.FloorMod", "NumericInt"},
    {"Integral.FloorMod", "NumericLong"},
    {"Integral.IncExact", "NumericByte"},
    {"Integral.IncExact", "NumericChar"},
    {"Integral.IncExact", "NumericInt"},
    {"Integral.IncExact", "NumericShort"},
    {"Integral.LeftShift", "NumericByte"},
    {"Integral.LeftShift", "NumericInt"},
    {"Integral.LeftShift", "NumericLong"},
    {"Integral.LeftShift", "NumericShort"},
    {"Integral.MulExact", "NumericBigInt"},
    {"Integral.MulExact", "NumericByte"},
    {"Integral.MulExact", "NumericChar"},
    {"Integral.MulExact", "NumericLong"},
    {"Integral.MulExact", "NumericShort"},
    {"Integral.NegExact", "NumericBigInt"},
    {"Integral.NegExact", "NumericChar"},
    {"Integral.NegExact", "NumericLong"},
    {"Integral.Or", "NumericBigInt"},
    {"Integral.Or", "NumericLong"},
    {"Integral.Or", "NumericShort"},
    {"Integral.RightShift", "NumericByte"},
    {"Integral.RightShift", "NumericInt"},
    {"Integral.RightShift", "NumericLong"},
    {"Integral.RightShift", "NumericShort"},
    {"Integral.SubExact", "NumericChar"},
    {"Integral.SubExact", "NumericInt"},
    {"Integral.SubExact", "NumericShort"},
    {"Integral.UnsignedRightShift", "NumericByte"},
    {"Integral.UnsignedRightShift", "NumericInt"},
    {"Integral.UnsignedRightShift", "NumericLong"},
    {"Integral.UnsignedRightShift", "NumericShort"},
    {"Integral.Xor", "NumericBigInt"},
    {"Integral.Xor", "NumericLong"},
    {"Integral.Xor", "NumericShort"},
    {"LessThanEqual", ""},
    {"Numeric.Abs", "NumericBigInt"},
    {"Numeric.Abs", "NumericDouble"},
    {"Numeric.Abs", "NumericFloat"},
    {"Numeric.Abs", "NumericInt"},
    {"Numeric.Abs", "NumericLong"},
    {"Numeric.Abs", "NumericShort"},
    {"Numeric.Add", "NumericBigDecimal"},
    {"Numeric.Add", "NumericByte"},
    {"Numeric.Add", "NumericDouble"},
    {"Numeric.Add", "NumericFloat"},
    {"Numeric.Add", "NumericInt"},
    {"Numeric.Add", "NumericLong"},
    {"Numeric.Div", "NumericBigDecimal"},
    {"Numeric.Div", "NumericBigInt"},
    {"Numeric.Div", "NumericByte"},
    {"Numeric.Div", "NumericChar"},
    {"Numeric.Div", "NumericDouble"},
    {"Numeric.Div", "NumericInt"},
    {"Numeric.Div", "NumericLong"},
    {"Numeric.Div", "NumericShort"},
    {"Numeric.Max", "NumericBigDecimal"},
    {"Numeric.Max", "NumericInt"},
    {"Numeric.Max", "NumericLong"},
    {"Numeric.Max", "NumericShort"},
    {"Numeric.Min", "NumericBigDecimal"},
    {"Numeric.Min", "NumericInt"},
    {"Numeric.Min", "NumericLong"},
    {"Numeric.Min", "NumericShort"},
    {"Numeric.Mod", "NumericBigDecimal"},
    {"Numeric.Mod", "NumericBigInt"},
    {"Numeric.Mod", "NumericByte"},
    {"Numeric.Mod", "NumericChar"},
    {"Numeric.Mod", "NumericDouble"},
    {"Numeric.Mod", "NumericInt"},
    {"Numeric.Mod", "NumericLong"},
    {"Numeric.Mul", "NumericBigDecimal"},
    {"Numeric.Mul", "NumericBigInt"},
    {"Numeric.Mul", "NumericByte"},
    {"Numeric.Mul", "NumericChar"},
    {"Numeric.Mul", "NumericDouble"},
    {"Numeric.Mul", "NumericFloat"},
    {"Numeric.Mul", "NumericInt"},
    {"Numeric.Mul", "NumericLong"},
    {"Numeric.Neg", "NumericBigDecimal"},
    {"Numeric.Neg", "NumericBigInt"},
    {"Numeric.Neg", "NumericByte"},
    {"Numeric.Neg", "NumericChar"},
    {"Numeric.Neg", "NumericDouble"},
    {"Numeric.Neg", "NumericFloat"},
    {"Numeric.Neg", "NumericInt"},
    {"Numeric.Neg", "NumericLong"},
    {"Numeric.Neg", "NumericShort"},
    {"Numeric.Sign", "NumericBigInt"},
    {"Numeric.Sign", "NumericDouble"},
    {"Numeric.Sign", "NumericFloat"},
    {"Numeric.Sign", "NumericLong"},
    {"Numeric.Sub", "NumericBigDecimal"},
    {"Numeric.Sub", "NumericByte"},
    {"Numeric.Sub", "NumericDouble"},
    {"Numeric.Sub", "NumericInt"},
    {"Numeric.Sub", "NumericLong"},
    {"Numeric.Sub", "NumericShort"},
    {"RegexFindFirstIn", ""},
    {"RegexMatches", ""},
    {"RegexReplaceAllIn", ""},
    {"RegexSplit", ""},
    {"RegexUnapplySeq", ""},
    {"Str.Base64", ""},
};

TEST(OperatorTable, has_every_operator_of_the_reference_programs) {
    std::set<std::pair<std::string_view, std::string_view>> names;
    for (const OperatorRow& row : all_operators()) {
        EXPECT_TRUE(names.emplace(row.path, row.type).second)
            << row.path << " " << row.type << " is there twice";
    }
    for (const auto& [path, type] : seen) {
        EXPECT_TRUE(names.contains({path, type})) << path << " " << type;
    }
}

TEST(OperatorTable, is_sorted_and_says_what_each_operator_takes) {
    const auto rows = all_operators();
    EXPECT_TRUE(std::ranges::is_sorted(rows, {},
                                       [](const OperatorRow& row) { return std::pair(row.path, row.type); }));
    for (const OperatorRow& row : rows) {
        EXPECT_NE(row.apply, nullptr);
        EXPECT_NE(row.types.find(" -> "), std::string_view::npos) << row.path;
        EXPECT_TRUE(row.operands >= 1 && row.operands <= 4) << row.path;
    }
}

TEST(OperatorTable, an_operator_with_other_operands_is_unknown) {
    model::Node node(model::NodeKind::unary);
    node.op = model::make<const model::Operator>("Numeric.Add", "NumericInt", nullptr);
    EXPECT_EQ(find_operator(node), nullptr);
    node.op = model::make<const model::Operator>("Numeric.Nope", "NumericInt", nullptr);
    EXPECT_EQ(find_operator(node), nullptr);
    EXPECT_EQ(find_operator(model::Node(model::NodeKind::branch)), nullptr);
    EXPECT_EQ(find_operator(model::Node(model::NodeKind::unary)), nullptr);
}

// Whatever operands an operator gets, it answers or dies.
TEST(OperatorTable, no_operator_crashes_on_operands_of_any_kind) {
    const std::vector<Value> pair{Value::tuple(i(1), i(2))};
    const std::vector<Value> values{Value::unit(),
                                    yes(),
                                    Value::byte(0),
                                    Value::short_(-1),
                                    i(0),
                                    i(INT32_MIN),
                                    l(INT64_MIN),
                                    f(-0.0F),
                                    d(1e300),
                                    c(0xD800),
                                    s(""),
                                    s("x"),
                                    n("0"),
                                    n("-1"),
                                    m("0E+2000000000"),
                                    m("1E-2000000000"),
                                    Value::uuid({}),
                                    Value::binary(""),
                                    Value::instant({}),
                                    Value::duration({INT64_MIN, 0}),
                                    Value::zone_offset({}),
                                    Value::none(),
                                    Value::some(i(1)),
                                    Value::left(i(1)),
                                    pair[0],
                                    list({}),
                                    list({i(1), s("x")}),
                                    Value::set(pair),
                                    Value::dictionary(pair),
                                    record("R", {{"a", i(1)}}),
                                    enumeration("E", "C", i(1))};
    for (const OperatorRow& row : all_operators()) {
        if (row.path.starts_with("Optic") || row.path == "Tuple") {
            continue;  // they look at the node's children
        }
        model::Node node(row.operands == 1 ? model::NodeKind::unary : model::NodeKind::binary);
        node.op = model::make<const model::Operator>(std::string(row.path), std::string(row.type), nullptr);
        for (const Value& a : values) {
            for (const Value& b : values) {
                const Value operands[] = {a, b, a, b};
                static_cast<void>(row.apply(node, operands));
                if (row.operands == 1) {
                    break;
                }
            }
        }
    }
}

}  // namespace
}  // namespace zflow::interpreter::test
