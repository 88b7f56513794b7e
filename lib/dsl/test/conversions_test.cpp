// C++ values to the language's values and back, and which literals become Remotes.

#include "trees.hpp"

#include <zflow/dsl/big_numbers.hpp>
#include <zflow/dsl/conversions.hpp>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <limits>

using namespace zflow;
using namespace std::chrono_literals;

namespace shapes {

struct Circle {
    double radius{};
    friend bool operator==(const Circle&, const Circle&) = default;
};
ZFLOW_STRUCT(Circle, radius)
struct Rectangle {
    std::int32_t width{};
    std::int64_t height{};
    friend bool operator==(const Rectangle&, const Rectangle&) = default;
};
ZFLOW_STRUCT(Rectangle, width, height)
using Shape = std::variant<Circle, Rectangle>;
ZFLOW_NAME(Shape, "shapes.Shape")
enum class Colour { red, green };
BOOST_DESCRIBE_ENUM(Colour, red, green)
struct Drawing {
    std::string title;
    std::vector<Shape> shapes;
    std::map<std::string, Colour> colours;
    std::optional<std::pair<std::int16_t, bool>> size;
    friend bool operator==(const Drawing&, const Drawing&) = default;
};
ZFLOW_STRUCT(Drawing, title, shapes, colours, size)
struct Tree {
    std::vector<Tree> branches;
};
BOOST_DESCRIBE_STRUCT(Tree, (), (branches))

}  // namespace shapes

namespace {

using shapes::Colour;

template <class T>
void expect_round_trip(const T& value) {
    const auto there = to_value(value);
    const auto fit = model::fits(there, *schema_of<T>());
    EXPECT_TRUE(fit) << (fit ? "" : fit.error().text());
    const auto back = from_value<T>(there);
    ASSERT_TRUE(back) << back.error().text();
    EXPECT_TRUE(*back == value);
}

template <class T>
void check_round_trips(const char* name) {
    EXPECT_TRUE(rc::check(name, [](const T& value) {
        const auto back = from_value<T>(to_value(value));
        RC_ASSERT(back.has_value());
        RC_ASSERT(*back == value);
    }));
}

TEST(Conversions, go_there_and_back_for_all_scalars) {
    check_round_trips<bool>("bool");
    check_round_trips<std::int8_t>("int8");
    check_round_trips<std::int16_t>("int16");
    check_round_trips<std::int32_t>("int32");
    check_round_trips<std::int64_t>("int64");
    check_round_trips<double>("double");
    check_round_trips<float>("float");
    EXPECT_TRUE(rc::check("durations and instants", [](std::int64_t nanoseconds) {
        RC_ASSERT(from_value<Duration>(to_value(Duration(nanoseconds))).value() == Duration(nanoseconds));
        const Instant time{Duration(nanoseconds)};
        RC_ASSERT(from_value<Instant>(to_value(time)).value() == time);
    }));
    expect_round_trip(Duration::max());
    expect_round_trip(Duration::min());
    expect_round_trip(Instant::min());
    expect_round_trip(Duration(-1));
    expect_round_trip(unit);
    expect_round_trip(u'\xD834');
    expect_round_trip(Uuid{1, 2});
    expect_round_trip(std::string("na\u00efve"));
    expect_round_trip(BigInteger("123456789012345678901234567890"));
    expect_round_trip(BigDecimal{1995, 2});
}

TEST(Conversions, go_there_and_back_for_collections) {
    check_round_trips<std::vector<std::int32_t>>("vector");
    check_round_trips<std::vector<bool>>("vector<bool>");
    check_round_trips<std::set<std::int64_t>>("set");
    check_round_trips<std::map<std::int32_t, std::vector<std::int16_t>>>("map");
    check_round_trips<std::tuple<std::int32_t, bool, std::int64_t, std::int8_t>>("tuple");
    check_round_trips<std::pair<std::int32_t, std::pair<bool, double>>>("pair");
    expect_round_trip(std::optional<std::int32_t>());
    expect_round_trip(std::optional<std::int32_t>(3));
    expect_round_trip(std::optional<std::optional<std::int32_t>>(std::optional<std::int32_t>()));
    expect_round_trip(std::expected<std::int32_t, std::string>(3));
    expect_round_trip(std::expected<std::int32_t, std::string>(std::unexpected("no")));
}

TEST(Conversions, go_there_and_back_for_structs_enumerations_and_variants) {
    EXPECT_TRUE(rc::check("drawings", [](std::vector<std::int32_t> widths, std::int64_t height, bool wide) {
        shapes::Drawing drawing{"d", {}, {{"sky", Colour::green}}, std::nullopt};
        for (const auto width : widths) {
            drawing.shapes.emplace_back(shapes::Rectangle{width, height});
            drawing.shapes.emplace_back(shapes::Circle{static_cast<double>(width)});
        }
        if (wide) {
            drawing.size = {std::int16_t{3}, true};
        }
        const auto back = from_value<shapes::Drawing>(to_value(drawing));
        RC_ASSERT(back.has_value());
        RC_ASSERT(*back == drawing);
    }));
    EXPECT_EQ(
        codec::value_to_json(to_value(shapes::Shape(shapes::Rectangle{1, 2}))).value(),
        R"({"Enumeration":{"id":"shapes.Shape","value":["Rectangle",)"
        R"({"Record":{"id":"shapes.Rectangle","values":[["width",{"Int":1}],["height",{"Long":2}]]}}]}})");
    EXPECT_EQ(codec::value_to_json(to_value(Colour::red)).value(),
              R"({"Enumeration":{"id":"shapes.Colour","value":["red",)"
              R"({"Record":{"id":"shapes.Colour.red","values":[]}}]}})");
}

TEST(Conversions, refuse_what_does_not_fit_with_its_path) {
    const auto wrong = from_value<std::vector<std::int32_t>>(to_value(std::vector<std::string>{"x"}));
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().text(), "[0]: expected int, got String");
    const auto century = from_value<Duration>(model::Value::duration({1'000'000'000'000, 0}));
    ASSERT_FALSE(century);
    EXPECT_EQ(century.error().text(),
              "1000000000000 s is beyond what 64 bits of nanoseconds hold, 292 years");
    EXPECT_THROW((void)to_value(std::string("\xff")), BuildError);
    EXPECT_THROW((void)to_value(static_cast<Colour>(7)), BuildError);
}

