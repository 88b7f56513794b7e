#include "store_base.hpp"

namespace zflow::store_rocksdb {
namespace {

store::Durability durability_of(Sync sync) {
    switch (sync) {
        case Sync::sync:
            return store::Durability::sync;
        case Sync::process:
            return store::Durability::process;
        case Sync::none:
            break;
    }
    return store::Durability::volatile_;
}

}  // namespace

store::Capabilities StoreBase::capabilities() const {
    return {.durability = durability_of(database_->options().durability),
            .database_id = database_->database_id(),
            .shared = false,
            .expected_append = true,
            .trim = true,
            .remove_through = true,
            .exact_scan = true,
            .clock_ordered = false,
            .empty_keys = true};
}

store::asio::awaitable<Outcome> StoreBase::write(Write write) {
    auto outcome =
        co_await database_->writes().async_write(std::move(write), until(), store::asio::use_awaitable);
    if (outcome.error) {
        std::rethrow_exception(outcome.error);
    }
    co_return outcome;
}

}  // namespace zflow::store_rocksdb
