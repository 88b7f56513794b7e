#include "case.hpp"

#include <algorithm>
#include <set>

namespace zflow::conformance {
namespace {

using store::AppendResult;
using store::Bytes;
using store::Entry;
using store::Index;
using store::Topic;

Bytes nth(Index index) {
    return "entry " + std::to_string(index);
}

/// Append the entries `first` to `last`, each with its index as value.
void append_entries(Context& c, const Topic& topic, Index first, Index last) {
    for (auto index = first; index <= last; ++index) {
        c.require_equal(c.await(c.idx().append(topic, nth(index))), index,
                        "the index of append number " + show(index));
    }
}

std::vector<Entry> entries(Index first, Index last) {
    std::vector<Entry> all;
    for (auto index = first; index <= last; ++index) {
        all.push_back({index, nth(index)});
    }
    return all;
}

/// The topic holds exactly the entries `first` to `last`, and its position is `last`.
void require_log(Context& c, const Topic& topic, Index first, Index last) {
    c.require_equal(c.await(c.idx().position(topic)), last, "the position");
    c.require_equal(c.scan(topic), entries(first, last), "the whole topic");
}

void first_index_is_one(Context& c) {
    const auto topic = c.topic();
    c.require_equal(c.await(c.idx().append(topic, "first")), Index{1}, "the index of the first append");
}

void ten_appends(Context& c) {
    const auto topic = c.topic();
    append_entries(c, topic, 1, 10);
    require_log(c, topic, 1, 10);
}

void nothing_there(Context& c) {
    const auto topic = c.topic();
    c.require_equal(c.await(c.idx().scan(topic, 1)), std::vector<Entry>{},
                    "a scan of a topic that never was");
    c.require_equal(c.await(c.idx().position(topic)), Index{0}, "the position of a topic that never was");
}

void scan_is_inclusive(Context& c) {
    const auto topic = c.topic();
    append_entries(c, topic, 1, 10);
    c.require_equal(c.await(c.idx().scan(topic, 1, 10)), entries(1, 10), "scan(1, 10)");
    c.require_equal(c.await(c.idx().scan(topic, 3, 7)), entries(3, 7), "scan(3, 7)");
    c.require_equal(c.await(c.idx().scan(topic, 10, 10)), entries(10, 10), "scan(10, 10)");
    c.require_equal(c.await(c.idx().scan(topic, 1, 1)), entries(1, 1), "scan(1, 1)");
}

void odd_ranges(Context& c) {
    const auto topic = c.topic();
    append_entries(c, topic, 1, 5);
    c.require_equal(c.await(c.idx().scan(topic, 0, 2)), entries(1, 2), "scan(0, 2)");
    c.require_equal(c.await(c.idx().scan(topic, 0, 0)), std::vector<Entry>{}, "scan(0, 0)");
    c.require_equal(c.await(c.idx().scan(topic, 4, 3)), std::vector<Entry>{}, "scan(4, 3)");
    c.require_equal(c.await(c.idx().scan(topic, 6, 100)), std::vector<Entry>{}, "scan beyond the end");
    c.require_equal(c.await(c.idx().scan(topic, 4, store::max_index)), entries(4, 5), "scan(4, max)");
    c.require_equal(c.await(c.idx().scan(topic, 5, ~std::uint64_t{0})), entries(5, 5), "scan(5, 2^64 - 1)");
}

void scan_limit(Context& c) {
    const auto topic = c.topic();
    append_entries(c, topic, 1, 10);
    c.require_equal(c.await(c.idx().scan(topic, 2, 9, 3)), entries(2, 4), "scan(2, 9) with limit 3");
    for (const std::size_t limit : {1U, 3U, 9U, 10U, 11U}) {
        c.require_equal(c.scan(topic, 1, store::max_index, limit), entries(1, 10),
                        "scans of " + std::to_string(limit));
    }
}

void long_scan(Context& c) {
    const auto topic = c.topic();
    append_entries(c, topic, 1, 768);
    c.require_equal(c.scan(topic, 4), entries(4, 768), "scan(4, max) of 768 entries");
    c.require_equal(c.await(c.idx().position(topic)), Index{768}, "the position");
}

void concurrent_appends(Context& c) {
    const auto topic = c.topic();
    std::set<Index> given;
    std::mutex mutex;
    std::vector<std::function<asio::awaitable<void>()>> writers;
    for (int w = 0; w < 10; ++w) {
        writers.emplace_back([&, w] {
            return [](store::IndexedStore& idx, Topic to, int writer, std::mutex& m,
                      std::set<Index>& all) -> asio::awaitable<void> {
                const auto index = co_await idx.append(to, "writer " + std::to_string(writer));
                const std::scoped_lock lock(m);
                all.insert(index);
            }(c.idx(), topic, w, mutex, given);
        });
    }
    c.run_together(std::move(writers));
    c.require_equal<std::uint64_t>(given.size(), 10,
                                   "the number of different indices that ten appends at once were given");
    c.require_equal(*given.rbegin(), Index{10}, "the greatest of them");
    c.require_equal<std::uint64_t>(c.scan(topic).size(), 10, "the number of entries");
}

void topics_are_apart(Context& c) {
    const auto one = c.topic();
    const auto other = c.topic();
    append_entries(c, one, 1, 3);
    append_entries(c, other, 1, 5);
    require_log(c, one, 1, 3);
    c.await(c.idx().remove(one));
    require_log(c, other, 1, 5);
}

void empty_entries(Context& c) {
    const auto topic = c.topic();
    c.await(c.idx().append(topic, ""));
    c.await(c.idx().append(topic, "x"));
    c.await(c.idx().append(topic, ""));
    c.require_equal(c.scan(topic), std::vector<Entry>{{1, ""}, {2, "x"}, {3, ""}}, "the topic");
}

void remove_topic(Context& c) {
    const auto topic = c.topic();
    append_entries(c, topic, 1, 10);
    c.await(c.idx().remove(topic));
    c.require_equal(c.scan(topic), std::vector<Entry>{}, "a removed topic");
    c.require_equal(c.await(c.idx().position(topic)), Index{0}, "the position of a removed topic");
    c.await(c.idx().remove(topic));
}

void append_after_remove(Context& c) {
    const auto topic = c.topic();
    for (int i = 0; i < 10; ++i) {
        c.await(c.idx().append(topic, "old"));
    }
    c.await(c.idx().remove(topic));
    append_entries(c, topic, 1, 3);
    require_log(c, topic, 1, 3);
}

void expected_position(Context& c) {
    const auto topic = c.topic();
    c.require_equal(c.await(c.idx().append(topic, nth(1), 0)), AppendResult::applied(1),
                    "expected 0 on a new topic");
    c.require_equal(c.await(c.idx().append(topic, "late", 0)), AppendResult::conflict(1),
                    "expected 0 at position 1");
    c.require_equal(c.await(c.idx().append(topic, nth(2), 1)), AppendResult::applied(2),
                    "expected 1 at position 1");
    c.require_equal(c.await(c.idx().append(topic, "early", 3)), AppendResult::conflict(2),
                    "expected 3 at position 2");
    c.require_equal(c.await(c.idx().append(topic, nth(3))), Index{3}, "an unconditional append between");
    c.require_equal(c.await(c.idx().append(topic, "late", 2)), AppendResult::conflict(3),
                    "expected 2 at position 3");
    require_log(c, topic, 1, 3);
    const auto empty = c.topic();
    c.require_equal(c.await(c.idx().append(empty, "x", 5)), AppendResult::conflict(0),
                    "expected 5 on a new topic");
    c.require_equal(c.await(c.idx().position(empty)), Index{0},
                    "the position after a conflict on a new topic");
}

void expected_after_remove(Context& c) {
    const auto topic = c.topic();
    append_entries(c, topic, 1, 2);
    c.await(c.idx().remove(topic));
    c.require_equal(c.await(c.idx().append(topic, "x", 2)), AppendResult::conflict(0), "the old position");
    c.require_equal(c.await(c.idx().append(topic, nth(1), 0)), AppendResult::applied(1), "expected 0");
    require_log(c, topic, 1, 1);
}

void trim_drops_a_prefix(Context& c) {
    const auto topic = c.topic();
    append_entries(c, topic, 1, 10);
    c.await(c.idx().trim(topic, 4));
    require_log(c, topic, 5, 10);
    c.require_equal(c.await(c.idx().scan(topic, 1, 6)), entries(5, 6), "scan(1, 6) over the trimmed prefix");
    c.require_equal(c.await(c.idx().scan(topic, 1, 4)), std::vector<Entry>{},
                    "scan(1, 4) of the trimmed prefix");
    append_entries(c, topic, 11, 12);
    require_log(c, topic, 5, 12);
}

void trim_again(Context& c) {
    const auto topic = c.topic();
    append_entries(c, topic, 1, 10);
    for (const Index up_to : {0U, 6U, 6U, 2U, 0U}) {
        c.await(c.idx().trim(topic, up_to));
    }
    require_log(c, topic, 7, 10);
}

void trim_everything(Context& c) {
    const auto topic = c.topic();
    append_entries(c, topic, 1, 10);
    c.await(c.idx().trim(topic, 10));
    c.require_equal(c.scan(topic), std::vector<Entry>{}, "a topic that was trimmed to its end");
    c.require_equal(c.await(c.idx().position(topic)), Index{10}, "its position");
    append_entries(c, topic, 11, 11);
    require_log(c, topic, 11, 11);
}

void trim_beyond(Context& c) {
    const auto topic = c.topic();
    append_entries(c, topic, 1, 3);
    c.require_error(store::errc::invalid_argument, c.idx().trim(topic, 4), "trim(4) at position 3");
    require_log(c, topic, 1, 3);
    const auto never = c.topic();
    c.require_error(store::errc::invalid_argument, c.idx().trim(never, 1),
                    "trim(1) of a topic that never was");
    c.await(c.idx().trim(never, 0));
    append_entries(c, never, 1, 1);
}

void trim_and_expected(Context& c) {
    const auto topic = c.topic();
    append_entries(c, topic, 1, 3);
    c.await(c.idx().trim(topic, 3));
    c.require_equal(c.await(c.idx().append(topic, "x", 0)), AppendResult::conflict(3),
                    "expected 0 after trimming all");
    c.require_equal(c.await(c.idx().append(topic, nth(4), 3)), AppendResult::applied(4), "expected 3");
}

void remove_after_trim(Context& c) {
    const auto topic = c.topic();
    append_entries(c, topic, 1, 5);
    c.await(c.idx().trim(topic, 3));
    c.await(c.idx().remove(topic));
    c.require_equal(c.await(c.idx().position(topic)), Index{0},
                    "the position of a trimmed and removed topic");
    append_entries(c, topic, 1, 4);
    require_log(c, topic, 1, 4);
}

void undeclared(Context& c) {
    std::string works;
    const auto topic = c.topic();
    append_entries(c, topic, 1, 2);
    const auto attempt = [&](const char* name, const std::function<void()>& call) {
        try {
            call();
            works += std::string(works.empty() ? "" : ", ") + name;
        } catch (const store::Error& error) {
            c.require(error.kind() == store::errc::invalid_argument,
                      std::string(name) +
                          " is declared missing and must end with invalid_argument, not: " + error.what());
        }
    };
    if (!c.capabilities().expected_append) {
        attempt("expected_append", [&] { (void)c.await(c.idx().append(topic, "x", 2)); });
    }
    if (!c.capabilities().trim) {
        attempt("trim", [&] { c.await(c.idx().trim(topic, 1)); });
    }
    if (!works.empty()) {
        throw Warned(works + " is declared missing, but works: declare it");
    }
}

}  // namespace

std::vector<Case> contract_idx_cases() {
    using enum Needs;
    return {
        {"idx.the_first_index_is_1", "The first append of a topic returns 1", first_index_is_one},
        {"idx.ten_appends_have_the_indices_1_to_10", "The k-th value has index k", ten_appends},
        {"idx.a_missing_topic_is_empty_at_position_0", "What was never written is empty, not an error",
         nothing_there},
        {"idx.scan_includes_both_ends", "from and to are inclusive", scan_is_inclusive},
        {"idx.odd_ranges_are_no_errors", "from 0 is 1, an empty range is empty, to may be beyond the end",
         odd_ranges},
        {"idx.scan_keeps_its_limit_and_is_contiguous", "A scan stops at its limit and goes on after it",
         scan_limit},
        {"idx.scan_from_4_of_768_entries", "Long topics are read whole", long_scan},
        {"idx.ten_appends_at_once_have_ten_indices", "Two appends never share an index", concurrent_appends},
        {"idx.topics_are_apart", "Entries belong to their topic", topics_are_apart},
        {"idx.entries_may_be_empty", "An empty value is an entry", empty_entries},
        {"idx.remove_empties_the_topic", "A removed topic is as one that never was", remove_topic},
        {"idx.append_after_remove_starts_at_1_and_old_entries_stay_away", "Old entries never come back",
         append_after_remove},
        {"idx.append_with_expected_position_applies_or_conflicts",
         "Only applied changes anything",
         expected_position,
         {Needs::expected_append}},
        {"idx.an_expected_position_of_before_a_removal_conflicts",
         "A removed topic is at position 0",
         expected_after_remove,
         {Needs::expected_append}},
        {"idx.trim_drops_a_prefix_and_keeps_position_and_the_rest",
         "No index is ever used again",
         trim_drops_a_prefix,
         {trim}},
        {"idx.trim_may_be_repeated_and_never_goes_back", "trim is idempotent", trim_again, {trim}},
        {"idx.trim_of_everything_keeps_the_position",
         "The next append goes on after a whole trim",
         trim_everything,
         {trim}},
        {"idx.trim_beyond_the_position_is_refused", "Such a trim changes nothing", trim_beyond, {trim}},
        {"idx.an_expected_position_counts_trimmed_entries",
         "Trimming does not move the fence",
         trim_and_expected,
         {trim, Needs::expected_append}},
        {"idx.remove_after_trim_starts_at_1", "A removal forgets the trim too", remove_after_trim, {trim}},
        {"idx.what_is_declared_missing_is_missing", "capabilities() tells the truth", undeclared},
    };
}

}  // namespace zflow::conformance
