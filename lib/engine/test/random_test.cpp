#include "formats.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <sstream>

namespace zflow::engine::test {
namespace {

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

/// Whether everything in what `make` gives comes back from its bytes.
template <class Make, class Decode>
void comes_back(Make make, Decode decode) {
    check([=](Choices choices) {
        const auto thing = make(choices);
        const auto read = decode(encode(thing).value());
        RC_LOG() << (read ? std::string() : read.error().text());
        RC_ASSERT(read.has_value());
        RC_ASSERT(show(*read) == show(thing));
    });
}

TEST(RandomFrame, comes_back) {
    comes_back(make_frame, decode_frame);
}

TEST(RandomRow, of_a_run_comes_back) {
    comes_back(make_runs_value, decode_runs_value);
}

TEST(RandomRow, of_a_result_comes_back) {
    comes_back(make_result_row, decode_result_row);
}

TEST(RandomRow, of_a_checkpoint_comes_back) {
    comes_back(make_checkpoint, decode_checkpoint);
}

TEST(RandomRow, of_a_parked_run_comes_back) {
    comes_back(make_parked_row, decode_parked_row);
}

TEST(RandomRow, of_the_meta_entry_comes_back) {
    comes_back(make_meta, decode_meta);
}

TEST(RandomOutcome, comes_back) {
    comes_back(make_outcome, decode_outcome);
}

/// What frames are filled by.
std::size_t expected_size(const Events& content) {
    auto size = empty_frame_size + content.digests.size() * digest_size;
    for (const auto& event : content.events) {
        size += encoded_size(content.runs[event.run], event.body);
    }
    return size;
}

TEST(RandomFrame, is_never_longer_than_its_events_were_expected_to_be) {
    check([](Choices choices) {
        const auto frame = make_frame(choices);
        const auto size = encode(frame).value().size();
        if (const auto* events = std::get_if<Events>(&frame.content)) {
            RC_ASSERT(size <= expected_size(*events));
        }
    });
}

TEST(RandomFrame, is_expected_to_be_a_few_times_as_long_at_most) {
    check([](Choices choices) {
        const Events content{.runs = {{"r", {}}}, .events = {{0, make_event(choices)}}, .digests = {}};
        Frame frame;
        frame.content = content;
        RC_ASSERT(expected_size(content) <= empty_frame_size + 5 * encode(frame).value().size());
    });
}

}  // namespace
}  // namespace zflow::engine::test
