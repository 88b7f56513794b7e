#include <zflow/engine/error.hpp>

#include <gtest/gtest.h>

namespace zflow::engine {
namespace {

TEST(Error, says_which_run_what_kind_and_what_was_wrong) {
    const Error error(errc::not_found, "there is no run with this id", "order-7");
    EXPECT_STREQ(error.what(), "run 'order-7': not_found: there is no run with this id");
    EXPECT_EQ(error.kind(), errc::not_found);
    EXPECT_EQ(error.code(), errc::not_found);
    EXPECT_EQ(error.run(), "order-7");
    EXPECT_EQ(error.sentence(), "there is no run with this id");
}

TEST(Error, without_a_run_says_the_rest) {
    EXPECT_STREQ(Error(errc::stopped, "the engine is stopping").what(), "stopped: the engine is stopping");
}

TEST(Error, every_code_has_a_name_of_its_own) {
    for (auto code = errc::invalid_argument; code <= errc::refused;
         code = static_cast<errc>(static_cast<int>(code) + 1)) {
        EXPECT_NE(to_string(code), "unknown");
        EXPECT_EQ(make_error_code(code).message(), to_string(code));
        for (auto other = errc::invalid_argument; other < code;
             other = static_cast<errc>(static_cast<int>(other) + 1)) {
            EXPECT_NE(to_string(code), to_string(other));
        }
    }
    EXPECT_STREQ(error_category().name(), "zflow.engine");
}

}  // namespace
}  // namespace zflow::engine
