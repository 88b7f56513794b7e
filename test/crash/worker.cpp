// A process that is killed: it opens the engine, starts runs, and writes down what it was told.

#include "clients.hpp"
#include "flows.hpp"
#include "ledger.hpp"
#include "operations.hpp"

#include <zflow/base/entropy.hpp>
#include <zflow/engine/crash_points.hpp>
#include <zflow/engine/engine.hpp>
#include <zflow/store/open.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <initializer_list>
#include <iostream>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace zflow::crash {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t partitions = 4;
constexpr int runs_of_a_client = 1'000;
/// One in so many lives looks at the log first, which opens and closes the store.
constexpr std::uint64_t measured_lives = 8;

/// How many clients each kind of run has.
const std::map<std::string, int> clients_of{{"three", 6},   {"forks", 3}, {"saga", 4},     {"sleeps", 6},
                                            {"retries", 3}, {"loop", 1},  {"counters", 3}, {"signals", 3},
                                            {"endless", 3}, {"again", 4}};

struct Arguments {
    std::string store;
    std::string ledger;
    std::string life;  ///< of the process; a number
    std::string mode;  ///< work: until killed; stop: stop soon; finish: end everything
    std::uint64_t seed = 0;
};

/// Small bounds, so that checkpoints, loads and trims happen all the time.
engine::Options options_of(const Arguments& arguments) {
    base::SeededEntropy random(arguments.seed);
    const auto pick = [&](std::initializer_list<int> from) {
        return *(from.begin() + random.number() % from.size());
    };
    engine::Options options;
    options.partitions = partitions;
    options.checkpoint_bytes = static_cast<std::size_t>(pick({500, 4'000, 30'000}));
    options.loaded_runs = static_cast<std::size_t>(pick({1, 5, 50}));
    options.checkpoint_age = std::chrono::milliseconds(pick({10, 60, 400}));
    options.limits.turn = static_cast<std::uint64_t>(pick({1'000, 5'000}));
    return options;
}

/// How much of the log is left.
asio::awaitable<void> measure_logs(std::string uri, Ledger& ledger) {
    const auto stores = co_await store::open(uri);
    for (std::uint32_t p = 0; p < partitions; ++p) {
        const store::Topic topic{fmt::format("_zflow_log_{}", p)};
        const auto position = co_await stores.indexed->position(topic);
        std::size_t count = 0;
        for (store::Index next = 1; next <= position;) {
            const auto entries = co_await stores.indexed->scan(topic, next, position, 1'000);
            if (entries.empty()) {
                break;
            }
            count += entries.size();
            next = entries.back().index + 1;
        }
        ledger.write({"log", fmt::format("{}", p), fmt::format("{}", position), fmt::format("{}", count)});
    }
}

/// Counts clients, so that their end can be waited for.
struct Going {
    std::size_t left = 0;
    asio::steady_timer all_ended;
};

asio::awaitable<void> work(Arguments arguments, Ledger& ledger) {
    const auto executor = co_await asio::this_coro::executor;
    if (arguments.seed % measured_lives == 0) {
        co_await measure_logs(arguments.store, ledger);
    }
    auto engine = co_await engine::Engine::open(arguments.store, options_of(arguments));
    add_operations(*engine, ledger, arguments.life);
    ledger.write({"opened", arguments.life});
    Clients clients(*engine, ledger);
    Going going{.all_ended = asio::steady_timer(executor, asio::steady_timer::time_point::max())};
    const auto begin = [&](asio::awaitable<void> client) {
        ++going.left;
        asio::co_spawn(executor, std::move(client), [&going](const std::exception_ptr& error) {
            if (error) {
                std::rethrow_exception(error);
            }
            if (--going.left == 0) {
                going.all_ended.cancel();
            }
        });
    };
    begin(clients.ask_again());
    const auto finish = arguments.mode == "finish";
    for (const auto& [kind, count] : clients_of) {
        for (int client = 0; client < count; ++client) {
            begin(clients.client(kind, client, runs_of_a_client, finish));
        }
    }
    if (arguments.mode == "stop") {
        asio::steady_timer soon(executor, 150ms);
        co_await soon.async_wait(asio::use_awaitable);
        co_await engine->stop(50ms);
    }
    while (going.left != 0) {
        boost::system::error_code ignored;
        co_await going.all_ended.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    if (finish) {
        co_await clients.ask_again();
        co_await clients.compare_listing();
    }
    co_await engine->stop();
    engine.reset();
    ledger.write({"stopped", arguments.life});
    if (finish) {
        co_await measure_logs(arguments.store, ledger);
    }
}

int list_points() {
    for (const auto point : engine::crash_points::all) {
        std::cout << point << "\n";
    }
    for (const auto& kind : store::kinds()) {
        for (const auto& point : kind.crash_points) {
            std::cout << point << "\n";
        }
    }
    return EXIT_SUCCESS;
}

int main(const std::vector<std::string>& words) {
    if (words.size() == 1 && words.front() == "points") {
        return list_points();
    }
    if (words.size() != 5) {
        std::cerr << "usage: zflow_crash_worker points | STORE LEDGER LIFE work|stop|finish SEED\n";
        return 2;
    }
    const Arguments arguments{words[0], words[1], words[2], words[3], std::stoull(words[4])};
    Ledger ledger(arguments.ledger);
    asio::io_context context;
    const auto strand = asio::make_strand(context);
    asio::co_spawn(strand, work(arguments, ledger), [](const std::exception_ptr& error) {
        if (error) {
            std::rethrow_exception(error);
        }
    });
    // Half of the lives have two threads.
    std::jthread second;
    if (arguments.seed % 2 == 0) {
        second = std::jthread([&] { context.run(); });
    }
    context.run();
    return EXIT_SUCCESS;
}

}  // namespace
}  // namespace zflow::crash

int main(int argc, char** argv) {
    try {
        return zflow::crash::main({argv + 1, argv + argc});
    } catch (const std::exception& error) {
        std::cerr << "zflow_crash_worker: " << error.what() << "\n";
        return EXIT_FAILURE;
    }
}
