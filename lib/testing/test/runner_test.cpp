#include <zflow/codec/json.hpp>
#include <zflow/testing/runner.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace zflow::testing {
namespace {

using model::Value;

std::shared_ptr<const interpreter::Program> program_of(std::string_view text) {
    return interpreter::Program::load(codec::program_from_json(text).value()).value();
}

std::string outcome_of(const Result& result) {
    return result.outcome ? codec::outcome_to_json(*result.outcome).value() : result.sentence;
}

/// Runs the operation `t` on 2.
constexpr std::string_view calls =
    R"({"RunActivity":{"input":{"Literal":{"Int":2}},"activity":{"name":"name","description":"","operation":)"
    R"({"Custom":{"typeId":"t","operation":{"Unit":{}},"inputSchema":{"Dynamic":{}},)"
    R"("resultSchema":{"Dynamic":{}}}},)"
    R"("check":{"Fail":{"Ignore":{}}},"compensate":{"Return":{"Ignore":{}}}}}})";

/// Needs more than one turn: it never ends.
constexpr std::string_view endless =
    R"({"Return":{"Recurse":{"id":"00000000-0000-4000-8000-000000000001",)"
    R"("initial":{"Literal":{"Int":0}},"body":)"
    R"({"input":{"identifier":"00000000-0000-4000-8000-000000000002"},"result":{"RecurseWith":)"
    R"({"id":"00000000-0000-4000-8000-000000000001","value":{"Literal":{"Int":0}}}}}}}})";

TEST(Runner, a_sleep_of_years_costs_nothing) {
    const auto run =
        Runner().run(program_of(R"({"WaitTill":{"Literal":{"Instant":"2999-01-01T00:00:00Z"}}})"));
    EXPECT_EQ(outcome_of(run), R"({"Succeeded":{"value":{"Unit":{}}}})");
    EXPECT_EQ(run.stop, Stop::none);
}

TEST(Runner, an_operation_is_found_by_the_activitys_name_before_its_type) {
    const auto gives = [](int n) { return [n](const interpreter::Call&) { return Value::int_(n); }; };
    Runner runner;
    runner.operation("t", gives(1));
    EXPECT_EQ(outcome_of(runner.run(program_of(calls))), R"({"Succeeded":{"value":{"Int":1}}})");
    runner.operation("name", gives(2));
    EXPECT_EQ(outcome_of(runner.run(program_of(calls))), R"({"Succeeded":{"value":{"Int":2}}})");
}

TEST(Runner, says_why_a_run_stopped_without_an_outcome) {
    auto run = Runner().run(program_of(calls));
    EXPECT_EQ(run.stop, Stop::unknown_operation);
    EXPECT_EQ(run.sentence, "the activity 'name' calls the operation 't', which is not given");
    run = Runner().run(program_of(R"({"Transaction":{"RetryUntil":{}}})"));
    EXPECT_EQ(run.stop, Stop::waits_for_ever);
    run = Runner().run(program_of(endless), {}, {.give_up = [] { return true; }});
    EXPECT_EQ(run.stop, Stop::given_up);
    EXPECT_FALSE(run.outcome);
}

TEST(Runner, a_run_can_be_replayed_from_its_events) {
    Runner runner;
    runner.operation("t", [](const interpreter::Call& call) { return call.input; });
    const auto program = program_of(calls);
    const auto run = runner.run(program, Value::int_(1));
    EXPECT_EQ(run.calls.size(), 1);
    const auto again = replay(program, run.events);
    EXPECT_EQ(again.steps, run.state.steps);
    EXPECT_EQ(again.now.seconds, run.state.now.seconds);
    EXPECT_EQ(again.fibers.size(), run.state.fibers.size());
}

}  // namespace
}  // namespace zflow::testing
