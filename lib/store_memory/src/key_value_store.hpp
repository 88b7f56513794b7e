#pragma once

#include "store_base.hpp"

#include <zflow/store/key_value_store.hpp>

namespace zflow::store_memory {

/// A KeyValueStore in maps.
class MemoryKeyValueStore final : public store::KeyValueStore, private StoreBase {
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
    /// The versions of a key; none if it is not there. Important: only under the mutex.
    Versions* find(const store::Namespace& ns, const store::Key& key);

    /// Drop the versions of a key from the first one at or before `timestamp` (or the one after it) to the
    /// oldest.
    void remove_from(const store::Namespace& ns, const store::Key& key, store::Timestamp timestamp,
                     bool keep_first);

    /// One page of the keys of a namespace, in their order.
    template <class Item, class MakeItem>
    store::Page<Item> scan_keys(const char* operation, const store::Namespace& ns,
                                const store::PageRequest& page, MakeItem make_item);
};

}  // namespace zflow::store_memory
