#include "crc32c.hpp"

#include <gtest/gtest.h>

#include <string>

namespace zflow::codec {
namespace {

TEST(Crc32c, is_that_of_rfc_3720) {
    EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
    EXPECT_EQ(crc32c(""), 0U);
    EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
    EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43U);
}

TEST(Crc32c, is_the_same_without_the_instruction) {
    std::string text;
    for (int i = 0; i < 200; ++i) {
        EXPECT_EQ(crc32c(text), portable_crc32c(text)) << i;
        text.push_back(static_cast<char>(i * 37));
    }
}

}  // namespace
}  // namespace zflow::codec
