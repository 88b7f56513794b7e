#include "database.hpp"

#include "errors.hpp"
#include "keys.hpp"
#include "tuning.hpp"

#include <zflow/base/version.hpp>
#include <zflow/store/crash_point.hpp>

#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <set>
#include <string_view>
#include <system_error>

namespace zflow::store_rocksdb {
namespace {

using store::errc;
using store::Error;

/// The rows of the family `default`.
constexpr std::string_view format_row = "zflow.format";
constexpr std::string_view created_by_row = "zflow.created_by";
constexpr std::string_view database_id_row = "zflow.database_id";

constexpr int format_version = 1;

store::Where where(const std::string& path) {
    return {backend_name, "open", fmt::format("directory '{}'", path)};
}

/// What stands in a directory, before RocksDB touches it.
struct Contents {
    bool has_current = false;  // RocksDB's root file: there is a database
    bool has_data = false;     // tables, or logs with something in them
    std::string foreign_file;  // one that RocksDB did not write
};

bool is_rocksdb_file(std::string_view name) {
    return name == "LOCK" || name == "IDENTITY" || name.starts_with("CURRENT") || name.starts_with("LOG") ||
           name.starts_with("MANIFEST-") || name.starts_with("OPTIONS-") || name.ends_with(".dbtmp") ||
           name.ends_with(".log") || name.ends_with(".sst") || name.ends_with(".blob") || name == "archive" ||
           name == "lost+found";
}

Contents contents_of(const std::string& path) {
    Contents contents;
    std::error_code status;
    for (std::filesystem::directory_iterator at(path, status), end; !status && at != end;
         at.increment(status)) {
        const auto name = at->path().filename().string();
        if (name == "CURRENT") {
            contents.has_current = true;
        } else if (!is_rocksdb_file(name)) {
            contents.foreign_file = name;
        } else if (name.ends_with(".sst")) {
            contents.has_data = true;
        } else if (name.ends_with(".log")) {
            std::error_code ignored;
            contents.has_data |= at->file_size(ignored) > 0;
        }
    }
    if (status) {
        throw Error(status == std::errc::permission_denied ? errc::denied : errc::unavailable, where(path),
                    "the directory cannot be listed", status.message());
    }
    return contents;
}

/// Refuse directories that are not ours, before anything is written into them.
void check_contents(const std::string& path, bool create_if_missing) {
    const auto contents = contents_of(path);
    if (contents.has_current) {
        return;
    }
    if (!contents.foreign_file.empty()) {
        throw Error(
            errc::schema_mismatch, where(path),
            fmt::format("the directory holds other things (such as '{}') and no store; name an empty one",
                        contents.foreign_file));
    }
    if (contents.has_data) {
        throw Error(
            errc::corruption, where(path),
            "the file CURRENT is missing, though there is data; nothing was changed. Restore a backup");
    }
    if (!create_if_missing) {
        throw Error(errc::not_open, where(path),
                    "the directory is empty: there is no store yet; the first write makes it");
    }
}

/// Refuse databases of RocksDB that are not ours.
///
/// Returns: the families that there are; of a creation that was cut short some may be missing.
void check_families(const rocksdb::DBOptions& options, const std::string& path) {
    std::vector<std::string> names;
    const auto status = rocksdb::DB::ListColumnFamilies(options, path, &names);
    if (!status.ok()) {
        throw open_error(status, path);
    }
    for (const auto& name : names) {
        if (name != rocksdb::kDefaultColumnFamilyName && name != kv_family && name != idx_family) {
            throw Error(
                errc::schema_mismatch, where(path),
                fmt::format(
                    "this is a RocksDB database of something else, or of a newer zflow: it has the column "
                    "family '{}'",
                    name));
        }
    }
}

}  // namespace

Database::Database(const Options& options, const store::OpenOptions& open_options, rocksdb::Env* env)
    : options_(options), clock_(*open_options.clock) {
    open_families(open_options, env);
    read_or_write_meta(open_options);
    reads_ = std::make_unique<ReadPool>(options.max_queued_calls);
    writes_ = std::make_unique<Pipeline>(
        Committer(*db_, *kv_, *idx_, options.durability),
        Pipeline::Limits{.calls = options.max_queued_calls, .bytes = options.max_queued_bytes});
    watch_deadlines_of(open_options.deadline);
    deadlines_ = std::thread([this] { watch_deadlines(); });
}

Database::~Database() {
    // Deadlines are watched to the end: a disk that hangs must not keep callers waiting meanwhile.
    writes_->finish();
    reads_->finish();
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    stop_.notify_one();
    if (deadlines_.joinable()) {
        deadlines_.join();
    }
    // What cannot be flushed, e.g. on a full disk, is in the log.
    rocksdb::FlushOptions flush;
    flush.allow_write_stall = true;
    (void)db_->Flush(flush, {meta_.get(), kv_.get(), idx_.get()});
    rocksdb::CancelAllBackgroundWork(db_.get(), /*wait=*/true);
}

void Database::open_families(const store::OpenOptions& open_options, rocksdb::Env* env) {
    check_contents(options_.path, open_options.create_if_missing);
    auto database = database_options();
    database.env = env;
    if (contents_of(options_.path).has_current) {
        check_families(database, options_.path);
    }
    database.create_if_missing = true;
    database.create_missing_column_families = true;
    const auto cache = rocksdb::NewLRUCache(options_.cache_bytes);
    const std::vector<rocksdb::ColumnFamilyDescriptor> families{
        {rocksdb::kDefaultColumnFamilyName, idx_family_options(cache)},
        {std::string(kv_family), kv_family_options(cache)},
        {std::string(idx_family), idx_family_options(cache)}};
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* opened = nullptr;
    const auto status = rocksdb::DB::Open(database, options_.path, families, &handles, &opened);
    if (!status.ok()) {
        throw open_error(status, options_.path);
    }
    db_.reset(opened);
    meta_ = Family(handles[0], {opened});
    kv_ = Family(handles[1], {opened});
    idx_ = Family(handles[2], {opened});
}

void Database::read_or_write_meta(const store::OpenOptions& open_options) {
    std::string format;
    const auto status = db_->Get({}, meta_.get(), rocksdb::Slice(format_row), &format);
    if (status.ok()) {
        int version = 0;
        const auto parsed = std::from_chars(format.data(), format.data() + format.size(), version);
        if (parsed.ec != std::errc{} || version != format_version) {
            throw Error(
                errc::schema_mismatch, where(options_.path),
                fmt::format("the store has format {}, this program knows format {}; use a newer zflow",
                            format, format_version));
        }
        const auto found = db_->Get({}, meta_.get(), rocksdb::Slice(database_id_row), &database_id_);
        if (!found.ok()) {
            throw open_error(rocksdb::Status::Corruption("the row zflow.database_id is missing"),
                             options_.path);
        }
        return;
    }
    if (!status.IsNotFound()) {
        throw open_error(status, options_.path);
    }
    // No format row: our own creation was cut short, and everything is empty; or this is somebody else's
    // database.
    for (auto* const family : {meta_.get(), kv_.get(), idx_.get()}) {
        rocksdb::ReadOptions all;
        all.total_order_seek = true;
        const std::unique_ptr<rocksdb::Iterator> rows(db_->NewIterator(all, family));
        rows->SeekToFirst();
        if (rows->Valid() || !rows->status().ok()) {
            throw Error(errc::schema_mismatch, where(options_.path),
                        "this is a RocksDB database of something else: it has rows, but no zflow.format");
        }
    }
    store::crash_point("rocksdb.before_meta");
    database_id_ = open_options.entropy->identifier();
    rocksdb::WriteBatch meta;
    auto written = meta.Put(meta_.get(), rocksdb::Slice(format_row), std::to_string(format_version));
    if (written.ok()) {
        written =
            meta.Put(meta_.get(), rocksdb::Slice(created_by_row), fmt::format("zflow {}", base::version()));
    }
    if (written.ok()) {
        written = meta.Put(meta_.get(), rocksdb::Slice(database_id_row), database_id_);
    }
    rocksdb::WriteOptions durable;
    durable.sync = true;
    if (written.ok()) {
        written = db_->Write(durable, &meta);
    }
    if (!written.ok()) {
        throw open_error(written, options_.path);
    }
}

void Database::watch_deadlines_of(std::chrono::milliseconds length) {
    {
        const std::scoped_lock lock(mutex_);
        watch_interval_ = std::clamp(length / 20, std::chrono::milliseconds(5), watch_interval_);
    }
    stop_.notify_one();
}

std::chrono::milliseconds Database::watch_interval() {
    const std::scoped_lock lock(mutex_);
    return watch_interval_;
}

void Database::watch_deadlines() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        // Woken early, e.g. for a shorter interval, it looks once more than it must.
        stop_.wait_for(lock, watch_interval_);
        const auto now = clock_.steady_now();
        writes_->expire(now);
        reads_->expire(now);
    }
}

}  // namespace zflow::store_rocksdb
