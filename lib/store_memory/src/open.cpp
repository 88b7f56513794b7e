#include "indexed_store.hpp"
#include "key_value_store.hpp"

#include <zflow/store_memory/open.hpp>

#include <fmt/format.h>

namespace zflow::store_memory {
namespace {

constexpr std::size_t greatest_value_limit = std::size_t{1} << 30;

store::asio::awaitable<store::Stores> open_uri(store::Uri uri, store::OpenOptions open_options) {
    return open(Options::from_uri(uri), open_options);
}

store::asio::awaitable<std::vector<store::Finding>> check(store::Uri uri, store::OpenOptions) {
    (void)Options::from_uri(uri);
    co_return std::vector<store::Finding>{{store::Finding::Severity::warning,
                                           "everything in memory is gone when the process ends",
                                           "use rocksdb:PATH for what must be kept"}};
}

}  // namespace

store::asio::awaitable<store::Stores> open(Options options, store::OpenOptions open_options) {
    if (options.max_value_bytes < 1 || options.max_value_bytes > greatest_value_limit) {
        throw store::Error(store::errc::invalid_argument, {backend_name, "open"},
                           fmt::format("max_value_bytes is {}; it may be 1 to {}", options.max_value_bytes,
                                       greatest_value_limit));
    }
    auto data = data_of(options.name, open_options.entropy->identifier());
    co_return store::Stores{std::make_unique<MemoryKeyValueStore>(data, options.max_value_bytes),
                            std::make_unique<MemoryIndexedStore>(data, options.max_value_bytes)};
}

}  // namespace zflow::store_memory

/// Named by every program that links the backend, so that this file, and with it the registration, is in it.
extern "C" const bool zflow_store_memory_registration = [] {
    using namespace zflow;
    store::register_kind({.scheme = "memory",
                          .usage = "memory: or memory:NAME",
                          .open = store_memory::open_uri,
                          .check = store_memory::check});
    return true;
}();
