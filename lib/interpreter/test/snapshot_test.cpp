#include "drive.hpp"

#include <zflow/codec/json.hpp>
#include <zflow/interpreter/snapshot.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace zflow::interpreter::test {
namespace {

/// A transaction inside of a timeout that has read a variable, has a compensation, and waits for an
/// operation, beside a fiber that sleeps: most of what a state can hold.
constexpr const char* program_json =
    R"({"Fold":{"value":{"NewVar":{"name":"v","initial":{"Literal":{"Sequence":{"values":[{"Int":1},{
"String":"two"}]}}},"appendTempCounter":false}},"successCase":{"input":{"identifier":
"00000000-0000-0000-0000-000000000001"},"result":{"Flow":{"Fold":{"value":{"Fork":{"WaitTill":{
"Literal":{"Instant":"2030-01-01T00:00:00Z"}}}},"successCase":{"input":{"identifier":
"00000000-0000-0000-0000-000000000002"},"result":{"Flow":{"Timeout":{"flow":{"Transaction":{"Fold":{
"value":{"Read":{"svar":{"Unbound":{"identifier":"00000000-0000-0000-0000-000000000001"}}}},
"successCase":{"input":{"identifier":"00000000-0000-0000-0000-000000000003"},"result":{"Flow":{
"RunActivity":{"input":{"Unbound":{"identifier":"00000000-0000-0000-0000-000000000003"}},"activity":
{"name":"ship","description":"","operation":{"Custom":{"typeId":"t","operation":{"Unit":{}},
"inputSchema":{"Dynamic":{"path":[],"optional":false}},"resultSchema":{"Dynamic":{"path":[],
"optional":false}}}},"check":{"Fail":{"Ignore":{}}},"compensate":{"Return":{"Ignore":{}}}}}}}}}}},
"duration":{"Literal":{"Duration":"PT1H"}}}}}}}}}}}})";

std::string read_golden(const std::string& written) {
    const std::string path = ZFLOW_GOLDEN_DIRECTORY "/state_1.bin";
    if (std::getenv("ZFLOW_WRITE_GOLDEN") != nullptr) {
        std::ofstream(path, std::ios::binary) << written;
    }
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Snapshot, a_state_of_format_1_reads_and_goes_on) {
    const auto tree = codec::program_from_json(program_json);
    ASSERT_TRUE(tree) << tree.error().text();
    const auto program = Program::load(*tree).value();
    auto state = make_state(program);
    std::vector<Action> actions;
    apply(state, {{1'000'000'000, 7}, Started{Value::int_(5), {1, 2}, "golden"}}, actions);
    ASSERT_EQ(state.operations.size(), 1U);
    const auto written = state_to_binary(state).value();

    const auto golden = read_golden(written);
    EXPECT_EQ(golden, written);
    auto read = state_from_binary(program, golden);
    ASSERT_TRUE(read) << read.error().text();
    actions.clear();
    apply(*read, {{1'000'000'001, 0}, OperationCompleted{1, 1, false, Value::string("done")}}, actions);
    // NOLINTNEXTLINE(bugprone-unchecked-optional-access): a test that has nothing here fails
    EXPECT_EQ(show(read->outcome.value()), "some(\"done\")");
    EXPECT_EQ(read->alive, 1U);
}

TEST(Snapshot, a_state_of_another_program_is_refused) {
    const auto program = Program::load(codec::program_from_json(program_json).value()).value();
    const auto other = Program::load(model::node(model::NodeKind::now)).value();
    const auto written = state_to_binary(make_state(program)).value();
    EXPECT_NE(state_from_binary(other, written).error().text().find("the state belongs to another program"),
              std::string::npos);
}

TEST(Snapshot, what_a_state_shares_is_written_once_and_shared_again) {
    const auto program = Program::load(model::node(model::NodeKind::now)).value();
    auto doubled = Value::string("a text that is not short");
    for (int i = 0; i < 64; ++i) {
        doubled = Value::tuple(doubled, doubled);
    }
    auto state = make_state(program);
    std::vector<Action> actions;
    apply(state, {{0, 0}, Started{{}, {}, "r"}}, actions);
    apply(state, {{0, 0}, SetVariable{"a", doubled}}, actions);
    apply(state, {{0, 0}, SetVariable{"b", doubled}}, actions);
    const auto written = state_to_binary(state).value();
    EXPECT_LT(written.size(), 1000U);
    const auto read = state_from_binary(program, written).value();
    EXPECT_EQ(read.variables.at({0, "a"}).value.shared(), read.variables.at({0, "b"}).value.shared());
}

}  // namespace
}  // namespace zflow::interpreter::test
