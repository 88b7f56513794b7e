#include "frame.hpp"

#include "rows.hpp"

#include <zflow/codec/binary.hpp>
#include <zflow/codec/json.hpp>
#include <zflow/model/limits.hpp>
#include <zflow/model/sequence.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace zflow::engine {
namespace {

using interpreter::OperationCompleted;
using interpreter::SetVariable;
using model::Value;

Frame with(Events content) {
    Frame frame;
    frame.content = std::move(content);
    return frame;
}

Frame of(std::vector<EventBody> bodies) {
    Events content;
    content.runs = {{"order-7", {1, 2}}};
    for (auto& body : bodies) {
        content.events.push_back({0, std::move(body)});
    }
    return with(std::move(content));
}

std::size_t size_of(const Frame& frame) {
    return encode(frame).value().size();
}

TEST(Frame, what_its_events_share_is_written_once_and_shared_again) {
    const auto text = Value::string(std::string(1'000, 'x'));
    const auto frame = of({OperationCompleted{1, 1, false, text}, OperationCompleted{2, 1, false, text}});
    EXPECT_LT(size_of(frame), 1'200U);
    const auto read = std::get<Events>(decode_frame(encode(frame).value()).value().content);
    EXPECT_EQ(std::get<OperationCompleted>(read.events[0].body).value.shared(),
              std::get<OperationCompleted>(read.events[1].body).value.shared());
}

TEST(Frame, code_of_a_run_is_refused_in_both_directions) {
    const auto code = Value::some(Value::flow_code(7, nullptr));
    const auto written = encode(of({SetVariable{"v", code}}));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().sentence,
              "a frame cannot hold code of a run: it has a meaning only inside of the run's state");
    EXPECT_FALSE(encode(model::Outcome(model::Succeeded{Value::remote_code(7, nullptr)})));

    // The payload of a frame with unit where the code would stand.
    auto bytes = encode(of({SetVariable{"v", Value::some(Value::unit())}})).value();
    auto payload = bytes.substr(codec::seal_header_size, bytes.size() - codec::seal_header_size - 4);
    const std::string unit{static_cast<char>(model::Kind::some), static_cast<char>(model::Kind::unit)};
    const auto place = payload.rfind(unit);
    ASSERT_NE(place, std::string::npos);
    payload.replace(place + 1, 1, std::string{static_cast<char>(model::Kind::flow_code), 7, 0, 0});
    const auto read = decode_frame(codec::seal(codec::Content::frame, frame_version, payload));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().sentence, "code of a run has no place here");
}

TEST(Frame, an_event_about_a_run_that_is_not_there_is_refused) {
    auto frame = of({interpreter::Pause{}});
    std::get<Events>(frame.content).events[0].run = 1;
    const auto written = encode(frame);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().sentence, "an event is about run 1 of a frame with 1 runs, counted from 0");
}

TEST(Frame, more_than_an_envelope_holds_is_refused_by_the_limit) {
    const auto big = Value::binary(std::string(model::max_encoded_bytes, 'x'));
    const auto written = encode(of({SetVariable{"v", big}}));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().sentence,
              "a frame would have more than 268435456 bytes (limit max_encoded_bytes)");
}

TEST(Frame, a_usual_event_is_expected_to_be_about_as_long_as_it_is) {
    const auto order = codec::value_from_json(R"({"Record":{"id":"shop.Order","values":[
        ["id",{"Int":7}],["customer",{"String":"Ada Lovelace, Oxford Street 12, London"}],
        ["total",{"BigDecimal":129.90}],["paid",{"Boolean":true}],
        ["items",{"Sequence":{"values":[{"String":"a long book"},{"String":"a longer book"}]}}]]}})");
    const OperationCompleted event{1, 1, false, order.value()};
    const auto size = size_of(of({event})) - size_of(with({}));
    const auto expected = encoded_size({"order-7", {1, 2}}, event);
    EXPECT_GE(expected, size);
    EXPECT_LE(expected, size + size / 2);
}

