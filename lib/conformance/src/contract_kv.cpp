#include "case.hpp"

#include <algorithm>
#include <set>

namespace zflow::conformance {
namespace {

using store::Bytes;
using store::Key;
using store::KeyVersion;
using store::Timestamp;
using store::Version;

/// Put versions of one key, in this order; the value of version t is "v<t>".
void put_versions(Context& c, const store::Namespace& ns, const Key& key,
                  const std::vector<Timestamp>& timestamps) {
    for (const auto timestamp : timestamps) {
        c.await(c.kv().put(ns, key, "v" + std::to_string(timestamp), timestamp));
    }
}

void require_latest(Context& c, const store::Namespace& ns, const Key& key, std::optional<Timestamp> before,
                    const std::optional<Version>& expected) {
    const auto what =
        "get_latest of " + show(key) + (before ? " before " + std::to_string(*before) : std::string());
    c.require_equal(c.await(c.kv().get_latest(ns, key, before)), expected, what);
    c.require_equal(c.await(c.kv().get_latest_timestamp(ns, key, before)),
                    expected ? std::optional(expected->timestamp) : std::nullopt, "the timestamp of " + what);
}

void require_versions(Context& c, const store::Namespace& ns, const Key& key,
                      const std::vector<Timestamp>& newest_first) {
    c.require_equal(c.timestamps(ns, key), newest_first, "the timestamps of " + show(key));
    for (const auto timestamp : newest_first) {
        require_latest(c, ns, key, timestamp, Version{"v" + std::to_string(timestamp), timestamp});
    }
    if (newest_first.empty()) {
        require_latest(c, ns, key, {}, std::nullopt);
    }
}

std::vector<KeyVersion> sorted(std::vector<KeyVersion> rows) {
    std::ranges::sort(rows, {}, [](const KeyVersion& row) { return std::tie(row.key.bytes, row.timestamp); });
    return rows;
}

std::vector<Key> sorted(std::vector<Key> keys) {
    std::ranges::sort(keys);
    return keys;
}

// --- reading and writing
// ----------------------------------------------------------------------------------------------

void put_then_get(Context& c) {
    const auto ns = c.ns();
    c.await(c.kv().put(ns, {"key"}, "value", 7));
    require_latest(c, ns, {"key"}, {}, Version{"value", 7});
}

void missing_is_none(Context& c) {
    const auto ns = c.ns();
    require_latest(c, ns, {"key"}, {}, std::nullopt);
    c.await(c.kv().put(ns, {"key"}, "value", 1));
    require_latest(c, ns, {"other key"}, {}, std::nullopt);
    require_latest(c, c.ns(), {"key"}, {}, std::nullopt);
    require_versions(c, ns, {"other key"}, {});
}

void latest_is_greatest(Context& c) {
    const auto ns = c.ns();
    put_versions(c, ns, {"key"}, {5, 10, 3});
    require_latest(c, ns, {"key"}, {}, Version{"v10", 10});
    put_versions(c, ns, {"key"}, {-4, 9});
    require_latest(c, ns, {"key"}, {}, Version{"v10", 10});
    require_versions(c, ns, {"key"}, {10, 9, 5, 3, -4});
}

void before_is_inclusive(Context& c) {
    const auto ns = c.ns();
    put_versions(c, ns, {"key"}, {10, 20, 30});
    require_latest(c, ns, {"key"}, 20, Version{"v20", 20});
    require_latest(c, ns, {"key"}, 29, Version{"v20", 20});
    require_latest(c, ns, {"key"}, 30, Version{"v30", 30});
    require_latest(c, ns, {"key"}, 1'000, Version{"v30", 30});
    require_latest(c, ns, {"key"}, 9, std::nullopt);
}

void same_timestamp_overwrites(Context& c) {
    const auto ns = c.ns();
    put_versions(c, ns, {"key"}, {1, 2});
    c.await(c.kv().put(ns, {"key"}, "new", 1));
    c.await(c.kv().put(ns, {"key"}, "newer", 1));
    require_latest(c, ns, {"key"}, 1, Version{"newer", 1});
    c.require_equal(c.timestamps(ns, {"key"}), std::vector<Timestamp>{2, 1},
                    "the timestamps after overwriting one");
}

void timestamps_page_newest_first(Context& c) {
    const auto ns = c.ns();
    put_versions(c, ns, {"key"}, {4, 1, 7, 2, 6, 3, 5});
    put_versions(c, ns, {"kez"}, {100});
    for (const std::size_t limit : {1U, 2U, 3U, 7U, 8U}) {
        c.require_equal(c.timestamps(ns, {"key"}, limit), std::vector<Timestamp>{7, 6, 5, 4, 3, 2, 1},
                        "the timestamps in pages of " + std::to_string(limit));
    }
}

void namespaces_are_apart(Context& c) {
    const auto one = c.ns();
    const auto other = c.ns();
    c.await(c.kv().put(one, {"key"}, "one", 1));
    c.await(c.kv().put(other, {"key"}, "other", 2));
    require_latest(c, one, {"key"}, {}, Version{"one", 1});
    require_latest(c, other, {"key"}, {}, Version{"other", 2});
    c.await(c.kv().remove(one, {"key"}));
    require_latest(c, one, {"key"}, {}, std::nullopt);
    require_latest(c, other, {"key"}, {}, Version{"other", 2});
    c.require_equal(c.scan_all(one), std::vector<KeyVersion>{}, "scan_all of the emptied namespace");
}

void values_may_be_empty(Context& c) {
    const auto ns = c.ns();
    c.await(c.kv().put(ns, {"key"}, "", 1));
    require_latest(c, ns, {"key"}, {}, Version{"", 1});
    c.require_equal(c.scan_all(ns), std::vector<KeyVersion>{{{"key"}, 1, ""}}, "scan_all");
}

// --- scans
// -----------------------------------------------------------------------------------------------------------

void scan_of_nothing(Context& c) {
    const auto ns = c.ns();
    c.require_equal(c.scan_all(ns), std::vector<KeyVersion>{}, "scan_all of a namespace that never was");
    c.require_equal(c.scan_all_keys(ns), std::vector<Key>{}, "scan_all_keys of a namespace that never was");
}

void scan_gives_newest(Context& c) {
    const auto ns = c.ns();
    put_versions(c, ns, {"a"}, {3, 9, 1});
    put_versions(c, ns, {"b"}, {-1});
    put_versions(c, ns, {"c"}, {2, 1});
    const std::vector<KeyVersion> expected{{{"a"}, 9, "v9"}, {{"b"}, -1, "v-1"}, {{"c"}, 2, "v2"}};
    c.require_equal(sorted(c.scan_all(ns)), expected, "scan_all (newest version of each key, each key once)");
    c.require_equal(sorted(c.scan_all_keys(ns)), std::vector<Key>{{"a"}, {"b"}, {"c"}}, "scan_all_keys");
}

constexpr int many_keys = 1'001;

Key numbered(int number) {
    return {"key-" + std::to_string(number)};
}

/// Put `many_keys` keys, several at a time.
void put_many_keys(Context& c, const store::Namespace& ns) {
    constexpr int clients = 16;
    std::vector<std::function<asio::awaitable<void>()>> writers;
    for (int w = 0; w < clients; ++w) {
        writers.emplace_back([&c, ns, w] {
            return [](store::KeyValueStore& kv, store::Namespace in, int first) -> asio::awaitable<void> {
                for (int i = first; i < many_keys; i += clients) {
                    co_await kv.put(in, numbered(i), "v1", 1);
                }
            }(c.kv(), ns, w);
        });
    }
    c.run_together(std::move(writers));
}

void scan_of_1001_keys(Context& c) {
    const auto ns = c.ns();
    put_many_keys(c, ns);
    std::set<Bytes> keys;
    for (const auto& row : c.scan_all(ns)) {
        c.require(keys.insert(row.key.bytes).second, "scan_all gives " + show(row.key) + " twice");
        c.require_equal(row.value, Bytes("v1"), "the value of " + show(row.key));
    }
    c.require_equal<std::uint64_t>(keys.size(), many_keys, "the number of keys that scan_all gives");
}

void key_scan_of_1001_keys(Context& c) {
    const auto ns = c.ns();
    put_many_keys(c, ns);
    std::set<Bytes> keys;
    for (const auto& key : c.scan_all_keys(ns)) {
        c.require(keys.insert(key.bytes).second, "scan_all_keys gives " + show(key) + " twice");
    }
    c.require_equal<std::uint64_t>(keys.size(), many_keys, "the number of keys that scan_all_keys gives");
}

// --- removing
// ---------------------------------------------------------------------------------------------------------

void remove_takes_all(Context& c) {
    const auto ns = c.ns();
    put_versions(c, ns, {"key"}, {1, 2, 5});
    put_versions(c, ns, {"kez"}, {1});
    c.await(c.kv().remove(ns, {"key"}));
    require_versions(c, ns, {"key"}, {});
    require_versions(c, ns, {"kez"}, {1});
    c.require_equal(c.scan_all_keys(ns), std::vector<Key>{{"kez"}}, "scan_all_keys after the removal");
}

void remove_of_nothing(Context& c) {
    const auto ns = c.ns();
    c.await(c.kv().remove(ns, {"key"}));
    c.await(c.kv().remove(ns, {"key"}, 5));
    require_versions(c, ns, {"key"}, {});
}

void put_after_remove(Context& c) {
    const auto ns = c.ns();
    put_versions(c, ns, {"key"}, {5, 6});
    c.await(c.kv().remove(ns, {"key"}));
    put_versions(c, ns, {"key"}, {5});
    require_versions(c, ns, {"key"}, {5});
    c.await(c.kv().remove(ns, {"key"}));
    put_versions(c, ns, {"key"}, {1});
    require_versions(c, ns, {"key"}, {1});
}

void marker_keeps_the_newest(Context& c) {
    for (const Timestamp marker : {2, 3, 4}) {
        const auto ns = c.ns();
        put_versions(c, ns, {"key"}, {1, 2, 5});
        c.await(c.kv().remove(ns, {"key"}, marker));
        require_versions(c, ns, {"key"}, {5, 2});
    }
}

void marker_and_order_of_puts(Context& c) {
    const auto ns = c.ns();
    put_versions(c, ns, {"key"}, {5, 10, 3});
    c.await(c.kv().remove(ns, {"key"}, 7));
    require_versions(c, ns, {"key"}, {10, 5});
}

void marker_at_or_after_the_newest(Context& c) {
    const auto ns = c.ns();
    put_versions(c, ns, {"key"}, {1, 2, 5, 5});
    c.await(c.kv().remove(ns, {"key"}, 5));
    require_versions(c, ns, {"key"}, {5});
    c.await(c.kv().remove(ns, {"key"}, 1'000));
    require_versions(c, ns, {"key"}, {5});
}

void marker_before_all(Context& c) {
    const auto ns = c.ns();
    put_versions(c, ns, {"key"}, {3, 4});
    c.await(c.kv().remove(ns, {"key"}, 2));
    require_versions(c, ns, {"key"}, {4, 3});
    c.await(c.kv().remove(ns, {"key"}, 3));
    require_versions(c, ns, {"key"}, {4, 3});
}

void through_goes_up_to(Context& c) {
    const auto ns = c.ns();
    put_versions(c, ns, {"key"}, {1, 2, 5, 7});
    put_versions(c, ns, {"kez"}, {1});
    c.await(c.kv().remove_through(ns, {"key"}, 0));
    require_versions(c, ns, {"key"}, {7, 5, 2, 1});
    c.await(c.kv().remove_through(ns, {"key"}, 2));
    require_versions(c, ns, {"key"}, {7, 5});
    c.await(c.kv().remove_through(ns, {"key"}, 6));
    require_versions(c, ns, {"key"}, {7});
    require_versions(c, ns, {"kez"}, {1});
}

void through_the_newest(Context& c) {
    const auto ns = c.ns();
    put_versions(c, ns, {"key"}, {1, 2});
    c.await(c.kv().remove_through(ns, {"key"}, 2));
    require_versions(c, ns, {"key"}, {});
    c.require_equal(c.scan_all_keys(ns), std::vector<Key>{}, "scan_all_keys after all versions went");
    c.await(c.kv().remove_through(ns, {"key"}, 2));
    put_versions(c, ns, {"key"}, {3});
    c.await(c.kv().remove_through(ns, {"key"}, 2));
    require_versions(c, ns, {"key"}, {3});
}

void undeclared_remove_through(Context& c) {
    if (c.capabilities().remove_through) {
        return;
    }
    const auto ns = c.ns();
    put_versions(c, ns, {"key"}, {1, 2});
    try {
        c.await(c.kv().remove_through(ns, {"key"}, 1));
    } catch (const store::Error& error) {
        c.require(error.kind() == store::errc::invalid_argument,
                  std::string("a call that is declared missing must end with "
                              "invalid_argument, not: ") +
                      error.what());
        return;
    }
    throw Warned("remove_through is declared missing, but works: declare it");
}

void ids_and_limits(Context& c) {
    c.require(!c.capabilities().database_id.empty(), "capabilities().database_id is empty");
    c.require(c.idx().capabilities().database_id != c.capabilities().database_id ||
                  c.idx().capabilities().durability == c.capabilities().durability,
              "both stores are one database (database_id), but declare different durabilities");
    const auto limits = c.kv().limits();
    c.require(limits.namespace_bytes <= store::max_namespace_bytes &&
                  limits.topic_bytes <= store::max_topic_bytes &&
                  limits.namespace_and_key_bytes <= store::max_namespace_and_key_bytes &&
                  limits.page_items <= store::max_page_items,
              "a limit is wider than the common one, so that data could not move to another backend");
    c.require(limits.value_bytes > 0 && limits.page_items > 0, "a limit is 0");
}

}  // namespace

std::vector<Case> contract_kv_cases() {
    using enum Needs;
    return {
        {"kv.put_then_get_latest_gives_the_value", "A value that was put is read back", put_then_get},
        {"kv.a_missing_namespace_or_key_is_none", "What was never put is none, not an error",
         missing_is_none},
        {"kv.latest_is_the_greatest_timestamp_whatever_the_order", "Versions may be put in any order",
         latest_is_greatest},
        {"kv.before_is_inclusive", "get_latest(before) gives the newest version <= before",
         before_is_inclusive},
        {"kv.the_same_timestamp_overwrites", "A version that is put again is replaced",
         same_timestamp_overwrites},
        {"kv.timestamps_come_newest_first_each_once_on_any_page_size", "All timestamps are listed",
         timestamps_page_newest_first},
        {"kv.namespaces_are_apart", "A key belongs to its namespace", namespaces_are_apart},
        {"kv.values_may_be_empty", "An empty value is a value", values_may_be_empty},
        {"kv.a_scan_of_nothing_is_empty", "Scanning what never was is no error", scan_of_nothing},
        {"kv.scan_all_gives_the_newest_version_of_each_key_once", "Old versions do not show in scans",
         scan_gives_newest},
        {"kv.scan_all_of_1001_keys_gives_each_once", "Scans go over many pages", scan_of_1001_keys},
        {"kv.scan_all_keys_of_1001_keys_gives_each_once", "Key scans go over many pages",
         key_scan_of_1001_keys},
        {"kv.remove_takes_all_versions_of_its_key", "remove takes every version and no other key",
         remove_takes_all},
        {"kv.remove_of_a_missing_key_is_no_error", "What is not there stays so", remove_of_nothing},
        {"kv.put_after_remove_is_seen", "A removal does not hide later puts", put_after_remove},
        {"kv.remove_with_marker_keeps_the_newest_at_or_before_it", "The view at the marker stays",
         marker_keeps_the_newest},
        {"kv.remove_with_marker_goes_by_timestamps_not_by_the_order_of_puts",
         "Versions are compared by timestamp", marker_and_order_of_puts},
        {"kv.remove_with_marker_never_takes_the_latest_version",
         "The newest version at or before the marker stays", marker_at_or_after_the_newest},
        {"kv.remove_with_marker_before_all_versions_takes_nothing", "Without an older view nothing goes",
         marker_before_all},
        {"kv.remove_through_takes_versions_up_to_and_including",
         "Newer versions are never touched",
         through_goes_up_to,
         {remove_through}},
        {"kv.remove_through_the_newest_takes_the_key",
         "A key without versions is not there",
         through_the_newest,
         {remove_through}},
        {"kv.what_is_declared_missing_is_missing", "capabilities() tells the truth about remove_through",
         undeclared_remove_through},
        {"kv.capabilities_and_limits_are_stated", "A store says what it is", ids_and_limits},
    };
}

}  // namespace zflow::conformance
