#include "operators/evaluate.hpp"

#include <rapidcheck/gtest.h>

#include <limits>

namespace zflow::interpreter::test {
namespace {

using model::Schema;

// -1, 0 or 1 as the operator in both directions says.
int order(const SchemaRef& schema, const Value& a, const Value& b) {
    const auto forth = evaluate("LessThanEqual", "", {a, b}, schema);
    const auto back = evaluate("LessThanEqual", "", {b, a}, schema);
    if (!forth || !back) {
        ADD_FAILURE() << text_of(forth) << text_of(back);
        return 9;
    }
    return static_cast<int>(back->as_boolean()) - static_cast<int>(forth->as_boolean());
}

void expect_ascending(const SchemaRef& schema, const std::vector<Value>& values) {
    for (std::size_t a = 0; a < values.size(); ++a) {
        for (std::size_t b = 0; b < values.size(); ++b) {
            EXPECT_EQ(order(schema, values[a], values[b]), static_cast<int>(a > b) - static_cast<int>(a < b))
                << show(values[a]) << " and " << show(values[b]);
        }
    }
}

SchemaRef list_of(SchemaRef item) {
    return schema(Schema::Kind::list, "", {{"item", std::move(item)}});
}

TEST(LessThanEqual, scalars_as_comparable_of_the_jvm) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinity = std::numeric_limits<double>::infinity();
    expect_ascending(scalar("double"),
                     {d(-infinity), d(-1), d(-0.0), d(0.0), d(5e-324), d(1), d(infinity), d(nan)});
    expect_ascending(scalar("float"),
                     {f(-1), f(-0.0F), f(0), f(1), f(std::numeric_limits<float>::quiet_NaN())});
    expect_ascending(scalar("boolean"), {no(), yes()});
    expect_ascending(scalar("int"), {i(INT32_MIN), i(-1), i(0), i(INT32_MAX)});
    expect_ascending(scalar("char"), {c(0), c(u'a'), c(0xFFFF)});
    expect_ascending(scalar("string"),
                     {s(""), s("B"), s("a"), s("ab"), s("z"), s("é"), s("😀"), s("\uE000")});
    expect_ascending(scalar("bigInteger"),
                     {n("-99999999999999999999"), n("-1"), n("0"), n("99999999999999999999")});
    expect_ascending(scalar("bigDecimal"),
                     {m("-1E+2000000000"), m("-1"), m("1E-9"), m("1.5"), m("1E+2000000000")});
    EXPECT_EQ(order(scalar("bigDecimal"), m("1.0"), m("1.00")), 0);
    expect_ascending(scalar("uuid"),
                     {Value::uuid({1ULL << 63, 0}), Value::uuid({0, 1ULL << 63}), Value::uuid({0, 1})});
}

TEST(LessThanEqual, times_as_comparable_of_the_jvm) {
    expect_ascending(scalar("instant"),
                     {Value::instant({-1, 5}), Value::instant({0, 0}), Value::instant({0, 1})});
    expect_ascending(scalar("duration"),
                     {Value::duration({-2, 500}), Value::duration({-1, 0}), Value::duration({1, 0})});
    const model::LocalDateTime five{{2021, 3, 4}, {5LL * 3600 * 1'000'000'000}};
    expect_ascending(scalar("offsetDateTime"),
                     {Value::offset_date_time({five, {9000}}), Value::offset_date_time({five, {7200}})});
    // Greater offsets come first.
    expect_ascending(scalar("zoneOffset"),
                     {Value::zone_offset({3600}), Value::zone_offset({0}), Value::zone_offset({-1})});
    expect_ascending(scalar("period"),
                     {Value::period({0, 0, -1}), Value::period({0, 0, 30}), Value::period({0, 1, 0}),
                      Value::period({0, 0, 32}), Value::period({1, -1, 0}), Value::period({1, 0, 0})});
    expect_ascending(scalar("month"), {Value::month(1), Value::month(12)});
}

TEST(LessThanEqual, structures_part_by_part) {
    expect_ascending(list_of(scalar("int")), {list({}), list({i(1)}), list({i(1), i(5)}), list({i(2)})});
    expect_ascending(scalar("int", true), {Value::none(), Value::some(i(-1)), Value::some(i(3))});
    const auto either =
        schema(Schema::Kind::either, "", {{"left", scalar("int")}, {"right", scalar("string")}});
    expect_ascending(either,
                     {Value::left(i(1)), Value::left(i(2)), Value::right(s("a")), Value::right(s("b"))});
    const auto tuple =
        schema(Schema::Kind::tuple, "", {{"left", scalar("int")}, {"right", scalar("string")}});
    expect_ascending(tuple,
                     {Value::tuple(i(1), s("b")), Value::tuple(i(1), s("c")), Value::tuple(i(2), s("a"))});
    const auto person =
        schema(Schema::Kind::product, "Person", {{"name", scalar("string")}, {"age", scalar("int")}});
    const auto p = [](const char* name, int age) {
        return record("Person", {{"age", i(age)}, {"name", s(name)}});
    };
    expect_ascending(person, {p("a", 9), p("b", 1), p("b", 2)});
}

TEST(LessThanEqual, enumerations_by_the_order_of_their_cases) {
    const auto circle = schema(Schema::Kind::product, "Circle", {{"r", scalar("double")}});
    const auto rect =
        schema(Schema::Kind::product, "Rect", {{"w", scalar("double")}, {"h", scalar("double")}});
    const auto shape = schema(Schema::Kind::sum, "Shape", {{"Rect", rect}, {"Circle", circle}});
    const auto of = [](const char* name, Value inner) {
        return enumeration("Shape", name, std::move(inner));
    };
    expect_ascending(shape, {of("Rect", record("Rect", {{"w", d(1)}, {"h", d(1)}})),
                             of("Circle", record("Circle", {{"r", d(0.5)}})),
                             of("Circle", record("Circle", {{"r", d(1)}}))});
}

TEST(LessThanEqual, sets_and_maps_have_no_order) {
    const auto set = schema(Schema::Kind::set, "", {{"item", scalar("int")}});
    const std::vector<Value> one{i(1)};
    const std::vector<Value> two{i(2)};
    EXPECT_EQ(order(set, Value::set(one), Value::set(two)), 0);
}

TEST(LessThanEqual, what_the_schema_does_not_describe_is_a_type_error) {
    EXPECT_THAT(text_of(evaluate("LessThanEqual", "", {i(1), s("x")}, scalar("int"))),
                testing::HasSubstr("LessThanEqual of int got Int and String"));
    EXPECT_THAT(text_of(evaluate("LessThanEqual", "", {i(1), i(1)})), testing::HasSubstr("schema"));
}

TEST(LessThanEqual, values_that_double_with_each_level_are_compared_once) {
    const auto doubled = [] {
        Value value = i(1);
        for (int level = 0; level < 64; ++level) {
            value = Value::tuple(value, value);
        }
        return value;
    };
    const auto dynamic = schema(Schema::Kind::dynamic, "", {});
    EXPECT_EQ(order(dynamic, doubled(), doubled()), 0);
}

RC_GTEST_PROP(LessThanEqual, lists_of_numbers_are_ordered_as_in_cpp,
              (std::vector<std::int8_t> a, std::vector<std::int8_t> b)) {
    const auto value = [](const std::vector<std::int8_t>& numbers) {
        std::vector<Value> items;
        for (const std::int8_t x : numbers) {
            items.push_back(i(x));
        }
        return list(std::move(items));
    };
    RC_ASSERT(order(list_of(scalar("int")), value(a), value(b)) == (a < b ? -1 : a == b ? 0 : 1));
}

TEST(Equal, is_that_of_values) {
    const model::Node node(model::NodeKind::equal);
    EXPECT_EQ(text_of(evaluate(node, {m("1.0"), m("1.00")})), "false");
    EXPECT_EQ(text_of(evaluate(node, {i(1), l(1)})), "false");
    EXPECT_EQ(text_of(evaluate(node, {list({i(1)}), list({i(1)})})), "true");
}

}  // namespace
}  // namespace zflow::interpreter::test
