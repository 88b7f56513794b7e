#include "latest.hpp"
#include "temporary_directory.hpp"

#include <zflow/store/block_on.hpp>
#include <zflow/store_rocksdb/open.hpp>

#include <gmock/gmock.h>

#include <limits>

namespace zflow::store_rocksdb {
namespace {

using store::block_on;
using store::Bytes;
using store::Entry;
using store::KeyVersion;
using store::Stores;
using store::Timestamp;

// The directory test/golden/format_1 was written by the first release of format 1 with `write` below
// (ZFLOW_WRITE_GOLDEN=DIR, then LOG*, LOCK and OPTIONS* were removed). It is never written again: every later
// release must read it, and go on in it.

const Bytes odd_key("k\0\xFF\1", 4);
constexpr auto least = std::numeric_limits<Timestamp>::min();
constexpr auto greatest = std::numeric_limits<Timestamp>::max();

void write(Stores& stores) {
    auto& kv = *stores.key_value;
    for (const auto timestamp : {Timestamp{300}, Timestamp{-5}, least, greatest}) {
        block_on(kv.put({"orders"}, {"42"}, "at " + std::to_string(timestamp), timestamp));
    }
    block_on(kv.put({"orders"}, {odd_key}, Bytes(1'000, '\xAB'), 1));
    block_on(kv.put({"orders"}, {""}, "", 0));
    block_on(kv.put({"order"}, {"s42"}, "another namespace", 1));
    auto& idx = *stores.indexed;
    for (int i = 1; i <= 300; ++i) {
        block_on(idx.append({"log"}, "entry " + std::to_string(i)));
    }
    block_on(idx.trim({"log"}, 200));
    block_on(idx.append({"all trimmed"}, "gone"));
    block_on(idx.trim({"all trimmed"}, 1));
    block_on(idx.append({"removed"}, "gone"));
    block_on(idx.remove({"removed"}));
}

TEST(Golden, a_directory_of_format_1_is_read_and_goes_on) {
    if (const char* const path = std::getenv("ZFLOW_WRITE_GOLDEN")) {
        auto stores = block_on(open({.path = path}));
        write(stores);
    }
    const TemporaryDirectory directory;
    std::filesystem::copy(ZFLOW_GOLDEN_DIRECTORY "/format_1", directory / "data",
                          std::filesystem::copy_options::recursive);
    auto stores = block_on(open({.path = directory / "data"}, {.create_if_missing = false}));
    auto& kv = *stores.key_value;
    EXPECT_THAT(block_on(kv.get_all_timestamps({"orders"}, {"42"})).items,
                testing::ElementsAre(greatest, Timestamp{300}, Timestamp{-5}, least));
    EXPECT_EQ(latest(kv, {"orders"}, {"42"}, Timestamp{299}), "at -5");
    EXPECT_THAT(block_on(kv.scan_all({"orders"})).items,
                testing::ElementsAre(KeyVersion{{""}, 0, ""},
                                     KeyVersion{{"42"}, greatest, "at " + std::to_string(greatest)},
                                     KeyVersion{{odd_key}, 1, Bytes(1'000, '\xAB')}));
    EXPECT_EQ(latest(kv, {"order"}, {"s42"}), "another namespace");
    auto& idx = *stores.indexed;
    EXPECT_EQ(block_on(idx.position({"log"})), 300U);
    EXPECT_EQ(block_on(idx.scan({"log"}, 1)).front(), (Entry{201, "entry 201"}));
    EXPECT_EQ(block_on(idx.scan({"log"}, 1)).size(), 100U);
    EXPECT_EQ(block_on(idx.append({"log"}, "next")), 301U);
    EXPECT_EQ(block_on(idx.append({"all trimmed"}, "next")), 2U);
    EXPECT_EQ(block_on(idx.append({"removed"}, "next")), 1U);
}

}  // namespace
}  // namespace zflow::store_rocksdb
