#include "key_value_store.hpp"

#include <zflow/store/page_token.hpp>

#include <charconv>
#include <iterator>

namespace zflow::store_memory {
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

}  // namespace

Versions* MemoryKeyValueStore::find(const Namespace& ns, const Key& key) {
    const auto keys = data().namespaces.find(ns.name);
    if (keys == data().namespaces.end()) {
        return nullptr;
    }
    const auto versions = keys->second.find(key.bytes);
    return versions == keys->second.end() ? nullptr : &versions->second;
}

awaitable<void> MemoryKeyValueStore::put(Namespace ns, Key key, Bytes value, Timestamp timestamp) {
    checks().key("put", ns, key);
    checks().value("put", describe(ns), value);
    const std::scoped_lock lock(data().mutex);
    data().namespaces[ns.name][key.bytes][timestamp] = std::move(value);
    co_return;
}

awaitable<std::optional<Version>> MemoryKeyValueStore::get_latest(Namespace ns, Key key,
                                                                  std::optional<Timestamp> before) {
    checks().key("get_latest", ns, key);
    const std::scoped_lock lock(data().mutex);
    const auto* const versions = find(ns, key);
    if (versions == nullptr) {
        co_return std::nullopt;
    }
    const auto newest = before ? versions->lower_bound(*before) : versions->begin();
    if (newest == versions->end()) {
        co_return std::nullopt;
    }
    co_return Version{newest->second, newest->first};
}

awaitable<std::optional<Timestamp>> MemoryKeyValueStore::get_latest_timestamp(
    Namespace ns, Key key, std::optional<Timestamp> before) {
    checks().key("get_latest_timestamp", ns, key);
    const auto version = co_await get_latest(std::move(ns), std::move(key), before);
    co_return version ? std::optional(version->timestamp) : std::nullopt;
}

awaitable<Page<Timestamp>> MemoryKeyValueStore::get_all_timestamps(Namespace ns, Key key, PageRequest page) {
    static constexpr const char* operation = "get_all_timestamps";
    checks().key(operation, ns, key);
    checks().page_limit(operation, describe(ns), page.limit);
    // The place in a token is the last timestamp that was listed, in decimal digits.
    const store::TokenScope scope{backend_name, operation, ns.name, key.bytes};
    std::optional<Timestamp> last;
    if (!page.token.empty()) {
        const auto place = decode_page_token(scope, page.token);
        std::from_chars(place.data(), place.data() + place.size(), last.emplace());
    }
    const std::scoped_lock lock(data().mutex);
    Page<Timestamp> listed;
    const auto* const versions = find(ns, key);
    if (versions == nullptr) {
        co_return listed;
    }
    auto at = last ? versions->upper_bound(*last) : versions->begin();
    for (; at != versions->end() && listed.items.size() < page.limit; ++at) {
        listed.items.push_back(at->first);
    }
    if (at != versions->end()) {
        listed.next = encode_page_token(scope, std::to_string(listed.items.back()));
    }
    co_return listed;
}

template <class Item, class MakeItem>
Page<Item> MemoryKeyValueStore::scan_keys(const char* operation, const Namespace& ns, const PageRequest& page,
                                          MakeItem make_item) {
    checks().ns(operation, ns);
    checks().page_limit(operation, describe(ns), page.limit);
    // The place in a token is the last key that was listed.
    const store::TokenScope scope{backend_name, operation, ns.name};
    std::optional<Bytes> last;
    if (!page.token.empty()) {
        last = decode_page_token(scope, page.token);
    }
    const std::scoped_lock lock(data().mutex);
    Page<Item> scanned;
    const auto keys = data().namespaces.find(ns.name);
    if (keys == data().namespaces.end()) {
        return scanned;
    }
    std::size_t bytes = 0;
    auto at = last ? keys->second.upper_bound(*last) : keys->second.begin();
    for (; at != keys->second.end() && scanned.items.size() < page.limit && bytes < store::max_page_bytes;
         ++at) {
        const auto& [timestamp, value] = *at->second.begin();
        scanned.items.push_back(make_item(at->first, timestamp, value));
        bytes += at->first.size() + value.size();
    }
    if (at != keys->second.end()) {
        scanned.next = encode_page_token(scope, std::prev(at)->first);
    }
    return scanned;
}

awaitable<Page<KeyVersion>> MemoryKeyValueStore::scan_all(Namespace ns, PageRequest page) {
    co_return scan_keys<KeyVersion>("scan_all", ns, page,
                                    [](const Bytes& key, Timestamp timestamp, const Bytes& value) {
                                        return KeyVersion{Key{key}, timestamp, value};
                                    });
}

awaitable<Page<Key>> MemoryKeyValueStore::scan_all_keys(Namespace ns, PageRequest page) {
    co_return scan_keys<Key>("scan_all_keys", ns, page,
                             [](const Bytes& key, Timestamp, const Bytes&) { return Key{key}; });
}

awaitable<void> MemoryKeyValueStore::remove(Namespace ns, Key key) {
    checks().key("remove", ns, key);
    remove_from(ns, key, std::numeric_limits<Timestamp>::max(), /*keep_first=*/false);
    co_return;
}

awaitable<void> MemoryKeyValueStore::remove(Namespace ns, Key key, Timestamp marker) {
    checks().key("remove", ns, key);
    remove_from(ns, key, marker, /*keep_first=*/true);
    co_return;
}

awaitable<void> MemoryKeyValueStore::remove_through(Namespace ns, Key key, Timestamp version) {
    checks().key("remove_through", ns, key);
    remove_from(ns, key, version, /*keep_first=*/false);
    co_return;
}

void MemoryKeyValueStore::remove_from(const Namespace& ns, const Key& key, Timestamp timestamp,
                                      bool keep_first) {
    const std::scoped_lock lock(data().mutex);
    auto* const versions = find(ns, key);
    if (versions == nullptr) {
        return;
    }
    auto first = versions->lower_bound(timestamp);
    if (keep_first && first != versions->end()) {
        ++first;
    }
    versions->erase(first, versions->end());
    if (versions->empty()) {
        // A key without versions is not there, nor is a namespace without keys.
        const auto keys = data().namespaces.find(ns.name);
        keys->second.erase(key.bytes);
        if (keys->second.empty()) {
            data().namespaces.erase(keys);
        }
    }
}

}  // namespace zflow::store_memory
