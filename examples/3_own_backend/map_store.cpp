#include "map_store.hpp"

#include <zflow/store/page_token.hpp>

#include <charconv>
#include <iterator>
#include <limits>
#include <optional>
#include <tuple>
#include <vector>

namespace map_store {
namespace {

using store::AppendResult;
using store::Bytes;
using store::Entry;
using store::Index;
using store::Key;
using store::KeyVersion;
using store::Namespace;
using store::Page;
using store::PageRequest;
using store::Position;
using store::Timestamp;
using store::Topic;
using store::Version;
using store::asio::awaitable;

constexpr const char* backend_name = "map";
constexpr Timestamp newest = std::numeric_limits<Timestamp>::max();
constexpr Timestamp oldest = std::numeric_limits<Timestamp>::min();

store::ArgumentChecks argument_checks() {
    return {backend_name, store::Limits{}, /*empty_keys=*/true};
}

/// What is declared here is what the suite tests.
store::Capabilities capabilities_of(const Rows& rows) {
    return {.durability = store::Durability::volatile_,
            .database_id = rows.database_id,
            .shared = false,
            .expected_append = true,
            .trim = true,
            .remove_through = true,
            .exact_scan = true,
            .clock_ordered = false,
            .empty_keys = true};
}

}  // namespace

bool VersionPlace::operator<(const VersionPlace& other) const {
    return std::tie(ns, key, other.timestamp) < std::tie(other.ns, other.key, timestamp);
}

// --- KeyValueStore ----------------------------------------------------------------------------------------

MapKeyValueStore::MapKeyValueStore(std::shared_ptr<Rows> rows)
    : rows_(std::move(rows)), checks_(argument_checks()) {}

store::Capabilities MapKeyValueStore::capabilities() const {
    return capabilities_of(*rows_);
}

store::Limits MapKeyValueStore::limits() const {
    return checks_.limits();
}

awaitable<void> MapKeyValueStore::put(Namespace ns, Key key, Bytes value, Timestamp timestamp) {
    // Every call checks first and touches the rows afterwards, so what is refused has changed nothing.
    checks_.key("put", ns, key);
    checks_.value("put", describe(ns), value);
    const std::scoped_lock lock(rows_->mutex);
    rows_->versions.insert_or_assign({ns.name, key.bytes, timestamp}, std::move(value));
    co_return;
}

awaitable<std::optional<Version>> MapKeyValueStore::get_latest(Namespace ns, Key key,
                                                               std::optional<Timestamp> before) {
    checks_.key("get_latest", ns, key);
    const std::scoped_lock lock(rows_->mutex);
    // The newest version is the first row of its key, so one search finds it, however many there are.
    const auto row = rows_->versions.lower_bound({ns.name, key.bytes, before.value_or(newest)});
    if (row == rows_->versions.end() || row->first.ns != ns.name || row->first.key != key.bytes) {
        co_return std::nullopt;
    }
    co_return Version{row->second, row->first.timestamp};
}

awaitable<std::optional<Timestamp>> MapKeyValueStore::get_latest_timestamp(Namespace ns, Key key,
                                                                           std::optional<Timestamp> before) {
    const auto version = co_await get_latest(std::move(ns), std::move(key), before);
    co_return version ? std::optional(version->timestamp) : std::nullopt;
}

awaitable<Page<Timestamp>> MapKeyValueStore::get_all_timestamps(Namespace ns, Key key, PageRequest page) {
    checks_.key("get_all_timestamps", ns, key);
    checks_.page_limit("get_all_timestamps", describe(ns), page.limit);
    // A token holds the last item that was returned, and what it belongs to: decoding refuses any other.
    const store::TokenScope scope{backend_name, "get_all_timestamps", ns.name, key.bytes};
    const std::scoped_lock lock(rows_->mutex);
    auto row = rows_->versions.lower_bound({ns.name, key.bytes, newest});
    if (!page.token.empty()) {
        const auto place = decode_page_token(scope, page.token);
        Timestamp last = 0;
        std::from_chars(place.data(), place.data() + place.size(), last);
        row = rows_->versions.upper_bound({ns.name, key.bytes, last});
    }
    const auto end = rows_->versions.upper_bound({ns.name, key.bytes, oldest});
    Page<Timestamp> listed;
    for (; row != end && listed.items.size() < page.limit; ++row) {
        listed.items.push_back(row->first.timestamp);
    }
    if (row != end) {
        listed.next = encode_page_token(scope, std::to_string(listed.items.back()));
    }
    co_return listed;
}

Page<KeyVersion> MapKeyValueStore::scan(const char* operation, const Namespace& ns, const PageRequest& page) {
    checks_.ns(operation, ns);
    checks_.page_limit(operation, describe(ns), page.limit);
    const store::TokenScope scope{backend_name, operation, ns.name};
    const std::scoped_lock lock(rows_->mutex);
    // No iterator outlives the call: the next page searches for the key after the last one, and so it finds
    // its place again whatever was written or removed meanwhile.
    auto row = page.token.empty()
                   ? rows_->versions.lower_bound({ns.name, "", newest})
                   : rows_->versions.upper_bound({ns.name, decode_page_token(scope, page.token), oldest});
    const auto in_namespace = [&] { return row != rows_->versions.end() && row->first.ns == ns.name; };
    Page<KeyVersion> scanned;
    std::size_t bytes = 0;
    while (in_namespace() && scanned.items.size() < page.limit && bytes < store::max_page_bytes) {
        const auto& [place, value] = *row;
        scanned.items.push_back({Key{place.key}, place.timestamp, value});
        bytes += place.key.size() + value.size();
        // Step over the older versions: each key comes once.
        row = rows_->versions.upper_bound({ns.name, place.key, oldest});
    }
    if (in_namespace()) {
        scanned.next = encode_page_token(scope, scanned.items.back().key.bytes);
    }
    return scanned;
}

awaitable<Page<KeyVersion>> MapKeyValueStore::scan_all(Namespace ns, PageRequest page) {
    co_return scan("scan_all", ns, page);
}

awaitable<Page<Key>> MapKeyValueStore::scan_all_keys(Namespace ns, PageRequest page) {
    auto scanned = scan("scan_all_keys", ns, page);
    Page<Key> keys{.items = {}, .next = std::move(scanned.next)};
    for (auto& item : scanned.items) {
        keys.items.push_back(std::move(item.key));
    }
    co_return keys;
}

awaitable<void> MapKeyValueStore::remove(Namespace ns, Key key) {
    checks_.key("remove", ns, key);
    const std::scoped_lock lock(rows_->mutex);
    rows_->versions.erase(rows_->versions.lower_bound({ns.name, key.bytes, newest}),
                          rows_->versions.upper_bound({ns.name, key.bytes, oldest}));
    co_return;
}

awaitable<void> MapKeyValueStore::remove(Namespace ns, Key key, Timestamp marker) {
    checks_.key("remove", ns, key);
    const std::scoped_lock lock(rows_->mutex);
    auto row = rows_->versions.lower_bound({ns.name, key.bytes, marker});
    const auto end = rows_->versions.upper_bound({ns.name, key.bytes, oldest});
    if (row != end) {
        // This is what a reader at `marker` finds; only what it hides may go.
        rows_->versions.erase(std::next(row), end);
    }
    co_return;
}

awaitable<void> MapKeyValueStore::remove_through(Namespace ns, Key key, Timestamp version) {
    checks_.key("remove_through", ns, key);
    const std::scoped_lock lock(rows_->mutex);
    rows_->versions.erase(rows_->versions.lower_bound({ns.name, key.bytes, version}),
                          rows_->versions.upper_bound({ns.name, key.bytes, oldest}));
    co_return;
}

// --- IndexedStore -----------------------------------------------------------------------------------------

MapIndexedStore::MapIndexedStore(std::shared_ptr<Rows> rows)
    : rows_(std::move(rows)), checks_(argument_checks()) {}

store::Capabilities MapIndexedStore::capabilities() const {
    return capabilities_of(*rows_);
}

store::Limits MapIndexedStore::limits() const {
    return checks_.limits();
}

Position MapIndexedStore::position_of(const Topic& topic) const {
    const auto row = rows_->positions.find(topic.name);
    return row == rows_->positions.end() ? 0 : row->second;
}

awaitable<Index> MapIndexedStore::append(Topic topic, Bytes value) {
    checks_.topic("append", topic);
    checks_.value("append", describe(topic), value);
    const std::scoped_lock lock(rows_->mutex);
    // Index and value come into being in one step: nobody sees a position without its entry.
    const Index index = ++rows_->positions[topic.name];
    rows_->entries.emplace(std::pair(topic.name, index), std::move(value));
    co_return index;
}

awaitable<AppendResult> MapIndexedStore::append(Topic topic, Bytes value, Position expected) {
    checks_.topic("append", topic);
    checks_.value("append", describe(topic), value);
    const std::scoped_lock lock(rows_->mutex);
    const auto position = position_of(topic);
    if (position != expected) {
        co_return AppendResult::conflict(position);
    }
    const Index index = ++rows_->positions[topic.name];
    rows_->entries.emplace(std::pair(topic.name, index), std::move(value));
    co_return AppendResult::applied(index);
}

awaitable<Position> MapIndexedStore::position(Topic topic) {
    checks_.topic("position", topic);
    const std::scoped_lock lock(rows_->mutex);
    co_return position_of(topic);
}

awaitable<std::vector<Entry>> MapIndexedStore::scan(Topic topic, Index from, Index to, std::size_t limit) {
    checks_.topic("scan", topic);
    checks_.page_limit("scan", describe(topic), limit);
    const std::scoped_lock lock(rows_->mutex);
    std::vector<Entry> entries;
    std::size_t bytes = 0;
    auto row = rows_->entries.lower_bound({topic.name, from});
    while (row != rows_->entries.end() && row->first.first == topic.name && row->first.second <= to &&
           entries.size() < limit && bytes < store::max_page_bytes) {
        entries.push_back({row->first.second, row->second});
        bytes += row->second.size();
        ++row;
    }
    co_return entries;
}

awaitable<void> MapIndexedStore::trim(Topic topic, Index up_to) {
    checks_.topic("trim", topic);
    const std::scoped_lock lock(rows_->mutex);
    if (const auto position = position_of(topic); up_to > position) {
        throw checks_.trim_beyond_position(topic, up_to, position);
    }
    rows_->entries.erase(rows_->entries.lower_bound({topic.name, 0}),
                         rows_->entries.upper_bound({topic.name, up_to}));
    co_return;
}

awaitable<void> MapIndexedStore::remove(Topic topic) {
    checks_.topic("remove", topic);
    const std::scoped_lock lock(rows_->mutex);
    rows_->positions.erase(topic.name);
    rows_->entries.erase(rows_->entries.lower_bound({topic.name, 0}),
                         rows_->entries.upper_bound({topic.name, store::max_index}));
    co_return;
}

// --- opening ----------------------------------------------------------------------------------------------

namespace {

/// The rows of a name, as long as the process lives. Without a name they are nobody else's.
std::shared_ptr<Rows> rows_of(const std::string& name, const store::OpenOptions& options) {
    static std::mutex mutex;
    static std::map<std::string, std::shared_ptr<Rows>> all;
    const std::scoped_lock lock(mutex);
    auto& named = all[name];
    if (named == nullptr || name.empty()) {
        named = std::make_shared<Rows>();
        named->database_id = options.entropy->identifier();
    }
    return named;
}

awaitable<store::Stores> open(store::Uri uri, store::OpenOptions options) {
    uri.allow_options({});
    const auto rows = rows_of(uri.rest(), options);
    co_return store::Stores{std::make_unique<MapKeyValueStore>(rows),
                            std::make_unique<MapIndexedStore>(rows)};
}

}  // namespace

void register_kind() {
    store::register_kind({.scheme = backend_name, .usage = "map:NAME", .open = open});
}

}  // namespace map_store
