#include "broken_stores.hpp"
#include "journal_store.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>

#include <utility>

namespace zflow::negative {
namespace {

using store::Bytes;
using store::ForwardingKeyValueStore;
using store::Key;
using store::Namespace;
using store::Timestamp;
using store::asio::awaitable;

/// A put is acknowledged at once and written later, if the process lives.
class AcknowledgesBeforeTheWrite final : public ForwardingKeyValueStore {
    using ForwardingKeyValueStore::ForwardingKeyValueStore;
    awaitable<void> put(Namespace ns, Key key, Bytes value, Timestamp timestamp) override {
        store::asio::co_spawn(co_await store::asio::this_coro::executor,
                              inner().put(std::move(ns), std::move(key), std::move(value), timestamp),
                              store::asio::detached);
    }
};

awaitable<store::Stores> open_early(store::Uri uri, store::OpenOptions options) {
    auto stores = co_await store::open("rocksdb:" + uri.rest(), options);
    co_return break_key_value<AcknowledgesBeforeTheWrite>()(std::move(stores));
}

/// Durable, it says; it is a store in memory.
class SaysItIsDurable final : public ForwardingKeyValueStore {
    using ForwardingKeyValueStore::ForwardingKeyValueStore;
    store::Capabilities capabilities() const override {
        auto all = ForwardingKeyValueStore::capabilities();
        all.durability = store::Durability::sync;
        return all;
    }
};

awaitable<store::Stores> open_without_lock(store::Uri uri, store::OpenOptions) {
    co_return open_journal(uri.rest(), JournalFault::no_lock);
}

}  // namespace

void register_broken(std::string scheme, std::string sound_uri, Break around) {
    store::register_kind(
        {.scheme = scheme,
         .usage = scheme + ":",
         .open = [sound_uri, around](store::Uri, store::OpenOptions options) -> awaitable<store::Stores> {
             return
                 [](std::string uri, Break put_around, store::OpenOptions with) -> awaitable<store::Stores> {
                     co_return put_around(co_await store::open(std::move(uri), with));
                 }(sound_uri, around, options);
         }});
}

void register_broken_processes() {
    store::register_kind({.scheme = "broken-early", .usage = "broken-early:PATH", .open = open_early});
    store::register_kind(
        {.scheme = "broken-no-lock", .usage = "broken-no-lock:PATH", .open = open_without_lock});
    register_broken("broken-not-durable", "memory:", break_key_value<SaysItIsDurable>());
}

}  // namespace zflow::negative
