#include "process.hpp"
#include "workload.hpp"

#include <zflow/conformance/child.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <sys/prctl.h>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace zflow::conformance {
namespace {

namespace asio = boost::asio;

/// What a child was started with: mode, URI, name, and numbers.
struct Order {
    std::string mode;
    std::string uri;
    std::string name;
    std::vector<std::uint64_t> numbers;
};

Order order_of(int argc, char** argv) {
    if (argc < 5) {
        throw std::runtime_error("too few arguments");
    }
    Order order{.mode = argv[2], .uri = argv[3], .name = argv[4], .numbers = {}};
    for (int i = 5; i < argc; ++i) {
        const std::string_view text = argv[i];
        std::uint64_t number = 0;
        if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc{}) {
            throw std::runtime_error("not a number: " + std::string(text));
        }
        order.numbers.push_back(number);
    }
    return order;
}

/// Run coroutines on this thread until all have ended. Errors: the first that one of them throws, at once.
void run_all(asio::io_context& context, std::vector<asio::awaitable<void>> works) {
    for (auto& work : works) {
        asio::co_spawn(context, std::move(work), [](const std::exception_ptr& error) {
            if (error) {
                std::rethrow_exception(error);
            }
        });
    }
    context.run();
}

asio::awaitable<void> open_into(store::Stores& stores, std::string uri) {
    stores = co_await store::open(std::move(uri));
}

/// Mode crash, numbers {seed}: clients that write until the process is killed.
std::vector<asio::awaitable<void>> crash_clients(store::Stores& stores, const Order& order) {
    std::vector<asio::awaitable<void>> clients;
    for (int client = 0; client < clients_per_child; ++client) {
        clients.push_back(run_client(stores, WorkPlace{order.name}, LedgerWriter(ledger_descriptor), client,
                                     order.numbers.at(0), std::numeric_limits<std::uint64_t>::max()));
    }
    return clients;
}

asio::awaitable<void> append_plain(store::IndexedStore& idx, store::Topic topic, LedgerWriter ledger,
                                   int writer, int count) {
    for (int i = 0; i < count; ++i) {
        ledger.acknowledge(writer, co_await idx.append(topic, "writer-" + std::to_string(writer)));
    }
}

asio::awaitable<void> append_expected(store::IndexedStore& idx, store::Topic topic, LedgerWriter ledger,
                                      int writer, int count) {
    store::Position expected = 0;
    for (int done = 0; done < count;) {
        const auto result = co_await idx.append(topic, "writer-" + std::to_string(writer), expected);
        if (result.is_applied()) {
            ledger.acknowledge(writer, result.position());
            ++done;
        } else if (result.position() == expected) {
            throw std::runtime_error("append(expected) conflicts with the very position it expected");
        }
        expected = result.position();
    }
}

asio::awaitable<void> put_versions(store::KeyValueStore& kv, store::Namespace ns, LedgerWriter ledger,
                                   int writer, int count) {
    for (int i = 1; i <= count; ++i) {
        co_await kv.put(ns, {"writer-" + std::to_string(writer)}, "v", i);
        ledger.acknowledge(writer, static_cast<std::uint64_t>(i));
    }
}

std::vector<asio::awaitable<void>> works_of(store::Stores& stores, const Order& order) {
    if (order.mode == "crash") {
        return crash_clients(stores, order);
    }
    const LedgerWriter ledger(ledger_descriptor);
    const auto writer = static_cast<int>(order.numbers.at(0));
    const auto count = static_cast<int>(order.numbers.at(1));
    std::vector<asio::awaitable<void>> works;
    if (order.mode == "append") {
        works.push_back(append_plain(*stores.indexed, {order.name}, ledger, writer, count));
    } else if (order.mode == "append_expected") {
        works.push_back(append_expected(*stores.indexed, {order.name}, ledger, writer, count));
    } else if (order.mode == "put") {
        works.push_back(put_versions(*stores.key_value, {order.name}, ledger, writer, count));
    } else {
        throw std::runtime_error("an unknown mode: " + order.mode);
    }
    return works;
}

}  // namespace

std::optional<int> child_main(int argc, char** argv) {
    if (argc < 2 || std::string_view(argv[1]) != child_argument) {
        return std::nullopt;
    }
    // A child never outlives its parent, and a parent that is gone ends it by a failed write, not by a
    // signal.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::signal(SIGPIPE, SIG_IGN);
    // When a client fails the others still wait for the store: nothing is destroyed then, the process just
    // ends.
    store::Stores stores;
    asio::io_context context;
    try {
        const auto order = order_of(argc, argv);
        std::vector<asio::awaitable<void>> opening;
        opening.push_back(open_into(stores, order.uri));
        asio::io_context opener;
        run_all(opener, std::move(opening));
        run_all(context, works_of(stores, order));
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        std::fflush(stderr);
        std::_Exit(1);
    }
}

}  // namespace zflow::conformance
