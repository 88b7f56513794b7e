// The programs of ZIO Flow, run once more from their events: the same state, bit for bit.

#include <zflow/codec/binary.hpp>
#include <zflow/codec/program_file.hpp>
#include <zflow/interpreter/snapshot.hpp>
#include <zflow/testing/runner.hpp>

#include <content.hpp>
#include <drive.hpp>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

namespace zflow::testing {
namespace {

using interpreter::Action;
using interpreter::Program;
using interpreter::test::content_of;
using interpreter::test::show;
using interpreter::test::to_bytes;
using ProgramRef = std::shared_ptr<const Program>;

struct Named {
    std::string file;
    model::NodeRef flow;
    ProgramRef program;
    Result run;
};

std::string text_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

Options in_turns(std::uint64_t turn) {
    Options options;
    options.limits.turn = turn;
    options.limits.steps = 3'000'000;
    return options;
}

Result run(const ProgramRef& program, const Options& options) {
    return Runner().operation("oracle.OracleOp", sample_operation).run(program, {}, options);
}

/// All that load, each with its run.
const std::vector<Named>& all_runs() {
    static const auto runs = [] {
        std::vector<Named> made;
        for (const auto& entry : std::filesystem::directory_iterator(ZFLOW_PROGRAMS_DIRECTORY)) {
            const auto file = codec::program_file_from_json(text_of(entry.path()));
            if (!file) {
                continue;
            }
            if (const auto program = Program::load(file->flow)) {
                made.push_back(
                    {entry.path().filename(), file->flow, *program, run(*program, in_turns(500'000))});
            }
        }
        return made;
    }();
    return runs;
}

std::string show_end(const Result& result) {
    return result.outcome ? show(*result.outcome) : result.sentence;
}

std::vector<std::string> actions_of(const ProgramRef& program, const std::vector<interpreter::Event>& events,
                                    const Options& options, interpreter::State& state) {
    state = interpreter::make_state(program, options.limits);
    std::vector<std::string> shown;
    for (const auto& event : events) {
        std::vector<Action> actions;
        interpreter::apply(state, event, actions);
        for (const auto& action : actions) {
            shown.push_back(show(action));
        }
    }
    return shown;
}

TEST(Programs, are_replayed_bit_for_bit) {
    EXPECT_GT(all_runs().size(), 300U);
    for (const auto& each : all_runs()) {
        EXPECT_EQ(to_bytes(replay(each.program, each.run.events, in_turns(500'000))),
                  to_bytes(each.run.state))
            << each.file;
    }
}

TEST(Programs, do_the_same_when_they_went_through_bytes) {
    for (const auto& each : all_runs()) {
        const auto bytes = codec::program_to_binary(each.flow);
        ASSERT_TRUE(bytes) << each.file << ": " << bytes.error().text();
        const auto flow = codec::program_from_binary(*bytes);
        ASSERT_TRUE(flow) << each.file << ": " << flow.error().text();
        const auto program = Program::load(*flow);
        ASSERT_TRUE(program) << each.file << ": " << program.error().text();
        interpreter::State state;
        interpreter::State other;
        EXPECT_EQ(actions_of(each.program, each.run.events, in_turns(500'000), state),
                  actions_of(*program, each.run.events, in_turns(500'000), other))
            << each.file;
        EXPECT_EQ(content_of(state), content_of(other)) << each.file;
    }
}

TEST(Programs, do_the_same_when_their_state_goes_through_bytes_after_every_event) {
    for (const auto& each : all_runs()) {
        // Short turns make many events; a run of very many steps is cut off.
        const auto options = in_turns(each.run.state.steps < 2000 ? 5 : 100'000);
        const auto again = run(each.program, options);
        auto state = interpreter::make_state(each.program, options.limits);
        std::vector<Action> actions;
        std::vector<std::string> shown;
        for (const auto& event : again.events) {
            interpreter::apply(state, event, actions);
            EXPECT_EQ(interpreter::find_inconsistency(state), "") << each.file;
            auto read = interpreter::state_from_binary(each.program, to_bytes(state));
            ASSERT_TRUE(read) << each.file << ": " << read.error().text();
            state = std::move(*read);
        }
        for (const auto& action : actions) {
            shown.push_back(show(action));
        }
        interpreter::State straight;
        EXPECT_EQ(shown, actions_of(each.program, again.events, options, straight)) << each.file;
        EXPECT_EQ(content_of(state), content_of(straight)) << each.file;
        EXPECT_EQ(show_end(again), show_end(each.run)) << each.file;
    }
}

}  // namespace
}  // namespace zflow::testing
