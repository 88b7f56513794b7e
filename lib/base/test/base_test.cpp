#include <zflow/base/assert.hpp>
#include <zflow/base/clock.hpp>
#include <zflow/base/entropy.hpp>
#include <zflow/base/version.hpp>

#include <gmock/gmock.h>

#include <array>

namespace zflow::base {
namespace {

TEST(Assert, a_broken_invariant_aborts_and_says_the_sentence) {
    ZFLOW_ASSERT(1 + 1 == 2, "sums are right");
    EXPECT_DEATH(ZFLOW_ASSERT(1 + 1 == 3, "sums are right"), "broken invariant: sums are right");
}

TEST(Entropy, a_seed_gives_the_same_bytes_again_and_another_seed_gives_others) {
    std::array<std::uint8_t, 37> one{};
    std::array<std::uint8_t, 37> same{};
    std::array<std::uint8_t, 37> other{};
    SeededEntropy(7).fill(one);
    SeededEntropy(7).fill(same);
    SeededEntropy(8).fill(other);
    EXPECT_EQ(one, same);
    EXPECT_NE(one, other);
}

TEST(Entropy, identifiers_are_32_hexadecimal_digits_and_differ) {
    const auto one = system_entropy().identifier();
    EXPECT_THAT(one, testing::MatchesRegex("[0-9a-f]{32}"));
    EXPECT_NE(one, system_entropy().identifier());
}

TEST(Clock, steady_time_does_not_go_back) {
    const auto before = system_clock().steady_now();
    EXPECT_LE(before, system_clock().steady_now());
}

TEST(Version, is_three_numbers) {
    EXPECT_THAT(std::string(version()), testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
}

}  // namespace
}  // namespace zflow::base
