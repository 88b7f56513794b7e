#pragma once

#include <zflow/store_rocksdb/options.hpp>

#include <rocksdb/options.h>

/// How RocksDB itself is set up; none of it is part of the format. Also used by the benchmark, so that the
/// bare engine beside ours is the same one.
namespace zflow::store_rocksdb {

[[nodiscard]] rocksdb::DBOptions database_options();

/// Parameters: `cache` may be shared by both families.
[[nodiscard]] rocksdb::ColumnFamilyOptions kv_family_options(std::shared_ptr<rocksdb::Cache> cache);
[[nodiscard]] rocksdb::ColumnFamilyOptions idx_family_options(std::shared_ptr<rocksdb::Cache> cache);

/// Everything but the last 8 bytes of a row: what all versions of a key share.
[[nodiscard]] std::shared_ptr<const rocksdb::SliceTransform> version_prefix();

}  // namespace zflow::store_rocksdb
