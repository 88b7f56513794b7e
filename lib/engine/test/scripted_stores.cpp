#include "scripted_stores.hpp"

#include <zflow/store/block_on.hpp>
#include <zflow/store_memory/open.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace zflow::engine::test {
namespace {

using store::AppendResult;
using store::Bytes;
using store::Capabilities;
using store::Entry;
using store::Index;
using store::Key;
using store::KeyVersion;
using store::Limits;
using store::Namespace;
using store::Page;
using store::PageRequest;
using store::Position;
using store::Stores;
using store::Timestamp;
using store::Topic;
using store::Version;
using Code = store::errc;
using On = store::Operation;

store::Error error_of(Code code, const StoreCall& call) {
    return {code, {"scripted", std::string(to_string(call.operation)), call.place}, "the test wants it so"};
}

template <class T>
asio::awaitable<void> without_result(asio::awaitable<T> made) {
    if constexpr (std::is_void_v<T>) {
        co_await std::move(made);
    } else {
        (void)co_await std::move(made);
    }
}

}  // namespace

asio::awaitable<void> ScriptedStores::hold(std::shared_ptr<Owner> owner, On operation) {
    const auto executor = co_await asio::this_coro::executor;
    const auto place = held_.insert(
        held_.end(), {std::make_shared<asio::steady_timer>(executor, asio::steady_timer::time_point::max()),
                      operation, false});
    const auto timer = place->timer;
    while (!place->go && !owner->dead) {
        (void)co_await timer->async_wait(asio::as_tuple(asio::use_awaitable));
    }
    held_.erase(place);
}

Fault* ScriptedStores::find(const StoreCall& call) {
    for (auto& fault : faults_) {
        const auto fits = fault.operation == call.operation && call.place.starts_with(fault.place) &&
                          (fault.key.empty() || fault.key == call.key);
        if (!fits || fault.count == 0) {
            continue;
        }
        if (fault.skip > 0) {
            --fault.skip;
            continue;
        }
        --fault.count;
        return &fault;
    }
    return nullptr;
}

template <class T>
asio::awaitable<T> ScriptedStores::call(std::shared_ptr<Owner> owner, StoreCall asked,
                                        asio::awaitable<T> made) {
    auto& remembered = calls_.emplace_back(std::move(asked));
    const auto* const fault = find(remembered);
    const auto fate = fault != nullptr ? std::optional(fault->fate) : std::nullopt;
    const auto error = fault != nullptr ? fault->error : Code::unavailable;
    if (fate == Fate::hold) {
        co_await hold(owner, remembered.operation);
    }
    if (owner->dead) {
        throw error_of(Code::not_open, remembered);
    }
    if (fate == Fate::fail) {
        owner->read_only = owner->read_only || error == Code::read_only;
        throw error_of(error, remembered);
    }
    if (owner->read_only && is_write(remembered.operation)) {
        throw error_of(Code::read_only, remembered);
    }
    if (fate == Fate::late) {
        late_.push_back(without_result(std::move(made)));
        throw error_of(error, remembered);
    }
    if constexpr (std::is_void_v<T>) {
        co_await std::move(made);
    } else {
        T result = co_await std::move(made);
        if (fate == Fate::made_hold) {
            co_await hold(owner, remembered.operation);
        }
        if (fate == Fate::made_fail) {
            throw error_of(error, remembered);
        }
        remembered.done = true;
        co_return result;
    }
    if (fate == Fate::made_hold) {
        co_await hold(owner, remembered.operation);
    }
    if (fate == Fate::made_fail) {
        throw error_of(error, remembered);
    }
    remembered.done = true;
}

class ScriptedKeyValueStore final : public store::KeyValueStore {
 public:
    ScriptedKeyValueStore(ScriptedStores& stores, std::shared_ptr<Owner> owner)
        : stores_(stores), owner_(std::move(owner)) {}

    Capabilities capabilities() const override {
        auto out = stores_.key_value_->capabilities();
        out.shared = stores_.shared;
        if (stores_.edit_key_value) {
            stores_.edit_key_value(out);
        }
        return out;
    }
    Limits limits() const override { return stores_.key_value_->limits(); }
    asio::awaitable<void> put(Namespace ns, Key key, Bytes value, Timestamp timestamp) override {
        return stores_.call(owner_, {On::put, ns.name, key.bytes, timestamp, value},
                            stores_.key_value_->put(ns, key, value, timestamp));
    }
    asio::awaitable<std::optional<Version>> get_latest(Namespace ns, Key key,
                                                       std::optional<Timestamp> before) override {
        return stores_.call(owner_, {On::get_latest, ns.name, key.bytes, before.value_or(0)},
                            stores_.key_value_->get_latest(ns, key, before));
    }
    asio::awaitable<std::optional<Timestamp>> get_latest_timestamp(Namespace ns, Key key,
                                                                   std::optional<Timestamp> before) override {
        return stores_.call(owner_, {On::get_latest_timestamp, ns.name, key.bytes, before.value_or(0)},
                            stores_.key_value_->get_latest_timestamp(ns, key, before));
    }
    asio::awaitable<Page<Timestamp>> get_all_timestamps(Namespace ns, Key key, PageRequest page) override {
        return stores_.call(owner_, {On::get_all_timestamps, ns.name, key.bytes},
                            stores_.key_value_->get_all_timestamps(ns, key, page));
    }
    asio::awaitable<Page<KeyVersion>> scan_all(Namespace ns, PageRequest page) override {
        return stores_.call(owner_, {On::scan_all, ns.name}, stores_.key_value_->scan_all(ns, page));
    }
    asio::awaitable<Page<Key>> scan_all_keys(Namespace ns, PageRequest page) override {
        return stores_.call(owner_, {On::scan_all_keys, ns.name},
                            stores_.key_value_->scan_all_keys(ns, page));
    }
    asio::awaitable<void> remove(Namespace ns, Key key) override {
        return stores_.call(owner_, {On::remove, ns.name, key.bytes}, stores_.key_value_->remove(ns, key));
    }
    asio::awaitable<void> remove(Namespace ns, Key key, Timestamp marker) override {
        return stores_.call(owner_, {On::remove_marker, ns.name, key.bytes, marker},
                            stores_.key_value_->remove(ns, key, marker));
    }
    asio::awaitable<void> remove_through(Namespace ns, Key key, Timestamp version) override {
        return stores_.call(owner_, {On::remove_through, ns.name, key.bytes, version},
                            stores_.key_value_->remove_through(ns, key, version));
    }