TEST(Frame, sharing_that_makes_it_longer_is_expected) {
    // An empty string takes 2 bytes, and 4 where it is one of many that were there before.
    std::vector<Value> texts;
    for (int i = 0; i < 20'000; ++i) {
        texts.push_back(Value::string(""));
    }
    const auto first = Value::sequence(texts);
    std::ranges::reverse(texts);
    const auto second = Value::sequence(texts);
    const auto frame = of({SetVariable{"a", first}, SetVariable{"b", second}});
    auto expected = empty_frame_size;
    std::size_t alone = 0;
    for (const auto& value : {first, second}) {
        expected += encoded_size({"order-7", {1, 2}}, SetVariable{"a", value});
        alone += size_of(of({SetVariable{"a", value}}));
    }
    EXPECT_GT(size_of(frame), alone);
    EXPECT_LE(size_of(frame), expected);
}

TEST(Frame, an_empty_one_is_as_short_as_it_says) {
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    const Frame frame{.epoch = most,
                      .token = {most, most},
                      .time = {std::numeric_limits<std::int64_t>::min(), 999'999'999},
                      .content = Events{}};
    // Counts of many runs, events and digests take a few bytes more.
    EXPECT_LE(size_of(frame) + 3 * 4, empty_frame_size);
}

TEST(Frame, names_out_of_order_are_refused) {
    Begin begin;
    begin.tags = {{"a", "1"}, {"b", "2"}};
    auto bytes = encode(of({begin})).value();
    auto payload = bytes.substr(codec::seal_header_size, bytes.size() - codec::seal_header_size - 4);
    payload[payload.find("\001a\0011") + 1] = 'c';
    const auto read = decode_frame(codec::seal(codec::Content::frame, frame_version, payload));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().sentence, "names stand in ascending order, each once");
}

TEST(InputHash, is_the_same_for_inputs_that_are_written_alike) {
    const auto text = Value::string("twice");
    const auto shared = Value::sequence({text, text});
    const auto apart = Value::sequence({Value::string("twice"), Value::string("twice")});
    const auto prepended = Value::sequence(
        model::Sequence::empty()->prepended(Value::string("twice"))->prepended(Value::string("twice")));
    EXPECT_EQ(hash_of(shared), hash_of(apart));
    EXPECT_EQ(hash_of(shared), hash_of(prepended));
    EXPECT_NE(hash_of(shared), hash_of(Value::sequence({text})));
    EXPECT_NE(hash_of(shared), hash_of(Value::set(std::vector{text})));
    EXPECT_NE(hash_of(Value::int_(1)), hash_of(Value::long_(1)));
}

std::string hex(const InputHash& hash) {
    std::string text;
    for (const auto byte : hash) {
        text += "0123456789abcdef"[byte >> 4U];
        text += "0123456789abcdef"[byte & 15U];
    }
    return text;
}

TEST(InputHash, is_the_same_for_ever) {
    // It is in logs and rows.
    EXPECT_EQ(hex(hash_of(Value::int_(7))), "7d82196a6b30faeca2f84037680a0532");
    EXPECT_EQ(hex(hash_of(Value::sequence({Value::int_(7)}))), "893844bd63d07f78ac59e2f9a4f399b9");
}

TEST(InputHash, is_made_in_linear_time_however_much_is_shared) {
    auto doubled = Value::string("x");
    for (int i = 0; i < 64; ++i) {
        doubled = Value::tuple(doubled, doubled);
    }
    EXPECT_NE(hash_of(doubled), hash_of(Value::some(doubled)));
}

TEST(Outcome, a_death_as_deep_as_its_bytes_is_read_and_goes) {
    auto death = model::Death::interrupted();
    for (int i = 0; i < 300'000; ++i) {
        death = {"", {{"", std::make_shared<const model::Death>(std::move(death))}}};
    }
    const auto bytes = encode(model::Outcome(model::Died{death})).value();
    const auto read = decode_outcome(bytes);
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_TRUE(identical(*read, model::Outcome(model::Died{death})));
}

}  // namespace
}  // namespace zflow::engine
