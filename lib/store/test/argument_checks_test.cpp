#include <zflow/store/argument_checks.hpp>

#include <gmock/gmock.h>

#include <functional>

namespace zflow::store {
namespace {

using testing::HasSubstr;

const ArgumentChecks checks("test", {}, /*empty_keys=*/false);

/// The error that the call throws.
Error error_of(const std::function<void()>& call) {
    try {
        call();
    } catch (const Error& error) {
        return error;
    }
    ADD_FAILURE() << "nothing was thrown";
    return {errc::corruption, {}, "nothing was thrown"};
}

TEST(ArgumentChecks, names_have_1_to_255_bytes_of_utf8_without_0_and_1) {
    checks.ns("put", {std::string(255, 'x')});
    checks.ns("put", {"Gr\xC3\xBC\xC3\x9F Gott \xF0\x9F\x98\x80"});
    EXPECT_EQ(error_of([] { checks.ns("put", {""}); }).kind(), errc::invalid_argument);
    EXPECT_EQ(error_of([] { checks.ns("put", {std::string("a\0b", 3)}); }).kind(), errc::invalid_argument);
    EXPECT_EQ(error_of([] { checks.ns("put", {"a\x01"}); }).kind(), errc::invalid_argument);
    EXPECT_EQ(error_of([] { checks.topic("append", {"\xFF"}); }).kind(), errc::invalid_argument);
    const auto error = error_of([] { checks.topic("append", {std::string(256, 'x')}); });
    EXPECT_EQ(error.kind(), errc::too_large);
    EXPECT_THAT(error.what(), HasSubstr("256 bytes, the limit is 255 (limits().topic_bytes)"));
}

TEST(ArgumentChecks, namespace_and_key_share_1024_bytes) {
    checks.key("put", {"abcd"}, {std::string(1020, '\0')});
    const auto error = error_of([] { checks.key("put", {"abcd"}, {std::string(1021, '\0')}); });
    EXPECT_EQ(error.kind(), errc::too_large);
    EXPECT_THAT(error.what(), HasSubstr("limits().namespace_and_key_bytes"));
}

TEST(ArgumentChecks, an_empty_key_is_refused_only_where_it_cannot_be_held) {
    EXPECT_EQ(error_of([] { checks.key("put", {"a"}, {""}); }).kind(), errc::invalid_argument);
    ArgumentChecks("test", {}, /*empty_keys=*/true).key("put", {"a"}, {""});
}

TEST(ArgumentChecks, values_and_pages_have_limits) {
    checks.value("put", "", Bytes(default_max_value_bytes, 'x'));
    EXPECT_EQ(error_of([] { checks.value("put", "", Bytes(default_max_value_bytes + 1, 'x')); }).kind(),
              errc::too_large);
    checks.page_limit("scan", "", 1);
    checks.page_limit("scan", "", max_page_items);
    EXPECT_EQ(error_of([] { checks.page_limit("scan", "", 0); }).kind(), errc::invalid_argument);
    EXPECT_EQ(error_of([] { checks.page_limit("scan", "", max_page_items + 1); }).kind(),
              errc::invalid_argument);
}

TEST(Utf8, refuses_what_unicode_refuses) {
    for (const auto* good : {"", "a", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                             "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
        EXPECT_TRUE(is_utf8(good)) << testing::PrintToString(good);
    }
    for (const auto* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xC2", "\xE0\x9F\xBF", "\xED\xA0\x80",
                            "\xE2\x82", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
                            "\xF0\x90\x80", "\xE2\x28\xA1", "\xE2\x82\x28"}) {
        EXPECT_FALSE(is_utf8(bad)) << testing::PrintToString(bad);
    }
}

TEST(Describe, shows_bytes_that_cannot_be_printed) {
    EXPECT_EQ(describe(Topic{"a'\n\xC3"}), "topic 'a\\x27\\x0a\\xc3'");
    EXPECT_EQ(describe(Namespace{std::string(100, 'n')}), "namespace '" + std::string(80, 'n') + "..'");
}

}  // namespace
}  // namespace zflow::store
