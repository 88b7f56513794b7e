#include "check.hpp"

#include "errors.hpp"
#include "keys.hpp"
#include "registry.hpp"

#include <zflow/store/argument_checks.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

#include <memory>

namespace zflow::store_rocksdb {
namespace {

using store::Finding;

constexpr const char* restore_fix = "restore a backup with `zflow store restore`";

/// Problems beyond so many are counted, not listed.
constexpr std::size_t max_listed = 20;

/// Gathers what is wrong with the rows of a family.
class Problems {
 public:
    explicit Problems(std::vector<Finding>& findings) : findings_(findings) {}

    void add(std::string what) {
        if (++count_ <= max_listed) {
            findings_.push_back({Finding::Severity::error, std::move(what), restore_fix});
        }
    }

    void close(std::string_view family, std::uint64_t rows) {
        if (count_ > max_listed) {
            findings_.push_back({Finding::Severity::error,
                                 fmt::format("{} more rows of {} are wrong", count_ - max_listed, family),
                                 restore_fix});
        }
        if (count_ == 0) {
            findings_.push_back(
                {Finding::Severity::ok, fmt::format("{}: {} rows, all of format 1", family, rows)});
        }
    }

 private:
    std::vector<Finding>& findings_;
    std::size_t count_ = 0;
};

std::unique_ptr<rocksdb::Iterator> all_rows(Database& database, rocksdb::ColumnFamilyHandle& family) {
    rocksdb::ReadOptions options;
    options.total_order_seek = true;
    options.fill_cache = false;
    std::unique_ptr<rocksdb::Iterator> rows(database.db().NewIterator(options, &family));
    rows->SeekToFirst();
    return rows;
}

void check_end(const rocksdb::Iterator& rows, Problems& problems) {
    if (!rows.status().ok()) {
        problems.add(fmt::format("reading stopped: {}", rows.status().ToString()));
    }
}

void check_key_value_rows(Database& database, std::vector<Finding>& findings) {
    Problems problems(findings);
    std::uint64_t count = 0;
    const auto rows = all_rows(database, database.kv());
    for (; rows->Valid(); rows->Next(), ++count) {
        auto rest = rows->key().ToStringView();
        const auto ns = take_escaped(rest);
        const auto key = ns ? take_escaped(rest) : std::nullopt;
        if (!key || rest.size() != suffix_bytes) {
            problems.add(fmt::format("the row {} of {} is not of format 1",
                                     rows->key().ToString(/*hex=*/true), kv_family));
        }
    }
    check_end(*rows, problems);
    problems.close(kv_family, count);
}

void check_indexed_rows(Database& database, std::vector<Finding>& findings) {
    Problems problems(findings);
    std::uint64_t count = 0;
    std::string topic;
    store::Index expected = 1;  // the index that must come next
    const auto rows = all_rows(database, database.idx());
    for (; rows->Valid(); rows->Next(), ++count) {
        auto rest = rows->key().ToStringView();
        const auto name = take_escaped(rest);
        if (!name || rest.size() != suffix_bytes) {
            problems.add(
                fmt::format("the row {} of {} is not of format 1", rows->key().ToString(true), idx_family));
            continue;
        }
        if (*name != topic) {
            topic = *name;
            expected = 1;
        }
        const auto index = index_of(rest);
        if (index == 0) {
            const auto record = TopicRecord::decode(rows->value().ToStringView());
            if (!record) {
                problems.add(
                    fmt::format("the record of {} is not of format 1", describe(store::Topic{topic})));
            }
            expected = record ? record->trimmed_through + 1 : 1;
            continue;
        }
        if (index != expected) {
            problems.add(fmt::format("{} has entry {} where entry {} must be", describe(store::Topic{topic}),
                                     index, expected));
        }
        expected = index + 1;
    }
    check_end(*rows, problems);
    problems.close(idx_family, count);
}

store::asio::awaitable<std::vector<Finding>> check_blocking(Options options,
                                                            store::OpenOptions open_options) {
    open_options.create_if_missing = false;
    std::vector<Finding> findings;
    std::shared_ptr<Database> database;
    try {
        database = open_shared(options, open_options);
    } catch (const store::Error& error) {
        if (error.kind() != store::errc::corruption) {
            throw;
        }
        findings.push_back({Finding::Severity::error, error.what(), restore_fix});
        co_return findings;
    }
    findings.push_back(
        {Finding::Severity::ok, fmt::format("format 1, database id {}", database->database_id())});
    if (const auto status = database->db().VerifyChecksum(); status.ok()) {
        findings.push_back({Finding::Severity::ok, "the check sums of all files are right"});
    } else {
        findings.push_back({Finding::Severity::error,
                            fmt::format("a file is damaged or missing: {}", status.ToString()), restore_fix});
    }
    check_key_value_rows(*database, findings);
    check_indexed_rows(*database, findings);
    co_return findings;
}

}  // namespace

store::asio::awaitable<std::vector<Finding>> check(store::Uri uri, store::OpenOptions open_options) {
    store::asio::thread_pool thread(1);
    co_return co_await store::asio::co_spawn(thread, check_blocking(Options::from_uri(uri), open_options),
                                             store::asio::use_awaitable);
}

}  // namespace zflow::store_rocksdb
