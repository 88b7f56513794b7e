#pragma once

#include <zflow/store/open.hpp>
#include <zflow/store_rocksdb/options.hpp>

namespace zflow::store_rocksdb {

/// Open both stores in one directory.
///
/// A directory is opened once in a process, whatever the path that leads to it: opening it again shares the
/// open database, and needs the same options. It closes when the last store on it goes.
///
/// Errors: invalid_argument (bad options, or others than it is already open with); not_open (missing, and
/// `create_if_missing` is off); unavailable (another process holds it); denied; schema_mismatch (a directory
/// of something else, or of a newer format); corruption (a damaged file). Cost: the write-ahead log of the
/// last run is replayed; nothing else depends on the size of the data.
[[nodiscard]] store::asio::awaitable<store::Stores> open(Options options,
                                                         store::OpenOptions open_options = {});

/// What the commit pipeline of an open directory did so far; for benchmarks and metrics.
struct PipelineStatistics {
    std::uint64_t batches = 0;
    std::uint64_t calls = 0;  ///< writes that were carried by those batches
};

/// Errors: not_open if this process does not have the directory open.
[[nodiscard]] PipelineStatistics pipeline_statistics(const std::string& path);

}  // namespace zflow::store_rocksdb
