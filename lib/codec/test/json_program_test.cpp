#include "programs.hpp"

#include <zflow/codec/json.hpp>
#include <zflow/model/value.hpp>

#include <gtest/gtest.h>

#include <string>

namespace zflow::codec {
namespace {

using test::normal_form;
using test::sample_programs;

/// Programs that ZIO Flow's own encoder broke: it has no tag for some of their parts.
bool is_broken(const test::SampleProgram& program) {
    return program.outcome.find("(missing subtype)") != std::string::npos &&
           program.outcome.starts_with("{\"DecodeFailed\"");
}

TEST(JsonProgram, every_program_of_zio_flow_is_written_as_it_was_read) {
    auto count = 0;
    for (const auto& program : sample_programs()) {
        const auto read = program_from_json(program.flow);
        if (is_broken(program) && !read) {
            continue;
        }
        ASSERT_TRUE(read) << program.file << ": " << read.error().text();
        const auto written = program_to_json(*read);
        ASSERT_TRUE(written) << program.file << ": " << written.error().text();
        EXPECT_EQ(normal_form(*written), normal_form(program.flow)) << program.file;
        const auto again = program_from_json(*written);
        ASSERT_TRUE(again) << program.file << ": " << again.error().text();
        EXPECT_TRUE(equal(*again, *read)) << program.file;
        ++count;
    }
    EXPECT_GT(count, 320);
}

/// ZIO Flow keeps both entries of a key in a map; here a map has one value a key.
bool has_a_key_twice(const test::SampleProgram& program) {
    return program.file == "738-list-toMap.json" || program.file == "842-map-duplicate-keys.json";
}

TEST(JsonOutcome, every_outcome_of_zio_flow_is_written_as_it_was_read) {
    auto count = 0;
    for (const auto& program : sample_programs()) {
        if (!program.outcome.starts_with("{\"Succeeded\"") && !program.outcome.starts_with("{\"Failed\"") &&
            !program.outcome.starts_with("{\"Died\"")) {
            continue;
        }
        const auto read = outcome_from_json(program.outcome);
        ASSERT_TRUE(read) << program.file << ": " << read.error().text();
        const auto written = outcome_to_json(*read);
        ASSERT_TRUE(written) << program.file << ": " << written.error().text();
        if (program.raw.empty() && !has_a_key_twice(program)) {
            EXPECT_EQ(normal_form(*written), normal_form(program.outcome)) << program.file;
        } else if (!program.raw.empty()) {
            const auto raw = value_from_json(program.raw);
            ASSERT_TRUE(raw) << program.file << ": " << raw.error().text();
            EXPECT_EQ(normal_form(value_to_json(*raw).value()), normal_form(program.raw)) << program.file;
        }
        ++count;
    }
    EXPECT_GT(count, 300);
}

}  // namespace
}  // namespace zflow::codec
