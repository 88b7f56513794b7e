#include <zflow/engine/run.hpp>

#include <gtest/gtest.h>

namespace zflow::engine {
namespace {

TEST(Status, every_name_is_read_as_what_it_was_written_for) {
    EXPECT_EQ(to_string(Status::running), "running");
    EXPECT_EQ(to_string(Status::died), "died");
    for (auto number = 0; number <= static_cast<int>(Status::parked); ++number) {
        const auto status = static_cast<Status>(number);
        EXPECT_EQ(parse_status(to_string(status)), status);
    }
}

TEST(Status, other_names_are_none) {
    EXPECT_EQ(parse_status(""), std::nullopt);
    EXPECT_EQ(parse_status("Running"), std::nullopt);
    EXPECT_EQ(parse_status("unknown"), std::nullopt);
    EXPECT_EQ(to_string(static_cast<Status>(6)), "unknown");
}

}  // namespace
}  // namespace zflow::engine
