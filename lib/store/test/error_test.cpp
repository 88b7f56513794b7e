#include <zflow/store/error.hpp>

#include <gmock/gmock.h>

#include <set>

namespace zflow::store {
namespace {

TEST(Error, says_where_what_and_keeps_the_servers_words_apart) {
    const Error error(errc::throttled, {"dynamodb", "put", "namespace 'orders'"}, "slow down",
                      "ThroughputExceeded");
    EXPECT_STREQ(error.what(),
                 "dynamodb put (namespace 'orders'): throttled: slow down [ThroughputExceeded]");
    EXPECT_EQ(error.kind(), errc::throttled);
    EXPECT_EQ(error.code(), errc::throttled);
    EXPECT_EQ(error.server_text(), "ThroughputExceeded");
}

TEST(Error, every_code_has_a_name_of_its_own) {
    std::set<std::string_view> names;
    for (int code = 1; code <= static_cast<int>(errc::read_only); ++code) {
        names.insert(to_string(static_cast<errc>(code)));
    }
    EXPECT_EQ(names.size(), 11U);
    EXPECT_FALSE(names.contains("unknown"));
}

TEST(Error, answers_the_callers_two_questions) {
    const auto transient = [](errc code) { return is_transient(Error(code, {}, "")); };
    const auto happened = [](errc code) { return may_have_happened(Error(code, {}, "")); };
    EXPECT_TRUE(transient(errc::unavailable));
    EXPECT_TRUE(transient(errc::throttled));
    EXPECT_FALSE(transient(errc::outcome_unknown));
    EXPECT_FALSE(transient(errc::read_only));
    EXPECT_TRUE(happened(errc::outcome_unknown));
    EXPECT_TRUE(happened(errc::cancelled));
    EXPECT_FALSE(happened(errc::unavailable));
    EXPECT_FALSE(happened(errc::read_only));
}

}  // namespace
}  // namespace zflow::store
