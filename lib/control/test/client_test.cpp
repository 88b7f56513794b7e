#include "fake_runs.hpp"
#include "place_fixture.hpp"

#include <zflow/codec/json.hpp>
#include <zflow/control/client.hpp>
#include <zflow/control/server.hpp>
#include <zflow/model/environment.hpp>
#include <zflow/store/block_on.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <future>
#include <thread>

namespace zflow::control {
namespace {

using engine::errc;
using engine::Error;
using store::block_on;

class ClientTest : public testing::Test {
 protected:
    ClientTest()
        : server(runs, steps, directory.path()), client(block_on(Client::connect(directory.path()))) {}
    ~ClientTest() override { block_on(server.stop()); }

    Directory directory;
    FakeRuns runs;
    StepFeed steps;
    Server server;
    std::unique_ptr<Client> client;
};

std::shared_ptr<const interpreter::Program> program_of(std::string_view text) {
    return interpreter::Program::load(codec::program_from_json(text).value()).value();
}

TEST_F(ClientTest, a_start_arrives_whole) {
    const auto program = program_of(R"({"Return":{"Literal":{"String":"a \"quoted\" {[,]} text"}}})");
    const auto input = model::Value::some(model::Value::string("\\\"}"));
    const engine::StartOptions options{
        .id = "order 7/ä?%&#", .tags = {{"a", "=b"}, {"c", ""}}, .if_exists = engine::IfExists::error};
    const auto first = block_on(client->start(program, input, options));
    EXPECT_EQ(first.id, options.id);
    EXPECT_FALSE(first.attached);
    EXPECT_TRUE(block_on(client->start(program, input, options)).attached);
    ASSERT_EQ(runs.started.size(), 2U);
    EXPECT_EQ(runs.started[0].program, program->id());
    EXPECT_TRUE(model::identical(runs.started[0].input, input));
    EXPECT_EQ(runs.started[0].options.id, options.id);
    EXPECT_EQ(runs.started[0].options.tags, options.tags);
    EXPECT_EQ(runs.started[0].options.if_exists, engine::IfExists::error);
}

TEST_F(ClientTest, a_program_of_any_depth_crosses) {
    constexpr int depth = 100'000;
    std::string text;
    for (int i = 0; i < depth; ++i) {
        text += R"({"Transaction":)";
    }
    text += R"({"Input":{}})" + std::string(depth, '}');
    const auto program = program_of(text);
    block_on(client->start(program, {}, {.id = "deep"}));
    EXPECT_EQ(runs.started.at(0).program, program->id());
}

TEST_F(ClientTest, a_start_without_an_id_has_one_when_it_is_sent) {
    const auto program = program_of(R"({"Input":{}})");
    const auto first = block_on(client->start(program, {}, {}));
    const auto second = block_on(client->start(program, {}, {}));
    EXPECT_FALSE(first.id.empty());
    EXPECT_NE(first.id, second.id);
    EXPECT_EQ(runs.started.at(0).options.id, first.id);
}

TEST_F(ClientTest, a_result_comes_when_the_run_ends) {
    auto waiting = std::async(std::launch::async, [&] { return block_on(client->result("r")); });
    runs.until_waiting(1);
    const model::Outcome outcome = model::Failed{model::Value::string("no stock")};
    runs.finish("r", outcome);
    EXPECT_TRUE(model::identical(waiting.get(), outcome));
}

TEST_F(ClientTest, a_poll_has_an_outcome_or_nothing) {
    EXPECT_FALSE(block_on(client->poll("r")));
    const model::Outcome outcome = model::Died{model::Death::remote_fail("List is empty")};
    runs.finish("r", outcome);
    const auto polled = block_on(client->poll("r"));
    ASSERT_TRUE(polled);
    EXPECT_TRUE(model::identical(*polled, outcome));
}

TEST_F(ClientTest, each_command_arrives_with_its_run) {
    const std::string id = "../a b/%2F";
    block_on(client->pause(id));
    block_on(client->resume(id));
    block_on(client->abort(id));
    block_on(client->remove(id));
    block_on(client->checkpoint());
    EXPECT_EQ(runs.calls, (std::vector<std::string>{"pause " + id, "resume " + id, "abort " + id,
                                                    "remove " + id, "checkpoint"}));
}

