#include <zflow/dsl/conversions.hpp>
#include <zflow/dsl/dsl.hpp>
#include <zflow/engine/engine.hpp>
#include <zflow/store/block_on.hpp>
#include <zflow/store_memory/open.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace zflow::engine::test {
namespace {

constexpr auto add_one = activity<std::int64_t(std::int64_t)>("add-one");

Flow<std::int64_t> three(Remote<std::int64_t> n) {
    auto a = co_await add_one(n);
    auto b = co_await add_one(a);
    auto c = co_await add_one(b);
    co_return c;
}

asio::awaitable<OperationResult> add_one_operation(OperationCall call) {
    co_return to_value(from_value<std::int64_t>(call.input).value() + 1);
}

asio::awaitable<void> run_three(std::string uri) {
    auto engine = co_await Engine::open(uri);
    engine->operation("add-one", add_one_operation);
    const auto program = interpreter::Program::load(zflow::flow("three", three).node()).value();
    for (int i = 0; i < 100; ++i) {
        const auto started = co_await engine->start(program, to_value<std::int64_t>(i));
        const auto outcome = co_await engine->result(started.id);
        EXPECT_EQ(from_value<std::int64_t>(std::get<model::Succeeded>(outcome).value).value(), i + 3);
    }
    co_await engine->stop();
}

TEST(Engine, runs_a_flow_of_three_operations) {
    store::block_on(run_three("memory:"));
}

Flow<std::int64_t, Never> waiting() {
    auto answer = co_await variable<std::int64_t>("answer", 0);
    co_return co_await answer.wait_until([](auto n) { return n != 0; });
}

/// On an engine in which nothing else happens: whoever waits for the run is woken by its loading alone.
asio::awaitable<void> ask_a_run_that_sleeps() {
    auto engine = co_await Engine::open("memory:");
    const auto program = interpreter::Program::load(zflow::flow("waiting", waiting).node()).value();
    const auto started = co_await engine->start(program);
    co_await engine->checkpoint();
    EXPECT_EQ((co_await engine->show(started.id)).variables.size(), 1U);
    co_await engine->checkpoint();
    co_await engine->set_variable(started.id, "answer", to_value<std::int64_t>(42));
    const auto outcome = co_await engine->result(started.id);
    EXPECT_EQ(from_value<std::int64_t>(std::get<model::Succeeded>(outcome).value).value(), 42);
    co_await engine->stop();
}

TEST(Engine, answers_about_a_run_that_sleeps) {
    store::block_on(ask_a_run_that_sleeps());
}

}  // namespace
}  // namespace zflow::engine::test
