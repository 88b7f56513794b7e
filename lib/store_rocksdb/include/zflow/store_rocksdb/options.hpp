#pragma once

#include <zflow/store/capabilities.hpp>
#include <zflow/store/uri.hpp>

#include <chrono>
#include <cstddef>
#include <string>

namespace zflow::store_rocksdb {

/// When an acknowledged write is safe.
enum class Sync {
    sync,     ///< fsynced: it survives a power cut. The default.
    process,  ///< handed to the operating system: it survives a killed process, not a power cut.
    none,     ///< in memory until RocksDB flushes: for tests and for data that can be made again.
};

/// The greatest value that any directory can be opened for: a write batch must hold it beside others.
inline constexpr std::size_t max_value_limit = std::size_t{64} << 20;

/// How a RocksDB directory is opened. In a URI: `rocksdb:PATH?durability=sync&max_value_mib=64&cache_mib=64`.
struct Options {
    /// The directory; its parent must exist or be creatable.
    std::string path;

    Sync durability = Sync::sync;

    /// The greatest value that `put` and `append` take, 1 byte to 64 MiB.
    std::size_t max_value_bytes = max_value_limit;

    /// The block cache, for all reads of this directory, at least 1 MiB.
    std::size_t cache_bytes = std::size_t{64} << 20;

    /// Calls and bytes that may wait for the writer, and reads that may wait for the disk; beyond them calls
    /// end with `throttled`.
    std::size_t max_queued_calls = 65'536;
    std::size_t max_queued_bytes = std::size_t{256} << 20;

    /// Errors: invalid_argument for options and values that are not known, with the list of those that are.
    [[nodiscard]] static Options from_uri(const store::Uri& uri);

    friend bool operator==(const Options&, const Options&) = default;
};

}  // namespace zflow::store_rocksdb
