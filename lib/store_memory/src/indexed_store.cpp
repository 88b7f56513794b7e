#include "indexed_store.hpp"

#include <algorithm>
#include <optional>

namespace zflow::store_memory {
namespace {

using store::AppendResult;
using store::Bytes;
using store::Entry;
using store::Index;
using store::Position;
using store::Topic;
using store::asio::awaitable;

}  // namespace

awaitable<Index> MemoryIndexedStore::append(Topic topic, Bytes value) {
    checks().topic("append", topic);
    checks().value("append", describe(topic), value);
    const std::scoped_lock lock(data().mutex);
    auto& log = data().topics[topic.name];
    log.entries.emplace(++log.position, std::move(value));
    co_return log.position;
}

awaitable<AppendResult> MemoryIndexedStore::append(Topic topic, Bytes value, Position expected) {
    checks().topic("append", topic);
    checks().value("append", describe(topic), value);
    const std::scoped_lock lock(data().mutex);
    const auto found = data().topics.find(topic.name);
    const auto position = found == data().topics.end() ? 0 : found->second.position;
    if (position != expected) {
        co_return AppendResult::conflict(position);
    }
    auto& log = data().topics[topic.name];
    log.entries.emplace(++log.position, std::move(value));
    co_return AppendResult::applied(log.position);
}

awaitable<Position> MemoryIndexedStore::position(Topic topic) {
    checks().topic("position", topic);
    const std::scoped_lock lock(data().mutex);
    const auto found = data().topics.find(topic.name);
    co_return found == data().topics.end() ? 0 : found->second.position;
}

awaitable<std::vector<Entry>> MemoryIndexedStore::scan(Topic topic, Index from, Index to, std::size_t limit) {
    checks().topic("scan", topic);
    checks().page_limit("scan", describe(topic), limit);
    std::vector<Entry> entries;
    const std::scoped_lock lock(data().mutex);
    const auto found = data().topics.find(topic.name);
    if (found == data().topics.end()) {
        co_return entries;
    }
    std::size_t bytes = 0;
    const auto& log = found->second.entries;
    for (auto at = log.lower_bound(from);
         at != log.end() && at->first <= to && entries.size() < limit && bytes < store::max_page_bytes;
         ++at) {
        entries.push_back({at->first, at->second});
        bytes += at->second.size();
    }
    co_return entries;
}

awaitable<void> MemoryIndexedStore::trim(Topic topic, Index up_to) {
    checks().topic("trim", topic);
    const std::scoped_lock lock(data().mutex);
    const auto found = data().topics.find(topic.name);
    const auto position = found == data().topics.end() ? 0 : found->second.position;
    if (up_to > position) {
        throw checks().trim_beyond_position(topic, up_to, position);
    }
    if (up_to > 0) {
        auto& log = found->second;
        log.entries.erase(log.entries.begin(), log.entries.upper_bound(up_to));
    }
    co_return;
}

awaitable<void> MemoryIndexedStore::remove(Topic topic) {
    checks().topic("remove", topic);
    const std::scoped_lock lock(data().mutex);
    data().topics.erase(topic.name);
    co_return;
}

}  // namespace zflow::store_memory
