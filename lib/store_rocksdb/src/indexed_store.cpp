#include "indexed_store.hpp"

#include "keys.hpp"

#include <algorithm>
#include <memory>

namespace zflow::store_rocksdb {
namespace {

using store::AppendResult;
using store::Bytes;
using store::Entry;
using store::Index;
using store::Position;
using store::Topic;
using store::asio::awaitable;

/// Room that a scan makes for its answer beforehand.
constexpr std::size_t usual_page_items = 1'000;

}  // namespace

void RocksdbIndexedStore::check_append(const Topic& topic, const Bytes& value) const {
    checks().topic("append", topic);
    if (value.size() > checks().limits().value_bytes) {
        checks().value("append", describe(topic), value);
    }
}

awaitable<Index> RocksdbIndexedStore::append(Topic topic, Bytes value) {
    check_append(topic, value);
    const auto outcome = co_await write(Append{std::move(topic), std::move(value), std::nullopt});
    co_return outcome.number;
}

awaitable<AppendResult> RocksdbIndexedStore::append(Topic topic, Bytes value, Position expected) {
    check_append(topic, value);
    const auto outcome = co_await write(Append{std::move(topic), std::move(value), expected});
    co_return outcome.applied ? AppendResult::applied(outcome.number)
                              : AppendResult::conflict(outcome.number);
}

awaitable<Position> RocksdbIndexedStore::position(Topic topic) {
    checks().topic("position", topic);
    const auto find = [&db = database(), prefix = topic_prefix(topic)](const rocksdb::ReadOptions& options) {
        Found<Position> found;
        Index trimmed_through = 0;
        found.status = read_tail(db.db(), db.idx(), options, prefix, found.value, trimmed_through);
        return found;
    };
    auto found = read_memory(find);
    if (found.status.IsIncomplete()) {
        found = co_await read_disk("position", find);
    }
    co_return value_of(std::move(found), "position", topic);
}

awaitable<std::vector<Entry>> RocksdbIndexedStore::scan(Topic topic, Index from, Index to,
                                                        std::size_t limit) {
    checks().topic("scan", topic);
    if (limit == 0 || limit > checks().limits().page_items) {
        checks().page_limit("scan", describe(topic), limit);
    }
    from = std::max<Index>(from, 1);
    to = std::min(to, store::max_index);
    if (to < from) {
        co_return std::vector<Entry>{};
    }
    const auto scan = [&db = database(), prefix = topic_prefix(topic), from, to,
                       limit](const rocksdb::ReadOptions& options) {
        Found<std::vector<Entry>> found;
        std::string begin = prefix;
        append_index(begin, from);
        std::string end = prefix;
        append_index(end, to + 1);
        const rocksdb::Slice upper_bound = end;
        auto bounded = options;
        bounded.iterate_upper_bound = &upper_bound;
        const std::unique_ptr<rocksdb::Iterator> rows(db.db().NewIterator(bounded, &db.idx()));
        found.value.reserve(std::min(limit, usual_page_items));
        std::size_t bytes = 0;
        for (rows->Seek(begin); rows->Valid() && found.value.size() < limit && bytes < store::max_page_bytes;
             rows->Next()) {
            found.value.push_back({index_of(rows->key().ToStringView()), rows->value().ToString()});
            bytes += rows->key().size() + rows->value().size();
        }
        found.status = rows->status();
        return found;
    };
    co_return co_await read("scan", std::move(topic), scan);
}

awaitable<void> RocksdbIndexedStore::trim(Topic topic, Index up_to) {
    checks().topic("trim", topic);
    co_await write(Trim{std::move(topic), up_to});
}

awaitable<void> RocksdbIndexedStore::remove(Topic topic) {
    checks().topic("remove", topic);
    co_await write(RemoveTopic{std::move(topic)});
}

}  // namespace zflow::store_rocksdb
