#include "broken_stores.hpp"

#include <map>
#include <mutex>
#include <utility>

namespace zflow::negative {
namespace {

using store::Bytes;
using store::ForwardingKeyValueStore;
using store::Key;
using store::KeyVersion;
using store::Namespace;
using store::Page;
using store::PageRequest;
using store::Timestamp;
using store::Version;
using store::asio::awaitable;

/// A put that is older than the newest version is dropped.
class LosesOutOfOrderVersions final : public ForwardingKeyValueStore {
    using ForwardingKeyValueStore::ForwardingKeyValueStore;
    awaitable<void> put(Namespace ns, Key key, Bytes value, Timestamp timestamp) override {
        const auto newest = co_await inner().get_latest_timestamp(ns, key, {});
        if (!newest || timestamp >= *newest) {
            co_await inner().put(ns, key, std::move(value), timestamp);
        }
    }
};

/// The latest version is the one that was put last.
class LatestIsLastPut final : public ForwardingKeyValueStore {
    using ForwardingKeyValueStore::ForwardingKeyValueStore;
    awaitable<void> put(Namespace ns, Key key, Bytes value, Timestamp timestamp) override {
        {
            const std::scoped_lock lock(mutex_);
            last_[{ns, key}] = Version{value, timestamp};
        }
        co_await inner().put(ns, key, std::move(value), timestamp);
    }
    awaitable<void> remove(Namespace ns, Key key) override {
        {
            const std::scoped_lock lock(mutex_);
            last_.erase({ns, key});
        }
        co_await inner().remove(ns, key);
    }
    awaitable<std::optional<Version>> get_latest(Namespace ns, Key key,
                                                 std::optional<Timestamp> before) override {
        {
            const std::scoped_lock lock(mutex_);
            const auto found = last_.find({ns, key});
            if (!before && found != last_.end()) {
                co_return found->second;
            }
        }
        co_return co_await inner().get_latest(ns, key, before);
    }
    std::mutex mutex_;
    std::map<std::pair<Namespace, Key>, Version> last_;
};

class BeforeIsExclusive final : public ForwardingKeyValueStore {
    using ForwardingKeyValueStore::ForwardingKeyValueStore;
    awaitable<std::optional<Version>> get_latest(Namespace ns, Key key,
                                                 std::optional<Timestamp> before) override {
        return inner().get_latest(std::move(ns), std::move(key),
                                  before ? std::optional(*before - 1) : before);
    }
};

/// A version that is there is left as it is.
class DoesNotOverwrite final : public ForwardingKeyValueStore {
    using ForwardingKeyValueStore::ForwardingKeyValueStore;
    awaitable<void> put(Namespace ns, Key key, Bytes value, Timestamp timestamp) override {
        const auto there = co_await inner().get_latest_timestamp(ns, key, timestamp);
        if (there != timestamp) {
            co_await inner().put(ns, key, std::move(value), timestamp);
        }
    }
};

class MarkerTakesItsOwnVersion final : public ForwardingKeyValueStore {
    using ForwardingKeyValueStore::ForwardingKeyValueStore;
    awaitable<void> remove(Namespace ns, Key key, Timestamp marker) override {
        return inner().remove_through(std::move(ns), std::move(key), marker);
    }
    awaitable<void> remove(Namespace ns, Key key) override {
        return inner().remove(std::move(ns), std::move(key));
    }
};

/// remove leaves the oldest version, which shows again.
class RemoveLeavesTheOldest final : public ForwardingKeyValueStore {
    using ForwardingKeyValueStore::ForwardingKeyValueStore;
    awaitable<void> remove(Namespace ns, Key key) override {
        const auto all = co_await inner().get_all_timestamps(ns, key, {});
        if (all.items.size() > 1) {
            const auto oldest = co_await inner().get_latest(ns, key, all.items.back());
            co_await inner().remove(ns, key);
            if (oldest) {
                co_await inner().put(ns, key, oldest->value, oldest->timestamp);
            }
        } else {
            co_await inner().remove(ns, key);
        }
    }
    awaitable<void> remove(Namespace ns, Key key, Timestamp marker) override {
        return inner().remove(std::move(ns), std::move(key), marker);
    }
};

/// Every later page begins with the last key of the page before.
class RepeatsAKeyOnPageBorders final : public ForwardingKeyValueStore {
    using ForwardingKeyValueStore::ForwardingKeyValueStore;
    awaitable<Page<KeyVersion>> scan_all(Namespace ns, PageRequest page) override {
        const auto token = page.token;
        auto scanned = co_await inner().scan_all(ns, std::move(page));
        const std::scoped_lock lock(mutex_);
        if (const auto last = last_.find(token); last != last_.end() && !token.empty()) {
            scanned.items.insert(scanned.items.begin(), last->second);
            scanned.items.pop_back();
        }
        if (scanned.next && !scanned.items.empty()) {
            last_.insert_or_assign(*scanned.next, scanned.items.back());
        }
        co_return scanned;
    }
    std::mutex mutex_;
    std::map<Bytes, KeyVersion> last_;
};

/// scan_all shows every version, as ZIO Flow's Cassandra backend does.
class ScanShowsAllVersions final : public ForwardingKeyValueStore {
    using ForwardingKeyValueStore::ForwardingKeyValueStore;
    awaitable<Page<KeyVersion>> scan_all(Namespace ns, PageRequest page) override {
        auto newest = co_await inner().scan_all(ns, std::move(page));
        Page<KeyVersion> all{.items = {}, .next = std::move(newest.next)};
        for (const auto& row : newest.items) {
            const auto timestamps = co_await inner().get_all_timestamps(ns, row.key, {});
            for (const auto timestamp : timestamps.items) {
                const auto version = co_await inner().get_latest(ns, row.key, timestamp);
                all.items.push_back({row.key, timestamp, version ? version->value : ""});
            }
        }
        co_return all;
    }
};

/// Namespace and key are joined without a separator, as in ZIO Flow's DynamoDB tables.
class JoinsNamespaceAndKey final : public ForwardingKeyValueStore {
    using ForwardingKeyValueStore::ForwardingKeyValueStore;
    static Namespace first(const Namespace& ns) { return {ns.name.substr(0, 20)}; }
    static Key rest(const Namespace& ns, const Key& key) {
        return {(ns.name.size() > 20 ? ns.name.substr(20) : "") + key.bytes};
    }
    awaitable<void> put(Namespace ns, Key key, Bytes value, Timestamp timestamp) override {
        return inner().put(first(ns), rest(ns, key), std::move(value), timestamp);
    }
    awaitable<std::optional<Version>> get_latest(Namespace ns, Key key,
                                                 std::optional<Timestamp> before) override {
        return inner().get_latest(first(ns), rest(ns, key), before);
    }
    awaitable<void> remove(Namespace ns, Key key) override {
        return inner().remove(first(ns), rest(ns, key));
    }
    awaitable<void> remove(Namespace ns, Key key, Timestamp marker) override {
        return inner().remove(first(ns), rest(ns, key), marker);
    }
};

/// The limit is stated, but only half of it is held.
class HoldsLessThanItSays final : public ForwardingKeyValueStore {
    using ForwardingKeyValueStore::ForwardingKeyValueStore;
    awaitable<void> put(Namespace ns, Key key, Bytes value, Timestamp timestamp) override {
        value.resize(std::min(value.size(), limits().value_bytes / 2));
        return inner().put(std::move(ns), std::move(key), std::move(value), timestamp);
    }
};

/// A value beyond the limit is cut, and taken.
class CutsBigValues final : public ForwardingKeyValueStore {
    using ForwardingKeyValueStore::ForwardingKeyValueStore;
    awaitable<void> put(Namespace ns, Key key, Bytes value, Timestamp timestamp) override {
        value.resize(std::min(value.size(), limits().value_bytes));
        return inner().put(std::move(ns), std::move(key), std::move(value), timestamp);
    }
};

/// An empty value is taken for a removal.
class LosesEmptyValues final : public ForwardingKeyValueStore {
    using ForwardingKeyValueStore::ForwardingKeyValueStore;
    awaitable<void> put(Namespace ns, Key key, Bytes value, Timestamp timestamp) override {
        return value.empty() ? inner().remove(std::move(ns), std::move(key))
                             : inner().put(std::move(ns), std::move(key), std::move(value), timestamp);
    }
};

/// Timestamps are compared as unsigned numbers.
class UnsignedTimestamps final : public ForwardingKeyValueStore {
    using ForwardingKeyValueStore::ForwardingKeyValueStore;
    static Timestamp turned(Timestamp timestamp) {
        return static_cast<Timestamp>(static_cast<std::uint64_t>(timestamp) ^ (std::uint64_t{1} << 63));
    }
    awaitable<void> put(Namespace ns, Key key, Bytes value, Timestamp timestamp) override {
        return inner().put(std::move(ns), std::move(key), std::move(value), turned(timestamp));
    }
    awaitable<std::optional<Version>> get_latest(Namespace ns, Key key,
                                                 std::optional<Timestamp> before) override {
        auto found = co_await inner().get_latest(ns, key, before ? std::optional(turned(*before)) : before);
        if (found) {
            found->timestamp = turned(found->timestamp);
        }
        co_return found;
    }
};

/// Keys are kept without their trailing zero bytes.
class CutsZeroBytes final : public ForwardingKeyValueStore {
    using ForwardingKeyValueStore::ForwardingKeyValueStore;
    static Key cut(Key key) {
        while (!key.bytes.empty() && key.bytes.back() == '\0') {
            key.bytes.pop_back();
        }
        return key;
    }
    awaitable<void> put(Namespace ns, Key key, Bytes value, Timestamp timestamp) override {
        return inner().put(std::move(ns), cut(std::move(key)), std::move(value), timestamp);
    }
    awaitable<std::optional<Version>> get_latest(Namespace ns, Key key,
                                                 std::optional<Timestamp> before) override {
        return inner().get_latest(std::move(ns), cut(std::move(key)), before);
    }
};

/// Page tokens are taken from anybody: a bad one is a first page.
class TakesAnyToken final : public ForwardingKeyValueStore {
    using ForwardingKeyValueStore::ForwardingKeyValueStore;
    awaitable<Page<KeyVersion>> scan_all(Namespace ns, PageRequest page) override {
        bool bad = false;
        Page<KeyVersion> scanned;
        try {
            scanned = co_await inner().scan_all(ns, page);
        } catch (const store::Error& error) {
            bad = error.kind() == store::errc::invalid_argument && !page.token.empty();
            if (!bad) {
                throw;
            }
        }
        if (bad) {
            scanned = co_await inner().scan_all(ns, {.limit = page.limit});
        }
        co_return scanned;
    }
};

/// remove_through takes newer versions, too, when it is late.
class RemoveThroughTakesAll final : public ForwardingKeyValueStore {
    using ForwardingKeyValueStore::ForwardingKeyValueStore;
    awaitable<void> remove_through(Namespace ns, Key key, Timestamp) override {
        return inner().remove(std::move(ns), std::move(key));
    }
};

/// The capability is said to be missing, although it works.
class HidesRemoveThrough final : public ForwardingKeyValueStore {
    using ForwardingKeyValueStore::ForwardingKeyValueStore;
    store::Capabilities capabilities() const override {
        auto all = ForwardingKeyValueStore::capabilities();
        all.remove_through = false;
        return all;
    }
};

}  // namespace

void register_broken_key_value_stores() {
    const auto add = [](const char* scheme, Break around) {
        register_broken(scheme, "memory:", std::move(around));
    };
    add("broken-out-of-order", break_key_value<LosesOutOfOrderVersions>());
    add("broken-latest-is-last-put", break_key_value<LatestIsLastPut>());
    add("broken-before-exclusive", break_key_value<BeforeIsExclusive>());
    add("broken-no-overwrite", break_key_value<DoesNotOverwrite>());
    add("broken-marker-takes-its-own", break_key_value<MarkerTakesItsOwnVersion>());
    add("broken-remove-leaves-oldest", break_key_value<RemoveLeavesTheOldest>());
    add("broken-repeats-on-page-border", break_key_value<RepeatsAKeyOnPageBorders>());
    add("broken-scan-all-versions", break_key_value<ScanShowsAllVersions>());
    add("broken-joined-names", break_key_value<JoinsNamespaceAndKey>());
    add("broken-holds-less", break_key_value<HoldsLessThanItSays>());
    add("broken-cuts-big-values", break_key_value<CutsBigValues>());
    add("broken-empty-values", break_key_value<LosesEmptyValues>());
    add("broken-unsigned-timestamps", break_key_value<UnsignedTimestamps>());
    add("broken-zero-bytes", break_key_value<CutsZeroBytes>());
    add("broken-any-token", break_key_value<TakesAnyToken>());
    add("broken-through-takes-all", break_key_value<RemoveThroughTakesAll>());
    add("broken-hides-remove-through", break_key_value<HidesRemoveThrough>());
}

}  // namespace zflow::negative