/// The value of the literal that a Remote is.
template <class T>
model::Value literal_of(const Remote<T>& remote) {
    return test::node_of(remote)->value;
}

TEST(Literals, become_remotes_where_nothing_is_lost) {
    EXPECT_TRUE(model::identical(literal_of(Remote<std::int64_t>(5)), model::Value::long_(5)));
    EXPECT_TRUE(model::identical(literal_of(Remote<double>(5)), model::Value::double_(5)));
    EXPECT_TRUE(model::identical(literal_of(Remote<double>(2.5F)), model::Value::double_(2.5)));
    EXPECT_TRUE(model::identical(literal_of(Remote<std::string>("x")), model::Value::string("x")));
    EXPECT_TRUE(model::identical(literal_of(Remote<Duration>(24h)), model::Value::duration({86'400, 0})));
    EXPECT_TRUE(model::identical(literal_of(Remote<std::optional<std::int64_t>>(5)),
                                 model::Value::some(model::Value::long_(5))));
    EXPECT_TRUE(model::identical(literal_of(Remote<std::optional<std::int64_t>>(std::nullopt)),
                                 model::Value::none()));
    EXPECT_TRUE(model::identical(literal_of(Remote<BigInteger>(7)), model::Value::big_integer(7)));
    const auto size = std::vector<int>(3).size();
    EXPECT_TRUE(model::identical(literal_of(Remote<std::int64_t>(size)), model::Value::long_(3)));
}

void expect_refused(const char* message, auto&& build) {
    try {
        build();
        ADD_FAILURE() << "not refused: " << message;
    } catch (const BuildError& error) {
        EXPECT_STREQ(error.what(), message);
    }
}

TEST(Literals, that_do_not_fit_are_refused_while_building) {
    expect_refused("the literal 70000 does not fit in a Remote<short>",
                   [] { (void)Remote<std::int16_t>(70'000); });
    expect_refused("the literal 70000 does not fit in a Remote<short>",
                   [] { (void)Remote<std::optional<std::int16_t>>(70'000); });
    expect_refused("the literal 9007199254740993 is not exact as double",
                   [] { (void)Remote<double>(std::int64_t{9'007'199'254'740'993}); });
    expect_refused("the literal 9223372036854775807 is not exact as double",
                   [] { (void)Remote<double>(std::numeric_limits<std::int64_t>::max()); });
    expect_refused("a time is beyond what 64 bits of nanoseconds hold, 292 years",
                   [] { (void)Remote<Duration>(std::chrono::days(200'000)); });
}

TEST(Literals, of_a_type_that_contains_itself_are_refused) {
    for (int i = 0; i < 2; ++i) {
        expect_refused(
            "the type shapes::Tree contains itself, and flows carry no recursive types: keep the parts in a "
            "list and refer "
            "to them by number",
            [] { (void)schema_of<shapes::Tree>(); });
    }
}

TEST(Literals, keep_a_case_and_its_variant_apart_from_other_types) {
    const Remote<shapes::Shape> shape = shapes::Circle{1.5};
    EXPECT_TRUE(model::identical(literal_of(shape), to_value(shapes::Shape(shapes::Circle{1.5}))));
    static_assert(std::convertible_to<Remote<shapes::Circle>, Remote<shapes::Shape>>);
    static_assert(std::convertible_to<Remote<std::int32_t>, Remote<std::optional<std::int32_t>>>);
    static_assert(!std::same_as<Remote<std::int32_t>, Remote<std::int64_t>>);
}

}  // namespace
