#include <zflow/base/version.hpp>
#include <zflow/store/block_on.hpp>
#include <zflow/store/open.hpp>

#include <iostream>
#include <string>

namespace store = zflow::store;

/// Write a value and read it back.
store::asio::awaitable<std::string> round_trip(std::string uri) {
    const auto stores = co_await store::open(uri);
    co_await stores.key_value->put({"ns"}, {"key"}, "value", 1);
    (void)co_await stores.indexed->append({"topic"}, "entry");
    const auto latest = co_await stores.key_value->get_latest({"ns"}, {"key"});
    const auto position = co_await stores.indexed->position({"topic"});
    co_return latest.value().value + " " + std::to_string(position);
}

int main(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        std::cout << argv[i] << " gave " << store::block_on(round_trip(argv[i])) << ", zflow "
                  << zflow::base::version() << "\n";
    }
}
