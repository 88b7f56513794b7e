#include "programs.hpp"

#include <zflow/codec/binary.hpp>
#include <zflow/codec/json.hpp>
#include <zflow/model/value.hpp>

#include <gtest/gtest.h>

namespace zflow::codec {
namespace {

using model::Value;

Value through_binary(const Value& value) {
    const auto bytes = value_to_binary(value);
    EXPECT_TRUE(bytes) << bytes.error().text();
    auto read = value_from_binary(*bytes);
    EXPECT_TRUE(read) << read.error().text();
    return read ? *read : Value();
}

TEST(ValueBinary, a_doubling_list_of_64_levels_is_small_and_stays_shared) {
    auto list = Value::sequence({Value::int_(1)});
    for (int i = 0; i < 64; ++i) {
        list = Value::sequence({list, list});
    }
    const auto bytes = value_to_binary(list).value();
    EXPECT_LT(bytes.size(), 500U);
    const auto read = value_from_binary(bytes);
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_TRUE(identical(*read, list));
    EXPECT_EQ(value_to_binary(*read).value(), bytes);
}

TEST(ProgramBinary, every_program_of_zio_flow_comes_back) {
    for (const auto& program : test::sample_programs()) {
        const auto read = program_from_json(program.flow);
        if (!read) {
            continue;
        }
        const auto bytes = program_to_binary(*read).value();
        const auto again = program_from_binary(bytes);
        // NOLINTNEXTLINE(bugprone-unchecked-optional-access): a test that has nothing here fails
        ASSERT_TRUE(again) << program.file << ": " << again.error().text() << " at " << *again.error().offset;
        EXPECT_TRUE(equal(*again, *read)) << program.file;
        EXPECT_EQ(program_id(*again), program_id(*read)) << program.file;
        EXPECT_EQ(program_to_binary(*again).value(), bytes) << program.file;
    }
}

TEST(ValueBinary, every_value_of_zio_flow_comes_back) {
    for (const auto& program : test::sample_programs()) {
        const auto outcome = outcome_from_json(program.outcome);
        if (!outcome || !std::holds_alternative<model::Succeeded>(*outcome)) {
            continue;
        }
        const auto& value = std::get<model::Succeeded>(*outcome).value;
        EXPECT_TRUE(identical(through_binary(value), value)) << program.file;
    }
}

}  // namespace
}  // namespace zflow::codec
