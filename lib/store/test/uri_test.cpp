#include <zflow/store/uri.hpp>

#include <gmock/gmock.h>

namespace zflow::store {
namespace {

using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

TEST(Uri, keeps_spaces_and_percent_signs_of_a_path) {
    const auto uri = Uri::parse("rocksdb:/my data/100%25?durability=process&x=a%26b");
    EXPECT_EQ(uri.scheme(), "rocksdb");
    EXPECT_EQ(uri.rest(), "/my data/100%25");
    EXPECT_THAT(uri.options(), UnorderedElementsAre(Pair("durability", "process"), Pair("x", "a&b")));
}

TEST(Uri, may_have_neither_a_place_nor_options) {
    EXPECT_EQ(Uri::parse("memory:").rest(), "");
    EXPECT_TRUE(Uri::parse("memory:?").options().empty());
}

TEST(Uri, that_is_wrong_says_what_is_right) {
    for (const auto* text : {"", "memory", ":x", "Memory:", "1a:", "a b:", "m:?x", "m:?=1", "m:?a=1&a=2",
                             "m:?a=%", "m:?a=%1", "m:?a=%zz"}) {
        try {
            (void)Uri::parse(text);
            ADD_FAILURE() << text;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), errc::invalid_argument) << text;
            EXPECT_THAT(error.what(), HasSubstr("rocksdb:PATH")) << text;
        }
    }
}

TEST(Uri, an_unknown_option_is_refused_with_the_list_of_those_known) {
    const auto uri = Uri::parse("rocksdb:x?durabilty=sync");
    uri.allow_options({"durabilty"});
    try {
        uri.allow_options({"durability", "cache_mib"});
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(),
                    HasSubstr("there is no option 'durabilty'; the options are: durability, cache_mib"));
    }
}

}  // namespace
}  // namespace zflow::store
