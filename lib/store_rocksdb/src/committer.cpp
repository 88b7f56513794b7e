#include "committer.hpp"

#include "errors.hpp"
#include "keys.hpp"

#include <zflow/base/assert.hpp>
#include <zflow/store/argument_checks.hpp>
#include <zflow/store/crash_point.hpp>
#include <zflow/store/limits.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace zflow::store_rocksdb {
namespace {

/// Topics whose tails are remembered.
constexpr std::size_t max_tails = 16'384;

/// Up to so many rows are deleted one by one, more by range: a range tombstone makes reads slower for ever
/// after, but many single ones fill the memtable. Measured on RocksDB 7.8.
constexpr store::Index max_single_deletes = 128;

/// Rows that one batch deletes from `zflow.kv`; removing more takes several batches.
constexpr std::uint32_t max_deletes_per_batch = 100'000;

/// A batch that grew beyond this gives its memory back.
constexpr std::size_t max_kept_batch_bytes = std::size_t{8} << 20;

}  // namespace

const char* name_of(const Write& write) noexcept {
    static constexpr const char* names[] = {"put", "remove", "append", "trim", "remove_topic"};
    return names[write.index()];
}

std::size_t bytes_of(const Write& write) noexcept {
    struct {
        std::size_t operator()(const Put& put) const { return put.row.size() + put.value.size(); }
        std::size_t operator()(const RemoveVersions& remove) const { return remove.prefix.size(); }
        std::size_t operator()(const Append& append) const {
            return append.topic.name.size() + append.value.size();
        }
        std::size_t operator()(const Trim& trim) const { return trim.topic.name.size(); }
        std::size_t operator()(const RemoveTopic& remove) const { return remove.topic.name.size(); }
    } bytes;
    return std::visit(bytes, write);
}

rocksdb::Status read_tail(rocksdb::DB& db, rocksdb::ColumnFamilyHandle& idx,
                          const rocksdb::ReadOptions& options, const std::string& prefix,
                          store::Position& position, store::Index& trimmed_through) {
    position = trimmed_through = 0;
    std::string record = prefix;
    append_index(record, 0);
    std::string last = prefix;
    append_index(last, store::max_index);
    const auto end = after_prefix(prefix);
    const rocksdb::Slice upper_bound = end;
    auto bounded = options;
    bounded.iterate_upper_bound = &upper_bound;
    // Important: an iterator, not Get. When a read must not block, Get answers "found" with an empty value
    // for what is in a file that is not open yet; an iterator says Incomplete.
    std::unique_ptr<rocksdb::Iterator> rows(db.NewIterator(bounded, &idx));
    rows->Seek(record);
    if (!rows->Valid()) {
        return rows->status();
    }
    if (rows->key() == rocksdb::Slice(record)) {
        const auto decoded = TopicRecord::decode(rows->value().ToStringView());
        if (!decoded) {
            return rocksdb::Status::Corruption("a topic record is not of format 1");
        }
        position = trimmed_through = decoded->trimmed_through;
        // Where all is trimmed there are only tombstones, which a backward seek must not walk through: first
        // look whether an entry was kept. Important: with the same iterator. Another one would show a later
        // moment, and a trim in between would make the position fall back to the old record's.
        std::string first = prefix;
        append_index(first, trimmed_through + 1);
        rows->Seek(first);
        if (!rows->Valid()) {
            return rows->status();
        }
    }
    rows->SeekForPrev(last);
    if (rows->Valid()) {
        position = index_of(rows->key().ToStringView());
    }
    return rows->status();
}

Committer::Committer(rocksdb::DB& db, rocksdb::ColumnFamilyHandle& kv, rocksdb::ColumnFamilyHandle& idx,
                     Sync durability)
    : db_(db), kv_(kv), idx_(idx), durability_(durability) {}

