#include "temporary_directory.hpp"

#include <zflow/store/block_on.hpp>
#include <zflow/store_rocksdb/open.hpp>

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace zflow::store_rocksdb {
namespace {

using store::block_on;

TEST(Create, a_creation_that_was_killed_half_way_is_finished_by_the_next_opening) {
    // The process that is killed is this test once more, with the path in its environment.
    static constexpr const char* role = "ZFLOW_TEST_CREATES";
    if (const char* const path = std::getenv(role)) {
        (void)block_on(open({.path = path}));
        return;
    }
    const TemporaryDirectory directory;
    const auto child = ::fork();
    if (child == 0) {
        ::setenv(role, (directory / "data").c_str(), 1);
        ::setenv("ZFLOW_CRASH_AT", "rocksdb.before_meta", 1);
        ::execl("/proc/self/exe", "child",
                "--gtest_filter=Create.a_creation_that_was_killed_half_way_is_finished_by_the_next_opening",
                nullptr);
        ::_exit(99);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    ASSERT_TRUE(std::filesystem::exists(directory / "data/CURRENT")) << "it was half way";
    auto stores = block_on(open({.path = directory / "data"}));
    EXPECT_EQ(block_on(stores.indexed->append({"t"}, "v")), 1U);
}

TEST(Create, what_a_kill_before_the_first_file_leaves_is_taken_as_empty) {
    const TemporaryDirectory directory;
    // What RocksDB has written when it is killed before it writes CURRENT.
    for (const auto* name : {"LOCK", "LOG", "IDENTITY", "MANIFEST-000001", "000001.dbtmp"}) {
        std::filesystem::create_directories(directory.path());
        ::close(::creat((directory / name).c_str(), 0600));
    }
    auto stores = block_on(open({.path = directory.path()}));
    EXPECT_EQ(block_on(stores.indexed->append({"t"}, "v")), 1U);
}

}  // namespace
}  // namespace zflow::store_rocksdb
