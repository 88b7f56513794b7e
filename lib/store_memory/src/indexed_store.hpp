#pragma once

#include "store_base.hpp"

#include <zflow/store/indexed_store.hpp>

namespace zflow::store_memory {

/// An IndexedStore in maps.
class MemoryIndexedStore final : public store::IndexedStore, private StoreBase {
 public:
    using StoreBase::StoreBase;

    store::Capabilities capabilities() const override { return StoreBase::capabilities(); }
    store::Limits limits() const override { return checks().limits(); }
    store::asio::awaitable<store::Index> append(store::Topic topic, store::Bytes value) override;
    store::asio::awaitable<store::AppendResult> append(store::Topic topic, store::Bytes value,
                                                       store::Position expected) override;
    store::asio::awaitable<store::Position> position(store::Topic topic) override;
    store::asio::awaitable<std::vector<store::Entry>> scan(store::Topic topic, store::Index from,
                                                           store::Index to, std::size_t limit) override;
    store::asio::awaitable<void> trim(store::Topic topic, store::Index up_to) override;
    store::asio::awaitable<void> remove(store::Topic topic) override;
};

}  // namespace zflow::store_memory
