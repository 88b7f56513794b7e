#include <zflow/store/page_token.hpp>

#include <gmock/gmock.h>

namespace zflow::store {
namespace {

const TokenScope scope{.backend = "b", .operation = "scan_all", .ns = "orders"};

TEST(PageToken, gives_back_the_place) {
    for (const auto& place : {Bytes(), Bytes("key"), Bytes("\0\xFF", 2), Bytes(2000, 'k')}) {
        EXPECT_EQ(decode_page_token(scope, encode_page_token(scope, place)), place);
    }
}

TEST(PageToken, of_another_listing_is_refused) {
    const auto token = encode_page_token(scope, "key");
    EXPECT_THROW((void)decode_page_token({.backend = "c", .operation = "scan_all", .ns = "orders"}, token),
                 Error);
    EXPECT_THROW(
        (void)decode_page_token({.backend = "b", .operation = "scan_all_keys", .ns = "orders"}, token),
        Error);
    EXPECT_THROW((void)decode_page_token({.backend = "b", .operation = "scan_all", .ns = "order"}, token),
                 Error);
    EXPECT_THROW(
        (void)decode_page_token({.backend = "b", .operation = "scan_all", .ns = "orders", .key = "k"}, token),
        Error);
}

TEST(PageToken, that_was_damaged_anywhere_is_refused) {
    const auto token = encode_page_token(scope, "key");
    for (std::size_t i = 0; i < token.size(); ++i) {
        auto damaged = token;
        damaged[i] = static_cast<char>(damaged[i] ^ 1);
        EXPECT_THROW((void)decode_page_token(scope, damaged), Error) << "byte " << i;
        EXPECT_THROW((void)decode_page_token(scope, token.substr(0, i)), Error) << "cut at " << i;
    }
}

}  // namespace
}  // namespace zflow::store
