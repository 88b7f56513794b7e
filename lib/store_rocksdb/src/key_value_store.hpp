#pragma once

#include "store_base.hpp"

#include <zflow/store/key_value_store.hpp>

namespace zflow::store_rocksdb {

/// The family `zflow.kv` as a KeyValueStore.
class RocksdbKeyValueStore final : public store::KeyValueStore, private StoreBase {
 public:
    using StoreBase::StoreBase;

    store::Capabilities capabilities() const override { return StoreBase::capabilities(); }
    store::Limits limits() const override { return checks().limits(); }
    store::asio::awaitable<void> put(store::Namespace ns, store::Key key, store::Bytes value,
                                     store::Timestamp timestamp) override;
    store::asio::awaitable<std::optional<store::Version>> get_latest(
        store::Namespace ns, store::Key key, std::optional<store::Timestamp> before) override;
    store::asio::awaitable<std::optional<store::Timestamp>> get_latest_timestamp(
        store::Namespace ns, store::Key key, std::optional<store::Timestamp> before) override;
    store::asio::awaitable<store::Page<store::Timestamp>> get_all_timestamps(
        store::Namespace ns, store::Key key, store::PageRequest page) override;
    store::asio::awaitable<store::Page<store::KeyVersion>> scan_all(store::Namespace ns,
                                                                    store::PageRequest page) override;
    store::asio::awaitable<store::Page<store::Key>> scan_all_keys(store::Namespace ns,
                                                                  store::PageRequest page) override;
    store::asio::awaitable<void> remove(store::Namespace ns, store::Key key) override;
    store::asio::awaitable<void> remove(store::Namespace ns, store::Key key,
                                        store::Timestamp marker) override;
    store::asio::awaitable<void> remove_through(store::Namespace ns, store::Key key,
                                                store::Timestamp version) override;

 private:
    template <class Item, class MakeItem>
    store::asio::awaitable<store::Page<Item>> scan_newest(const char* operation, store::Namespace ns,
                                                          store::PageRequest page, MakeItem make_item);
};

}  // namespace zflow::store_rocksdb
