#include <zflow/base/assert.hpp>
#include <zflow/store/forwarding.hpp>

#include <utility>

namespace zflow::store {

ForwardingKeyValueStore::ForwardingKeyValueStore(std::unique_ptr<KeyValueStore> inner)
    : inner_(std::move(inner)) {
    ZFLOW_ASSERT(inner_ != nullptr, "a decorator decorates something");
}

Capabilities ForwardingKeyValueStore::capabilities() const {
    return inner_->capabilities();
}
Limits ForwardingKeyValueStore::limits() const {
    return inner_->limits();
}

asio::awaitable<void> ForwardingKeyValueStore::put(Namespace ns, Key key, Bytes value, Timestamp timestamp) {
    return inner_->put(std::move(ns), std::move(key), std::move(value), timestamp);
}

asio::awaitable<std::optional<Version>> ForwardingKeyValueStore::get_latest(Namespace ns, Key key,
                                                                            std::optional<Timestamp> before) {
    return inner_->get_latest(std::move(ns), std::move(key), before);
}

asio::awaitable<std::optional<Timestamp>> ForwardingKeyValueStore::get_latest_timestamp(
    Namespace ns, Key key, std::optional<Timestamp> before) {
    return inner_->get_latest_timestamp(std::move(ns), std::move(key), before);
}

asio::awaitable<Page<Timestamp>> ForwardingKeyValueStore::get_all_timestamps(Namespace ns, Key key,
                                                                             PageRequest page) {
    return inner_->get_all_timestamps(std::move(ns), std::move(key), std::move(page));
}

asio::awaitable<Page<KeyVersion>> ForwardingKeyValueStore::scan_all(Namespace ns, PageRequest page) {
    return inner_->scan_all(std::move(ns), std::move(page));
}

asio::awaitable<Page<Key>> ForwardingKeyValueStore::scan_all_keys(Namespace ns, PageRequest page) {
    return inner_->scan_all_keys(std::move(ns), std::move(page));
}

asio::awaitable<void> ForwardingKeyValueStore::remove(Namespace ns, Key key) {
    return inner_->remove(std::move(ns), std::move(key));
}

asio::awaitable<void> ForwardingKeyValueStore::remove(Namespace ns, Key key, Timestamp marker) {
    return inner_->remove(std::move(ns), std::move(key), marker);
}

asio::awaitable<void> ForwardingKeyValueStore::remove_through(Namespace ns, Key key, Timestamp version) {
    return inner_->remove_through(std::move(ns), std::move(key), version);
}

ForwardingIndexedStore::ForwardingIndexedStore(std::unique_ptr<IndexedStore> inner)
    : inner_(std::move(inner)) {
    ZFLOW_ASSERT(inner_ != nullptr, "a decorator decorates something");
}

Capabilities ForwardingIndexedStore::capabilities() const {
    return inner_->capabilities();
}
Limits ForwardingIndexedStore::limits() const {
    return inner_->limits();
}

asio::awaitable<Index> ForwardingIndexedStore::append(Topic topic, Bytes value) {
    return inner_->append(std::move(topic), std::move(value));
}

asio::awaitable<AppendResult> ForwardingIndexedStore::append(Topic topic, Bytes value, Position expected) {
    return inner_->append(std::move(topic), std::move(value), expected);
}

asio::awaitable<Position> ForwardingIndexedStore::position(Topic topic) {
    return inner_->position(std::move(topic));
}

asio::awaitable<std::vector<Entry>> ForwardingIndexedStore::scan(Topic topic, Index from, Index to,
                                                                 std::size_t limit) {
    return inner_->scan(std::move(topic), from, to, limit);
}

asio::awaitable<void> ForwardingIndexedStore::trim(Topic topic, Index up_to) {
    return inner_->trim(std::move(topic), up_to);
}

asio::awaitable<void> ForwardingIndexedStore::remove(Topic topic) {
    return inner_->remove(std::move(topic));
}

}  // namespace zflow::store