rocksdb::Status Committer::commit(const std::vector<std::shared_ptr<WriteWaiter>>& calls,
                                  std::vector<Outcome>& outcomes) {
    outcomes.assign(calls.size(), {});
    batch_.Clear();
    rows_written_before_ = 0;
    auto status = add_all(calls, outcomes);
    versions_.reset();
    const bool reached_the_log = status.ok();
    if (status.ok() && batch_.Count() > 0) {
        store::crash_point("rocksdb.before_write");
        status = write_batch(/*last=*/true);
        store::crash_point("rocksdb.after_write");
    }
    if (!status.ok()) {
        tails_.clear();
        tail_by_topic_.clear();
        for (std::size_t i = 0; i < calls.size(); ++i) {
            const auto& write = calls[i]->write();
            const bool may_be_there =
                has_rows_[i] && (reached_the_log || std::holds_alternative<RemoveVersions>(write));
            if (may_be_there) {
                outcomes[i].error = std::make_exception_ptr(failed_batch_error(status, name_of(write)));
            } else if (!outcomes[i].error) {
                // Also for what would have been a conflict: the position that it lost against is not durable.
                outcomes[i].error =
                    std::make_exception_ptr(read_only_error(status.ToString(), name_of(write)));
            }
        }
    }
    forget_oldest_tails();
    if (batch_.GetDataSize() > max_kept_batch_bytes) {
        batch_ = rocksdb::WriteBatch();
    }
    return status;
}

rocksdb::Status Committer::add_all(const std::vector<std::shared_ptr<WriteWaiter>>& calls,
                                   std::vector<Outcome>& outcomes) {
    has_rows_.assign(calls.size(), false);
    for (const bool removals : {true, false}) {
        for (std::size_t i = 0; i < calls.size(); ++i) {
            const auto& write = calls[i]->write();
            if (std::holds_alternative<RemoveVersions>(write) != removals) {
                continue;
            }
            const auto rows_before = rows();
            const auto status = std::visit([&](const auto& call) { return add(call, outcomes[i]); }, write);
            has_rows_[i] = rows() != rows_before;
            if (!status.ok()) {
                return status;
            }
        }
    }
    return rocksdb::Status::OK();
}

rocksdb::Status Committer::write_batch(bool last) {
    rocksdb::WriteOptions options;
    options.sync = last && durability_ == Sync::sync;
    options.disableWAL = durability_ == Sync::none;
    return db_.Write(options, &batch_);
}

rocksdb::Status Committer::add(const Put& put, Outcome&) {
    return batch_.Put(&kv_, put.row, put.value);
}

rocksdb::Status Committer::add(const RemoveVersions& remove, Outcome& outcome) {
    const auto refuse = [&](const rocksdb::Status& status) {
        outcome.error = std::make_exception_ptr(read_error(status, "remove", {}));
        return rocksdb::Status::OK();
    };
    // Most removals find nothing that must go. Forwards, within the key, the filters of files and memtables
    // say so at once.
    if (!versions_) {
        rocksdb::ReadOptions within_key;
        within_key.prefix_same_as_start = true;
        versions_.reset(db_.NewIterator(within_key, &kv_));
    }
    const auto is_at_key = [&] { return versions_->Valid() && versions_->key().starts_with(remove.prefix); };
    std::string newest_to_go = remove.prefix;
    append_timestamp(newest_to_go, remove.which == RemoveVersions::Which::all
                                       ? std::numeric_limits<store::Timestamp>::max()
                                       : remove.timestamp);
    versions_->Seek(newest_to_go);
    // The newest version that is not after a marker stays, and with it the marker's view of the past.
    std::string kept;
    if (remove.which == RemoveVersions::Which::older_than_marker && is_at_key()) {
        kept = versions_->key().ToString();
        versions_->Next();
    }
    if (!is_at_key()) {
        return versions_->status().ok() ? rocksdb::Status::OK() : refuse(versions_->status());
    }

    const auto end = after_prefix(remove.prefix);
    const rocksdb::Slice lower_bound = newest_to_go;
    const rocksdb::Slice upper_bound = end;
    rocksdb::ReadOptions options;
    options.total_order_seek = true;
    options.iterate_lower_bound = &lower_bound;
    options.iterate_upper_bound = &upper_bound;
    const std::unique_ptr<rocksdb::Iterator> rows(db_.NewIterator(options, &kv_));
    bool some_go = false;
    // Oldest first, so that a removal that needs several batches, or is cut short, never uncovers an old
    // version.
    for (rows->SeekToLast(); rows->Valid() && rows->key() != rocksdb::Slice(kept); rows->Prev()) {
        if (batch_.Count() >= max_deletes_per_batch) {
            if (const auto status = write_batch(/*last=*/false); !status.ok()) {
                return status;
            }
            rows_written_before_ += batch_.Count();
            batch_.Clear();
        }
        if (const auto status = batch_.Delete(&kv_, rows->key()); !status.ok()) {
            return status;
        }
        some_go = true;
    }
    if (rows->status().ok()) {
        return rocksdb::Status::OK();
    }
    if (!some_go) {
        return refuse(rows->status());
    }
    // What was found so far goes, as it may: the caller learns that the rest may not have gone.
    const auto error = read_error(rows->status(), "remove", {});
    outcome.error = std::make_exception_ptr(
        store::Error(store::errc::outcome_unknown, error.where(), error.sentence(), error.server_text()));
    return rocksdb::Status::OK();
}

