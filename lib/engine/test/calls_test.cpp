#include "keys.hpp"
#include "sample_programs.hpp"
#include "world.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

// What callers ask an engine for, and what they are told: rules 2 and 28 of the protocol (README.md), and the
// engine's public face.
namespace zflow::engine::test {
namespace {

using model::Value;
using On = store::Operation;

const auto log_name = log_topic(0).name;

std::set<std::string> all_ids(World& world, Process& process, const Filter& filter, std::size_t limit) {
    std::set<std::string> ids;
    std::size_t count = 0;
    ListRequest request{.limit = limit};
    for (;;) {
        auto page = world.run(process->list(filter, request));
        EXPECT_LE(page.items.size(), limit);
        for (const auto& item : page.items) {
            ids.insert(item.id);
            ++count;
        }
        if (!page.next) {
            EXPECT_EQ(ids.size(), count) << "a run was listed twice";
            return ids;
        }
        request.token = *page.next;
    }
}

// Rule 28.
TEST(Start, attaches_only_with_the_same_program_and_input_whatever_became_of_the_run) {
    World world;
    auto process = world.open();
    const auto expect_all = [&](const std::string& when) {
        EXPECT_TRUE(world.start(process, holds_a_value(), "r", Value::int_(1)).attached) << when;
        EXPECT_EQ(world.spawn(process->start(holds_a_value(), Value::int_(2), {.id = "r"})).code(),
                  errc::conflict)
            << when;
        EXPECT_EQ(world.spawn(process->start(echoes(), Value::int_(1), {.id = "r"})).code(), errc::conflict)
            << when;
        EXPECT_EQ(world
                      .spawn(process->start(holds_a_value(), Value::int_(1),
                                            {.id = "r", .if_exists = IfExists::error}))
                      .code(),
                  errc::exists)
            << when;
    };
    EXPECT_FALSE(world.start(process, holds_a_value(), "r", Value::int_(1)).attached);
    expect_all("running");
    world.run(process->checkpoint());
    expect_all("asleep");
    world.crash(process);
    process = world.open();
    expect_all("recovered");
    world.run(process->set_variable("r", "go", Value::int_(1)));
    expect_all("finished");
    world.run(process->checkpoint());
    expect_all("only its result is left");
    world.crash(process);
    process = world.open();
    expect_all("result, recovered");
    EXPECT_EQ(number_of(world.run(process->result("r"))), 1);
}

// Rule 28.
TEST(Start, without_an_id_says_the_id_also_when_the_outcome_is_unknown) {
    World world;
    auto process = world.open();
    world.stores.script(
        {On::append_expected, log_name, Fate::fail, store::errc::outcome_unknown, 0, 100'000});
    const auto error = world.spawn(process->start(holds_a_value(), {})).error().value();
    EXPECT_EQ(error.kind(), errc::outcome_unknown);
    EXPECT_EQ(error.run().size(), 32U);
    world.stores.forget_script();
    EXPECT_TRUE(world.start(process, holds_a_value(), error.run()).attached);
}

TEST(Start, ids_and_tags_out_of_bounds_are_refused) {
    World world;
    auto process = world.open();
    const auto refused = [&](StartOptions options) {
        const auto error = world.spawn(process->start(echoes(), {}, std::move(options))).error();
        return error && error->kind() == errc::invalid_argument;
    };
    EXPECT_FALSE(refused({.id = std::string(256, 'x')}));
    EXPECT_TRUE(refused({.id = std::string(257, 'x')}));
    EXPECT_TRUE(refused({.id = "a\nb"}));
    EXPECT_TRUE(refused({.id = std::string("a\0b", 3)}));
    EXPECT_TRUE(refused({.id = "\xFF"}));
    EXPECT_FALSE(refused({.id = "Zo\xC3\xAB"}));
    Tags many;
    for (int i = 0; i < 32; ++i) {
        many.emplace(std::to_string(i), "");
    }
    EXPECT_FALSE(refused({.id = "a", .tags = many}));
    many.emplace("one too many", "");
    EXPECT_TRUE(refused({.id = "b", .tags = many}));
    EXPECT_TRUE(refused({.id = "b", .tags = {{"", "x"}}}));
    EXPECT_TRUE(refused({.id = "b", .tags = {{"x", std::string(257, 'x')}}}));
    EXPECT_TRUE(refused({.id = "b", .tags = {{"x", "\x01"}}}));
    EXPECT_EQ(world.spawn(process->start(nullptr, {}, {.id = "b"})).code(), errc::invalid_argument);
    EXPECT_EQ(world.spawn(process->poll("")).code(), errc::invalid_argument);
    EXPECT_EQ(world.spawn(process->poll("b")).code(), errc::not_found);
}

TEST(Start, more_calls_than_may_wait_are_throttled_and_do_nothing) {
    World world;
    auto options = world.options();
    options.queued_calls = 3;
    auto process = world.open(options);
    world.stores.script({On::append_expected, log_name, Fate::hold});
    std::vector<Future<StartResult>> starts;
    for (int i = 0; i < 6; ++i) {
        starts.push_back(world.spawn(process->start(echoes(), {}, {.id = std::to_string(i)})));
        world.settle();
    }
    // One is under way, three wait.
    EXPECT_EQ(starts[4].code(), errc::throttled);
    EXPECT_EQ(starts[5].code(), errc::throttled);
    world.stores.let_go();
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_FALSE(starts[i].get().attached);
    }
    EXPECT_EQ(world.spawn(process->poll("5")).code(), errc::not_found);
    EXPECT_FALSE(world.start(process, echoes(), "5").attached);
}

TEST(Options, that_cannot_be_are_refused_before_anything_is_opened) {
    World world;
    const auto refused = [&](const std::function<void(Options&)>& edit) {
        auto options = world.options();
        edit(options);
        const auto error = world.opening(std::make_shared<Owner>(), options).error();
        return error && error->kind() == errc::invalid_argument;
    };
    EXPECT_TRUE(refused([](Options& o) { o.partitions = 0; }));
    EXPECT_TRUE(refused([](Options& o) { o.partitions = 4'097; }));
    EXPECT_TRUE(refused([](Options& o) { o.retention = -1ms; }));
    EXPECT_TRUE(refused([](Options& o) { o.call_deadline = 0ms; }));
    EXPECT_TRUE(refused([](Options& o) { o.lease = 0ms; }));
    EXPECT_TRUE(refused([](Options& o) { o.queued_calls = 0; }));
    EXPECT_TRUE(refused([](Options& o) { o.limits.turn = 999; }));
    EXPECT_EQ(world.stores.opened, 0);
}

TEST(Show, says_what_there_is_to_know) {
    World world;
    auto process = world.open();
    world.run(process->start(holds_a_value(), Value::int_(1), {.id = "r", .tags = {{"a", "b"}}}));
    auto view = world.run(process->show("r"));
    EXPECT_EQ(view.info.id, "r");
    EXPECT_EQ(view.info.status, Status::running);
    EXPECT_EQ(view.info.program, holds_a_value()->id());
    EXPECT_EQ(view.info.started, (model::Instant{1'000'000'000, 0}));
    EXPECT_FALSE(view.info.finished);
    EXPECT_FALSE(view.outcome);
    EXPECT_EQ(view.info.tags, (Tags{{"a", "b"}}));
    ASSERT_EQ(view.variables.size(), 2U);
    EXPECT_EQ(view.variables[0].name, "go");
    EXPECT_EQ(view.variables[1].name, "v");
    EXPECT_EQ(view.variables[1].value.as_integer(), 1);
    ASSERT_EQ(view.fibers.size(), 1U);
    EXPECT_EQ(view.fibers[0].waits_for, "a variable that its transaction has read, to change");
    EXPECT_FALSE(view.fibers[0].path.empty());

    world.start(process, sleeps(100), "s");
    view = world.run(process->show("s"));
    EXPECT_EQ(view.fibers.at(0).waits_for, "a timer");
    EXPECT_EQ(view.fibers.at(0).until->seconds, 1'000'000'100);
    EXPECT_EQ(view.info.next_wake->seconds, 1'000'000'100);

    world.pass(5s);
    world.run(process->set_variable("r", "go", Value::int_(1)));
    for (const auto* const when : {"in memory", "in the store"}) {
        view = world.run(process->show("r"));
        EXPECT_EQ(view.info.status, Status::succeeded) << when;
        EXPECT_EQ(view.info.finished, (model::Instant{1'000'000'005, 0})) << when;
        EXPECT_EQ(view.info.tags, (Tags{{"a", "b"}})) << when;
        ASSERT_TRUE(view.outcome) << when;
        EXPECT_EQ(number_of(*view.outcome), 1) << when;
        EXPECT_TRUE(view.fibers.empty()) << when;
        world.run(process->checkpoint());
    }
}

TEST(List, every_run_comes_once_page_by_page_and_filters_hold) {
    World world;
    auto options = world.options();
    options.partitions = 3;
    auto process = world.open(options);
    std::set<std::string> all;
    std::set<std::string> running;
    std::set<std::string> odd;
    for (int i = 0; i < 20; ++i) {
        const auto id = "run-" + std::to_string(i);
        const auto ends = i % 4 == 0;
        world.run(process->start(ends ? echoes() : holds_a_value(), Value::int_(i),
                                 {.id = id, .tags = {{"odd", i % 2 == 1 ? "yes" : "no"}, {"x", "y"}}}));
        all.insert(id);
        if (!ends) {
            running.insert(id);
        }
        if (i % 2 == 1) {
            odd.insert(id);
        }
    }
    for (int round = 0; round < 2; ++round) {
        for (const auto limit : {1U, 3U, 1'000U}) {
            EXPECT_EQ(all_ids(world, process, {}, limit), all);
            EXPECT_EQ(all_ids(world, process, {.status = Status::running}, limit), running);
            EXPECT_EQ(all_ids(world, process, {.tags = {{"odd", "yes"}, {"x", "y"}}}, limit), odd);
            EXPECT_EQ(all_ids(world, process, {.status = Status::succeeded}, limit).size(), 5U);
            EXPECT_TRUE(all_ids(world, process, {.tags = {{"x", "z"}}}, limit).empty());
        }
        world.run(process->checkpoint());
    }
    world.run(process->remove("run-0"));
    all.erase("run-0");
    EXPECT_EQ(all_ids(world, process, {}, 7), all);
    world.run(process->pause("run-1"));
    EXPECT_EQ(all_ids(world, process, {.status = Status::paused}, 7), (std::set<std::string>{"run-1"}));
}

TEST(List, tokens_and_limits_that_cannot_be_are_refused) {
    World world;
    auto process = world.open();
    const auto refused = [&](ListRequest request) {
        const auto error = world.spawn(process->list({}, std::move(request))).error();
        return error && error->kind() == errc::invalid_argument;
    };
    EXPECT_TRUE(refused({.limit = 0}));
    EXPECT_TRUE(refused({.limit = 10'001}));
    for (const auto* const token : {"x", ":", "1:", "0:x", "-1:m", "999999999999:m", "0:rrubbish"}) {
        EXPECT_TRUE(refused({.token = token})) << token;
    }
    EXPECT_FALSE(refused({.limit = 10'000}));
}

TEST(Commands, of_a_run_that_is_not_there_are_not_found_and_of_a_finished_one_do_nothing) {
    World world;
    auto process = world.open();
    const auto all = [&](const std::string& id) {
        std::vector<Future<void>> out;
        out.push_back(world.spawn(process->pause(id)));
        out.push_back(world.spawn(process->resume(id)));
        out.push_back(world.spawn(process->abort(id)));
        return out;
    };
    for (auto& call : all("nobody")) {
        EXPECT_EQ(call.code(), errc::not_found);
    }
    EXPECT_EQ(world.spawn(process->remove("nobody")).code(), errc::not_found);
    EXPECT_EQ(world.spawn(process->result("nobody")).code(), errc::not_found);
    EXPECT_EQ(world.spawn(process->set_variable("nobody", "v", {})).code(), errc::not_found);
    world.start(process, echoes(), "r", Value::int_(7));
    for (int round = 0; round < 2; ++round) {
        for (auto& call : all("r")) {
            call.get();
        }
        EXPECT_EQ(number_of(world.run(process->result("r"))), 7);
        EXPECT_EQ(world.spawn(process->get_variable("r", "v")).code(), errc::not_found);
        world.run(process->checkpoint());
    }
}

TEST(Commands, a_variable_must_be_there_to_be_read_or_set) {
    World world;
    auto process = world.open();
    world.start(process, holds_a_value(), "r", Value::int_(1));
    const auto error = world.spawn(process->get_variable("r", "w")).error().value();
    EXPECT_EQ(error.kind(), errc::not_found);
    EXPECT_NE(error.sentence().find("'w'"), std::string::npos);
    EXPECT_EQ(world.spawn(process->set_variable("r", "w", {})).code(), errc::not_found);
    EXPECT_EQ(world.spawn(process->set_variable("r", "v", Value::flow_code(1, nullptr))).code(),
              errc::invalid_argument);
    EXPECT_EQ(world.spawn(process->start(echoes(), Value::flow_code(1, nullptr), {.id = "s"})).code(),
              errc::invalid_argument);
}

TEST(Commands, a_paused_run_goes_on_when_it_is_resumed) {
    World world;
    auto process = world.open();
    world.start(process, holds_a_value(), "r", Value::int_(1));
    world.run(process->pause("r"));
    world.run(process->pause("r"));
    world.run(process->set_variable("r", "go", Value::int_(1)));
    EXPECT_FALSE(world.run(process->poll("r")));
    EXPECT_EQ(world.run(process->show("r")).info.status, Status::paused);
    world.run(process->resume("r"));
    EXPECT_EQ(number_of(world.run(process->result("r"))), 1);
}

TEST(Commands, an_aborted_run_runs_its_finalizers_and_has_died) {
    World world;
    Desk work;
    Desk finalizer;
    auto process = world.open();
    process->operation("work", work.operation());
    process->operation("clean up", finalizer.operation());
    world.start(process, calls_and_cleans_up("work", "clean up"), "r");
    auto result = world.spawn(process->result("r"));
    world.run(process->abort("r"));
    EXPECT_TRUE(work.at(0).cancelled);
    ASSERT_EQ(finalizer.size(), 1U);
    EXPECT_FALSE(result.done());
    finalizer.at(0).answer({});
    EXPECT_TRUE(std::holds_alternative<model::Died>(result.get()));
}

TEST(Stop, everybody_who_waits_is_told) {
    World world;
    auto process = world.open();
    world.start(process, holds_a_value(), "r");
    auto result = world.spawn(process->result("r"));
    world.run(process->stop());
    EXPECT_EQ(result.code(), errc::stopped);
    EXPECT_EQ(world.spawn(process->poll("r")).code(), errc::stopped);
    EXPECT_EQ(world.spawn(process->start(echoes(), {}, {.id = "s"})).code(), errc::stopped);
    world.run(process->stop());
}

TEST(Stop, destruction_tells_everybody_who_waits) {
    World world;
    auto process = world.open();
    world.start(process, holds_a_value(), "r");
    auto result = world.spawn(process->result("r"));
    world.stores.script({On::append_expected, log_name, Fate::hold});
    auto start = world.spawn(process->start(echoes(), {}, {.id = "s"}));
    world.settle();
    world.crash(process);
    EXPECT_EQ(result.code(), errc::stopped);
    EXPECT_TRUE(start.done());
    EXPECT_TRUE(start.error().has_value());
}

TEST(Stop, attempts_that_end_in_time_are_written_and_those_that_do_not_are_cancelled) {
    World world;
    Desk desk;
    auto process = world.open();
    process->operation("charge", desk.operation());
    world.start(process, calls("charge"), "a");
    world.start(process, calls("charge"), "b");
    auto stopped = world.spawn(process->stop(5s));
    world.settle();
    EXPECT_FALSE(stopped.done());
    EXPECT_FALSE(desk.at(0).cancelled);
    desk.at(0).answer(Value::int_(1));
    world.settle();
    EXPECT_FALSE(stopped.done());
    world.pass(6s);
    EXPECT_TRUE(stopped.done());
    EXPECT_TRUE(desk.at(1).cancelled);
    process.engine.reset();
    world.settle();
    auto next = world.open();
    next->operation("charge", desk.operation());
    world.settle();
    EXPECT_EQ(number_of(world.run(next->result("a"))), 1);
    ASSERT_EQ(desk.size(), 3U);
    EXPECT_EQ(desk.at(2).call.run_id, "b");
}

TEST(Stop, a_store_that_does_not_answer_is_not_waited_for_longer_than_the_grace) {
    World world;
    auto process = world.open();
    world.start(process, holds_a_value(), "r");
    world.stores.script({On::append_expected, log_name, Fate::fail, store::errc::unavailable, 0, 100'000});
    auto set = world.spawn(process->set_variable("r", "v", Value::int_(2)));
    auto stopped = world.spawn(process->stop(5s));
    world.pass(20s);
    EXPECT_TRUE(stopped.done());
    EXPECT_TRUE(set.error().has_value());
}

TEST(Metrics, have_every_name_of_the_page) {
    World world;
    Desk desk;
    auto process = world.open();
    process->operation("charge", desk.operation());
    world.start(process, calls("charge"), "r");
    desk.at(0).answer(Value::int_(1));
    world.run(process->result("r"));
    world.run(process->checkpoint());
    const auto text = process->metrics();
    for (const auto* const name :
         {"zflow_commits_total", "zflow_events_total", "zflow_frame_bytes", "zflow_frame_events",
          "zflow_runs_started_total", "zflow_runs_parked_total", "zflow_runs_removed_total",
          "zflow_runs_finished_total", "zflow_operation_attempts_total", "zflow_checkpoint_seconds",
          "zflow_recovery_seconds", "zflow_recovered_events_total", "zflow_claims_total",
          "zflow_fences_total", "zflow_runs", "zflow_runs_loaded", "zflow_queued_events",
          "zflow_attempts_running"}) {
        EXPECT_NE(text.find(std::string("# TYPE ") + name + " "), std::string::npos) << name;
    }
    EXPECT_NE(text.find("zflow_runs_started_total 1"), std::string::npos) << text;
    EXPECT_NE(text.find("zflow_events_total 2"), std::string::npos);
    EXPECT_NE(text.find("zflow_commits_total 2"), std::string::npos);
    EXPECT_NE(text.find("zflow_runs_finished_total{status=\"succeeded\"} 1"), std::string::npos);
    EXPECT_NE(text.find("zflow_operation_attempts_total{end=\"succeeded\"} 1"), std::string::npos);
    EXPECT_NE(text.find("zflow_claims_total 1"), std::string::npos);
}

TEST(Steps, are_told_in_the_order_in_which_they_happen) {
    World world;
    Desk desk;
    auto process = world.open();
    process->operation("charge", desk.operation());
    world.start(process, calls("charge"), "r");
    desk.at(0).answer(Value::int_(1));
    world.run(process->result("r"));
    std::vector<Step::Kind> kinds;
    for (const auto& step : world.steps) {
        kinds.push_back(step.kind);
        EXPECT_EQ(step.run_id, "r");
    }
    EXPECT_EQ(kinds, (std::vector<Step::Kind>{Step::Kind::started, Step::Kind::operation_called,
                                              Step::Kind::operation_completed, Step::Kind::finished}));
}

}  // namespace
}  // namespace zflow::engine::test
