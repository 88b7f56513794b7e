#include "keys.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace zflow::engine {
namespace {

using namespace std::string_literals;

TEST(Keys, names_are_those_of_the_page) {
    // docs/formats/checkpoint.md
    EXPECT_EQ(log_topic(0).name, "_zflow_log_0");
    EXPECT_EQ(meta_topic().name, "_zflow_meta");
    EXPECT_EQ(runs_namespace(15).name, "_zflow_runs_15");
    EXPECT_EQ(snapshots_namespace(1).name, "_zflow_snapshots_1");
    EXPECT_EQ(results_namespace(2).name, "_zflow_results_2");
    EXPECT_EQ(parked_namespace(4095).name, "_zflow_parked_4095");
    EXPECT_EQ(checkpoints_namespace().name, "_zflow_checkpoints");
    EXPECT_EQ(programs_namespace().name, "_zflow_programs");
    EXPECT_EQ(checkpoint_key(12).bytes, "12");
    EXPECT_EQ(meta_key().bytes, "meta");
    EXPECT_EQ(run_key("order-7").bytes, "order-7");
    EXPECT_EQ(program_key({'a', 0, 'c'}).bytes, "a\0c"s + std::string(13, '\0'));
}

TEST(Keys, chunks_stand_behind_their_first_one_in_order) {
    const auto key = run_key("order-7");
    EXPECT_EQ(chunk_key(key, 0), key);
    EXPECT_EQ(chunk_key(key, 1).bytes, "order-7\0\0\0\0\1"s);
    EXPECT_EQ(chunk_key(key, 0x01020304).bytes, "order-7\0\1\2\3\4"s);
    EXPECT_LT(chunk_key(key, 255), chunk_key(key, 256));
    EXPECT_LT(chunk_key(key, 256), run_key("order-70"));
}

TEST(Keys, a_partition_follows_from_the_id_for_ever) {
    // Runs of existing stores are found by it: these numbers never change.
    EXPECT_EQ(partition_of("", 16), 2U);
    EXPECT_EQ(partition_of("order-7", 16), 11U);
    EXPECT_EQ(partition_of("order-7", 4096), 4027U);
    EXPECT_EQ(partition_of("order-7", 1), 0U);
}

TEST(Keys, runs_are_spread_over_all_partitions) {
    std::vector<int> runs(16);
    for (int i = 0; i < 1'600; ++i) {
        ++runs[partition_of("order-" + std::to_string(i), 16)];
    }
    for (const auto count : runs) {
        EXPECT_GT(count, 50);
        EXPECT_LT(count, 200);
    }
}

}  // namespace
}  // namespace zflow::engine
