#pragma once

#include "operators/operator.hpp"

#include <zflow/model/schema.hpp>

#include <gmock/gmock.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// How the tests of operators ask and read answers: a value is written as `show` writes it, a death as `!
/// message`.
namespace zflow::interpreter::test {

using model::Kind;
using model::Value;

/// What an operator answers to operands that are numbers, written in one string.
struct Row {
    std::string_view path;
    std::string_view type;
    std::string_view operands;
    std::string_view answer;
};

/// A value for people: `5` `5L` `5s` `5b` `5n` (BigInteger) `5m` (BigDecimal) `5.0` `5.0f` `'x'` `"text"`
/// `[1, 2]`
/// `{1, 2}` `{1: 2}` `(1, 2)` `some(1)` `left(1)` `Person(name: "a")` `Case(..)`.
[[nodiscard]] std::string show(const Value& value);

/// The answer of a unary or binary operator.
[[nodiscard]] Answer evaluate(std::string_view path, std::string_view type, std::vector<Value> operands,
                              model::Ref<const model::Schema> schema = {});

/// The answer of a node of another kind; `node.children` must be right where the operator looks at them.
[[nodiscard]] Answer evaluate(const model::Node& node, std::vector<Value> operands);

/// What `show` writes, or `! ` and why there is none: without ZIO Flow's words around it.
[[nodiscard]] std::string text_of(const Answer& answer);

/// Checks each row; characters are written as their codes.
void expect_rows(std::span<const Row> rows);

[[nodiscard]] inline Value i(std::int32_t x) {
    return Value::int_(x);
}
[[nodiscard]] inline Value l(std::int64_t x) {
    return Value::long_(x);
}
[[nodiscard]] inline Value s(std::string x) {
    return Value::string(std::move(x));
}
[[nodiscard]] inline Value d(double x) {
    return Value::double_(x);
}
[[nodiscard]] inline Value f(float x) {
    return Value::float_(x);
}
[[nodiscard]] inline Value c(char16_t x) {
    return Value::character(x);
}
[[nodiscard]] inline Value yes() {
    return Value::boolean(true);
}
[[nodiscard]] inline Value no() {
    return Value::boolean(false);
}
[[nodiscard]] Value n(std::string_view big_integer);
[[nodiscard]] Value m(std::string_view big_decimal);
[[nodiscard]] inline Value list(std::vector<Value> items) {
    return Value::sequence(std::move(items));
}
[[nodiscard]] Value record(std::string id, std::vector<std::pair<std::string, Value>> fields);
[[nodiscard]] Value enumeration(std::string id, std::string name, Value inner);

/// Schemas: `scalar("int")`, `schema(Schema::Kind::list, "", {{"item", scalar("int")}})`.
using SchemaRef = model::Ref<const model::Schema>;
[[nodiscard]] SchemaRef scalar(std::string name, bool optional = false);
[[nodiscard]] SchemaRef schema(model::Schema::Kind kind, std::string id,
                               std::vector<model::Schema::Part> parts, bool optional = false);

}  // namespace zflow::interpreter::test
