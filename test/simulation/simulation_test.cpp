#include "simulation.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>

// Worlds by seed: how many, and which, ZFLOW_SIMULATION_FIRST and ZFLOW_SIMULATION_SEEDS say.
namespace zflow::simulation {
namespace {

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
    const char* const text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::string how_to_repeat(Mode mode, std::uint64_t seed) {
    return fmt::format(
        "seed {}: ZFLOW_SIMULATION_FIRST={} ZFLOW_SIMULATION_SEEDS=1 ZFLOW_SIMULATION_TRACE=1 "
        "build/dev/test/simulation/zflow_simulation_test --gtest_filter='*promise*/{}'",
        seed, seed, to_string(mode));
}

/// What is printed if the process aborts.
std::array<char, 512> now_running{};

void say_what_ran(int) {
    (void)!::write(2, now_running.data(), std::string_view(now_running.data()).size());
    std::_Exit(134);
}

class Worlds : public ::testing::TestWithParam<Mode> {};

/// How many worlds of each mode fit into a minute together.
constexpr std::uint64_t usual_seeds = 400;

TEST_P(Worlds, keep_every_promise_whatever_happens) {
    const auto effort = number_from("ZFLOW_TEST_EFFORT", 1);
    const auto first = number_from("ZFLOW_SIMULATION_FIRST", 1);
    const auto seeds = number_from("ZFLOW_SIMULATION_SEEDS", usual_seeds * effort);
    std::signal(SIGABRT, say_what_ran);
    Simulation::Figures sum;
    std::uint64_t failed = 0;
    for (auto seed = first; seed < first + seeds; ++seed) {
        const auto repeat = how_to_repeat(GetParam(), seed);
        fmt::format_to_n(now_running.data(), now_running.size() - 2, "aborted at {}\n", repeat);
        Simulation simulation({.mode = GetParam(), .seed = seed, .runs = 16 + seed % 16});
        const auto wrong = simulation.run();
        const auto figures = simulation.figures();
        sum.events += figures.events;
        sum.calls += figures.calls;
        sum.faults += figures.faults;
        sum.epochs += figures.epochs;
        sum.operations += figures.operations;
        if (!wrong.empty()) {
            ++failed;
            ADD_FAILURE() << repeat << "\n" << wrong;
        }
    }
    std::signal(SIGABRT, SIG_DFL);
    fmt::print("{} worlds, {} failed; events {}, store calls {}, faults {}, owners {}, operation calls {}\n",
               seeds, failed, sum.events, sum.calls, sum.faults, sum.epochs, sum.operations);
}

TEST_P(Worlds, follow_from_their_seed) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        Simulation one({.mode = GetParam(), .seed = seed, .runs = 12});
        Simulation same({.mode = GetParam(), .seed = seed, .runs = 12});
        EXPECT_EQ(one.run(), same.run());
        EXPECT_EQ(one.figures().trace, same.figures().trace) << "seed " << seed;
    }
}

INSTANTIATE_TEST_SUITE_P(Simulation, Worlds, ::testing::ValuesIn(modes),
                         [](const auto& info) { return to_string(info.param); });

}  // namespace
}  // namespace zflow::simulation
