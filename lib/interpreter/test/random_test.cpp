// What holds for every run, on flows that were written at random.

#include "random_flow.hpp"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace zflow::interpreter::test {
namespace {

/// Which of the things that can happen does, by a list of numbers.
std::function<std::uint32_t(std::uint32_t)> chooser(std::vector<std::uint32_t> numbers) {
    return [numbers = std::move(numbers), at = std::size_t{0}](std::uint32_t choices) mutable {
        return at < numbers.size() ? numbers[at++] % choices : 0;
    };
}

/// Turns failed expectations into a failed case, so that it is made smaller.
void require_none_failed(const ::testing::TestPartResultArray& results) {
    for (int i = 0; i < results.size(); ++i) {
        RC_LOG() << results.GetTestPartResult(i).message() << "\n";
    }
    RC_ASSERT(results.size() == 0);
}

template <class Check>
void expect_of_all(const Check& check) {
    EXPECT_TRUE(rc::check([&](Choices choices, std::vector<std::uint32_t> order) {
        const auto flow = RandomFlow(choices).make();
        ::testing::TestPartResultArray results;
        {
            const ::testing::ScopedFakeTestPartResultReporter reporter(
                ::testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &results);
            check(flow, Plan{.choose = chooser(std::move(order)), .most_events = 1000});
        }
        require_none_failed(results);
    }));
}

TEST(RandomFlows, end_or_wait_and_leave_nothing_after_an_abort) {
    expect_of_all([](const NodeRef& flow, const Plan& plan) {
        Drive drive(flow, plan);
        drive.run();
        drive.feed(Abort{}).run();
        EXPECT_EQ(drive.finished(), 1);
        EXPECT_EQ(drive.left_behind(), "");
        EXPECT_EQ(wrong_in(drive.history()), "");
    });
}

TEST(RandomFlows, are_replayed_bit_for_bit) {
    expect_of_all(
        [](const NodeRef& flow, const Plan& plan) { expect_replays(flow, Drive(flow, plan).run(), plan); });
}

TEST(RandomFlows, are_the_same_in_short_turns) {
    expect_of_all([](const NodeRef& flow, const Plan& plan) { expect_same_in_short_turns(flow, plan); });
}

TEST(RandomFlows, leave_nothing_behind_wherever_they_are_stopped) {
    expect_of_all([](const NodeRef& flow, const Plan& plan) { expect_ends_clean(flow, plan, 12); });
}

}  // namespace
}  // namespace zflow::interpreter::test
