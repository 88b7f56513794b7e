#include "generators.hpp"

#include <zflow/codec/json.hpp>
#include <zflow/codec/plain_json.hpp>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace zflow::codec {
namespace {

using model::Kind;
using model::Ref;
using model::Schema;
using model::Value;
using test::Choices;

constexpr std::array<std::string_view, 31> scalars{
    "unit",       "boolean",       "byte",       "short",          "int",
    "long",       "float",         "double",     "char",           "string",
    "bigInteger", "bigDecimal",    "uuid",       "binary",         "instant",
    "duration",   "dayOfWeek",     "month",      "monthDay",       "period",
    "year",       "yearMonth",     "zoneId",     "zoneOffset",     "localDate",
    "localTime",  "localDateTime", "offsetTime", "offsetDateTime", "zonedDateTime",
    "none"};

Ref<const Schema> make_node(Schema::Kind kind, std::string id, std::vector<Schema::Part> parts = {},
                            bool optional = false) {
    return model::make<const Schema>(kind, std::move(id), std::move(parts), optional);
}

Ref<const Schema> scalar(std::string name, bool optional = false) {
    return make_node(Schema::Kind::value, std::move(name), {}, optional);
}

Ref<const Schema> record_of(std::vector<Schema::Part> fields) {
    return make_node(Schema::Kind::product, "shop.Order", std::move(fields));
}

/// A schema without parts that are left open. The root is an option of a list of itself now and then.
Ref<const Schema> make_closed_schema(Choices& choices, int depth) {
    const auto optional = choices.below(3) == 2;
    const auto part = [&](std::string name) {
        return Schema::Part{std::move(name), make_closed_schema(choices, depth - 1)};
    };
    switch (depth == 0 ? 0 : choices.below(8)) {
        case 1:
            return make_node(Schema::Kind::list, "", {part("item")}, optional);
        case 2:
            return make_node(Schema::Kind::set, "", {part("item")}, optional);
        case 3: {
            auto key = part("keys");
            return make_node(Schema::Kind::dictionary, "", {std::move(key), part("values")}, optional);
        }
        case 4: {
            auto left = part("left");
            return make_node(Schema::Kind::tuple, "", {std::move(left), part("right")}, optional);
        }
        case 5: {
            auto left = part("left");
            return make_node(Schema::Kind::either, "", {std::move(left), part("right")}, optional);
        }
        case 6: {
            auto first = part("id");
            return make_node(Schema::Kind::product, "shop.Order", {std::move(first), part("some")}, optional);
        }
        case 7: {
            auto first = part("Dot");
            return make_node(Schema::Kind::sum, "shop.Shape", {std::move(first), part("left")}, optional);
        }
        default:
            return scalar(std::string(scalars[choices.below(scalars.size())]), optional);
    }
}

Value make_fitting(Choices& choices, const Schema& schema, bool inside_option = false);

Value make_inside(Choices& choices, const Schema& schema) {
    const auto part = [&](std::size_t i) { return make_fitting(choices, *schema.parts[i].schema); };
    std::vector<Value> items;
    switch (schema.kind) {
        case Schema::Kind::list:
        case Schema::Kind::set:
            for (auto count = choices.below(4); count > 0; --count) {
                items.push_back(part(0));
            }
            return schema.kind == Schema::Kind::list ? Value::sequence(std::move(items)) : Value::set(items);
        case Schema::Kind::dictionary:
            for (auto count = choices.below(4); count > 0; --count) {
                auto key = part(0);
                items.push_back(Value::tuple(std::move(key), part(1)));
            }
            return Value::dictionary(items);
        case Schema::Kind::tuple: {
            auto left = part(0);
            return Value::tuple(std::move(left), part(1));
        }
        case Schema::Kind::either:
            return choices.below(2) == 0 ? Value::left(part(0)) : Value::right(part(1));
        case Schema::Kind::product: {
            std::vector<std::string> names;
            for (std::size_t i = 0; i < schema.parts.size(); ++i) {
                names.push_back(schema.parts[i].name);
                items.push_back(part(i));
            }
            return Value::record(model::make<const model::RecordShape>(schema.id, std::move(names)),
                                 std::move(items));
        }
        case Schema::Kind::sum: {
            const auto which = choices.below(static_cast<std::uint32_t>(schema.parts.size()));
            return Value::enumeration(model::make<const model::CaseName>(schema.id, schema.parts[which].name),
                                      part(which));
        }
        default:
            return test::make_scalar(choices, model::scalar_kind(schema.id).value());
    }
}

Value make_fitting(Choices& choices, const Schema& schema, bool inside_option) {
    if (schema.optional && !inside_option) {
        return choices.below(2) == 0 ? Value::none() : Value::some(make_inside(choices, schema));
    }
    return make_inside(choices, schema);
}

/// Whether a property holds for many random things.
template <class Property>
void check(Property property) {
    const auto result = rc::detail::checkTestable(property);
    if (!result.template is<rc::detail::SuccessResult>()) {
        std::ostringstream text;
        rc::detail::printResultMessage(result, text);
        FAIL() << text.str();
    }
}

std::string written(const Value& value) {
    const auto text = value_to_plain_json(value);
    return text ? *text : text.error().text();
}

/// What a text is with a schema, as typed JSON, or why it is nothing.
std::string read(std::string_view text, const Ref<const Schema>& schema = {}) {
    const auto value = value_from_plain_json(text, schema);
    return value ? value_to_json(*value).value() : value.error().text();
}

Value some(Value value) {
    return Value::some(std::move(value));
}

TEST(PlainJson, what_fits_a_schema_comes_back_the_same) {
    check([](Choices choices) {
        const auto schema = make_closed_schema(choices, 4);
        const auto value = make_fitting(choices, *schema);
        RC_CLASSIFY(!schema->parts.empty());
        RC_ASSERT(model::fits(value, *schema).has_value());
        const auto text = value_to_plain_json(value);
        RC_ASSERT(text.has_value());
        const auto back = value_from_plain_json(*text, schema);
        RC_LOG() << schema_to_json(*schema).value_or("") << '\n'
                 << *text << '\n'
                 << (back ? value_to_json(*back).value() : back.error().text());
        RC_ASSERT(back.has_value());
        RC_ASSERT(identical(*back, value));
    });
}

TEST(PlainJson, any_value_is_written_as_json) {
    check([](Choices choices) {
        const auto value = test::make_big_value(choices);
        const auto text = value_to_plain_json(value);
        RC_ASSERT(text.has_value());
        const auto back = value_from_plain_json(*text, {});
        RC_LOG() << *text << '\n' << (back ? std::string() : back.error().text());
        // Names of fields may be twice in what was a map or a record; a number may be beyond doubles.
        const auto is_json = back || back.error().sentence.find("twice") != std::string::npos ||
                             back.error().sentence.find("beyond") != std::string::npos;
        RC_ASSERT(is_json);
    });
}

TEST(PlainJson, is_what_any_program_would_write) {
    const auto shape =
        model::make<const model::RecordShape>("shop.Order", std::vector<std::string>{"id", "note"});
    const auto dot = model::make<const model::CaseName>("shop.Shape", "Dot");
    const std::vector<Value> three{Value::int_(1), Value::string("a"), Value::boolean(true)};
    const std::vector<std::pair<Value, std::string_view>> rows{
        {Value::unit(), "null"},
        {Value::long_(-9'223'372'036'854'775'807 - 1), "-9223372036854775808"},
        {Value::big_integer(model::BigInteger("123456789012345678901234567890")),
         "123456789012345678901234567890"},
        {Value::big_decimal({1000, 2}), "10.00"},
        {Value::double_(0.1), "0.1"},
        {Value::double_(1e300), "1.0E300"},
        {Value::float_(-std::numeric_limits<float>::infinity()), "\"-Infinity\""},
        {Value::character(u'ü'), "\"ü\""},
        {Value::string("a\"b"), R"("a\"b")"},
        {Value::binary("hello"), "\"aGVsbG8=\""},
        {Value::instant({0, 0}), "\"1970-01-01T00:00:00Z\""},
        {Value::day_of_week(5), "\"FRIDAY\""},
        {Value::none(), "null"},
        {some(Value::int_(5)), "5"},
        {some(Value::none()), R"({"some":null})"},
        {some(some(Value::int_(5))), R"({"some":5})"},
        {some(Value::unit()), R"({"some":null})"},
        {Value::left(Value::int_(5)), R"({"left":5})"},
        {Value::right(Value::none()), R"({"right":null})"},
        {Value::tuple(three), R"([1,"a",true])"},
        {Value::tuple(Value::int_(1), Value::tuple(three)), R"([1,[1,"a",true]])"},
        {Value::sequence(std::vector<Value>{}), "[]"},
        {Value::set(three), R"([1,"a",true])"},
        {Value::dictionary(std::vector{Value::tuple(Value::string("k"), Value::int_(1)),
                                       Value::tuple(Value::string("l"), Value::int_(2))}),
         R"({"k":1,"l":2})"},
        {Value::dictionary(std::vector{Value::tuple(Value::int_(7), Value::int_(1)),
                                       Value::tuple(Value::int_(8), Value::int_(2))}),
         "[[7,1],[8,2]]"},
        {Value::dictionary({}), "{}"},
        {Value::record(shape, {Value::int_(5), Value::none()}), R"({"id":5,"note":null})"},
        {Value::enumeration(dot, Value::unit()), R"({"Dot":null})"},
    };
    for (const auto& [value, text] : rows) {
        EXPECT_EQ(written(value), text);
    }
}

TEST(PlainJson, code_of_a_run_is_refused_with_its_path) {
    const auto shape =
        model::make<const model::RecordShape>("shop.Order", std::vector<std::string>{"id", "next"});
    const auto code = Value::flow_code(1, {});
    EXPECT_EQ(written(Value::sequence({Value::int_(1), Value::record(shape, {Value::int_(5), some(code)})})),
              "[1].next: a part of the value is code of a run, which has no JSON outside of the run");
}

TEST(PlainJson, without_a_schema_its_kinds_are_guessed) {
    EXPECT_EQ(read("null"), R"({"Unit":{}})");
    EXPECT_EQ(read(" true "), R"({"Boolean":true})");
    EXPECT_EQ(read("9223372036854775807"), R"({"Long":9223372036854775807})");
    EXPECT_EQ(read("9223372036854775808"), R"({"BigInteger":9223372036854775808})");
    EXPECT_EQ(read("1e2"), R"({"Double":100.0})");
    EXPECT_EQ(read("\"a\""), R"({"String":"a"})");
    EXPECT_EQ(read("[1,{\"a\":[]}]"), R"({"Sequence":{"values":[{"Long":1},{"Record":{"id":"","values":)"
                                      R"([["a",{"Sequence":{"values":[]}}]]}}]}})");
    EXPECT_EQ(read("{\"a\":1,\"b\":2,\"a\":3}"), ".a: the field 'a' is here twice");
    EXPECT_EQ(read("1e999"), "1e999 is beyond what Double can hold");
}

TEST(PlainJson, fields_that_nobody_knows_are_stepped_over_and_options_may_be_missing) {
    const auto order = record_of({{"id", scalar("int")}, {"note", scalar("string", true)}});
    EXPECT_EQ(read(R"({"extra":[{}],"id":5})", order),
              R"({"Record":{"id":"shop.Order","values":[["id",{"Int":5}],["note",{"NoneValue":{}}]]}})");
    EXPECT_EQ(read(R"({"note":"x"})", order), "the field 'id' of shop.Order is missing");
    EXPECT_EQ(read(R"({"id":5,"id":6})", order), ".id: the field 'id' is here twice");
}

TEST(PlainJson, what_does_not_fit_is_told_with_its_path) {
    const auto item = record_of({{"price", scalar("bigDecimal")}});
    const auto cart = make_node(Schema::Kind::product, "shop.Cart",
                                {{"items", make_node(Schema::Kind::list, "", {{"item", item}})}});
    EXPECT_EQ(read(R"({"items":[{"price":1},{"price":"2"}]})", cart),
              ".items[1].price: expected a number, got a string");
    EXPECT_EQ(read(R"({"items":{}})", cart), ".items: expected an array for a list, got {}");
    EXPECT_EQ(read("5", cart), "expected an object for shop.Cart, got a number");
    EXPECT_EQ(read("3000000000", scalar("int")), "3000000000 is beyond what Int can hold");
    EXPECT_EQ(read("5.5", scalar("int")), "expected a whole number, got 5.5");
    EXPECT_EQ(read("null", scalar("int")), "expected a whole number, got null");
    EXPECT_EQ(read("0", scalar("unit")), "expected null, got a number");
    EXPECT_EQ(read("\"a\"", scalar("binary")), "expected bytes in base64, e.g. \"aGVsbG8=\"");
    const auto pair = make_node(Schema::Kind::tuple, "", {{"left", scalar("int")}, {"right", scalar("int")}});
    const auto three = make_node(Schema::Kind::tuple, "", {{"left", pair}, {"right", scalar("string")}});
    EXPECT_EQ(read("[1,2]", three), "expected an array with more items for a tuple, got 2");
    EXPECT_EQ(read("[1,2,\"a\",4]", three), "expected an array of 3 items for a tuple, got 4");
    EXPECT_EQ(read("[1,2,3]", three), "[2]: expected a string, got a number");
    const auto shape =
        make_node(Schema::Kind::sum, "shop.Shape", {{"Dot", scalar("unit")}, {"Line", scalar("int")}});
    EXPECT_EQ(read(R"({"Lin":5})", shape), ".Lin: there is no case of shop.Shape 'Lin', but there is 'Line'");
    EXPECT_EQ(read("\"Dot\"", shape), R"(expected a case of shop.Shape as {"Case": value}, got a string)");
    const auto either =
        make_node(Schema::Kind::either, "", {{"left", scalar("int")}, {"right", scalar("int")}});
    EXPECT_EQ(read(R"({"middle":5})", either), R"(.middle: expected {"left": value} or {"right": value})");
    const auto map =
        make_node(Schema::Kind::dictionary, "", {{"keys", scalar("int")}, {"values", scalar("int")}});
    EXPECT_EQ(read(R"({"1":5})", map),
              "expected an array of [key, value]: the keys of this map are int, which names of an object "
              "cannot be");
    EXPECT_EQ(read("[[1,5],[1,6]]", map), "a key of the map is here twice");
    EXPECT_EQ(read("[1", map), "[0]: expected ',' or ']', got the end of the text");
    EXPECT_EQ(read("{}", make_node(Schema::Kind::known, "zio.flow.ZFlow")),
              "zio.flow.ZFlow has no plain JSON: write it as typed JSON");
}

TEST(PlainJson, recursive_schemas_are_followed_and_options_in_options_told_apart) {
    // An option of a list of itself.
    const auto list = make_node(Schema::Kind::list, "", {{"item", make_node(Schema::Kind::ref, "")}}, true);
    EXPECT_EQ(read("[null,[]]", list), R"({"SomeValue":{"value":{"Sequence":{"values":[{"NoneValue":{}},)"
                                       R"({"SomeValue":{"value":{"Sequence":{"values":[]}}}}]}}}})");
    const auto nested =
        make_node(Schema::Kind::list, "", {{"item", make_node(Schema::Kind::ref, "", {}, true)}}, true);
    for (const auto& value :
         {some(Value::sequence({Value::none()})), some(Value::sequence({some(Value::none())})),
          some(Value::sequence({some(some(Value::sequence(std::vector<Value>{})))}))}) {
        ASSERT_TRUE(model::fits(value, *nested));
        EXPECT_EQ(read(written(value), nested), value_to_json(value).value());
    }
    EXPECT_EQ(read("[5]", nested), "[0]: expected null or {\"some\": value}, got a number");
    EXPECT_EQ(
        read("[5]", make_node(Schema::Kind::list, "", {{"item", make_node(Schema::Kind::ref, "nowhere")}})),
        "[0]: the schema refers to 'nowhere', which it does not have");
}

TEST(PlainJson, takes_constant_stack_whatever_the_depth) {
    constexpr std::size_t depth = 1'000'000;
    const auto text = std::string(depth, '[') + std::string(depth, ']');
    const auto list = make_node(Schema::Kind::list, "", {{"item", make_node(Schema::Kind::ref, "")}});
    for (const auto& schema : {Ref<const Schema>(), list}) {
        const auto value = value_from_plain_json(text, schema);
        ASSERT_TRUE(value.has_value()) << value.error().text();
        EXPECT_EQ(value_to_plain_json(*value).value(), text);
    }
    auto tuple = Value::unit();
    auto options = Value::unit();
    for (std::size_t i = 0; i < depth; ++i) {
        tuple = Value::tuple(std::move(tuple), Value::unit());
        options = some(std::move(options));
    }
    EXPECT_EQ(value_to_plain_json(tuple).value().size(), depth * 5 + 6);
    EXPECT_TRUE(value_to_plain_json(options).has_value());
}

}  // namespace
}  // namespace zflow::codec
