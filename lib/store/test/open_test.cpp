#include <zflow/store/block_on.hpp>
#include <zflow/store/open.hpp>

#include <gmock/gmock.h>

namespace zflow::store {
namespace {

using testing::HasSubstr;

asio::awaitable<Stores> open_nothing(Uri, OpenOptions) {
    co_return Stores{};
}

std::string message_of_open(const std::string& uri, OpenOptions options = {}) {
    try {
        (void)block_on(open(uri, options));
        return "";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), errc::invalid_argument);
        return error.what();
    }
}

TEST(Open, an_unknown_kind_is_refused_with_the_list_of_those_known) {
    register_kind({.scheme = "nothing", .usage = "nothing:PLACE", .open = open_nothing});
    EXPECT_EQ(message_of_open("nothing:"), "");
    EXPECT_THAT(message_of_open("nohting:"),
                HasSubstr("there is no kind of store 'nohting' in this program; there are: "));
    EXPECT_THAT(message_of_open("nohting:"), HasSubstr("nothing:PLACE"));
}

TEST(Open, a_kind_has_one_owner_and_a_proper_scheme) {
    register_kind({.scheme = "once", .usage = "once:", .open = open_nothing});
    EXPECT_THROW(register_kind({.scheme = "once", .usage = "once:", .open = open_nothing}), Error);
    EXPECT_THROW(register_kind({.scheme = "Twice", .usage = "Twice:", .open = open_nothing}), Error);
    EXPECT_THROW(register_kind({.scheme = "a:b", .usage = "", .open = open_nothing}), Error);
    EXPECT_THROW(register_kind({.scheme = "empty", .usage = "", .open = {}}), Error);
}

TEST(Open, a_deadline_of_nothing_is_refused) {
    EXPECT_THAT(message_of_open("once:", {.deadline = std::chrono::milliseconds(0)}), HasSubstr("deadline"));
}

}  // namespace
}  // namespace zflow::store
