#include "case.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

namespace zflow::conformance {
namespace {

using store::Bytes;
using store::errc;
using store::Key;
using store::KeyVersion;
using store::Namespace;
using store::Timestamp;
using store::Version;

constexpr auto least = std::numeric_limits<Timestamp>::min();
constexpr auto greatest = std::numeric_limits<Timestamp>::max();

/// Put each key with itself as value, then find every key, and only these, by get and by scan.
void require_apart(Context& c, const Namespace& ns, const std::vector<Key>& keys) {
    for (const auto& key : keys) {
        c.await(c.kv().put(ns, key, key.bytes, 1));
    }
    std::set<Bytes> expected;
    for (const auto& key : keys) {
        c.require_equal(c.await(c.kv().get_latest(ns, key)), std::optional(Version{key.bytes, 1}),
                        "get_latest of " + show(key));
        expected.insert(key.bytes);
    }
    for (const std::size_t limit : {1U, 3U, 1'000U}) {
        std::set<Bytes> found;
        for (const auto& row : c.scan_all(ns, limit)) {
            c.require(found.insert(row.key.bytes).second, "scan_all gives " + show(row.key) + " twice");
            c.require_equal(row.value, row.key.bytes, "the value of " + show(row.key));
        }
        c.require(found == expected, "scan_all in pages of " + std::to_string(limit) + " gives " +
                                         std::to_string(found.size()) + " keys instead of " +
                                         std::to_string(expected.size()));
    }
    // Removing one must leave the others.
    for (const auto& key : keys) {
        c.await(c.kv().remove(ns, key));
        expected.erase(key.bytes);
        c.require_equal<std::uint64_t>(c.scan_all_keys(ns).size(), expected.size(),
                                       "the number of keys after removing " + show(key));
    }
}

void prefix_keys(Context& c) {
    require_apart(c, c.ns(),
                  {{"a"},
                   {"aa"},
                   {"aaa"},
                   {"ab"},
                   {"b"},
                   {"a\xFF"},
                   {Bytes("a\0", 2)},
                   {Bytes("a\0\0", 3)},
                   {Bytes("a\0\1", 3)},
                   {Bytes("a\0\xFF", 3)},
                   {"a\x01"},
                   {"a_1"},
                   {"a_"}});
}

void special_bytes(Context& c) {
    std::vector<Key> keys;
    for (int byte = 0; byte < 256; ++byte) {
        keys.push_back({Bytes(1, static_cast<char>(byte))});
    }
    for (const char byte : {'\0', '\1', '\xFE', '\xFF'}) {
        for (const std::size_t size : {2U, 3U, 8U, 9U, 20U}) {
            keys.push_back({Bytes(size, byte)});
        }
    }
    require_apart(c, c.ns(), keys);
}

void empty_key(Context& c) {
    require_apart(c, c.ns(), {{""}, {Bytes(1, '\0')}, {"a"}});
}

void empty_key_is_refused(Context& c) {
    if (!c.capabilities().empty_keys) {
        c.require_error(errc::invalid_argument, c.kv().put(c.ns(), {""}, "v", 1), "put with an empty key");
    }
}

void aliasing_namespaces(Context& c) {
    // Joined without a separator, or with one that the key may hold, both rows would be the same.
    const auto a = c.ns("x");
    const Namespace ab{a.name + "b"};
    c.await(c.kv().put(a, {"bc"}, "in a", 1));
    c.await(c.kv().put(ab, {"c"}, "in ab", 1));
    c.require_equal(c.await(c.kv().get_latest(a, {"bc"})), std::optional(Version{"in a", 1}),
                    "the key 'bc' of 'a'");
    c.require_equal(c.await(c.kv().get_latest(ab, {"c"})), std::optional(Version{"in ab", 1}),
                    "the key 'c' of 'ab'");
    c.require_equal(c.scan_all_keys(a), std::vector<Key>{{"bc"}}, "scan_all_keys of 'a'");
    c.require_equal(c.scan_all_keys(ab), std::vector<Key>{{"c"}}, "scan_all_keys of 'ab'");
    c.await(c.kv().remove(a, {"bc"}));
    c.require_equal(c.await(c.kv().get_latest(ab, {"c"})), std::optional(Version{"in ab", 1}),
                    "'c' of 'ab', 'bc' of 'a' removed");
    c.await(c.kv().remove(ab, {"c"}));
}

void extreme_timestamps(Context& c) {
    const auto ns = c.ns();
    const std::vector<Timestamp> descending{greatest, greatest - 1, 1'000'000'007, 1,    0,
                                            -1,       -300,         least + 1,     least};
    auto order = descending;
    std::ranges::rotate(order, order.begin() + 4);
    for (const auto timestamp : order) {
        c.await(c.kv().put(ns, {"key"}, std::to_string(timestamp), timestamp));
    }
    c.require_equal(c.timestamps(ns, {"key"}, 2), descending, "the timestamps");
    for (std::size_t i = 0; i < descending.size(); ++i) {
        const auto t = descending[i];
        c.require_equal(c.await(c.kv().get_latest(ns, {"key"}, t)),
                        std::optional(Version{std::to_string(t), t}),
                        "get_latest before " + std::to_string(t));
    }
    c.require_equal(c.await(c.kv().get_latest_timestamp(ns, {"key"}, -2)), std::optional(Timestamp{-300}),
                    "get_latest_timestamp before -2");
    c.await(c.kv().remove(ns, {"key"}, 0));
    c.require_equal(c.timestamps(ns, {"key"}),
                    std::vector<Timestamp>(descending.begin(), descending.begin() + 5),
                    "the timestamps after remove with marker 0");
    c.await(c.kv().remove(ns, {"key"}, greatest));
    c.require_equal(c.timestamps(ns, {"key"}), std::vector<Timestamp>{greatest},
                    "after remove with the greatest marker");
    c.await(c.kv().remove(ns, {"key"}, least));
    c.require_equal(c.timestamps(ns, {"key"}), std::vector<Timestamp>{greatest},
                    "after remove with the least marker");
}

void biggest_value(Context& c) {
    const auto ns = c.ns();
    const auto limit = c.kv().limits().value_bytes;
    Bytes value(limit, 'x');
    value.front() = '\0';
    value.back() = '\xFF';
    c.await(c.kv().put(ns, {"key"}, value, 1));
    const auto found = c.await(c.kv().get_latest(ns, {"key"}));
    c.require(found && found->value == value, "a value of limits().value_bytes does not come back as it was");
    const auto rows = c.scan_all(ns);
    c.require(rows.size() == 1 && rows.front().value == value, "scan_all does not give the biggest value");
}

void too_big_value(Context& c) {
    const auto ns = c.ns();
    c.await(c.kv().put(ns, {"key"}, "small", 1));
    c.require_error(errc::too_large, c.kv().put(ns, {"key"}, Bytes(c.kv().limits().value_bytes + 1, 'x'), 1),
                    "put of limits().value_bytes + 1");
    c.require_equal(c.await(c.kv().get_latest(ns, {"key"})), std::optional(Version{"small", 1}),
                    "the version that was there");
}

void name_limits(Context& c) {
    auto longest = c.ns("-");
    longest.name.resize(c.kv().limits().namespace_bytes, 'x');
    const Key key{Bytes(c.kv().limits().namespace_and_key_bytes - longest.name.size(), '\0')};
    c.await(c.kv().put(longest, key, "v", 1));
    c.require_equal(c.scan_all(longest), std::vector<KeyVersion>{{key, 1, "v"}},
                    "the longest namespace and key");
    const Key longer{key.bytes + "x"};
    c.require_error(errc::too_large, c.kv().put(longest, longer, "v", 1),
                    "put of a key that is a byte too long");
    c.require_error(errc::too_large, c.kv().get_latest(longest, longer),
                    "get_latest of a key that is a byte too long");
    const Namespace too_long{longest.name + "x"};
    c.require_error(errc::too_large, c.kv().put(too_long, {"k"}, "v", 1),
                    "put in a namespace that is a byte too long");
    c.require_error(errc::too_large, c.kv().scan_all(too_long),
                    "scan_all of a namespace that is a byte too long");
    c.await(c.kv().remove(longest, key));
}

void bad_names(Context& c) {
    const std::map<std::string, std::string> bad{{"an empty name", ""},
                                                 {"a name with U+0000", std::string("a\0b", 3)},
                                                 {"a name with U+0001", "a\x01"},
                                                 {"a name with a lone continuation byte", "a\x80"},
                                                 {"a name with an overlong form", "\xC0\x80"},
                                                 {"a name with a surrogate", "\xED\xA0\x80"},
                                                 {"a name beyond U+10FFFF", "\xF4\x90\x80\x80"},
                                                 {"a name that is cut", "a\xE2\x82"}};
    for (const auto& [what, name] : bad) {
        const Namespace ns{name};
        c.require_error(errc::invalid_argument, c.kv().put(ns, {"k"}, "v", 1), "put: " + what);
        c.require_error(errc::invalid_argument, c.kv().get_latest(ns, {"k"}), "get_latest: " + what);
        c.require_error(errc::invalid_argument, c.kv().get_latest_timestamp(ns, {"k"}),
                        "get_latest_timestamp: " + what);
        c.require_error(errc::invalid_argument, c.kv().get_all_timestamps(ns, {"k"}),
                        "get_all_timestamps: " + what);
        c.require_error(errc::invalid_argument, c.kv().scan_all(ns), "scan_all: " + what);
        c.require_error(errc::invalid_argument, c.kv().scan_all_keys(ns), "scan_all_keys: " + what);
        c.require_error(errc::invalid_argument, c.kv().remove(ns, {"k"}), "remove: " + what);
        c.require_error(errc::invalid_argument, c.kv().remove(ns, {"k"}, 1), "remove with marker: " + what);
    }
    const auto good = c.ns(" Gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x98\x80 '\"\\%_$");
    require_apart(c, good, {{"k"}});
}

void bad_limits(Context& c) {
    const auto ns = c.ns();
    for (const std::size_t limit : {std::size_t{0}, c.kv().limits().page_items + 1}) {
        const auto what = " with limit " + std::to_string(limit);
        c.require_error(errc::invalid_argument, c.kv().scan_all(ns, {limit, {}}), "scan_all" + what);
        c.require_error(errc::invalid_argument, c.kv().scan_all_keys(ns, {limit, {}}),
                        "scan_all_keys" + what);
        c.require_error(errc::invalid_argument, c.kv().get_all_timestamps(ns, {"k"}, {limit, {}}),
                        "get_all_timestamps" + what);
    }
    (void)c.await(c.kv().scan_all(ns, {c.kv().limits().page_items, {}}));
}

/// A namespace with four keys of four versions.
Namespace put_four_by_four(Context& c) {
    const auto ns = c.ns();
    for (const auto* key : {"a", "b", "c", "d"}) {
        for (const Timestamp timestamp : {2, 4, 1, 3}) {
            c.await(c.kv().put(ns, {key}, "v", timestamp));
        }
    }
    return ns;
}

void bad_tokens(Context& c) {
    const auto ns = put_four_by_four(c);
    const auto other = put_four_by_four(c);
    const auto scan = c.require_token(c.await(c.kv().scan_all(ns, {1, {}})), "a page of 1 of 4 keys");
    const auto times = c.require_token(c.await(c.kv().get_all_timestamps(ns, {"a"}, {1, {}})),
                                       "a page of 1 of 4 timestamps");
    c.require_error(errc::invalid_argument, c.kv().scan_all(other, {1, scan}),
                    "scan_all with a token of another namespace");
    c.require_error(errc::invalid_argument, c.kv().scan_all(ns, {1, times}),
                    "scan_all with a token of get_all_timestamps");
    c.require_error(errc::invalid_argument, c.kv().get_all_timestamps(ns, {"b"}, {1, times}),
                    "a token of another key");
    for (const auto& bad :
         {Bytes("x"), Bytes("not a token"), Bytes(1, '\0'), scan.substr(0, scan.size() - 1), scan + "x"}) {
        c.require_error(errc::invalid_argument, c.kv().scan_all(ns, {1, bad}),
                        "scan_all with the token " + show(bad));
        c.require_error(errc::invalid_argument, c.kv().scan_all_keys(ns, {1, bad}),
                        "scan_all_keys with the token " + show(bad));
        c.require_error(errc::invalid_argument, c.kv().get_all_timestamps(ns, {"a"}, {1, bad}),
                        "get_all_timestamps with the token " + show(bad));
    }
}

void pages_inside_versions(Context& c) {
    const auto ns = put_four_by_four(c);
    for (std::size_t limit = 1; limit <= 17; ++limit) {
        std::multiset<Bytes> found;
        for (const auto& row : c.scan_all(ns, limit)) {
            found.insert(row.key.bytes);
            c.require_equal(row.timestamp, Timestamp{4}, "the newest timestamp of " + show(row.key));
        }
        c.require(found == std::multiset<Bytes>{"a", "b", "c", "d"},
                  "scan_all in pages of " + std::to_string(limit) + " gives " + std::to_string(found.size()) +
                      " rows, not each of 4 keys once");
        c.require_equal<std::uint64_t>(c.scan_all_keys(ns, limit).size(), 4,
                                       "the keys in pages of " + std::to_string(limit));
    }
}

void writes_between_pages(Context& c) {
    // The keys that stay must come once each, although versions of them and other keys come and go between
    // the pages.
    const auto ns = c.ns();
    std::multiset<Bytes> stay;
    for (int i = 0; i < 40; ++i) {
        const auto key = "stays-" + std::to_string(i);
        c.await(c.kv().put(ns, {key}, "v", 1));
        stay.insert(key);
    }
    std::multiset<Bytes> found;
    Bytes token;
    for (int round = 0; round < 10'000; ++round) {
        const auto page = c.await(c.kv().scan_all(ns, {3, token}));
        for (const auto& row : page.items) {
            if (row.key.bytes.starts_with("stays-")) {
                found.insert(row.key.bytes);
            }
        }
        if (!page.next) {
            break;
        }
        token = *page.next;
        for (const auto& row : page.items) {
            c.await(c.kv().put(ns, row.key, "newer", 2 + round));
        }
        c.await(c.kv().put(ns, {"comes-" + std::to_string(c.random(1'000))}, "v", 1));
        c.await(c.kv().remove(ns, {"comes-" + std::to_string(c.random(1'000))}));
    }
    c.require(found == stay, "scan_all gives " + std::to_string(found.size()) +
                                 " rows for 40 keys that were there all the time");
}

void many_versions(Context& c) {
    const auto ns = c.ns();
    std::vector<std::function<asio::awaitable<void>()>> writers;
    constexpr Timestamp versions = 1'200;
    for (Timestamp first = 0; first < 12; ++first) {
        writers.emplace_back([&c, ns, first] {
            return [](store::KeyValueStore& kv, Namespace in, Timestamp from) -> asio::awaitable<void> {
                for (auto t = from; t < versions; t += 12) {
                    co_await kv.put(in, {"key"}, std::to_string(t), t);
                }
            }(c.kv(), ns, first);
        });
    }
    c.run_together(std::move(writers));
    c.await(c.kv().put(ns, {"kez"}, "stays", 1));
    c.require_equal<std::uint64_t>(c.timestamps(ns, {"key"}, 100).size(), versions, "the number of versions");
    c.require_equal<std::uint64_t>(c.scan_all(ns, 1).size(), 2, "the number of keys");
    c.await(c.kv().remove(ns, {"key"}, 1'150));
    c.require_equal<std::uint64_t>(c.timestamps(ns, {"key"}).size(), 50, "the versions from the marker on");
    c.require_equal(c.await(c.kv().get_latest(ns, {"key"}, 1'150)), std::optional(Version{"1150", 1'150}),
                    "the marker's view");
    c.await(c.kv().remove(ns, {"key"}));
    c.require_equal(c.scan_all_keys(ns), std::vector<Key>{{"kez"}}, "the keys after the removal");
}

void many_removals(Context& c) {
    const auto ns = c.ns();
    for (int i = 0; i < 130; ++i) {
        c.await(c.kv().put(ns, {"key-" + std::to_string(i)}, "v", 1));
    }
    for (int i = 0; i < 130; ++i) {
        c.await(c.kv().remove(ns, {"key-" + std::to_string(i)}));
    }
    c.require_equal(c.scan_all(ns), std::vector<KeyVersion>{}, "scan_all after all 130 keys were removed");
    c.await(c.kv().put(ns, {"key-7"}, "again", 1));
    c.require_equal(c.scan_all(ns), std::vector<KeyVersion>{{{"key-7"}, 1, "again"}},
                    "scan_all after one came again");
}

void big_pages(Context& c) {
    const auto ns = c.ns();
    const auto size = std::min<std::size_t>(c.kv().limits().value_bytes, 300'000);
    for (int i = 0; i < 40; ++i) {
        c.await(c.kv().put(ns, {"key-" + std::to_string(i)}, Bytes(size, 'x'), 1));
    }
    std::size_t rows = 0;
    Bytes token;
    while (true) {
        const auto page = c.await(c.kv().scan_all(ns, {c.kv().limits().page_items, token}));
        rows += page.items.size();
        c.require(page.items.size() * size <= 2 * store::max_page_bytes + size,
                  "a page of scan_all holds " + std::to_string(page.items.size() * size) +
                      " bytes, far beyond max_page_bytes");
        if (!page.next) {
            break;
        }
        token = *page.next;
    }
    c.require_equal<std::uint64_t>(rows, 40, "the number of rows in pages of bounded size");
}

}  // namespace

std::vector<Case> boundaries_kv_cases() {
    using enum Needs;
    return {
        {"kv.keys_that_are_prefixes_of_each_other_are_apart", "Keys are compared whole", prefix_keys},
        {"kv.keys_hold_any_bytes", "00, 01, FE, FF and all others", special_bytes},
        {"kv.a_key_may_be_empty", "An empty key is a key like others", empty_key, {empty_keys}},
        {"kv.an_empty_key_is_refused_if_declared_so", "invalid_argument, and nothing written",
         empty_key_is_refused},
        {"kv.namespaces_and_keys_do_not_run_into_each_other", "('a', 'bc') is not ('ab', 'c')",
         aliasing_namespaces},
        {"kv.timestamps_are_any_signed_64_bit_numbers", "From -2^63 to 2^63 - 1, compared as signed",
         extreme_timestamps},
        {"kv.a_value_of_the_limit_round_trips", "limits().value_bytes is held", biggest_value},
        {"kv.a_value_beyond_the_limit_is_refused_and_changes_nothing", "too_large before anything is written",
         too_big_value},
        {"kv.names_and_keys_of_the_limit_work_and_one_byte_more_is_refused", "Limits are exact", name_limits},
        {"kv.bad_namespaces_are_refused_by_every_call", "Empty, not UTF-8, with U+0000 or U+0001", bad_names},
        {"kv.bad_page_limits_are_refused", "1 to limits().page_items", bad_limits},
        {"kv.bad_page_tokens_are_refused", "Damaged tokens, and those of other listings", bad_tokens},
        {"kv.a_page_may_end_inside_the_versions_of_a_key",
         "Each key once on any page size",
         pages_inside_versions,
         {exact_scan}},
        {"kv.keys_that_stay_come_once_while_others_come_and_go",
         "Scans are exact without a snapshot",
         writes_between_pages,
         {exact_scan}},
        {"kv.over_1000_versions_are_listed_cut_and_removed", "No hidden batch limit", many_versions},
        {"kv.over_128_keys_are_removed", "No removal is forgotten", many_removals},
        {"kv.pages_are_bounded_in_bytes", "A page ends after max_page_bytes", big_pages},
    };
}

}  // namespace zflow::conformance
