#include "key_value_store.hpp"

#include "keys.hpp"

#include <zflow/store/page_token.hpp>

#include <memory>

namespace zflow::store_rocksdb {
namespace {

using store::Bytes;
using store::Key;
using store::KeyVersion;
using store::Namespace;
using store::Page;
using store::PageRequest;
using store::Timestamp;
using store::Version;
using store::asio::awaitable;

/// Old versions that a scan steps over before it seeks to the next key instead.
constexpr int steps_before_seek = 8;

/// Room that a scan makes for its answer beforehand.
constexpr std::size_t usual_page_items = 1'000;

/// Options to read the versions of one key: the filters of files may be asked.
rocksdb::ReadOptions within_key(rocksdb::ReadOptions options) {
    options.prefix_same_as_start = true;
    return options;
}

/// Options to read across keys. Important: without total order a family with a prefix extractor shows
/// whatever it likes.
rocksdb::ReadOptions across_keys(rocksdb::ReadOptions options, const rocksdb::Slice& end) {
    options.total_order_seek = true;
    options.iterate_upper_bound = &end;
    return options;
}

/// Find the newest version of a key, or the newest not after `before`.
///
/// Returns: an iterator that is valid if there is one.
std::unique_ptr<rocksdb::Iterator> seek_latest(rocksdb::DB& db, rocksdb::ColumnFamilyHandle& kv,
                                               const rocksdb::ReadOptions& options, std::string row,
                                               std::optional<Timestamp> before) {
    append_timestamp(row, before.value_or(std::numeric_limits<Timestamp>::max()));
    std::unique_ptr<rocksdb::Iterator> rows(db.NewIterator(within_key(options), &kv));
    rows->Seek(row);
    return rows;
}

/// Whether the iterator stands on a version of the key. Prefix mode alone does not promise it when there are
/// no filters.
bool is_at_key(const rocksdb::Iterator& rows, const std::string& prefix) {
    return rows.Valid() && rows.key().starts_with(prefix);
}

/// Walks over the newest version of each key of a namespace.
class NewestVersions {
 public:
    /// Parameters: `rows` reads in total order up to the end of the namespace; `row` is where to begin.
    NewestVersions(rocksdb::Iterator& rows, const std::string& row) : rows_(rows) { rows_.Seek(row); }

    [[nodiscard]] bool valid() const { return rows_.Valid() && rows_.key().size() > suffix_bytes; }
    [[nodiscard]] std::string_view row() const { return rows_.key().ToStringView(); }
    [[nodiscard]] std::string_view value() const { return rows_.value().ToStringView(); }

    void next_key() {
        const auto newest = row();
        prefix_.assign(newest.substr(0, newest.size() - suffix_bytes));
        for (int steps = 0; steps < steps_before_seek; ++steps) {
            rows_.Next();
            if (!rows_.Valid() || !rows_.key().starts_with(prefix_)) {
                return;
            }
        }
        rows_.Seek(after_prefix(prefix_));
    }

