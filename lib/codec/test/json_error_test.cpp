#include <zflow/codec/json.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace zflow::codec {
namespace {

/// `path: sentence @offset` of what is wrong with a program.
std::string program_error(std::string_view text) {
    const auto read = program_from_json(text);
    return read ? "none" : read.error().text() + " @" + std::to_string(read.error().offset.value_or(999));
}

std::string value_error(std::string_view text) {
    const auto read = value_from_json(text);
    return read ? "none" : read.error().text() + " @" + std::to_string(read.error().offset.value_or(999));
}

TEST(JsonError, names_the_unknown_node_with_its_path) {
    EXPECT_EQ(program_error(R"({"Fold":{"value":{"Nope":{}}}})"),
              ".Fold.value.Nope: there is no flow node 'Nope' @18");
    EXPECT_EQ(program_error(R"({"Return":{"Nope":1}})"),
              ".Return.Nope: there is no expression node 'Nope' @11");
    EXPECT_EQ(program_error(R"({"Return":{"Now":{}}})"),
              ".Return.Now: 'Now' is a flow, but an expression belongs here @11");
    EXPECT_EQ(value_error(R"({"SomeValue":{"value":{"Integer":1}}})"),
              ".SomeValue.value.Integer: there is no kind of value 'Integer', but there is 'Int' @23");
    EXPECT_EQ(program_error(R"({"Return":{"OpticGet":{"optic":{"Iso":{}},"value":{"Ignore":{}}}}})"),
              ".Return.OpticGet.optic.Iso: there is no optic node 'Iso' @32");
}

TEST(JsonError, refuses_what_zio_flows_encoder_leaves_empty) {
    EXPECT_EQ(program_error(R"({"Return":{"Literal":{}}})"), ".Return.Literal: expected a value, got {} @21");
    EXPECT_EQ(program_error(R"({"Return":{}})"), ".Return: expected an expression, got {} @10");
    EXPECT_EQ(program_error("{}"), "expected a flow, got {} @0");
    EXPECT_EQ(program_error("[]"), "expected a flow, got [] @0");
}

TEST(JsonError, names_the_field_that_is_missing_or_twice) {
    EXPECT_EQ(program_error(R"({"Provide":{"value":{"Ignore":{}}}})"),
              ".Provide: the field 'flow' is missing @11");
    EXPECT_EQ(program_error(
                  R"({"NewVar":{"name":"a","name":"b","initial":{"Ignore":{}},"appendTempCounter":true}})"),
              ".NewVar.name: the field 'name' is here twice @22");
    EXPECT_EQ(program_error(R"({"Now":{},"Die":{}})"),
              ".Die: a flow has one case: after 'Now' there is nothing more @10");
    EXPECT_EQ(value_error(R"({"Record":{"id":"a","values":[["x",{"Int":1}],["x",{"Int":2}]]}})"),
              ".Record.values: the field 'x' is here twice @29");
}

TEST(JsonError, says_that_http_operations_follow) {
    const auto text =
        program_error(R"({"RunActivity":{"input":{"Ignore":{}},"activity":{"name":"n","description":"d",)"
                      R"("operation":{"Http":{}},"check":{"Die":{}},"compensate":{"Die":{}}}}})");
    EXPECT_EQ(text,
              ".RunActivity.activity.operation.Http: operations of kind 'Http' follow in a later release; "
              "until then "
              "use a Custom operation @92");
}

TEST(JsonError, says_what_is_no_json) {
    EXPECT_EQ(program_error(""), "expected a value, got the end of the text @0");
    EXPECT_EQ(program_error(R"({"Return":})"), ".Return: expected a value, got '}' @10");
    EXPECT_EQ(program_error(R"({"Return":{"Ignore":{}})"),
              ".Return.Ignore: expected ',' or '}', got the end of the text @23");
    EXPECT_EQ(program_error(R"({"Die":{}} x)"), "expected the end of the text after its value, got 'x' @11");
    EXPECT_EQ(program_error(R"({"Die":{},})"), ".Die: expected a name in double quotes, got '}' @10");
    EXPECT_EQ(program_error(R"({"Die" {}})"), ".Die: expected ':' after a name, got '{' @7");
    EXPECT_EQ(program_error(R"({Die:{}})"), "expected a name in double quotes, got 'D' @1");
    EXPECT_EQ(value_error(R"({"Int":01})"), ".Int: expected ',' or '}', got '1' @8");
    EXPECT_EQ(value_error(R"({"Int":-})"), ".Int: expected a digit after '-', got '}' @8");
    EXPECT_EQ(value_error(R"({"Double":1.})"),
              ".Double: expected a digit after the decimal point, got '}' @12");
    EXPECT_EQ(value_error(R"({"Double":1e})"), ".Double: expected a digit in the exponent, got '}' @12");
    EXPECT_EQ(value_error(R"({"Boolean":tru})"), ".Boolean: expected a value, got 't' @11");
    EXPECT_EQ(value_error(R"({"String":"abc)"), ".String: the string that begins here has no end @10");
}

TEST(JsonError, says_what_is_no_text) {
    EXPECT_EQ(value_error("{\"String\":\"\xff\"}"), ".String: the byte 0xff is not UTF-8 here @11");
    EXPECT_EQ(value_error("{\"String\":\"\xc0\x80\"}"), ".String: the byte 0xc0 is not UTF-8 here @11");
    EXPECT_EQ(value_error("{\"String\":\"\xed\xa0\x80\"}"), ".String: the byte 0xed is not UTF-8 here @11");
    EXPECT_EQ(value_error("{\"String\":\"a\nb\"}"),
              ".String: the byte 0x0a in a string must be written with an escape @12");
    EXPECT_EQ(value_error(R"({"String":"\ud800"})"),
              ".String: half of a surrogate pair, which no text can hold @11");
    EXPECT_EQ(value_error(R"({"String":"\udc00"})"),
              ".String: half of a surrogate pair, which no text can hold @11");
    EXPECT_EQ(value_error(R"({"String":"\x"})"), ".String: there is no escape with 'x' @11");
    EXPECT_EQ(value_error(R"({"String":"\u12"})"), ".String: expected four hexadecimal digits after \\u @11");
}

TEST(JsonError, says_which_number_is_out_of_range) {
    EXPECT_EQ(value_error(R"({"Int":2147483648})"), ".Int: 2147483648 is beyond what Int can hold @7");
    EXPECT_EQ(value_error(R"({"Byte":128})"), ".Byte: 128 is beyond what Byte can hold @8");
    EXPECT_EQ(value_error(R"({"Long":9223372036854775808})"),
              ".Long: 9223372036854775808 is beyond what Long can hold @8");
    EXPECT_EQ(value_error(R"({"Int":1.5})"), ".Int: expected a whole number, got 1.5 @7");
    EXPECT_EQ(value_error(R"({"Int":"1"})"), ".Int: expected a whole number, got a string @7");
    EXPECT_EQ(value_error(R"({"Double":1e400})"), ".Double: 1e400 is beyond what Double can hold @10");
    EXPECT_EQ(value_error(R"({"Float":1e39})"), ".Float: 1e39 is beyond what Float can hold @9");
    EXPECT_EQ(value_error(R"({"Double":1e-400})"), "none");
    EXPECT_EQ(value_error(R"({"BigInteger":1.5})"), ".BigInteger: expected a whole number, got 1.5 @14");
    EXPECT_EQ(value_error("{\"BigInteger\":" + std::string(400'000, '9') + "}"),
              ".BigInteger: the number has more than max_number_bits, 1000000, binary digits @14");
    EXPECT_EQ(value_error(R"({"BigDecimal":1e99999999999})"),
              ".BigDecimal: 1e99999999999 is beyond what BigDecimal can hold @14");
}

TEST(JsonError, says_what_a_text_should_look_like) {
    EXPECT_EQ(value_error(R"({"Instant":"today"})"),
              ".Instant: 'today' is no Instant; one is e.g. 2020-01-31T10:11:12.5Z @11");
    EXPECT_EQ(value_error(R"({"UUID":"1"})"),
              ".UUID: '1' is no UUID; one is e.g. 123e4567-e89b-12d3-a456-426614174000 @8");
    EXPECT_EQ(value_error(R"({"Char":"ab"})"), ".Char: expected one character (one UTF-16 unit) @8");
    EXPECT_EQ(value_error(R"({"Dictionary":{"entries":[[{"Int":1}]]}})"),
              ".Dictionary.entries[0]: expected an entry as [key, value] @26");
    EXPECT_EQ(value_error(R"({"Unit":null})"), ".Unit: expected an object, got null @8");
    EXPECT_EQ(program_error(R"({"Return":{"Unbound":{"identifier":"x"}}})"),
              ".Return.Unbound.identifier: 'x' is no UUID; the names of binders are @35");
    EXPECT_EQ(program_error(R"({"Return":{"TupleAccess":{"tuple":{"Ignore":{}},"n":2,"arity":2}}})"),
              ".Return.TupleAccess.n: expected a number from 0 to 1 @52");
    EXPECT_EQ(program_error(R"({"Return":{"Tuple3":[{"Ignore":{}},{"Ignore":{}}]}})"),
              ".Return.Tuple3[0]: expected two parts as [first, second]; tuples are nested to the left @21");
    EXPECT_EQ(program_error(R"({"Return":{"Tuple23":[]}})"),
              ".Return.Tuple23: there is no expression node 'Tuple23': tuples have 2 to 22 parts @11");
    EXPECT_EQ(program_error(R"({"Return":{"RemoteEither":{"Middle":{"Ignore":{}}}}})"),
              ".Return.RemoteEither.Middle: expected Left or Right, got 'Middle' @27");
}

TEST(JsonError, of_a_schema_says_where) {
    const auto error = [](std::string_view text) { return schema_from_json(text).error().text(); };
    EXPECT_EQ(error(R"({"Nope":{}})"), ".Nope: there is no kind of schema 'Nope'");
    EXPECT_EQ(error(R"({"ListNode":{"path":[]}})"), ".ListNode: the field 'item' is missing");
    EXPECT_EQ(error(R"({"ListNode":{"item":{"Value":{}}}})"),
              ".ListNode.item.Value: the field 'valueType' is missing");
}

TEST(JsonError, of_an_outcome_says_what_is_one) {
    EXPECT_EQ(outcome_from_json(R"({"Lost":1})").error().text(),
              "expected an outcome: one of Succeeded, Failed and Died");
    EXPECT_EQ(outcome_from_json(R"({"Succeeded":{}})").error().text(),
              ".Succeeded: the field 'value' is missing");
}

TEST(Json, steps_over_fields_that_nobody_knows) {
    EXPECT_EQ(program_error(R"({"Die":{"why":[1,{"a":null}]}})"), "none");
    EXPECT_EQ(program_error(R"( {"Fold":{"x":1,"value":{"Die":{}},"y":[{}]}} )"), "none");
}

TEST(Json, takes_any_operator_by_name) {
    EXPECT_EQ(program_error(
                  R"({"Return":{"Unary":{"value":{"Ignore":{}},"operator":{"Later":{"operator":"X"}}}}})"),
              "none");
    EXPECT_EQ(program_error(R"({"Return":{"Unary":{"value":{"Ignore":{}},"operator":{}}}})"),
              ".Return.Unary.operator: expected an operator, got {} @53");
}

}  // namespace
}  // namespace zflow::codec
