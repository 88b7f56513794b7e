#include "target.hpp"

#include <zflow/engine/error.hpp>

#include <gtest/gtest.h>

namespace zflow::control {
namespace {

TEST(Target, bytes_of_any_kind_come_back) {
    std::string bytes;
    for (int byte = 0; byte < 256; ++byte) {
        bytes += static_cast<char>(byte);
    }
    const auto text = TargetText().part("runs").part(bytes).query(bytes, bytes).query("empty", "").take();
    EXPECT_EQ(text.find_first_of(" \r\n\"#"), std::string::npos);
    const auto target = Target::parse(text);
    EXPECT_EQ(target.path(), (std::vector<std::string>{"v1", "runs", bytes}));
    EXPECT_EQ(target.query(bytes), bytes);
    EXPECT_EQ(target.query("empty"), "");
    EXPECT_FALSE(target.query("missing"));
}

TEST(Target, a_name_may_be_there_more_than_once) {
    const auto target = Target::parse("/v1/runs?tag=a%3Db&tag=c&x");
    EXPECT_EQ(target.all("tag"), (std::vector<std::string>{"a=b", "c"}));
    EXPECT_EQ(target.query("tag"), "a=b");
    EXPECT_EQ(target.query("x"), "");
}

TEST(Target, half_an_escape_is_refused) {
    for (const auto* const text : {"/%", "/%4", "/%4g", "/a?b=%", "v1", ""}) {
        EXPECT_THROW((void)Target::parse(text), engine::Error) << text;
    }
}

}  // namespace
}  // namespace zflow::control
