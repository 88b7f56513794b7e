#pragma once

#include "database.hpp"

namespace zflow::store_rocksdb {

/// The directories that this process has open.
///
/// RocksDB's own lock is kept by path, so a second way to the same directory (`dir/./`, a link) would open it
/// twice and destroy it. The registry goes by the directory's device and inode.
///
/// Invariants: a directory is open at most once; it is never opened while its last opening is still closing.
///
/// Errors: as `open`.
/// Thread-safety: any number of calls at once. Blocks.
[[nodiscard]] std::shared_ptr<Database> open_shared(const Options& options,
                                                    const store::OpenOptions& open_options);

/// The open database of a directory; none if this process does not have it open.
[[nodiscard]] std::shared_ptr<Database> find_open(const std::string& path);

}  // namespace zflow::store_rocksdb
