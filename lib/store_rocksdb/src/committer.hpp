#pragma once

#include "write_call.hpp"

#include <zflow/store_rocksdb/options.hpp>

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace zflow::store_rocksdb {

/// Turns calls into one atomic write of RocksDB. Used by the writer thread alone.
///
/// Invariants:
/// - Indices are given out here, in the order of the calls, from the tail that RocksDB or the batch so far
/// holds: none can
///   be committed before a lower one of its topic, and a batch that fails commits none of its indices.
/// - No call is answered before `commit` has returned.
/// - All calls of a batch overlap, since none of them was answered when the last one came. So they may take
/// effect in any
///   order, and removals of versions come first: what they see is exactly what RocksDB holds.
class Committer {
 public:
    /// Parameters: all handles outlive the committer.
    Committer(rocksdb::DB& db, rocksdb::ColumnFamilyHandle& kv, rocksdb::ColumnFamilyHandle& idx,
              Sync durability);

    /// Write the calls as one batch and fill `outcomes`, one for each call.
    ///
    /// Returns: what RocksDB said. If it failed, the outcomes say for each call whether it may have happened:
    /// `outcome_unknown` where the batch holds rows of it, else its own error or `read_only`; the tail cache
    /// is empty, and no further batch may be committed.
    rocksdb::Status commit(const std::vector<std::shared_ptr<WriteWaiter>>& calls,
                           std::vector<Outcome>& outcomes);

 private:
    /// The end of a topic, with what the batch so far does to it.
    struct Tail {
        std::string prefix;
        store::Position position = 0;
        store::Index trimmed_through = 0;
    };

    // Each adds one call to the batch. A call that cannot be made gets an error in its outcome; the status is
    // that of writing, and if it is not OK the whole batch has failed.
    rocksdb::Status add(const Put& put, Outcome& outcome);
    rocksdb::Status add(const RemoveVersions& remove, Outcome& outcome);
    rocksdb::Status add(const Append& append, Outcome& outcome);
    rocksdb::Status add(const Trim& trim, Outcome& outcome);
    rocksdb::Status add(const RemoveTopic& remove, Outcome& outcome);

    rocksdb::Status add_all(const std::vector<std::shared_ptr<WriteWaiter>>& calls,
                            std::vector<Outcome>& outcomes);
    rocksdb::Status write_batch(bool last);
    /// Rows that the calls so far have put or deleted.
    [[nodiscard]] std::uint64_t rows() const { return rows_written_before_ + batch_.Count(); }
    rocksdb::Status remove_entries(const Tail& tail, store::Index first, store::Index last);

    /// Find the tail of a topic, in the cache or in RocksDB. Returns: none, and the error in `outcome`, if it
    /// cannot be read.
    Tail* tail_of(const store::Topic& topic, const char* operation, Outcome& outcome);
    void forget_oldest_tails();

    rocksdb::DB& db_;
    rocksdb::ColumnFamilyHandle& kv_;
    rocksdb::ColumnFamilyHandle& idx_;
    Sync durability_;
    rocksdb::WriteBatch batch_;
    std::uint64_t rows_written_before_ = 0;        // by earlier parts of a batch that needs several writes
    std::vector<bool> has_rows_;                   // for each call, whether the batch holds rows of it
    std::unique_ptr<rocksdb::Iterator> versions_;  // what removals look with; lives as long as one batch

    // The tails of the topics used last, the newest in front.
    std::list<std::pair<std::string, Tail>> tails_;
    std::unordered_map<std::string_view, std::list<std::pair<std::string, Tail>>::iterator> tail_by_topic_;
};

/// Read the end of a topic as RocksDB holds it.
///
/// Parameters: `prefix` is the topic's.
/// Returns: RocksDB's status; Incomplete if `options.read_tier` forbids the read. Corruption for a bad topic
/// record.
[[nodiscard]] rocksdb::Status read_tail(rocksdb::DB& db, rocksdb::ColumnFamilyHandle& idx,
                                        const rocksdb::ReadOptions& options, const std::string& prefix,
                                        store::Position& position, store::Index& trimmed_through);

}  // namespace zflow::store_rocksdb
