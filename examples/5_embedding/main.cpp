#include <zflow/control/place.hpp>
#include <zflow/control/server.hpp>
#include <zflow/dsl/dsl.hpp>
#include <zflow/engine/typed.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/write.hpp>

#include <csignal>
#include <iostream>
#include <set>

using namespace zflow;
using namespace std::chrono_literals;
using engine::Engine;
namespace asio = engine::asio;
using asio::ip::tcp;

constexpr auto charge = activity<std::string(std::string)>("charge-card");

Flow<std::string> buy(Remote<std::string> order) {
    auto payment = co_await charge(order);
    co_await sleep(500ms);
    co_return payment;
}

// [server]
/// The program's own work: a server of lines, on the same io_context as the engine. A line names an order; it
/// is answered when the order has begun, and again when it has ended.
class Server {
 public:
    Server(Engine& engine, asio::any_io_executor executor)
        : engine_(engine),
          acceptor_(executor, {asio::ip::address_v4::loopback(), 0}),
          all_gone_(executor, asio::steady_timer::time_point::max()) {}

    [[nodiscard]] unsigned port() const { return acceptor_.local_endpoint().port(); }

    asio::awaitable<void> listen() {
        for (;;) {
            tcp::socket client = co_await acceptor_.async_accept(asio::use_awaitable);
            asio::co_spawn(acceptor_.get_executor(), serve(std::move(client)), asio::detached);
        }
    }

    /// No more clients, and those that are here are sent away.
    void close() {
        acceptor_.close();
        for (auto* const client : clients_) {
            client->close();
        }
    }

    asio::awaitable<void> wait_until_all_are_gone() {
        while (!clients_.empty()) {
            boost::system::error_code cancelled;
            co_await all_gone_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
        }
    }

 private:
    asio::awaitable<void> serve(tcp::socket client) {
        clients_.insert(&client);
        try {
            co_await answer(client);
        } catch (const std::exception&) {
            // The client has gone, or the engine stops: the orders go on without it.
        }
        clients_.erase(&client);
        all_gone_.cancel();
    }

    asio::awaitable<void> answer(tcp::socket& client) {
        for (std::string text;;) {
            const auto length = co_await asio::async_read_until(client, asio::dynamic_buffer(text), '\n',
                                                                asio::use_awaitable);
            const auto order = text.substr(0, length - 1);
            text.erase(0, length);
            const auto run = co_await start(engine_, definition_, order, {.id = "order-" + order});
            co_await say(client, run.id() + (run.attached() ? " was there\n" : " begins\n"));
            const auto payment = co_await run.result();
            co_await say(client, run.id() + ": " + payment.value() + "\n");
        }
    }

    static asio::awaitable<void> say(tcp::socket& client, std::string line) {
        co_await asio::async_write(client, asio::buffer(line), asio::use_awaitable);
    }

    Engine& engine_;
    const Definition<std::string, std::string, ActivityError> definition_ = flow("buy", buy);
    tcp::acceptor acceptor_;
    std::set<tcp::socket*> clients_;
    asio::steady_timer all_gone_;
};
// [server end]

// [main]
asio::awaitable<void> run(std::string store) {
    const auto executor = co_await asio::this_coro::executor;
    control::StepFeed steps;
    auto engine = co_await Engine::open(
        store, {.owner_name = "shop", .on_step = [&](const engine::Step& step) { steps.publish(step); }});
    operation(*engine, charge, [](const std::string& order) { return "payment of " + order; });

    // Optional: `zflow list`, `show`, `set` .. of other processes ask us while we have the store open.
    const auto runs = control::runs_of(*engine);
    control::Server outside(*runs, steps, control::directory_of(store).value());

    Server server(*engine, executor);
    asio::co_spawn(executor, server.listen(), asio::detached);
    std::cout << "port " << server.port() << std::endl;

    asio::signal_set signals(executor, SIGINT, SIGTERM);
    co_await signals.async_wait(asio::use_awaitable);
    server.close();
    co_await outside.stop();
    co_await engine->stop(5s);  // ends calls that wait; runs go on when the engine is opened again
    co_await server.wait_until_all_are_gone();
    std::cout << "stopped" << std::endl;
}

int main(int argc, char** argv) {
    asio::io_context context(1);
    int code = 0;
    asio::co_spawn(context, run(argc > 1 ? argv[1] : "rocksdb:my-shop"),
                   [&](const std::exception_ptr& error) {
                       try {
                           if (error) {
                               std::rethrow_exception(error);
                           }
                       } catch (const std::exception& exception) {
                           std::cerr << exception.what() << "\n";
                           code = 1;
                       }
                       context.stop();
                   });
    context.run();
    return code;
}
// [main end]
