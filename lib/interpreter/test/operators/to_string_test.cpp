#include "operators/evaluate.hpp"

namespace zflow::interpreter::test {
namespace {

std::string text(Value value) {
    const auto answer = evaluate("Conversion.ToString", "", {std::move(value)}, scalar("string"));
    return answer ? answer->as_string() : text_of(answer);
}

TEST(ToString, structures_print_as_after_a_trip_through_json) {
    EXPECT_EQ(text(list({i(1), i(2)})), "Chunk(1,2)");
    EXPECT_EQ(text(list({})), "Chunk()");
    EXPECT_EQ(text(record("oracle.Person", {{"name", s("a")}, {"age", i(1)}})),
              "ListMap(name -> a, age -> 1)");
    EXPECT_EQ(text(record("Dot", {})), "ListMap()");
    EXPECT_EQ(text(enumeration("oracle.Shape", "Circle", record("Circle", {{"r", d(1.5)}}))),
              "ListMap(r -> 1.5)");
    EXPECT_EQ(text(Value::tuple(i(1), s("a"))), "(1,a)");
    EXPECT_EQ(text(Value::some(i(1))), "Some(1)");
    EXPECT_EQ(text(Value::none()), "None");
    EXPECT_EQ(text(Value::left(s("x"))), "Left(x)");
    EXPECT_EQ(text(Value::right(list({i(1)}))), "Right(Chunk(1))");
    const std::vector<Value> items{i(2), i(1)};
    EXPECT_EQ(text(Value::set(items)), "Set(2, 1)");
    const std::vector<Value> pairs{Value::tuple(s("a"), i(1)), Value::tuple(s("b"), i(2))};
    EXPECT_EQ(text(Value::dictionary(pairs)), "Map(a -> 1, b -> 2)");
}

TEST(ToString, scalars_print_as_on_the_jvm) {
    EXPECT_EQ(text(Value::unit()), "()");
    EXPECT_EQ(text(yes()), "true");
    EXPECT_EQ(text(Value::byte(-1)), "-1");
    EXPECT_EQ(text(c(u'x')), "x");
    EXPECT_EQ(text(c(0xD83D)), "?");
    EXPECT_EQ(text(d(1e7)), "1.0E7");
    EXPECT_EQ(text(f(0.1F)), "0.1");
    EXPECT_EQ(text(n("-12345678901234567890")), "-12345678901234567890");
    EXPECT_EQ(text(m("1.10")), "1.10");
    EXPECT_EQ(text(Value::binary("\x01\xFF")), "Chunk(1,-1)");
    EXPECT_EQ(text(Value::uuid({1, 2})), "00000000-0000-0001-0000-000000000002");
    EXPECT_EQ(text(Value::day_of_week(5)), "FRIDAY");
    EXPECT_EQ(text(Value::month(3)), "MARCH");
    EXPECT_EQ(text(Value::year(-5)), "-5");
    EXPECT_EQ(text(Value::duration({-2, 500'000'000})), "PT-1.5S");
    EXPECT_EQ(text(Value::zone_id("Europe/Paris")), "Europe/Paris");
}

TEST(ToString, a_value_that_doubles_with_each_level_ends_at_the_limit) {
    Value value = i(1);
    for (int level = 0; level < 64; ++level) {
        value = Value::tuple(value, value);
    }
    EXPECT_THAT(text(value), testing::HasSubstr("max_encoded_bytes"));
}

TEST(ToString, depth_does_not_matter) {
    Value value = i(1);
    for (int level = 0; level < 1'000'000; ++level) {
        value = Value::some(value);
    }
    EXPECT_EQ(text(value).size(), 6'000'001U);
}

}  // namespace
}  // namespace zflow::interpreter::test
