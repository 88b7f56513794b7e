#pragma once

#include "database.hpp"
#include "errors.hpp"

#include <zflow/store/argument_checks.hpp>

#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <memory>
#include <type_traits>
#include <utility>

namespace zflow::store_rocksdb {

/// The answer of a read, or why there is none.
template <class T>
struct Found {
    using Value = T;
    rocksdb::Status status;
    T value{};
};

/// What a read that is called with options gives.
template <class Read>
using FoundBy = std::invoke_result_t<Read&, const rocksdb::ReadOptions&>;

/// What both stores of a directory have in common.
class StoreBase {
 public:
    StoreBase(std::shared_ptr<Database> database, std::chrono::milliseconds deadline)
        : database_(std::move(database)),
          checks_(backend_name, {.value_bytes = database_->options().max_value_bytes}, /*empty_keys=*/true),
          deadline_(deadline) {}

    [[nodiscard]] store::Capabilities capabilities() const;
    [[nodiscard]] const store::ArgumentChecks& checks() const noexcept { return checks_; }
    [[nodiscard]] Database& database() noexcept { return *database_; }

    /// Queue a write and wait until it is durable.
    ///
    /// Errors: the outcome's.
    [[nodiscard]] store::asio::awaitable<Outcome> write(Write write);

    /// Read from memory if that is possible, else on a thread of the pool.
    ///
    /// Parameters: `read` is called with the options it must read with, and gives a Found<T>; a status
    /// Incomplete says that the answer is not in memory; it may refer to the database, which outlives its
    /// pool, not to the store. `name` is the namespace or topic, for messages.
    template <class Read, class Name>
    [[nodiscard]] store::asio::awaitable<typename FoundBy<Read>::Value> read(const char* operation, Name name,
                                                                             Read read) {
        auto found = read_memory(read);
        if (found.status.IsIncomplete()) {
            found = co_await read_disk(operation, std::move(read));
        }
        co_return value_of(std::move(found), operation, name);
    }

    // The parts of `read`, for calls that are so quick that a coroutine more would be felt.

    template <class Read>
    [[nodiscard]] static FoundBy<Read> read_memory(Read& read) {
        rocksdb::ReadOptions in_memory;
        in_memory.read_tier = rocksdb::kBlockCacheTier;
        return read(in_memory);
    }

    template <class Read>
    [[nodiscard]] store::asio::awaitable<FoundBy<Read>> read_disk(const char* operation, Read read) {
        co_return co_await database_->reads().async_read(
            [read = std::move(read)]() mutable { return read(rocksdb::ReadOptions{}); }, operation, until(),
            store::asio::use_awaitable);
    }

    template <class T, class Name>
    [[nodiscard]] static T value_of(Found<T> found, const char* operation, const Name& name) {
        if (!found.status.ok()) {
            throw read_error(found.status, operation, store::describe(name));
        }
        return std::move(found.value);
    }

 private:
    [[nodiscard]] SteadyTime until() const { return database_->clock().steady_now() + deadline_; }

    std::shared_ptr<Database> database_;
    store::ArgumentChecks checks_;
    std::chrono::milliseconds deadline_;
};

}  // namespace zflow::store_rocksdb
