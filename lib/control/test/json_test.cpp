#include <zflow/control/json.hpp>
#include <zflow/model/environment.hpp>

#include <gmock/gmock.h>

namespace zflow::control {
namespace {

using engine::errc;
using engine::Error;
using testing::HasSubstr;

constexpr model::Instant noon{1'704'110'400, 5};

engine::RunInfo full_info() {
    return {.id = "order \"7\"",
            .birth = {0x0123456789abcdef, 0x8000000000000001},
            .status = engine::Status::paused,
            .program = {0, 1, 2, 0xff},
            .started = noon,
            .finished = model::Instant{1'704'110'401, 0},
            .next_wake = model::Instant{1'704'110'402, 0},
            .tags = {{"a", "b"}, {"c=d", ""}}};
}

void expect_same(const engine::RunInfo& a, const engine::RunInfo& b) {
    EXPECT_EQ(a.id, b.id);
    EXPECT_EQ(a.birth, b.birth);
    EXPECT_EQ(a.status, b.status);
    EXPECT_EQ(a.program, b.program);
    EXPECT_EQ(a.started, b.started);
    EXPECT_EQ(a.finished, b.finished);
    EXPECT_EQ(a.next_wake, b.next_wake);
    EXPECT_EQ(a.tags, b.tags);
}

std::string sentence_of(void (*read)(std::string_view), std::string_view text) {
    try {
        read(text);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), errc::invalid_argument);
        return error.sentence();
    }
    ADD_FAILURE() << "it is taken: " << text;
    return {};
}

void read_view(std::string_view text) {
    (void)run_view_from_json(text);
}

void read_step(std::string_view text) {
    (void)step_from_json(text);
}

TEST(Json, a_run_is_read_as_it_was_written) {
    expect_same(run_info_from_json(to_json(full_info())), full_info());
    engine::RunInfo empty;
    empty.id = "x";
    expect_same(run_info_from_json(to_json(empty)), empty);
}

TEST(Json, a_view_is_read_as_it_was_written) {
    const engine::RunView view{
        .info = full_info(),
        .fibers = {{.id = "f",
                    .waits_for = "a timer",
                    .label = "saga.cpp:28",
                    .path = ".Fold.value",
                    .until = noon},
                   engine::FiberView()},
        .variables = {{.scope = 3, .name = "x", .value = model::Value::some(model::Value::string("}"))}},
        .operations = {{.number = 18'446'744'073'709'551'615U,
                        .key = "r/1/2",
                        .name = "charge",
                        .type_id = "shop.Charge",
                        .attempt = 4'294'967'295U,
                        .state = "queued",
                        .next_attempt = noon,
                        .last_error = "no\nnetwork"}},
        .outcome = model::Succeeded{model::Value::int_(1)},
        .error = "an error"};
    const auto read = run_view_from_json(to_json(view));
    expect_same(read.info, view.info);
    ASSERT_EQ(read.fibers.size(), 2U);
    EXPECT_EQ(read.fibers[0].waits_for, "a timer");
    EXPECT_EQ(read.fibers[0].label, "saga.cpp:28");
    EXPECT_EQ(read.fibers[0].path, ".Fold.value");
    EXPECT_EQ(read.fibers[0].until, noon);
    EXPECT_FALSE(read.fibers[1].until);
    ASSERT_EQ(read.variables.size(), 1U);
    EXPECT_EQ(read.variables[0].scope, 3U);
    EXPECT_TRUE(model::identical(read.variables[0].value, view.variables[0].value));
    ASSERT_EQ(read.operations.size(), 1U);
    EXPECT_EQ(read.operations[0].number, view.operations[0].number);
    EXPECT_EQ(read.operations[0].key, "r/1/2");
    EXPECT_EQ(read.operations[0].type_id, "shop.Charge");
    EXPECT_EQ(read.operations[0].attempt, view.operations[0].attempt);
    EXPECT_EQ(read.operations[0].state, "queued");
    EXPECT_EQ(read.operations[0].next_attempt, noon);
    EXPECT_EQ(read.operations[0].last_error, "no\nnetwork");
    ASSERT_TRUE(read.outcome);
    EXPECT_TRUE(model::identical(*read.outcome, *view.outcome));
    EXPECT_EQ(read.error, "an error");
}

TEST(Json, a_variable_that_holds_code_has_no_value) {
    engine::RunView view;
    view.variables.push_back({.scope = 0, .name = "f", .value = model::Value::flow_code(7, {})});
    EXPECT_THAT(to_json(view), HasSubstr(R"({"scope":0,"name":"f"})"));
    EXPECT_TRUE(run_view_from_json(to_json(view)).variables.at(0).value.is(model::Kind::flow_code));
}

TEST(Json, a_step_is_read_as_it_was_written) {
    for (const auto kind :
         {engine::Step::Kind::started, engine::Step::Kind::operation_called,
          engine::Step::Kind::operation_completed, engine::Step::Kind::operation_failed,
          engine::Step::Kind::attempt_failed, engine::Step::Kind::timer_fired, engine::Step::Kind::sleeping,
          engine::Step::Kind::log, engine::Step::Kind::finished, engine::Step::Kind::parked}) {
        const engine::Step step{.kind = kind,
                                .run_id = "r",
                                .name = "n",
                                .operation = 1,
                                .attempt = 2,
                                .text = "t",
                                .until = noon};
        const auto read = step_from_json(to_json(step));
        EXPECT_EQ(read.kind, kind);
        EXPECT_EQ(read.run_id + read.name + read.text, "rnt");
        EXPECT_EQ(read.operation, 1U);
        EXPECT_EQ(read.attempt, 2U);
        EXPECT_EQ(read.until, noon);
    }
}

TEST(Json, what_is_no_view_is_refused_with_a_sentence) {
    EXPECT_THAT(sentence_of(read_view, ""), HasSubstr("expected the object of a run"));
    EXPECT_THAT(sentence_of(read_view, "{"), HasSubstr("the rest of a value"));
    EXPECT_THAT(sentence_of(read_view, "{}"), HasSubstr("the field 'run' of a run is missing"));
    EXPECT_THAT(sentence_of(read_view, R"({"run":{}} x)"), HasSubstr("the end of the text"));
    EXPECT_THAT(sentence_of(read_view, R"({"run":1,"run":2})"), HasSubstr("there twice"));
    EXPECT_THAT(sentence_of(read_view, R"({"run":})"), HasSubstr("expected a value"));
    EXPECT_THAT(sentence_of(read_view, R"({"run":"})"), HasSubstr("the end of a string"));
    EXPECT_THAT(sentence_of(read_view, R"({5:"x"})"), HasSubstr("is not a string"));
    EXPECT_THAT(sentence_of(read_view, R"({"run":{"birth":"x"}})"), HasSubstr("must be a UUID"));
    EXPECT_THAT(sentence_of(read_step, R"({"kind":"danced"})"), HasSubstr("must be the kind of a step"));
    EXPECT_THAT(sentence_of(read_step, R"({"kind":"log","operation":-1})"),
                HasSubstr("must be a whole number"));
    EXPECT_THAT(sentence_of(read_step, R"({"kind":"log","until":"noon"})"), HasSubstr("must be a time"));
    EXPECT_THAT(sentence_of(read_step, R"({"kind":nul})"), HasSubstr("is not JSON"));
    std::string many = "{";
    for (int i = 0; i < 100; ++i) {
        many += "\"f" + std::to_string(i) + "\":1,";
    }
    EXPECT_THAT(sentence_of(read_step, many + "\"kind\":\"log\"}"), HasSubstr("too many fields"));
}

}  // namespace
}  // namespace zflow::control
