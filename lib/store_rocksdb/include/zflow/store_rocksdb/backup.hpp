#pragma once

#include <zflow/store_rocksdb/options.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace zflow::store_rocksdb {

/// One backup in a backup directory.
struct BackupInfo {
    std::uint32_t id = 0;  ///< 1, 2, ..: later backups have greater ids
    std::uint64_t bytes = 0;
    std::int64_t unix_seconds = 0;  ///< when it was made
};

/// Called now and then with the number of bytes copied so far and, when known, in all (else 0).
using BackupProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// Copy the store in a directory, as it is at this moment, into a backup directory. Files that an earlier
/// backup there holds already are not copied again.
///
/// If this process has the directory open, the open database is used and writes go on meanwhile.
/// Returns: the new backup.
/// Errors: as `open`; unavailable if the backup directory cannot be written, e.g. because the disk is full:
/// an unfinished backup is never listed. Thread-safety: blocks; one backup into one backup directory at a
/// time.
BackupInfo backup(const Options& options, const std::string& backup_directory,
                  const BackupProgress& progress = {});

/// The backups in a directory, oldest first, each verified to be complete by file sizes.
///
/// Errors: not_open if there is no such directory or it holds no backups.
std::vector<BackupInfo> backups(const std::string& backup_directory);

/// Write a backup back to a directory that does not exist yet, or is empty.
///
/// Parameters: `id` 0 = the newest.
/// Errors: not_open (no such backup), invalid_argument (the directory holds something), corruption (a damaged
/// backup). Checksums are verified first, and nothing is left behind on failure.
BackupInfo restore(const std::string& backup_directory, const std::string& path, std::uint32_t id = 0);

}  // namespace zflow::store_rocksdb
