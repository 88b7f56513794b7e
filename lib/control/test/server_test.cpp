#include "fake_runs.hpp"
#include "place_fixture.hpp"

#include <zflow/control/client.hpp>
#include <zflow/control/server.hpp>
#include <zflow/store/block_on.hpp>

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <future>

namespace zflow::control {
namespace {

using engine::errc;
using engine::Error;
using store::block_on;
using testing::HasSubstr;

constexpr const char* show_request = "GET /v1/runs/r HTTP/1.1\r\nHost: x\r\n\r\n";

engine::Step step(engine::Step::Kind kind, std::string run_id, std::string name) {
    engine::Step step;
    step.kind = kind;
    step.run_id = std::move(run_id);
    step.name = std::move(name);
    return step;
}

class ServerTest : public testing::Test {
 protected:
    ~ServerTest() override {
        if (server) {
            block_on(server->stop());
        }
    }

    void serve(ServerOptions options = {}) {
        server = std::make_unique<Server>(runs, steps, directory.path(), options);
        client = block_on(Client::connect(directory.path()));
        ASSERT_TRUE(client);
    }

    /// The answer to a request with a body.
    std::string post(std::string_view target, std::string_view body) {
        return RawClient(directory.path())
            .ask("POST " + std::string(target) + " HTTP/1.1\r\nHost: x\r\nContent-Length: " +
                 std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
    }

    Directory directory;
    FakeRuns runs;
    StepFeed steps;
    std::unique_ptr<Server> server;
    std::unique_ptr<Client> client;
};

TEST_F(ServerTest, only_its_user_may_connect) {
    serve();
    struct stat status{};
    ASSERT_EQ(::stat((directory.path() + "/control.sock").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(ServerTest, the_socket_of_a_dead_process_is_replaced) {
    serve();
    // What a crash leaves behind: a socket that nobody listens on.
    std::filesystem::rename(directory.path() + "/control.sock", directory.path() + "/old");
    block_on(server->stop());
    std::filesystem::rename(directory.path() + "/old", directory.path() + "/control.sock");
    EXPECT_FALSE(block_on(Client::connect(directory.path())));
    serve();
    block_on(client->pause("r"));
    EXPECT_EQ(runs.calls, std::vector<std::string>{"pause r"});
}

TEST_F(ServerTest, a_directory_with_a_long_name_is_served) {
    const auto deep = directory.path() + "/" + std::string(100, 'd') + "/" + std::string(100, 'e');
    std::filesystem::create_directories(deep);
    Server far(runs, steps, deep);
    const auto to_far = block_on(Client::connect(deep));
    ASSERT_TRUE(to_far);
    block_on(to_far->abort("r"));
    EXPECT_EQ(runs.calls, std::vector<std::string>{"abort r"});
    block_on(far.stop());
    EXPECT_FALSE(std::filesystem::exists(deep + "/control.sock"));
}

TEST_F(ServerTest, after_stop_the_socket_is_gone_and_a_second_stop_does_nothing) {
    serve();
    block_on(server->stop());
    EXPECT_FALSE(std::filesystem::exists(directory.path() + "/control.sock"));
    EXPECT_FALSE(block_on(Client::connect(directory.path())));
    block_on(server->stop());
}

TEST_F(ServerTest, who_waits_for_a_result_is_told_that_it_stops) {
    serve();
    auto waiting = std::async(std::launch::async, [&] { return block_on(client->result("r")); });
    runs.until_waiting(1);
    block_on(server->stop());
    try {
        (void)waiting.get();
        FAIL() << "the run has not ended";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), errc::stopped);
    }
    runs.until_waiting(0);
}

TEST_F(ServerTest, without_a_stop_clients_see_a_crash) {
    serve();
    auto waiting = std::async(std::launch::async, [&] { return block_on(client->result("r")); });
    runs.until_waiting(1);
    server.reset();
    try {
        (void)waiting.get();
        FAIL() << "the run has not ended";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), errc::unavailable);
    }
}

TEST_F(ServerTest, a_client_that_goes_ends_its_wait) {
    serve();
    RawClient raw(directory.path());
    raw.send("GET /v1/runs/r/result HTTP/1.1\r\nHost: x\r\n\r\n");
    runs.until_waiting(1);
    raw.close();
    runs.until_waiting(0);
}

TEST_F(ServerTest, half_a_request_holds_up_nobody) {
    serve();
    RawClient slow(directory.path());
    slow.send("GET /v1/ru");
    block_on(client->pause("r"));
    EXPECT_EQ(runs.calls, std::vector<std::string>{"pause r"});
}

TEST_F(ServerTest, who_does_not_go_on_is_cut_off) {
    serve({.patience = std::chrono::milliseconds(1)});
    EXPECT_EQ(RawClient(directory.path()).ask("GET /v1/ru"), "");
}

TEST_F(ServerTest, requests_have_a_size) {
    serve({.request_bytes = 1'000});
    const auto answer = post("/v1/runs", std::string(1'001, ' '));
    EXPECT_THAT(answer, HasSubstr("413"));
    EXPECT_THAT(answer, HasSubstr(R"("error":"too_large")"));
    EXPECT_THAT(post("/v1/runs", std::string(1'000, ' ')), HasSubstr("invalid_argument"));
}

TEST_F(ServerTest, all_requests_together_have_a_size) {
    serve({.request_bytes = 1'000, .all_request_bytes = 1'500});
    RawClient first(directory.path());
    first.send("POST /v1/runs HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n");
    // The server reads in the order of arrival: by now it has the first one's header.
    EXPECT_THAT(RawClient(directory.path()).ask(show_request), HasSubstr("200 OK"));
    EXPECT_THAT(post("/v1/runs", std::string(700, ' ')), HasSubstr(R"("error":"throttled")"));
    first.send(std::string(900, ' '));
    EXPECT_THAT(first.read(), HasSubstr("invalid_argument"));
    EXPECT_THAT(post("/v1/runs", std::string(700, ' ')), HasSubstr("invalid_argument"));
}

TEST_F(ServerTest, connections_beyond_the_bound_are_told_to_come_back) {
    server = std::make_unique<Server>(runs, steps, directory.path(), ServerOptions{.connections = 1});
    RawClient first(directory.path());
    first.send("GET /v1/runs/r/result HTTP/1.1\r\nHost: x\r\n\r\n");
    runs.until_waiting(1);
    try {
        (void)block_on(Client::connect(directory.path()));
        FAIL() << "there are two connections";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), errc::throttled);
    }
}

TEST_F(ServerTest, what_is_no_request_is_refused_with_a_sentence) {
    serve();
    EXPECT_THAT(RawClient(directory.path()).ask("hello there\r\n\r\n"), HasSubstr("this is not HTTP/1.1"));
    EXPECT_THAT(RawClient(directory.path()).ask("GET /v2/runs HTTP/1.1\r\nHost: x\r\n\r\n"),
                HasSubstr("there is no request GET /v2/runs"));
    EXPECT_THAT(RawClient(directory.path()).ask("GET /v1/runs/%zz HTTP/1.1\r\nHost: x\r\n\r\n"),
                HasSubstr("two hexadecimal digits"));
    EXPECT_THAT(RawClient(directory.path()).ask("GET /v1/runs?limit=x HTTP/1.1\r\nHost: x\r\n\r\n"),
                HasSubstr("the limit 'x' is not a whole number"));
    EXPECT_THAT(RawClient(directory.path()).ask("GET /v1/runs?status=x HTTP/1.1\r\nHost: x\r\n\r\n"),
                HasSubstr("'x' is not the status of a run"));
    EXPECT_THAT(RawClient(directory.path())
                    .ask("POST /v1/runs HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                HasSubstr("Content-Length"));
}

TEST_F(ServerTest, a_start_that_is_none_is_refused_with_a_sentence) {
    serve();
    EXPECT_THAT(post("/v1/runs", "{}"), HasSubstr("the field 'program' of a start is missing"));
    EXPECT_THAT(post("/v1/runs", "[]"), HasSubstr("the object of a start"));
    EXPECT_THAT(post("/v1/runs", R"({"program":{"Input":{}})"), HasSubstr("expected ',' or '}'"));
    EXPECT_THAT(post("/v1/runs", R"({"program":{"Input":{}},"color":1})"), HasSubstr("has no field 'color'"));
    EXPECT_THAT(post("/v1/runs", R"({"program":{"Imput":{}}})"), HasSubstr("but there is 'Input'"));
    EXPECT_THAT(post("/v1/runs", R"({"program":{"Input":{}},"input":5})"), HasSubstr("the input: "));
    EXPECT_THAT(post("/v1/runs", R"({"program":{"Input":{}},"tags":{"a":1}})"), HasSubstr("the tag 'a'"));
    EXPECT_THAT(post("/v1/runs", R"({"program":{"Input":{}},"if_exists":"x"})"), HasSubstr("if_exists"));
    EXPECT_THAT(
        post("/v1/runs",
             R"({"program":{"Return":{"Unbound":{"identifier":"00000000-0000-4000-8000-000000000001"}}}})"),
        HasSubstr("bound by nothing around it"));
    EXPECT_TRUE(runs.started.empty());
}

TEST_F(ServerTest, a_watch_has_the_steps_of_its_run_in_order_until_it_ends) {
    serve();
    std::promise<void> began;
    std::vector<std::string> seen;
    auto watching = std::async(std::launch::async, [&] {
        block_on(client->watch(
            "r", [&] { began.set_value(); },
            [&](const engine::Step& step) { seen.push_back(step.run_id + " " + step.name); }));
    });
    began.get_future().wait();
    for (int i = 0; i < 1'000; ++i) {
        steps.publish(step(engine::Step::Kind::log, "r", std::to_string(i)));
        steps.publish(step(engine::Step::Kind::finished, "other", ""));
    }
    steps.publish(step(engine::Step::Kind::finished, "r", "last"));
    watching.get();
    ASSERT_EQ(seen.size(), 1'001U);
    EXPECT_EQ(seen.at(0), "r 0");
    EXPECT_EQ(seen.at(999), "r 999");
    EXPECT_EQ(seen.at(1'000), "r last");
}

TEST_F(ServerTest, a_watch_has_a_step_before_the_next_one_happens) {
    serve();
    std::promise<void> began;
    std::promise<void> seen;
    auto watching = std::async(std::launch::async, [&] {
        block_on(client->watch(
            "r", [&] { began.set_value(); },
            [&](const engine::Step& one) {
                if (one.kind == engine::Step::Kind::log) {
                    seen.set_value();
                }
            }));
    });
    began.get_future().wait();
    steps.publish(step(engine::Step::Kind::log, "r", "first"));
    seen.get_future().wait();
    steps.publish(step(engine::Step::Kind::finished, "r", ""));
    watching.get();
}

TEST_F(ServerTest, a_watch_of_a_run_that_has_ended_is_over_at_once) {
    serve();
    runs.finish("r", model::Succeeded{});
    block_on(client->watch("r", [] {}, [](const engine::Step&) { FAIL() << "nothing happens any more"; }));
}

TEST_F(ServerTest, who_watches_is_told_that_it_stops) {
    serve();
    std::promise<void> began;
    auto watching = std::async(std::launch::async, [&] {
        block_on(client->watch("r", [&] { began.set_value(); }, [](const engine::Step&) {}));
    });
    began.get_future().wait();
    block_on(server->stop());
    try {
        watching.get();
        FAIL() << "the run has not ended";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), errc::stopped);
    }
}

}  // namespace
}  // namespace zflow::control
