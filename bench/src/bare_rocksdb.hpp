#pragma once

#include <zflow/store_rocksdb/options.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace zflow::bench {

/// RocksDB without zflow: the same settings, the same row shapes, a directory of its own. Each measurement
/// gives calls (for scans rows) per second.
class BareRocksdb {
 public:
    /// Parameters: `rows` is how many rows reads and scans find.
    BareRocksdb(const store_rocksdb::Options& options, int rows);
    ~BareRocksdb();
    BareRocksdb(const BareRocksdb&) = delete;
    BareRocksdb& operator=(const BareRocksdb&) = delete;

    /// Puts in batches of `batch`, each synced as the options say.
    double put(int batch, double seconds);
    double append(int batch, double seconds);

    enum class Read { hit, miss, versions };
    double get_latest(Read read, double seconds);

    double scan_all(double seconds);
    double scan_log(double seconds);

    /// Deletes of one key's old versions: an iterator and a batch of deletes each.
    double remove_marker(int batch, double seconds);

 private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace zflow::bench
