#pragma once

#include "pipeline.hpp"
#include "read_pool.hpp"

#include <zflow/store/open.hpp>
#include <zflow/store_rocksdb/options.hpp>

#include <rocksdb/db.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace zflow::store_rocksdb {

/// One open directory: RocksDB, its commit pipeline and its readers. Both stores and all openings of the
/// directory in this process share it (registry.hpp).
class Database {
 public:
    /// Open a directory that nobody in this process has open.
    ///
    /// Parameters: `directory` exists. It may be empty, or hold a creation that was cut short.
    /// `env` is the file system; tests put a faulty one here.
    /// Errors: as `open`. Nothing is written before the directory is known to be empty or of this format.
    Database(const Options& options, const store::OpenOptions& open_options,
             rocksdb::Env* env = rocksdb::Env::Default());

    /// Finishes what is queued and flushes, so that the next opening has no log to replay.
    ~Database();

    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    [[nodiscard]] const Options& options() const noexcept { return options_; }
    [[nodiscard]] const std::string& database_id() const noexcept { return database_id_; }
    [[nodiscard]] rocksdb::DB& db() noexcept { return *db_; }
    [[nodiscard]] rocksdb::ColumnFamilyHandle& kv() noexcept { return *kv_; }
    [[nodiscard]] rocksdb::ColumnFamilyHandle& idx() noexcept { return *idx_; }
    [[nodiscard]] Pipeline& writes() noexcept { return *writes_; }
    [[nodiscard]] ReadPool& reads() noexcept { return *reads_; }
    /// Keep deadlines of this length as well: to a twentieth of their length.
    void watch_deadlines_of(std::chrono::milliseconds length);
    [[nodiscard]] std::chrono::milliseconds watch_interval();

    [[nodiscard]] const base::Clock& clock() const noexcept { return clock_; }

 private:
    struct CloseHandles {
        rocksdb::DB* db;
        void operator()(rocksdb::ColumnFamilyHandle* handle) const { db->DestroyColumnFamilyHandle(handle); }
    };
    using Family = std::unique_ptr<rocksdb::ColumnFamilyHandle, CloseHandles>;

    void open_families(const store::OpenOptions& open_options, rocksdb::Env* env);
    void read_or_write_meta(const store::OpenOptions& open_options);
    void watch_deadlines();

    const Options options_;
    const base::Clock& clock_;
    std::string database_id_;

    // Closed in the opposite order: first what uses RocksDB, then its families, then RocksDB.
    std::unique_ptr<rocksdb::DB> db_;
    Family meta_;
    Family kv_;
    Family idx_;
    std::unique_ptr<ReadPool> reads_;
    std::unique_ptr<Pipeline> writes_;

    std::mutex mutex_;
    std::condition_variable stop_;
    bool stopping_ = false;
    std::chrono::milliseconds watch_interval_{500};
    std::thread deadlines_;
};

}  // namespace zflow::store_rocksdb
