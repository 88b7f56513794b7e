#pragma once

#include <zflow/store/error.hpp>

#include <string>

namespace rocksdb {
class Status;
}

namespace zflow::store_rocksdb {

inline constexpr const char* backend_name = "rocksdb";

/// The error of a read that RocksDB could not do.
[[nodiscard]] store::Error read_error(const rocksdb::Status& status, std::string operation,
                                      std::string subject);

/// The error of opening a directory.
[[nodiscard]] store::Error open_error(const rocksdb::Status& status, const std::string& path);

/// The error of the calls whose batch failed: its record in the log may still come back when the directory is
/// opened again.
[[nodiscard]] store::Error failed_batch_error(const rocksdb::Status& status, std::string operation);

/// The error of every write after a failed one.
[[nodiscard]] store::Error read_only_error(const std::string& reason, std::string operation);

/// Damaged or foreign bytes where a row should be.
[[nodiscard]] store::Error bad_row_error(std::string operation, std::string subject, std::string sentence);

}  // namespace zflow::store_rocksdb
