#include "simulation.hpp"

#include <zflow/store/error.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <tuple>

// The n-th call of the stores goes wrong, for n = 1, 2, 3 .. until a run passes untouched.
namespace zflow::simulation {
namespace {

enum class Wrong : std::uint8_t {
    not_made,         ///< `unavailable`
    made_and_unsaid,  ///< made, then `outcome_unknown` (a read: `unavailable`)
    crash_before,     ///< the process dies, and the call is not made
    crash_after,      ///< the call is made, and then the process dies
};

std::string to_string(Wrong wrong) {
    switch (wrong) {
        case Wrong::not_made:
            return "not_made";
        case Wrong::made_and_unsaid:
            return "made_and_unsaid";
        case Wrong::crash_before:
            return "crash_before";
        case Wrong::crash_after:
            return "crash_after";
    }
    return "?";
}

/// Runs of one program in a calm world in which one call goes wrong.
class World {
 public:
    World(const Subject& subject, Wrong wrong, std::uint64_t which)
        : wrong_(wrong),
          which_(which),
          simulation_({.mode = Mode::one_owner,
                       .seed = 7,
                       .runs = 1,
                       .subject = &subject,
                       .calm = true,
                       .fate = [this](store::Operation operation) { return fate(operation); }}) {}

    std::string run() { return simulation_.run(); }
    [[nodiscard]] bool was_touched() const { return calls_ >= which_; }

 private:
    Fate fate(store::Operation operation) {
        if (++calls_ != which_) {
            return {};
        }
        switch (wrong_) {
            case Wrong::not_made:
                return {.sent = false, .told = store::errc::unavailable, .is_fault = true};
            case Wrong::made_and_unsaid:
                return {.told = store::is_write(operation) ? store::errc::outcome_unknown
                                                           : store::errc::unavailable,
                        .is_fault = true};
            case Wrong::crash_before:
                simulation_.crash_soon();
                return {.sent = false, .is_fault = true};
            case Wrong::crash_after:
                simulation_.crash_soon();
                return {.back = std::chrono::hours(1), .is_fault = true};
        }
        return {};
    }

    Wrong wrong_;
    std::uint64_t which_;
    std::uint64_t calls_ = 0;
    Simulation simulation_;
};

using Case = std::tuple<const char*, Wrong>;

class EveryCall : public ::testing::TestWithParam<Case> {};

TEST_P(EveryCall, may_go_wrong) {
    const auto& [name, wrong] = GetParam();
    // More than any of them makes: a world whose calls never end is wrong itself.
    constexpr std::uint64_t most = 2'000;
    std::uint64_t which = 0;
    bool touched = true;
    while (touched && which < most && !HasFailure()) {
        World world(subject(name), wrong, ++which);
        EXPECT_EQ(world.run(), "") << "call " << which;
        touched = world.was_touched();
    }
    EXPECT_FALSE(touched) << "the calls do not end";
    EXPECT_GT(which, 20U) << "it hardly made any calls";
}

INSTANTIATE_TEST_SUITE_P(Simulation, EveryCall,
                         ::testing::Combine(::testing::Values("values", "saga", "big", "retries", "awaited",
                                                              "many turns"),
                                            ::testing::Values(Wrong::not_made, Wrong::made_and_unsaid,
                                                              Wrong::crash_before, Wrong::crash_after)),
                         [](const auto& info) {
                             auto name = std::string(std::get<0>(info.param));
                             std::ranges::replace(name, ' ', '_');
                             return name + "_" + to_string(std::get<1>(info.param));
                         });

}  // namespace
}  // namespace zflow::simulation
