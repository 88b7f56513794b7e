#include <zflow/codec/program_file.hpp>
#include <zflow/model/error.hpp>

#include <gtest/gtest.h>

#include <string>

namespace zflow::codec {
namespace {

std::string error_of(std::string_view text) {
    const auto read = program_file_from_json(text);
    return read ? "none" : read.error().text() + " @" + std::to_string(read.error().offset.value_or(999));
}

/// The text from where the path leads on, at most as much as `length`.
std::string at(std::string_view text, std::string_view path, std::size_t length) {
    EXPECT_EQ(error_of(text), "none");
    return std::string(text.substr(offset_in_program(text, path), length));
}

constexpr std::string_view name_1 = R"({"identifier":"00000000-0000-4000-8000-000000000001"})";

TEST(ProgramFile, is_a_flow_or_an_object_with_a_flow_and_a_schema) {
    EXPECT_TRUE(program_file_from_json(R"({"Input":{}})"));
    const auto file = program_file_from_json(
        R"({"name":"x","inputSchema":{"Value":{"valueType":"int","path":[],"optional":false}},)"
        R"("flow":{"Input":{}}})");
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->input_schema);
    EXPECT_EQ(file->input_schema->id, "int");
    EXPECT_FALSE(program_file_from_json(R"({"flow":{"Input":{}},"inputSchema":null})")->input_schema);
}

TEST(ProgramFile, says_where_in_the_file_it_is_wrong) {
    EXPECT_EQ(error_of(""), "nothing is here where a program should be @0");
    EXPECT_EQ(error_of(" \n"), "nothing is here where a program should be @0");
    EXPECT_EQ(error_of("\xEF\xBB\xBF{}"), "the text begins with a byte order mark, which JSON has not @0");
    EXPECT_EQ(error_of(R"({"flow": 5})"), ".flow: expected a flow, got a number @9");
    EXPECT_EQ(error_of(R"({"flow":{"Retrun":{}}})"),
              ".flow.Retrun: there is no flow node 'Retrun', but there is 'Return' @9");
    EXPECT_EQ(error_of(R"({"flow":{"Input":{}}} more)"),
              "expected the end of the text after its value, got 'm' @22");
    EXPECT_EQ(error_of(R"({"flow":{"Input":{}})"),
              ".flow.Input: expected ',' or '}', got the end of the text @20");
    EXPECT_EQ(error_of(R"({"flow":{"Input":{}},"flow":{"Input":{}}})"),
              ".flow: the field 'flow' is here twice @21");
    EXPECT_EQ(error_of(R"({"flow":{"Input":{}},"inputSchema":{"Int":{}}})"),
              ".inputSchema.Int: there is no kind of schema 'Int' @36");
}

TEST(ProgramFile, guesses_what_was_meant) {
    EXPECT_EQ(error_of(R"({"Return":{"value":{"Ignore":{}}}})"),
              ".Return.value: 'Return' holds an expression itself, not a field 'value' @11");
    EXPECT_EQ(error_of(R"({"Flow":{"Input":{}}})"),
              ".Flow: 'Flow' is an expression, but a flow belongs here @1");
    EXPECT_EQ(error_of(R"({"return":{"Ignore":{}}})"),
              ".return: there is no flow node 'return', but there is 'Return' @1");
    EXPECT_EQ(error_of(R"({"Return":{"Literal":5}})"),
              R"(.Return.Literal: expected a value with its kind, such as {"Int":5}, got a number @21)");
    EXPECT_EQ(error_of(R"({"Fold":{"value":{"Now":{}},"successCase":{"Now":{}}}})"),
              R"(.Fold.successCase: expected a function, {"input":..,"result":..}, got an object @42)");
    EXPECT_EQ(error_of(R"({"Fold":{"value":{"Now":{}},"errorCase":null}})"),
              R"(.Fold.errorCase: expected a function, {"input":..,"result":..}, got null @40)");
    const std::string long_name(1000, 'x');
    EXPECT_EQ(error_of(R"({")" + long_name + R"(":{}})").find("there is no flow node '" + long_name),
              std::string::npos);
}

TEST(OffsetInProgram, leads_to_the_node_that_the_loader_names) {
    const auto unbound = R"({"Unbound":)" + std::string(name_1) + "}";
    const auto returned = R"({"Return": )" + unbound + "}";
    EXPECT_EQ(at(returned, ".Return.value", 10), R"({"Unbound")");
    EXPECT_EQ(at(returned, "", 9), R"({"Return")");
    EXPECT_EQ(at(R"({"name":"flow","flow":)" + returned + "}", ".Return.value", 10), R"({"Unbound")");
    EXPECT_EQ(at(R"({"Fold":{"errorCase":{"input":)" + std::string(name_1) + R"(,"result":{"Flow":)" +
                     returned + R"(}},"value":{"Now":{}}}})",
                 ".Fold.errorCase.UnboundRemoteFunction.result.Flow.flow.Return.value", 10),
              R"({"Unbound")");
}

TEST(OffsetInProgram, goes_into_tuples_eithers_and_activities) {
    const auto number = [](int n) { return R"({"Literal":{"Int":)" + std::to_string(n) + "}}"; };
    const auto tuple = R"({"Return":{"Tuple4":[[[)" + number(1) + ", " + number(2) + "] , " + number(3) +
                       "], " + number(4) + "]}}";
    for (int n = 1; n <= 4; ++n) {
        EXPECT_EQ(at(tuple, ".Return.value.Tuple._" + std::to_string(n), number(n).size()), number(n));
    }
    const auto nested =
        R"({"Return":{"Tuple2":[)" + number(1) + R"(,{"Tuple2":[)" + number(2) + "," + number(3) + "]}]}}";
    EXPECT_EQ(at(nested, ".Return.value.Tuple._2.Tuple._1", number(2).size()), number(2));
    const auto either = R"({"Return":{"RemoteEither":{"Right":)" + number(5) + "}}}";
    EXPECT_EQ(at(either, ".Return.value.RemoteEither.Right", number(5).size()), number(5));
    const auto activity =
        R"({"RunActivity":{"input":{"Ignore":{}},"activity":{"name":"n","description":"d","operation":)"
        R"({"Custom":{"typeId":"t","operation":{"Unit":{}},"inputSchema":{"Dynamic":{}},)"
        R"("resultSchema":{"Dynamic":{}}}},)"
        R"("check":{"Die":{}},"compensate":{"Return":{"Ignore":{}}}}}})";
    EXPECT_EQ(at(activity, ".RunActivity.compensate.Return.value", 12), R"({"Ignore":{})");
}

TEST(OffsetInProgram, costs_one_pass_whatever_the_depth) {
    std::string text;
    std::string path;
    constexpr int depth = 300'000;
    for (int i = 0; i < depth; ++i) {
        text += i % 2 == 0 ? R"({"Transaction":)" : R"({"Provide":{"value":{"Ignore":{}},"flow":)";
        path += i % 2 == 0 ? ".Transaction.flow" : ".Provide.flow";
    }
    const auto place = text.size();
    text += R"({"Now":{}})";
    for (int i = 0; i < depth; ++i) {
        text += i % 2 == 0 ? "}}" : "}";
    }
    EXPECT_EQ(offset_in_program(text, path), place);
}

TEST(Error, shows_the_ends_of_a_long_path) {
    std::string path;
    for (int i = 0; i < 10'000; ++i) {
        path += ".Transaction.flow";
    }
    const auto text = model::Error{"a sentence", path + ".Now"}.text();
    EXPECT_LT(text.size(), 1000);
    EXPECT_TRUE(text.starts_with(".Transaction.flow.Transaction")) << text;
    EXPECT_TRUE(text.ends_with(".Transaction.flow.Now: a sentence")) << text;
    EXPECT_NE(text.find("...flow.Transaction"), std::string::npos) << text;
}

}  // namespace
}  // namespace zflow::codec