 private:
    ScriptedStores& stores_;
    std::shared_ptr<Owner> owner_;
};

class ScriptedIndexedStore final : public store::IndexedStore {
 public:
    ScriptedIndexedStore(ScriptedStores& stores, std::shared_ptr<Owner> owner)
        : stores_(stores), owner_(std::move(owner)) {}

    Capabilities capabilities() const override {
        auto out = stores_.indexed_->capabilities();
        out.shared = stores_.shared;
        if (stores_.edit_indexed) {
            stores_.edit_indexed(out);
        }
        return out;
    }
    Limits limits() const override { return stores_.indexed_->limits(); }
    asio::awaitable<Index> append(Topic topic, Bytes value) override {
        return stores_.call(owner_, {On::append, topic.name, {}, 0, value},
                            stores_.indexed_->append(topic, value));
    }
    asio::awaitable<AppendResult> append(Topic topic, Bytes value, Position expected) override {
        return stores_.call(owner_,
                            {On::append_expected, topic.name, {}, static_cast<std::int64_t>(expected), value},
                            stores_.indexed_->append(topic, value, expected));
    }
    asio::awaitable<Position> position(Topic topic) override {
        return stores_.call(owner_, {On::position, topic.name}, stores_.indexed_->position(topic));
    }
    asio::awaitable<std::vector<Entry>> scan(Topic topic, Index from, Index to, std::size_t limit) override {
        auto entries =
            co_await stores_.call(owner_, {On::scan, topic.name, {}, static_cast<std::int64_t>(from)},
                                  stores_.indexed_->scan(topic, from, to, limit));
        if (stores_.edit_scan && topic.name.starts_with("_zflow_log")) {
            stores_.edit_scan(entries);
        }
        co_return entries;
    }
    asio::awaitable<void> trim(Topic topic, Index up_to) override {
        return stores_.call(owner_, {On::trim, topic.name, {}, static_cast<std::int64_t>(up_to)},
                            stores_.indexed_->trim(topic, up_to));
    }
    asio::awaitable<void> remove(Topic topic) override {
        return stores_.call(owner_, {On::remove_topic, topic.name}, stores_.indexed_->remove(topic));
    }

 private:
    ScriptedStores& stores_;
    std::shared_ptr<Owner> owner_;
};

ScriptedStores::ScriptedStores(std::size_t value_bytes) {
    auto stores = store::block_on(store_memory::open({.max_value_bytes = value_bytes}));
    key_value_ = std::move(stores.key_value);
    indexed_ = std::move(stores.indexed);
}

ScriptedStores::~ScriptedStores() = default;

asio::awaitable<Stores> ScriptedStores::open(std::shared_ptr<Owner> owner) {
    ++opened;
    if (open_failures > 0) {
        --open_failures;
        throw store::Error(Code::unavailable, {"scripted", "open"}, "the test wants it so");
    }
    owner->read_only = false;
    co_return Stores{std::make_unique<ScriptedKeyValueStore>(*this, owner),
                     std::make_unique<ScriptedIndexedStore>(*this, owner)};
}

OpenStores ScriptedStores::opener(std::shared_ptr<Owner> owner) {
    return [this, owner = std::move(owner)] { return open(owner); };
}

void ScriptedStores::let_go(std::optional<On> operation) {
    for (auto& held : held_) {
        if (!operation || *operation == held.operation) {
            held.go = true;
            held.timer->cancel();
        }
    }
}

std::vector<StoreCall> ScriptedStores::calls(On operation, const std::string& place) const {
    std::vector<StoreCall> out;
    std::ranges::copy_if(calls_, std::back_inserter(out), [&](const StoreCall& call) {
        return call.operation == operation && call.place.starts_with(place);
    });
    return out;
}

std::size_t ScriptedStores::first(On operation, const std::string& place, std::size_t from) const {
    std::size_t number = 0;
    for (const auto& call : calls_) {
        if (number >= from && call.operation == operation && call.place.starts_with(place)) {
            break;
        }
        ++number;
    }
    return number;
}

}  // namespace zflow::engine::test
