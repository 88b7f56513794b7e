#include "order_saga.hpp"
#include "world.hpp"

#include <zflow/control/place.hpp>
#include <zflow/control/server.hpp>
#include <zflow/engine/typed.hpp>
#include <zflow/store/block_on.hpp>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <optional>

using namespace zflow;
using engine::Engine;
using engine::OperationCall;
using shop::Order;
namespace asio = engine::asio;

namespace {

struct Settings {
    std::string store = "rocksdb:zflow-data";
    std::string world = "zflow-world.txt";
    unsigned pace = 5'000;
    std::string hold;
    bool trucks = true;
    bool json = false;
};

/// One call of an operation: it is done at once, and the answer takes its time.
asio::awaitable<void> act(Settings settings, OperationCall call, std::string what) {
    const auto is_new = shop::World(settings.world).act(call.operation_id, call.name + ": " + what);
    std::cout << "  " << call.name << "  key " << call.operation_id << "  "
              << (is_new ? what : "was done under this key before the crash: not done again") << std::endl;
    const auto pace =
        settings.hold == call.name ? std::chrono::hours(1) : std::chrono::milliseconds(settings.pace);
    asio::steady_timer answer(co_await asio::this_coro::executor, pace);
    co_await answer.async_wait(asio::use_awaitable);
}

/// What the run did, as soon as it is durable.
void show(const engine::Step& step) {
    using Kind = engine::Step::Kind;
    if (step.kind == Kind::operation_completed || step.kind == Kind::operation_failed) {
        std::cout << "  " << step.name << "  written down" << std::endl;
    } else if (step.kind == Kind::sleeping) {
        std::cout << "  waits before it tries again" << std::endl;
    }
}

// [operations]
void give_operations(Engine& engine, Settings settings) {
    operation(engine, shop::charge, [=](OperationCall call, Order order) -> asio::awaitable<std::string> {
        co_await act(settings, call, std::to_string(order.amount) + " cents");
        co_return "payment of " + order.id;
    });
    operation(engine, shop::refund, [=](OperationCall call, std::string payment) {
        return act(settings, call, "gave back the " + payment);
    });
    operation(engine, shop::ship,
              [=](OperationCall call, Order order,
                  std::string) -> asio::awaitable<std::expected<std::string, ActivityError>> {
                  if (!settings.trucks) {
                      std::cout << "  " << call.name << "  key " << call.operation_id << "  no truck"
                                << std::endl;
                      co_return std::unexpected(ActivityError{"no truck", {}});
                  }
                  co_await act(settings, call, std::to_string(order.items.size()) + " items");
                  co_return "parcel of " + order.id;
              });
    operation(engine, shop::mail,
              [=](OperationCall call, std::string, std::string text) { return act(settings, call, text); });
}
// [operations end]

/// The order that has not ended yet, else the number of the last one.
struct Found {
    std::string unfinished;
    int last = 0;
};

asio::awaitable<Found> find_orders(Engine& engine) {
    Found found;
    engine::ListRequest request;
    do {
        const auto page = co_await engine.list({.tags = {{"example", "order_saga"}}}, request);
        for (const auto& run : page.items) {
            found.last = std::max(found.last, std::stoi(run.tags.at("number")));
            if (run.status == engine::Status::running) {
                found.unfinished = run.id;
            }
        }
        request.token = page.next.value_or("");
    } while (!request.token.empty());
    co_return found;
}

// [run]
asio::awaitable<void> run_an_order(Settings settings) {
    const auto definition = flow("buy", shop::buy, {.version = 2});
    control::StepFeed steps;
    auto engine = co_await Engine::open(settings.store, {.on_step = [&](const engine::Step& step) {
                                            show(step);
                                            steps.publish(step);
                                        }});
    // `zflow show order-1` and the like ask us while we have the store open.
    const auto runs = control::runs_of(*engine);
    std::optional<control::Server> outside;
    if (const auto directory = control::directory_of(settings.store)) {
        outside.emplace(*runs, steps, *directory);
    }

    const auto found = co_await find_orders(*engine);
    auto id = found.unfinished;
    if (!id.empty()) {
        std::cout << id << " goes on where it was" << std::endl;
    } else {
        const auto number = std::to_string(found.last + 1);
        id = "order-" + number;
        std::cout << id << " begins" << std::endl;
        co_await start(*engine, definition, {id, 1995, {"book", "pen"}},
                       {.id = id, .tags = {{"example", "order_saga"}, {"number", number}}});
    }
    give_operations(*engine, settings);

    const engine::Run order(*engine, definition, id);
    const auto receipt = co_await order.result();
    if (receipt) {
        std::cout << id << " has ended: received the " << receipt->parcel << std::endl;
    } else {
        std::cout << id << " has failed: " << std::get<ActivityError>(receipt.error()).failure << std::endl;
    }
    if (outside) {
        co_await outside->stop();
    }
    co_await engine->stop();
}
// [run end]

}  // namespace

int main(int argc, char** argv) {
    Settings settings;
    CLI::App app(
        "An order saga that survives kill -9: it goes on with an unfinished order, else begins the next.");
    app.add_option("--store", settings.store, "where runs are kept")->capture_default_str();
    app.add_option("--world", settings.world, "the file of what was done outside")->capture_default_str();
    app.add_option("--pace", settings.pace, "how many milliseconds an operation takes")
        ->capture_default_str();
    app.add_option("--hold", settings.hold, "an operation that does not answer, to kill the process there");
    app.add_flag("!--no-trucks", settings.trucks, "nothing can be shipped: the payment is given back");
    app.add_flag("--json", settings.json, "print the program, run nothing");
    CLI11_PARSE(app, argc, argv);
    if (settings.json) {
        std::cout << flow("buy", shop::buy, {.version = 2}).json() << "\n";
        return 0;
    }
    std::cout << "process " << ::getpid() << "; to see it survive: kill -9 " << ::getpid()
              << "  and start it again" << std::endl;
    try {
        store::block_on(run_an_order(settings));
    } catch (const std::exception& error) {
        std::cerr << "order_saga: " << error.what() << "\n";
        return 1;
    }
}
