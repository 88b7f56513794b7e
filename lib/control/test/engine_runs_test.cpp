#include "place_fixture.hpp"

#include <zflow/codec/json.hpp>
#include <zflow/control/client.hpp>
#include <zflow/control/server.hpp>
#include <zflow/store/block_on.hpp>

#include <boost/asio/executor_work_guard.hpp>

#include <algorithm>
#include <thread>

namespace zflow::control {
namespace {

using engine::errc;
using engine::Error;
using store::block_on;

/// Ends with 7 when its variable `go` is set to true from outside.
constexpr const char* waiting_program =
    R"({"Fold":{"value":{"NewVar":{"name":"go","initial":{"Literal":{"Boolean":false}},
"appendTempCounter":false}},"successCase":{"input":{
"identifier":"00000000-0000-4000-8000-000000000001"},"result":{"Flow":{"Transaction":{"Fold":{
"value":{"Read":{"svar":{"Unbound":{"identifier":"00000000-0000-4000-8000-000000000001"}}}},
"successCase":{"input":{"identifier":"00000000-0000-4000-8000-000000000002"},"result":{"Flow":{
"Unwrap":{"remote":{"Branch":{"predicate":{"Unbound":{
"identifier":"00000000-0000-4000-8000-000000000002"}},"ifTrue":{"Lazy":{"Flow":{"Return":{
"Literal":{"Int":7}}}}},"ifFalse":{"Lazy":{"Flow":{"RetryUntil":{}}}}}}}}}}}}}}}}})";

/// An engine on a thread of its own, served to clients.
class EngineRunsTest : public testing::Test {
 protected:
    EngineRunsTest() {
        engine::Options options;
        options.on_step = [this](const engine::Step& step) { steps.publish(step); };
        engine = on_engine(engine::Engine::open("memory:", options));
        runs = runs_of(*engine);
        server = std::make_unique<Server>(*runs, steps, directory.path());
        client = block_on(Client::connect(directory.path()));
    }
    ~EngineRunsTest() override {
        block_on(server->stop());
        on_engine(engine->stop());
        asio::post(context, [this] { engine.reset(); });
        work.reset();
        thread.join();
    }

    template <class T>
    T on_engine(asio::awaitable<T> call) {
        return asio::co_spawn(context, std::move(call), asio::use_future).get();
    }

    template <class Call>
    static errc code_of(Call call) {
        try {
            block_on(call());
        } catch (const Error& error) {
            return error.kind();
        }
        ADD_FAILURE() << "it does not fail";
        return errc::refused;
    }

    std::shared_ptr<const interpreter::Program> program =
        interpreter::Program::load(codec::program_from_json(waiting_program).value()).value();
    asio::io_context context;
    asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(context);
    std::thread thread = std::thread([this] { context.run(); });
    Directory directory;
    StepFeed steps;
    std::unique_ptr<engine::Engine> engine;
    std::unique_ptr<Runs> runs;
    std::unique_ptr<Server> server;
    std::unique_ptr<Client> client;
};

TEST_F(EngineRunsTest, a_run_is_started_signalled_and_ends_through_the_socket) {
    EXPECT_FALSE(block_on(client->start(program, {}, {.id = "r", .tags = {{"k", "v"}}})).attached);
    EXPECT_TRUE(block_on(client->start(program, {}, {.id = "r", .tags = {{"k", "v"}}})).attached);
    EXPECT_FALSE(block_on(client->poll("r")));
    EXPECT_FALSE(block_on(client->get_variable("r", "go")).as_boolean());
    block_on(client->pause("r"));
    EXPECT_EQ(block_on(client->show("r")).info.status, engine::Status::paused);
    block_on(client->set_variable("r", "go", model::Value::boolean(true)));
    block_on(client->resume("r"));
    const auto outcome = block_on(client->result("r"));
    EXPECT_EQ(std::get<model::Succeeded>(outcome).value.as_integer(), 7);
    EXPECT_EQ(block_on(client->show("r")).info.tags, (engine::Tags{{"k", "v"}}));
    block_on(client->checkpoint());
    block_on(client->remove("r"));
    EXPECT_EQ(code_of([&] { return client->show("r"); }), errc::not_found);
}

TEST_F(EngineRunsTest, its_errors_are_the_engines) {
    block_on(client->start(program, {}, {.id = "r"}));
    EXPECT_EQ(code_of([&] { return client->start(program, model::Value::int_(1), {.id = "r"}); }),
              errc::conflict);
    EXPECT_EQ(code_of([&] { return client->start(program, {}, {.id = std::string(257, 'x')}); }),
              errc::invalid_argument);
    EXPECT_EQ(code_of([&] {
                  return client->start(program, {},
                                       {.id = "r", .tags = {}, .if_exists = engine::IfExists::error});
              }),
              errc::exists);
    EXPECT_EQ(code_of([&] { return client->remove("r"); }), errc::not_finished);
    EXPECT_EQ(code_of([&] { return client->get_variable("r", "x"); }), errc::not_found);
    EXPECT_EQ(code_of([&] { return client->result("none"); }), errc::not_found);
    block_on(client->abort("r"));
    EXPECT_TRUE(std::holds_alternative<model::Died>(block_on(client->result("r"))));
}

TEST_F(EngineRunsTest, many_runs_are_listed_page_by_page) {
    constexpr int count = 50;
    for (int i = 0; i < count; ++i) {
        block_on(client->start(program, {}, {.id = "r" + std::to_string(i)}));
    }
    std::vector<std::string> ids;
    for (std::optional<std::string> token = ""; token;) {
        const auto page = block_on(client->list({}, {.limit = 7, .token = *token}));
        for (const auto& info : page.items) {
            ids.push_back(info.id);
        }
        token = page.next;
    }
    std::ranges::sort(ids);
    EXPECT_EQ(ids.size(), static_cast<std::size_t>(count));
    EXPECT_EQ(std::ranges::unique(ids).size(), 0U);
}

}  // namespace
}  // namespace zflow::control
