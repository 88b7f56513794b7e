#include "programs.hpp"

#include <zflow/codec/binary.hpp>
#include <zflow/codec/json.hpp>
#include <zflow/model/environment.hpp>
#include <zflow/model/sequence.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace zflow::codec {
namespace {

using model::Value;

// The files were written by this program with ZFLOW_WRITE_GOLDEN=1 in its environment when a format's version
// was new. They are never written again: a change that needs that needs a new version, with files of its own.

std::string golden(const std::string& name, const std::string& written) {
    const auto path = std::string(ZFLOW_GOLDEN_DIRECTORY) + "/" + name;
    if (std::getenv("ZFLOW_WRITE_GOLDEN") != nullptr) {
        std::ofstream(path, std::ios::binary) << written;
    }
    std::ifstream file(path, std::ios::binary);
    EXPECT_TRUE(file.good()) << path;
    return {std::istreambuf_iterator<char>(file), {}};
}

/// One value of each kind that is no code.
Value all_kinds() {
    const auto text = R"({"Sequence":{"values":[
        {"Unit":{}},{"Boolean":true},{"Byte":-5},{"Short":-300},{"Int":1},
        {"Long":9223372036854775807},{"Float":1.5},
        {"Double":-0.0},{"Double":"NaN"},{"Char":"q"},{"String":"zürich"},
        {"BigInteger":-123456789012345678901234567890},
        {"BigDecimal":1.50},{"UUID":"123e4567-e89b-12d3-a456-426614174000"},{"Binary":[0,1,-1]},
        {"Instant":"2020-01-31T10:11:12.5Z"},{"Duration":"PT-1.5S"},
        {"DayOfWeek":"FRIDAY"},{"Month":"MARCH"},
        {"MonthDay":"--02-29"},{"Period":"P1Y2M3D"},
        {"Year":"2020"},{"YearMonth":"2020-02"},{"ZoneId":"Europe/Paris"},
        {"ZoneOffset":"+01:00"},{"LocalDate":"2020-02-29"},{"LocalTime":"10:11:12.5"},
        {"LocalDateTime":"2020-02-29T10:11:12"},{"OffsetTime":"10:11:00+01:00"},
        {"OffsetDateTime":"2021-03-04T05:06:00Z"},{"ZonedDateTime":"2020-02-29T10:11:12+01:00[Europe/Paris]"},
        {"NoneValue":{}},{"SomeValue":{"value":{"Int":1}}},{"LeftValue":{"value":{"Int":2}}},
        {"RightValue":{"value":{"Int":3}}},{"Tuple":{"left":{"Int":4},"right":{"String":"a"}}},
        {"Sequence":{"values":[]}},{"SetValue":{"values":[{"Int":1},{"Int":2}]}},
        {"Dictionary":{"entries":[[{"String":"a"},{"Int":1}],[{"String":"b"},{"Int":2}]]}},
        {"Record":{"id":"shop.Order","values":[["id",{"Int":1}],["paid",{"Boolean":true}]]}},
        {"Record":{"id":"shop.Order","values":[["id",{"Int":2}],["paid",{"Boolean":false}]]}},
        {"Enumeration":{"id":"shop.Shape","value":["Dot",{"Unit":{}}]}}]}})";
    return value_from_json(text).value();
}

/// Everything that can be shared: a value, a list's parts, environments, a shape.
Value shared_parts() {
    auto list = model::Sequence::empty();
    for (int i = 0; i < 3; ++i) {
        list = list->appended(Value::int_(i));
    }
    const auto grown = Value::sequence(list->appended(Value::string("grown")));
    auto newest_first = model::Sequence::empty();
    for (int i = 0; i < 4; ++i) {
        newest_first = newest_first->prepended(Value::int_(i));
    }
    const auto below = model::Environment::push(grown, nullptr);
    const auto code = Value::flow_code(7, model::Environment::push(Value::int_(1), below));
    const auto other = Value::remote_code(8, model::Environment::push(Value::int_(2), below));
    return Value::sequence({Value::sequence(list), grown, Value::sequence(list->view(1, 2)),
                            Value::sequence(newest_first), Value::sequence(newest_first->view(1, 2)), code,
                            other, code, Value::tuple(grown, grown)});
}

void expect_golden(const std::string& name, const Value& value) {
    const auto written = value_to_binary(value).value();
    const auto bytes = golden(name, written);
    EXPECT_EQ(bytes, written) << name;
    const auto read = value_from_binary(bytes);
    ASSERT_TRUE(read) << name << ": " << read.error().text();
    EXPECT_TRUE(identical(*read, value)) << name;
}

TEST(Golden, values_of_all_kinds_are_read_and_written_as_ever) {
    expect_golden("value_1_all_kinds.bin", all_kinds());
}

TEST(Golden, shared_parts_are_read_and_written_as_ever) {
    expect_golden("value_1_shared_parts.bin", shared_parts());
}

TEST(Golden, programs_are_read_and_written_as_ever_and_have_their_ids) {
    std::string ids;
    std::string all;
    for (const auto& program : test::sample_programs()) {
        const auto read = program_from_json(program.flow);
        if (!read) {
            continue;
        }
        const auto number = program.file.substr(0, 3);
        if (number == "001" || number == "075" || number == "121" || number == "929") {
            const auto written = program_to_binary(*read).value();
            const auto bytes = golden("program_1_" + number + ".bin", written);
            EXPECT_EQ(bytes, written) << program.file;
            const auto again = program_from_binary(bytes);
            ASSERT_TRUE(again) << program.file << ": " << again.error().text();
            EXPECT_TRUE(equal(*again, *read)) << program.file;
        }
        ids += program.file + ' ';
        for (const auto byte : program_id(*read)) {
            ids += "0123456789abcdef"[byte >> 4U];
            ids += "0123456789abcdef"[byte & 15U];
        }
        ids += '\n';
    }
    EXPECT_EQ(golden("program_ids.txt", ids), ids);
}

TEST(Golden, an_envelope_has_the_bytes_that_the_page_says) {
    // docs/formats/value.md
    EXPECT_EQ(value_to_binary(Value::int_(1)).value(),
              std::string("zfv\x01\x02\x00\x00\x00\x04\x02\xE4\x67\xDC\xAC", 14));
}

}  // namespace
}  // namespace zflow::codec
