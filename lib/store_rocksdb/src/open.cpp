#include "check.hpp"
#include "indexed_store.hpp"
#include "key_value_store.hpp"
#include "registry.hpp"

#include <zflow/store_rocksdb/open.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

namespace zflow::store_rocksdb {
namespace {

/// Check what was asked for. Limits of a URI are checked where they are read; these are those of the struct.
void check(const Options& options) {
    const auto refuse = [&](std::string sentence) {
        throw store::Error(store::errc::invalid_argument,
                           {backend_name, "open", fmt::format("directory '{}'", options.path)},
                           std::move(sentence));
    };
    if (options.max_value_bytes < 1 || options.max_value_bytes > max_value_limit) {
        refuse(fmt::format("max_value_bytes is {}; it may be 1 to {}", options.max_value_bytes,
                           max_value_limit));
    }
    if (options.cache_bytes < std::size_t{1} << 20) {
        refuse(fmt::format("cache_bytes is {}; it must be at least 1 MiB", options.cache_bytes));
    }
    if (options.max_queued_calls < 1 || options.max_queued_bytes < 1) {
        refuse("max_queued_calls and max_queued_bytes must be at least 1");
    }
}

store::asio::awaitable<std::shared_ptr<Database>> open_blocking(Options options,
                                                                store::OpenOptions open_options) {
    co_return open_shared(options, open_options);
}

store::asio::awaitable<store::Stores> open_uri(store::Uri uri, store::OpenOptions open_options) {
    return open(Options::from_uri(uri), open_options);
}

}  // namespace

store::asio::awaitable<store::Stores> open(Options options, store::OpenOptions open_options) {
    check(options);
    // Opening reads files and may replay a log: not on the caller's executor.
    store::asio::thread_pool thread(1);
    auto database = co_await store::asio::co_spawn(thread, open_blocking(options, open_options),
                                                   store::asio::use_awaitable);
    co_return store::Stores{std::make_unique<RocksdbKeyValueStore>(database, open_options.deadline),
                            std::make_unique<RocksdbIndexedStore>(database, open_options.deadline)};
}

PipelineStatistics pipeline_statistics(const std::string& path) {
    const auto database = find_open(path);
    if (!database) {
        throw store::Error(store::errc::not_open,
                           {backend_name, "pipeline_statistics", fmt::format("directory '{}'", path)},
                           "this process does not have the directory open");
    }
    return database->writes().statistics();
}

}  // namespace zflow::store_rocksdb

/// Named by every program that links the backend, so that this file, and with it the registration, is in it.
extern "C" const bool zflow_store_rocksdb_registration = [] {
    using namespace zflow;
    store::register_kind({.scheme = "rocksdb",
                          .usage = "rocksdb:PATH?durability=sync|process|none",
                          .open = store_rocksdb::open_uri,
                          .crash_points = {"rocksdb.before_write", "rocksdb.after_write"},
                          .check = store_rocksdb::check});
    return true;
}();
