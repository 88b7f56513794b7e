#include <zflow/store/block_on.hpp>
#include <zflow/store_memory/open.hpp>

#include <gmock/gmock.h>

namespace zflow::store_memory {
namespace {

using store::block_on;

TEST(Memory, every_opening_without_a_name_is_a_store_of_its_own) {
    auto one = block_on(store::open("memory:"));
    auto other = block_on(store::open("memory:"));
    EXPECT_EQ(block_on(one.indexed->append({"t"}, "v")), 1U);
    EXPECT_EQ(block_on(other.indexed->position({"t"})), 0U);
    EXPECT_NE(one.indexed->capabilities().database_id, other.indexed->capabilities().database_id);
}

TEST(Memory, openings_with_one_name_share_data_until_the_last_of_them_goes) {
    auto one = block_on(store::open("memory:shared"));
    auto other = block_on(store::open("memory:shared"));
    EXPECT_EQ(block_on(one.indexed->append({"t"}, "v")), 1U);
    EXPECT_EQ(block_on(other.indexed->position({"t"})), 1U);
    EXPECT_EQ(one.key_value->capabilities().database_id, other.indexed->capabilities().database_id);
    one = {};
    EXPECT_EQ(block_on(other.indexed->position({"t"})), 1U);
    other = {};
    EXPECT_EQ(block_on(block_on(store::open("memory:shared")).indexed->position({"t"})), 0U);
}

TEST(Memory, the_value_limit_is_an_option) {
    const auto stores = block_on(store::open("memory:?max_value_mib=2"));
    EXPECT_EQ(stores.key_value->limits().value_bytes, std::size_t{2} << 20);
    for (const auto* bad : {"memory:?max_value_mib=0", "memory:?max_value_mib=x",
                            "memory:?max_value_mib=1025", "memory:?durability=sync"}) {
        EXPECT_THROW((void)block_on(store::open(bad)), store::Error) << bad;
    }
    EXPECT_THROW((void)block_on(open({.max_value_bytes = 0})), store::Error);
}

}  // namespace
}  // namespace zflow::store_memory
