// What holds for every run, on flows that were written to make it hard.

#include "corpus.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

namespace zflow::interpreter::test {
namespace {

class Corpus : public ::testing::TestWithParam<std::string> {
 protected:
    [[nodiscard]] static const NodeRef& flow() { return corpus().at(GetParam()); }
};

TEST_P(Corpus, comes_to_its_end_and_leaves_nothing) {
    const Drive drive = Drive(flow()).run();
    EXPECT_EQ(drive.finished(), 1);
    EXPECT_EQ(drive.left_behind(), "");
    EXPECT_EQ(wrong_in(drive.history()), "");
}

TEST_P(Corpus, is_replayed_bit_for_bit) {
    expect_replays(flow(), Drive(flow()).run(), {});
}

TEST_P(Corpus, is_the_same_in_short_turns) {
    expect_same_in_short_turns(flow(), {});
}

TEST_P(Corpus, leaves_nothing_behind_wherever_it_is_stopped) {
    expect_ends_clean(flow(), {});
}

TEST_P(Corpus, leaves_nothing_behind_when_the_last_thing_ends_first) {
    expect_ends_clean(flow(), {.choose = [](std::uint32_t choices) { return choices - 1; }});
}

std::vector<std::string> names() {
    std::vector<std::string> all;
    for (const auto& [name, flow] : corpus()) {
        all.push_back(name);
    }
    return all;
}

INSTANTIATE_TEST_SUITE_P(Flows, Corpus, ::testing::ValuesIn(names()), [](const auto& info) {
    auto name = info.param;
    std::ranges::replace(name, ' ', '_');
    return name;
});

}  // namespace
}  // namespace zflow::interpreter::test
