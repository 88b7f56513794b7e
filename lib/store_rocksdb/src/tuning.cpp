#include "tuning.hpp"

#include "keys.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/table_properties_collectors.h>

namespace zflow::store_rocksdb {
namespace {

class VersionPrefix final : public rocksdb::SliceTransform {
 public:
    // Files record this name; a reader that does not know it does without the filters.
    const char* Name() const override { return "zflow.VersionPrefix.1"; }
    rocksdb::Slice Transform(const rocksdb::Slice& row) const override {
        return {row.data(), row.size() - suffix_bytes};
    }
    bool InDomain(const rocksdb::Slice& row) const override { return row.size() >= suffix_bytes; }
};

rocksdb::ColumnFamilyOptions family_options(const std::shared_ptr<rocksdb::Cache>& cache,
                                            rocksdb::BlockBasedTableOptions table) {
    table.block_cache = cache;
    table.format_version = 5;
    table.block_size = std::size_t{8} << 10;
    table.cache_index_and_filter_blocks = true;
    table.pin_l0_filter_and_index_blocks_in_cache = true;
    table.optimize_filters_for_memory = true;

    rocksdb::ColumnFamilyOptions options;
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    options.write_buffer_size = std::size_t{32} << 20;
    options.max_write_buffer_number = 3;
    options.compression = rocksdb::kLZ4Compression;
    options.level_compaction_dynamic_level_bytes = true;
    // Scans walk over what was deleted until it is compacted away: files full of tombstones are compacted
    // early.
    options.table_properties_collector_factories.push_back(
        rocksdb::NewCompactOnDeletionCollectorFactory(1'000, 500, 0.5));
    return options;
}

}  // namespace

std::shared_ptr<const rocksdb::SliceTransform> version_prefix() {
    static const auto prefix = std::make_shared<const VersionPrefix>();
    return prefix;
}

rocksdb::DBOptions database_options() {
    rocksdb::DBOptions options;
    // A torn record at the end of the log is a write that was never acknowledged; any other damage is an
    // error, not a reason to drop what comes after it.
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    options.paranoid_checks = true;
    options.max_open_files = 512;
    // Three families share the log: without a bound an idle one would keep it from being deleted.
    options.max_total_wal_size = std::uint64_t{128} << 20;
    options.max_background_jobs = 2;
    options.bytes_per_sync = std::uint64_t{1} << 20;
    options.avoid_unnecessary_blocking_io = true;
    // Files are copied and shared as backups: they do not tell which machine wrote them.
    options.db_host_id.clear();
    options.keep_log_file_num = 4;
    options.max_log_file_size = std::size_t{16} << 20;
    return options;
}

rocksdb::ColumnFamilyOptions kv_family_options(std::shared_ptr<rocksdb::Cache> cache) {
    rocksdb::BlockBasedTableOptions table;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    table.whole_key_filtering = false;
    auto options = family_options(cache, table);
    options.prefix_extractor = version_prefix();
    options.memtable_prefix_bloom_size_ratio = 0.1;
    return options;
}

rocksdb::ColumnFamilyOptions idx_family_options(std::shared_ptr<rocksdb::Cache> cache) {
    return family_options(cache, {});
}

}  // namespace zflow::store_rocksdb