TEST_F(ClientTest, variables_cross_both_ways) {
    block_on(client->set_variable("r", "x/y", model::Value::string("ü")));
    EXPECT_EQ(runs.value.as_string(), "ü");
    EXPECT_EQ(block_on(client->get_variable("r", "x/y")).as_string(), "ü");
    EXPECT_EQ(runs.calls, (std::vector<std::string>{"set r x/y", "get r x/y"}));
}

TEST_F(ClientTest, a_variable_that_holds_code_is_an_error_and_not_a_crash) {
    runs.value = model::Value::flow_code(0, {});
    try {
        block_on(client->get_variable("r", "x"));
        FAIL() << "code cannot be written";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), errc::too_large);
    }
}

TEST_F(ClientTest, a_listing_has_its_filter_and_its_token) {
    runs.page.next = std::string("\x00\xff\"%", 4);
    runs.page.items.emplace_back().id = "r";
    runs.page.items[0].tags = {{"a", "b"}};
    const engine::Filter filter{.status = engine::Status::paused, .tags = {{"k", "v=w"}, {"l", "&"}}};
    const auto page = block_on(client->list(filter, {.limit = 7, .token = "\xfe token"}));
    EXPECT_EQ(page.next, runs.page.next);
    ASSERT_EQ(page.items.size(), 1U);
    EXPECT_EQ(page.items[0].tags, runs.page.items[0].tags);
    EXPECT_EQ(runs.filter.status, filter.status);
    EXPECT_EQ(runs.filter.tags, filter.tags);
    EXPECT_EQ(runs.request.limit, 7U);
    EXPECT_EQ(runs.request.token, "\xfe token");
    runs.page.next.reset();
    EXPECT_FALSE(block_on(client->list({}, {})).next);
}

TEST_F(ClientTest, errors_come_back_as_they_were) {
    for (const auto code : {errc::invalid_argument, errc::too_large, errc::not_found, errc::conflict,
                            errc::exists, errc::not_finished, errc::parked, errc::unavailable,
                            errc::throttled, errc::outcome_unknown, errc::stopped, errc::refused}) {
        runs.fail_with(Error(code, "a \"sentence\"", "r"));
        try {
            block_on(client->resume("r"));
            FAIL() << "it fails";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), code);
            EXPECT_EQ(error.sentence(), "a \"sentence\"");
            EXPECT_EQ(error.run(), "r");
        }
    }
}

TEST(Client, where_nobody_serves_there_is_none) {
    const Directory directory;
    EXPECT_FALSE(block_on(Client::connect(directory.path())));
    EXPECT_FALSE(block_on(Client::connect(directory.path() + "/none")));
}

/// What a call ends with whose server closes the connection without an answer.
template <class Call>
errc error_without_an_answer(Call call) {
    const Directory directory;
    asio::io_context context;
    asio::local::stream_protocol::acceptor acceptor(context, {directory.path() + "/control.sock"});
    std::thread server([&] {
        auto socket = acceptor.accept();
        const std::string owner = "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{\"process\":1}";
        socket.send(asio::buffer(owner));
        socket.shutdown(asio::socket_base::shutdown_send);
        std::array<char, 4096> request{};
        boost::system::error_code ignored;
        while (socket.read_some(asio::buffer(request), ignored) != 0) {
        }
        auto next = acceptor.accept();
        (void)next.read_some(asio::buffer(request), ignored);
    });
    auto code = errc::refused;
    try {
        const auto client = block_on(Client::connect(directory.path()));
        block_on(call(*client));
    } catch (const Error& error) {
        code = error.kind();
    }
    server.join();
    return code;
}

TEST(Client, without_an_answer_a_write_is_unknown_and_a_read_certainly_harmless) {
    EXPECT_EQ(error_without_an_answer([](Client& client) { return client.pause("r"); }),
              errc::outcome_unknown);
    EXPECT_EQ(error_without_an_answer([](Client& client) { return client.show("r"); }), errc::unavailable);
}

}  // namespace
}  // namespace zflow::control
