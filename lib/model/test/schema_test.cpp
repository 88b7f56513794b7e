#include <zflow/model/schema.hpp>

#include <gtest/gtest.h>

namespace zflow::model {
namespace {

using SchemaRef = Ref<const Schema>;

SchemaRef scalar(std::string name, bool optional = false) {
    return make<const Schema>(Schema::Kind::value, std::move(name), std::vector<Schema::Part>{}, optional);
}

SchemaRef schema(Schema::Kind kind, std::string id, std::vector<Schema::Part> parts) {
    return make<const Schema>(kind, std::move(id), std::move(parts), false);
}

Value person(Value name, Value age) {
    return Value::record(make<const RecordShape>("Person", std::vector<std::string>{"name", "age"}),
                         {std::move(name), std::move(age)});
}

const SchemaRef person_schema =
    schema(Schema::Kind::product, "Person", {{"name", scalar("string")}, {"age", scalar("int", true)}});

std::string error(const Value& value, const Schema& of) {
    const auto result = fits(value, of);
    return result ? "fits" : result.error().text();
}

TEST(Schema, a_record_fits_field_by_field) {
    EXPECT_EQ(error(person(Value::string("A"), Value::some(Value::int_(3))), *person_schema), "fits");
    EXPECT_EQ(error(person(Value::string("A"), Value::none()), *person_schema), "fits");
    EXPECT_EQ(error(person(Value::int_(1), Value::none()), *person_schema),
              ".name: expected string, got Int");
    EXPECT_EQ(error(person(Value::string("A"), Value::int_(3)), *person_schema),
              ".age: expected an option of int, got Int");
    EXPECT_EQ(error(Value::unit(), *person_schema), "expected Person, got Unit");
}

TEST(Schema, the_first_item_that_does_not_fit_is_named) {
    const auto list = schema(Schema::Kind::list, "", {{"item", person_schema}});
    const auto good = person(Value::string("A"), Value::none());
    EXPECT_EQ(error(Value::sequence(std::vector{good, good}), *list), "fits");
    EXPECT_EQ(error(Value::sequence(std::vector{good, Value::unit(), Value::int_(1)}), *list),
              "[1]: expected Person, got Unit");
}

TEST(Schema, a_case_that_the_sum_does_not_have_is_named) {
    const auto sum =
        schema(Schema::Kind::sum, "Shape", {{"Dot", scalar("unit")}, {"Circle", scalar("double")}});
    const auto circle = [](std::string name, Value inner) {
        return Value::enumeration(make<const CaseName>("Shape", std::move(name)), std::move(inner));
    };
    EXPECT_EQ(error(circle("Circle", Value::double_(1)), *sum), "fits");
    EXPECT_EQ(error(circle("Circle", Value::int_(1)), *sum), ".Circle: expected double, got Int");
    EXPECT_EQ(error(circle("Square", Value::int_(1)), *sum), "Shape has no case 'Square'");
}

TEST(Schema, a_recursive_schema_refers_to_a_path_from_its_root) {
    const auto chain =
        schema(Schema::Kind::product, "Chain",
               {{"value", scalar("int")},
                {"next", make<const Schema>(Schema::Kind::ref, "", std::vector<Schema::Part>{}, true)}});
    const auto shape = make<const RecordShape>("Chain", std::vector<std::string>{"value", "next"});
    auto value = Value::record(shape, {Value::int_(0), Value::none()});
    for (int i = 0; i < 100'000; ++i) {
        value = Value::record(shape, {Value::int_(i), Value::some(value)});
    }
    EXPECT_EQ(error(value, *chain), "fits");
    EXPECT_EQ(error(Value::record(shape, {Value::int_(1), Value::some(Value::int_(2))}), *chain),
              ".next.value: expected Chain, got Int");
}

}  // namespace
}  // namespace zflow::model
