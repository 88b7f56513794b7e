#include "keys.hpp"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <limits>

namespace zflow::store_rocksdb {
namespace {

using store::Key;
using store::Namespace;
using store::Timestamp;
using store::Topic;

/// Strings that are hard on an escape: few different bytes, the special ones among them.
rc::Gen<std::string> hard_strings() {
    return rc::gen::container<std::string>(rc::gen::element('\0', '\1', '\2', '\xFE', '\xFF', 'a'));
}

std::string version_row(const std::string& ns, const std::string& key, Timestamp timestamp) {
    auto row = key_prefix(Namespace{ns}, Key{key});
    append_timestamp(row, timestamp);
    return row;
}

TEST(Keys, golden_rows_of_format_1) {
    EXPECT_EQ(version_row("ns", std::string("k\0", 2), 1),
              std::string("ns\0\1k\0\xFF\0\1\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFE", 17));
    EXPECT_EQ(version_row("n", "", std::numeric_limits<Timestamp>::min()),
              std::string("n\0\1\0\1\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 13));
    auto entry = topic_prefix(Topic{"log"});
    append_index(entry, 258);
    EXPECT_EQ(entry, std::string("log\0\1\0\0\0\0\0\0\1\2", 13));
    EXPECT_EQ((TopicRecord{.trimmed_through = 5}.encode()), std::string("\1\0\0\0\0\0\0\0\5", 9));
}

TEST(Keys, rows_are_ordered_by_namespace_then_key_then_newest_first) {
    EXPECT_TRUE(rc::check([] {
        const auto row = [] {
            return std::tuple(*hard_strings(), *hard_strings(), *rc::gen::arbitrary<Timestamp>());
        };
        const auto [ns1, key1, time1] = row();
        const auto [ns2, key2, time2] = row();
        const auto one = version_row(ns1, key1, time1);
        const auto two = version_row(ns2, key2, time2);
        RC_ASSERT((one < two) == (std::tuple(ns1, key1, -static_cast<__int128>(time1)) <
                                  std::tuple(ns2, key2, -static_cast<__int128>(time2))));
    }));
}

TEST(Keys, a_prefix_covers_its_own_rows_and_no_others) {
    EXPECT_TRUE(rc::check([] {
        const auto ns = *hard_strings();
        const auto other = *hard_strings();
        const auto row = version_row(other, *hard_strings(), *rc::gen::arbitrary<Timestamp>());
        const auto begin = namespace_prefix(Namespace{ns});
        RC_ASSERT((row >= begin && row < after_prefix(begin)) == (ns == other));
        RC_ASSERT(row.starts_with(begin) == (ns == other));
    }));
}

TEST(Keys, rows_give_back_what_went_into_them) {
    EXPECT_TRUE(rc::check([] {
        const auto ns = *hard_strings();
        const auto key = *hard_strings();
        const auto time = *rc::gen::arbitrary<Timestamp>();
        const auto row = version_row(ns, key, time);
        RC_ASSERT(timestamp_of(row) == time);
        std::string_view rest = row;
        RC_ASSERT(take_escaped(rest) == ns);
        RC_ASSERT(take_escaped(rest) == key);
        RC_ASSERT(rest.size() == suffix_bytes);
    }));
}

TEST(Keys, take_escaped_refuses_what_is_not_escaped) {
    for (const auto& bad : {std::string(), std::string("a"), std::string("a\0", 2), std::string("a\0\2", 3),
                            std::string("\0", 1)}) {
        std::string_view rest = bad;
        EXPECT_EQ(take_escaped(rest), std::nullopt) << testing::PrintToString(bad);
        EXPECT_EQ(rest, bad);
    }
}

TEST(TopicRecord, refuses_what_is_not_a_record_of_format_1) {
    const auto good = TopicRecord{.trimmed_through = 77}.encode();
    EXPECT_EQ(TopicRecord::decode(good).value_or(TopicRecord{}).trimmed_through, 77U);
    EXPECT_EQ(TopicRecord::decode(good.substr(1)), std::nullopt);
    EXPECT_EQ(TopicRecord::decode("\2" + good.substr(1)), std::nullopt);
    EXPECT_EQ(TopicRecord::decode(""), std::nullopt);
}

}  // namespace
}  // namespace zflow::store_rocksdb
