#include "case.hpp"

#include <map>

namespace zflow::conformance {
namespace {

using store::Bytes;
using store::Entry;
using store::errc;
using store::Index;
using store::Topic;

/// Append `count` entries, many at a time; their order does not matter.
void append_many(Context& c, const Topic& topic, std::uint64_t count) {
    constexpr std::uint64_t clients = 16;
    std::vector<std::function<asio::awaitable<void>()>> writers;
    for (std::uint64_t w = 0; w < clients; ++w) {
        writers.emplace_back([&c, topic, w, count] {
            return [](store::IndexedStore& idx, Topic to, std::uint64_t first,
                      std::uint64_t all) -> asio::awaitable<void> {
                for (auto i = first; i < all; i += clients) {
                    co_await idx.append(to, "old");
                }
            }(c.idx(), topic, w, count);
        });
    }
    c.run_together(std::move(writers));
}

void remove_long_topics(Context& c) {
    for (const std::uint64_t count : {26U, 129U, 1'100U}) {
        const auto topic = c.topic();
        append_many(c, topic, count);
        c.require_equal(c.await(c.idx().position(topic)), count, "the position");
        c.await(c.idx().remove(topic));
        c.require_equal(c.scan(topic), std::vector<Entry>{},
                        "a removed topic of " + show(count) + " entries");
        c.require_equal(c.await(c.idx().append(topic, "new")), Index{1}, "the first index after the removal");
        c.require_equal(c.scan(topic), std::vector<Entry>{{1, "new"}}, "the topic after the removal");
    }
}

void trim_long_topics(Context& c) {
    for (const std::uint64_t count : {26U, 129U, 1'100U}) {
        const auto topic = c.topic();
        append_many(c, topic, count + 1);
        c.await(c.idx().trim(topic, count));
        c.require_equal(c.scan(topic), std::vector<Entry>{{count + 1, "old"}},
                        "a topic after trimming " + show(count));
        c.require_equal(c.await(c.idx().position(topic)), count + 1, "its position");
        c.await(c.idx().remove(topic));
        c.require_equal(c.await(c.idx().append(topic, "new")), Index{1}, "the first index after the removal");
        c.require_equal(c.scan(topic), std::vector<Entry>{{1, "new"}}, "the topic after the removal");
    }
}

void step_by_step(Context& c) {
    const auto topic = c.topic();
    for (Index index = 1; index <= 300; ++index) {
        c.require_equal(c.await(c.idx().append(topic, show(index))), index,
                        "an index in a topic that is trimmed all the time");
        c.await(c.idx().trim(topic, index));
        c.require_equal(c.await(c.idx().position(topic)), index, "the position after trimming everything");
    }
    c.require_equal(c.scan(topic), std::vector<Entry>{}, "the trimmed topic");
}

void biggest_entry(Context& c) {
    const auto topic = c.topic();
    const auto limit = c.idx().limits().value_bytes;
    const Bytes value(limit, '\xFE');
    c.require_equal(c.await(c.idx().append(topic, value)), Index{1}, "the index of the biggest entry");
    const auto found = c.scan(topic);
    c.require(found.size() == 1 && found.front().value == value,
              "an entry of limits().value_bytes does not come back as it was");
    c.require_error(errc::too_large, c.idx().append(topic, Bytes(limit + 1, 'x')),
                    "append of limits().value_bytes + 1");
    if (c.capabilities().expected_append) {
        c.require_error(errc::too_large, c.idx().append(topic, Bytes(limit + 1, 'x'), 1),
                        "append(expected) beyond the limit");
    }
    c.require_equal(c.await(c.idx().position(topic)), Index{1}, "the position after the refused appends");
}

void scans_are_bounded(Context& c) {
    const auto topic = c.topic();
    const auto size = std::min<std::size_t>(c.idx().limits().value_bytes, 300'000);
    for (int i = 0; i < 40; ++i) {
        c.await(c.idx().append(topic, Bytes(size, 'x')));
    }
    const auto first = c.await(c.idx().scan(topic, 1, store::max_index, c.idx().limits().page_items));
    c.require(!first.empty() && first.size() * size <= 2 * store::max_page_bytes + size,
              "a scan returns " + std::to_string(first.size() * size) + " bytes, far beyond max_page_bytes");
    c.require_equal<std::uint64_t>(c.scan(topic).size(), 40, "the entries in scans of bounded size");
}

void bad_topics(Context& c) {
    const std::map<std::string, std::string> bad{{"an empty name", ""},
                                                 {"a name with U+0000", std::string("a\0b", 3)},
                                                 {"a name with U+0001", "\x01"},
                                                 {"a name that is not UTF-8", "a\xFF"},
                                                 {"a name that is cut", "a\xE2\x82"}};
    for (const auto& [what, name] : bad) {
        const Topic topic{name};
        c.require_error(errc::invalid_argument, c.idx().append(topic, "v"), "append: " + what);
        c.require_error(errc::invalid_argument, c.idx().append(topic, "v", 0), "append(expected): " + what);
        c.require_error(errc::invalid_argument, c.idx().position(topic), "position: " + what);
        c.require_error(errc::invalid_argument, c.idx().scan(topic, 1), "scan: " + what);
        c.require_error(errc::invalid_argument, c.idx().trim(topic, 0), "trim: " + what);
        c.require_error(errc::invalid_argument, c.idx().remove(topic), "remove: " + what);
    }
}

void long_names(Context& c) {
    auto longest = c.topic("-");
    longest.name.resize(c.idx().limits().topic_bytes, 'x');
    c.require_equal(c.await(c.idx().append(longest, "v")), Index{1},
                    "the index in the topic with the longest name");
    c.require_equal(c.scan(longest), std::vector<Entry>{{1, "v"}}, "the topic with the longest name");
    const Topic longer{longest.name + "x"};
    c.require_error(errc::too_large, c.idx().append(longer, "v"),
                    "append to a topic whose name is a byte too long");
    c.require_error(errc::too_large, c.idx().scan(longer, 1),
                    "scan of a topic whose name is a byte too long");
    c.await(c.idx().remove(longest));
}

void topics_that_are_prefixes(Context& c) {
    const auto a = c.topic("a");
    const std::vector<Topic> topics{
        a, {a.name + "a"}, {a.name + "\xC3\xBF"}, {a.name + "_1"}, {a.name + "\x7F"}};
    for (const auto& topic : topics) {
        c.await(c.idx().append(topic, topic.name));
    }
    for (const auto& topic : topics) {
        c.require_equal(c.scan(topic), std::vector<Entry>{{1, topic.name}},
                        "a topic whose name is a prefix of others");
        c.await(c.idx().remove(topic));
        c.require_equal(c.await(c.idx().position(topic)), Index{0}, "its position after the removal");
    }
}

void bad_limits(Context& c) {
    const auto topic = c.topic();
    c.require_error(errc::invalid_argument, c.idx().scan(topic, 1, 2, 0), "scan with limit 0");
    c.require_error(errc::invalid_argument, c.idx().scan(topic, 1, 2, c.idx().limits().page_items + 1),
                    "scan with limit limits().page_items + 1");
    (void)c.await(c.idx().scan(topic, 1, 2, c.idx().limits().page_items));
}

}  // namespace

std::vector<Case> boundaries_idx_cases() {
    using enum Needs;
    return {
        {"idx.topics_of_26_129_and_1100_entries_are_removed_whole", "No removal batch is forgotten",
         remove_long_topics},
        {"idx.26_129_and_1100_entries_are_trimmed_whole",
         "No trim batch is forgotten",
         trim_long_topics,
         {trim}},
        {"idx.a_topic_that_is_trimmed_after_every_append_goes_on",
         "Positions do not lean on entries",
         step_by_step,
         {trim}},
        {"idx.an_entry_of_the_limit_round_trips_and_one_byte_more_is_refused",
         "limits().value_bytes is exact", biggest_entry},
        {"idx.scans_are_bounded_in_bytes", "A scan ends after max_page_bytes", scans_are_bounded},
        {"idx.bad_topics_are_refused_by_every_call", "Empty, not UTF-8, with U+0000 or U+0001", bad_topics},
        {"idx.a_name_of_the_limit_works_and_one_byte_more_is_refused", "limits().topic_bytes is exact",
         long_names},
        {"idx.topics_that_are_prefixes_of_each_other_are_apart", "Topics are compared whole",
         topics_that_are_prefixes},
        {"idx.bad_scan_limits_are_refused", "1 to limits().page_items", bad_limits},
    };
}

}  // namespace zflow::conformance