 private:
    rocksdb::Iterator& rows_;
    std::string prefix_;
};

rocksdb::Status bad_row() {
    return rocksdb::Status::Corruption("a row of zflow.kv is not of format 1");
}

/// The newest version of a key.
template <class Item, class MakeItem>
Found<std::optional<Item>> find_latest(Database& database, const rocksdb::ReadOptions& options,
                                       const std::string& prefix, std::optional<Timestamp> before,
                                       MakeItem make_item) {
    const auto rows = seek_latest(database.db(), database.kv(), options, prefix, before);
    if (!is_at_key(*rows, prefix)) {
        return {rows->status(), std::nullopt};
    }
    return {rocksdb::Status::OK(), make_item(*rows)};
}

}  // namespace

awaitable<void> RocksdbKeyValueStore::put(Namespace ns, Key key, Bytes value, Timestamp timestamp) {
    checks().key("put", ns, key);
    if (value.size() > checks().limits().value_bytes) {
        checks().value("put", describe(ns), value);
    }
    auto row = key_prefix(ns, key);
    append_timestamp(row, timestamp);
    co_await write(Put{.row = std::move(row), .value = std::move(value)});
}

awaitable<std::optional<Version>> RocksdbKeyValueStore::get_latest(Namespace ns, Key key,
                                                                   std::optional<Timestamp> before) {
    checks().key("get_latest", ns, key);
    const auto find = [&db = database(), prefix = key_prefix(ns, key),
                       before](const rocksdb::ReadOptions& options) {
        return find_latest<Version>(db, options, prefix, before, [](const rocksdb::Iterator& rows) {
            return Version{rows.value().ToString(), timestamp_of(rows.key().ToStringView())};
        });
    };
    auto found = read_memory(find);
    if (found.status.IsIncomplete()) {
        found = co_await read_disk("get_latest", find);
    }
    co_return value_of(std::move(found), "get_latest", ns);
}

awaitable<std::optional<Timestamp>> RocksdbKeyValueStore::get_latest_timestamp(
    Namespace ns, Key key, std::optional<Timestamp> before) {
    checks().key("get_latest_timestamp", ns, key);
    const auto find = [&db = database(), prefix = key_prefix(ns, key),
                       before](const rocksdb::ReadOptions& options) {
        return find_latest<Timestamp>(db, options, prefix, before, [](const rocksdb::Iterator& rows) {
            return timestamp_of(rows.key().ToStringView());
        });
    };
    auto found = read_memory(find);
    if (found.status.IsIncomplete()) {
        found = co_await read_disk("get_latest_timestamp", find);
    }
    co_return value_of(std::move(found), "get_latest_timestamp", ns);
}

awaitable<Page<Timestamp>> RocksdbKeyValueStore::get_all_timestamps(Namespace ns, Key key, PageRequest page) {
    static constexpr const char* operation = "get_all_timestamps";
    checks().key(operation, ns, key);
    if (page.limit == 0 || page.limit > checks().limits().page_items) {
        checks().page_limit(operation, describe(ns), page.limit);
    }
    const store::TokenScope scope{backend_name, operation, ns.name, key.bytes};
    // The place in a token is the row key of the last version that was listed.
    const auto prefix = key_prefix(ns, key);
    auto begin = prefix;
    append_timestamp(begin, std::numeric_limits<Timestamp>::max());
    bool skip_first = false;
    if (!page.token.empty()) {
        begin = decode_page_token(scope, page.token);
        skip_first = true;
    }
    const auto list = [&db = database(), prefix, begin, skip_first,
                       limit = page.limit](const rocksdb::ReadOptions& options) {
        Found<std::pair<std::vector<Timestamp>, bool>> found;
        const std::unique_ptr<rocksdb::Iterator> rows(db.db().NewIterator(within_key(options), &db.kv()));
        rows->Seek(begin);
        if (skip_first && rows->Valid() && rows->key() == rocksdb::Slice(begin)) {
            rows->Next();
        }
        for (; is_at_key(*rows, prefix) && found.value.first.size() < limit; rows->Next()) {
            found.value.first.push_back(timestamp_of(rows->key().ToStringView()));
        }
        found.value.second = is_at_key(*rows, prefix);
        found.status = rows->status();
        return found;
    };
    auto [timestamps, more] = co_await read(operation, ns, list);
    Page<Timestamp> listed{.items = std::move(timestamps), .next = std::nullopt};
    if (more) {
        auto last = prefix;
        append_timestamp(last, listed.items.back());
        listed.next = encode_page_token(scope, last);
    }
    co_return listed;
}

template <class Item, class MakeItem>
awaitable<Page<Item>> RocksdbKeyValueStore::scan_newest(const char* operation, Namespace ns, PageRequest page,
                                                        MakeItem make_item) {
    checks().ns(operation, ns);
    if (page.limit == 0 || page.limit > checks().limits().page_items) {
        checks().page_limit(operation, describe(ns), page.limit);
    }
    const store::TokenScope scope{backend_name, operation, ns.name};
    // The place in a token is where the next page begins: just after all versions of the last key that was
    // listed.
    const auto all = namespace_prefix(ns);
    const auto begin = page.token.empty() ? all : decode_page_token(scope, page.token);
    const auto scan = [&db = database(), all, begin, limit = page.limit,
                       make_item](const rocksdb::ReadOptions& options) {
        Found<std::pair<std::vector<Item>, std::string>> found;
        auto& [items, place] = found.value;
        const auto end = after_prefix(all);
        const rocksdb::Slice upper_bound = end;
        const std::unique_ptr<rocksdb::Iterator> rows(
            db.db().NewIterator(across_keys(options, upper_bound), &db.kv()));
        items.reserve(std::min(limit, usual_page_items));
        std::size_t bytes = 0;
        for (NewestVersions newest(*rows, begin); newest.valid(); newest.next_key()) {
            if (items.size() == limit || bytes >= store::max_page_bytes) {
                place = newest.row().substr(0, newest.row().size() - suffix_bytes);
                break;
            }
            auto rest = newest.row().substr(all.size(), newest.row().size() - all.size() - suffix_bytes);
            auto key = take_escaped(rest);
            if (!key || !rest.empty()) {
                found.status = bad_row();
                return found;
            }
            items.push_back(make_item(*std::move(key), timestamp_of(newest.row()), newest.value()));
            bytes += newest.row().size() + newest.value().size();
        }
        found.status = rows->status();
        return found;
    };
    auto [items, place] = co_await read(operation, ns, scan);
    Page<Item> scanned{.items = std::move(items), .next = std::nullopt};
    if (!place.empty()) {
        scanned.next = encode_page_token(scope, place);
    }
    co_return scanned;
}

awaitable<Page<KeyVersion>> RocksdbKeyValueStore::scan_all(Namespace ns, PageRequest page) {
    return scan_newest<KeyVersion>("scan_all", std::move(ns), std::move(page),
                                   [](Bytes key, Timestamp timestamp, std::string_view value) {
                                       return KeyVersion{Key{std::move(key)}, timestamp, Bytes(value)};
                                   });
}

awaitable<Page<Key>> RocksdbKeyValueStore::scan_all_keys(Namespace ns, PageRequest page) {
    return scan_newest<Key>("scan_all_keys", std::move(ns), std::move(page),
                            [](Bytes key, Timestamp, std::string_view) { return Key{std::move(key)}; });
}

awaitable<void> RocksdbKeyValueStore::remove(Namespace ns, Key key) {
    checks().key("remove", ns, key);
    co_await write(RemoveVersions{.prefix = key_prefix(ns, key), .which = RemoveVersions::Which::all});
}

awaitable<void> RocksdbKeyValueStore::remove(Namespace ns, Key key, Timestamp marker) {
    checks().key("remove", ns, key);
    co_await write(RemoveVersions{.prefix = key_prefix(ns, key),
                                  .which = RemoveVersions::Which::older_than_marker,
                                  .timestamp = marker});
}

awaitable<void> RocksdbKeyValueStore::remove_through(Namespace ns, Key key, Timestamp version) {
    checks().key("remove_through", ns, key);
    co_await write(RemoveVersions{
        .prefix = key_prefix(ns, key), .which = RemoveVersions::Which::through, .timestamp = version});
}

}  // namespace zflow::store_rocksdb
