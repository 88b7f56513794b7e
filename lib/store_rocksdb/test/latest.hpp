#pragma once

#include <zflow/store/block_on.hpp>
#include <zflow/store/key_value_store.hpp>

#include <optional>

namespace zflow::store_rocksdb {

/// The newest value of a key, or the newest not after `before`; none if there is none.
inline std::optional<store::Bytes> latest(store::KeyValueStore& kv, store::Namespace ns, store::Key key,
                                          std::optional<store::Timestamp> before = {}) {
    auto version = store::block_on(kv.get_latest(std::move(ns), std::move(key), before));
    return version ? std::optional(std::move(version->value)) : std::nullopt;
}

}  // namespace zflow::store_rocksdb
