#include "generators.hpp"

#include <zflow/codec/binary.hpp>
#include <zflow/codec/json.hpp>
#include <zflow/codec/value_reader.hpp>
#include <zflow/codec/value_writer.hpp>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace zflow::codec {
namespace {

using test::Choices;

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

TEST(RandomValue, comes_back_from_json) {
    check([](Choices choices) {
        const auto value = test::make_big_value(choices);
        const auto text = value_to_json(value);
        RC_ASSERT(text.has_value());
        const auto read = value_from_json(*text);
        RC_LOG() << *text << '\n' << (read ? std::string() : read.error().text());
        RC_ASSERT(read.has_value());
        RC_ASSERT(identical(*read, value));
    });
}

TEST(RandomValue, comes_back_from_binary_with_code_and_sharing) {
    check([](Choices choices) {
        const auto value = test::make_state(choices);
        const auto bytes = value_to_binary(value).value();
        const auto read = value_from_binary(bytes);
        RC_LOG() << (read ? std::string() : read.error().text());
        RC_ASSERT(read.has_value());
        RC_ASSERT(identical(*read, value));
        const auto again = value_to_binary(*read).value();
        RC_ASSERT(identical(value_from_binary(again).value(), value));
        RC_ASSERT(again.size() <= 2 * bytes.size());
    });
}

TEST(RandomValue, is_written_alike_whoever_else_holds_its_parts) {
    check([](Choices choices) {
        auto copy = choices;
        const auto bytes = value_to_binary(test::make_state(choices)).value();
        const auto held = test::make_state(copy);
        const auto other = model::Value::some(held);
        RC_ASSERT(value_to_binary(held).value() == bytes);
    });
}

TEST(RandomValue, many_go_through_one_writer) {
    check([](Choices choices) {
        std::vector<model::Value> values;
        ValueWriter out;
        while (!choices.is_empty()) {
            values.push_back(test::make_state_value(choices));
            out.varint(values.size());
            out.write(values.back());
        }
        ValueReader in(out.text());
        for (std::size_t i = 0; i < values.size(); ++i) {
            RC_ASSERT(in.varint() == i + 1);
            RC_ASSERT(identical(in.read_value(), values[i]));
        }
        RC_ASSERT(in.ok());
        RC_ASSERT(in.left() == 0U);
    });
}

TEST(RandomProgram, comes_back_from_json) {
    check([](Choices choices) {
        const auto program = test::make_program(choices);
        const auto text = program_to_json(program).value();
        const auto read = program_from_json(text);
        RC_LOG() << text << '\n' << (read ? std::string() : read.error().text());
        RC_ASSERT(read.has_value());
        RC_ASSERT(equal(*read, program));
        RC_ASSERT(program_id(*read) == program_id(program));
    });
}

TEST(RandomProgram, comes_back_from_binary) {
    check([](Choices choices) {
        const auto program = test::make_program(choices);
        const auto bytes = program_to_binary(program).value();
        const auto read = program_from_binary(bytes);
        RC_LOG() << (read ? std::string() : read.error().text());
        RC_ASSERT(read.has_value());
        RC_ASSERT(equal(*read, program));
        RC_ASSERT(program_to_binary(*read).value() == bytes);
        RC_ASSERT(program_id(*read) == program_id(program));
    });
}

TEST(RandomBytes, are_refused_or_read_but_never_more) {
    check([](Choices choices, std::string noise) {
        auto bytes = value_to_binary(test::make_state(choices)).value();
        for (std::size_t i = 0; i < noise.size() && bytes.size() > 12; ++i) {
            bytes[8 + static_cast<unsigned char>(noise[i]) * (i + 1) % (bytes.size() - 12)] = noise[i];
        }
        const auto payload = bytes.substr(8, bytes.size() - 12);
        const auto read = value_from_binary(seal(Content::value, 1, payload));
        if (!read) {
            RC_ASSERT(read.error().offset.value() <= bytes.size());
        }
    });
}

}  // namespace
}  // namespace zflow::codec