rocksdb::Status Committer::add(const Append& append, Outcome& outcome) {
    auto* const tail = tail_of(append.topic, "append", outcome);
    if (tail == nullptr) {
        return rocksdb::Status::OK();
    }
    if (append.expected && *append.expected != tail->position) {
        outcome.applied = false;
        outcome.number = tail->position;
        return rocksdb::Status::OK();
    }
    if (tail->position >= store::max_index) {
        outcome.error = std::make_exception_ptr(
            store::ArgumentChecks(backend_name, {}, true).topic_is_full(append.topic));
        return rocksdb::Status::OK();
    }
    outcome.number = ++tail->position;
    std::string row = tail->prefix;
    append_index(row, outcome.number);
    return batch_.Put(&idx_, row, append.value);
}

rocksdb::Status Committer::add(const Trim& trim, Outcome& outcome) {
    auto* const tail = tail_of(trim.topic, "trim", outcome);
    if (tail == nullptr || trim.up_to <= tail->trimmed_through) {
        return rocksdb::Status::OK();
    }
    if (trim.up_to > tail->position) {
        outcome.error =
            std::make_exception_ptr(store::ArgumentChecks(backend_name, {}, true)
                                        .trim_beyond_position(trim.topic, trim.up_to, tail->position));
        return rocksdb::Status::OK();
    }
    auto status = remove_entries(*tail, tail->trimmed_through + 1, trim.up_to);
    tail->trimmed_through = trim.up_to;
    std::string row = tail->prefix;
    append_index(row, 0);
    if (status.ok()) {
        status = batch_.Put(&idx_, row, TopicRecord{.trimmed_through = trim.up_to}.encode());
    }
    return status;
}

rocksdb::Status Committer::add(const RemoveTopic& remove, Outcome& outcome) {
    auto* const tail = tail_of(remove.topic, "remove", outcome);
    if (tail == nullptr || tail->position == 0) {
        return rocksdb::Status::OK();
    }
    auto status = remove_entries(*tail, tail->trimmed_through + 1, tail->position);
    if (status.ok() && tail->trimmed_through > 0) {
        status = remove_entries(*tail, 0, 0);
    }
    tail->position = tail->trimmed_through = 0;
    return status;
}

rocksdb::Status Committer::remove_entries(const Tail& tail, store::Index first, store::Index last) {
    const auto row = [&](store::Index index) {
        std::string key = tail.prefix;
        append_index(key, index);
        return key;
    };
    if (last >= first && last - first >= max_single_deletes) {
        return batch_.DeleteRange(&idx_, row(first), row(last + 1));
    }
    for (auto index = first; index <= last; ++index) {
        if (const auto status = batch_.Delete(&idx_, row(index)); !status.ok()) {
            return status;
        }
    }
    return rocksdb::Status::OK();
}

Committer::Tail* Committer::tail_of(const store::Topic& topic, const char* operation, Outcome& outcome) {
    if (const auto found = tail_by_topic_.find(topic.name); found != tail_by_topic_.end()) {
        tails_.splice(tails_.begin(), tails_, found->second);
    } else {
        Tail loaded{.prefix = topic_prefix(topic)};
        const auto status = read_tail(db_, idx_, {}, loaded.prefix, loaded.position, loaded.trimmed_through);
        if (!status.ok()) {
            outcome.error = std::make_exception_ptr(read_error(status, operation, store::describe(topic)));
            return nullptr;
        }
        tails_.emplace_front(topic.name, std::move(loaded));
        tail_by_topic_.emplace(tails_.front().first, tails_.begin());
    }
    auto& tail = tails_.front().second;
    ZFLOW_ASSERT(tail.trimmed_through <= tail.position, "a topic is trimmed at most up to its position");
    return &tail;
}

void Committer::forget_oldest_tails() {
    // Only between batches: inside one, a tail holds what RocksDB does not know yet.
    while (tails_.size() > max_tails) {
        tail_by_topic_.erase(tails_.back().first);
        tails_.pop_back();
    }
}

}  // namespace zflow::store_rocksdb
