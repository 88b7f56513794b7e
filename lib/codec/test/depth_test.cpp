#include <zflow/codec/binary.hpp>
#include <zflow/codec/json.hpp>
#include <zflow/codec/value_reader.hpp>
#include <zflow/codec/value_writer.hpp>
#include <zflow/model/limits.hpp>
#include <zflow/model/sequence.hpp>

#include <gtest/gtest.h>

#include <string>

namespace zflow::codec {
namespace {

using model::Value;

constexpr std::size_t deep = 1'000'000;

std::string repeat(std::string_view text, std::size_t count) {
    std::string all;
    all.reserve(text.size() * count);
    for (std::size_t i = 0; i < count; ++i) {
        all += text;
    }
    return all;
}

TEST(Depth, a_program_of_a_million_levels_goes_through_both_forms) {
    const auto text = repeat(R"({"Transaction":)", deep) + R"({"Die":{}})" + repeat("}", deep);
    const auto program = program_from_json(text);
    ASSERT_TRUE(program) << program.error().text();
    EXPECT_EQ(program_to_json(*program).value(), text);
    const auto bytes = program_to_binary(*program).value();
    const auto again = program_from_binary(bytes);
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_TRUE(equal(*again, *program));
    EXPECT_EQ(program_id(*again), program_id(*program));
}

TEST(Depth, a_value_of_a_million_levels_goes_through_both_forms) {
    const auto text = repeat(R"({"SomeValue":{"value":)", deep) + R"({"Sequence":{"values":[{"Int":1}]}})" +
                      repeat("}}", deep);
    const auto value = value_from_json(text);
    ASSERT_TRUE(value) << value.error().text();
    EXPECT_EQ(value_to_json(*value).value(), text);
    const auto again = value_from_binary(value_to_binary(*value).value());
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_TRUE(identical(*again, *value));
}

TEST(Depth, a_million_environments_go_through_one_snapshot) {
    model::Ref<const model::Environment> top;
    for (std::size_t i = 0; i < deep; ++i) {
        top = model::Environment::push(Value::int_(static_cast<int>(i)), top);
    }
    ValueWriter out;
    out.write(top);
    out.write(top);
    ValueReader in(out.text());
    const auto first = in.read_environment();
    const auto second = in.read_environment();
    ASSERT_TRUE(in.ok()) << in.error().text();
    EXPECT_EQ(first, second);
    EXPECT_EQ(first->depth(), deep);
    EXPECT_EQ(first->at(12345).value().as_integer(), 12345);
}

TEST(Depth, a_schema_of_many_levels_is_read) {
    const std::size_t levels = 100'000;
    const auto text = repeat(R"({"ListNode":{"item":)", levels) + R"({"Dynamic":{}})" + repeat("}}", levels);
    const auto schema = schema_from_json(text);
    ASSERT_TRUE(schema) << schema.error().text();
    // ZIO Flow's form repeats the path to every part.
    EXPECT_NE(schema_to_json(**schema).error().text().find("max_encoded_bytes"), std::string::npos);
}

TEST(Depth, beyond_the_limit_is_an_error_with_its_name) {
    const std::size_t levels = model::max_depth + 1;
    const auto text = repeat(R"({"Fork":)", levels) + R"({"Die":{}})" + repeat("}", levels);
    const auto program = program_from_json(text);
    ASSERT_FALSE(program);
    EXPECT_EQ(program.error().sentence, "the program is nested deeper here than max_depth, 4000000");
    EXPECT_TRUE(program.error().path.starts_with(".Fork.Fork.")) << program.error().path;
    EXPECT_LT(program.error().path.size(), 2000U);
}

TEST(Depth, what_is_skipped_may_be_as_deep) {
    const auto text = R"({"Die":{"extra":)" + repeat("[", deep) + repeat("]", deep) + "}}";
    EXPECT_TRUE(program_from_json(text));
}

TEST(Limit, a_doubling_list_has_no_json_but_an_error) {
    auto list = Value::sequence({Value::int_(1)});
    for (int i = 0; i < 64; ++i) {
        list = Value::sequence({list, list});
    }
    const auto text = value_to_json(list);
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().sentence, "the text would have more than max_encoded_bytes, 268435456");
}

TEST(Limit, a_text_beyond_the_limit_is_not_read) {
    const std::string text(model::max_encoded_bytes + 1, ' ');
    EXPECT_EQ(value_from_json(text).error().sentence,
              "the text has 268435457 bytes, more than max_encoded_bytes, 268435456");
}

}  // namespace
}  // namespace zflow::codec
