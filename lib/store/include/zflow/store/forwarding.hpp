#pragma once

#include <zflow/store/open.hpp>

namespace zflow::store {

/// A KeyValueStore that passes every call on: the base of decorators, which override what they change.
class ForwardingKeyValueStore : public KeyValueStore {
 public:
    explicit ForwardingKeyValueStore(std::unique_ptr<KeyValueStore> inner);

    Capabilities capabilities() const override;
    Limits limits() const override;
    asio::awaitable<void> put(Namespace ns, Key key, Bytes value, Timestamp timestamp) override;
    asio::awaitable<std::optional<Version>> get_latest(Namespace ns, Key key,
                                                       std::optional<Timestamp> before) override;
    asio::awaitable<std::optional<Timestamp>> get_latest_timestamp(Namespace ns, Key key,
                                                                   std::optional<Timestamp> before) override;
    asio::awaitable<Page<Timestamp>> get_all_timestamps(Namespace ns, Key key, PageRequest page) override;
    asio::awaitable<Page<KeyVersion>> scan_all(Namespace ns, PageRequest page) override;
    asio::awaitable<Page<Key>> scan_all_keys(Namespace ns, PageRequest page) override;
    asio::awaitable<void> remove(Namespace ns, Key key) override;
    asio::awaitable<void> remove(Namespace ns, Key key, Timestamp marker) override;
    asio::awaitable<void> remove_through(Namespace ns, Key key, Timestamp version) override;

 protected:
    [[nodiscard]] KeyValueStore& inner() noexcept { return *inner_; }

 private:
    std::unique_ptr<KeyValueStore> inner_;
};

/// An IndexedStore that passes every call on: the base of decorators, which override what they change.
class ForwardingIndexedStore : public IndexedStore {
 public:
    explicit ForwardingIndexedStore(std::unique_ptr<IndexedStore> inner);

    Capabilities capabilities() const override;
    Limits limits() const override;
    asio::awaitable<Index> append(Topic topic, Bytes value) override;
    asio::awaitable<AppendResult> append(Topic topic, Bytes value, Position expected) override;
    asio::awaitable<Position> position(Topic topic) override;
    asio::awaitable<std::vector<Entry>> scan(Topic topic, Index from, Index to, std::size_t limit) override;
    asio::awaitable<void> trim(Topic topic, Index up_to) override;
    asio::awaitable<void> remove(Topic topic) override;

 protected:
    [[nodiscard]] IndexedStore& inner() noexcept { return *inner_; }

 private:
    std::unique_ptr<IndexedStore> inner_;
};

}  // namespace zflow::store
