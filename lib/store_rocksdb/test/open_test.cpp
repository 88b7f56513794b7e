#include "keys.hpp"
#include "latest.hpp"
#include "registry.hpp"
#include "temporary_directory.hpp"

#include <zflow/store/block_on.hpp>
#include <zflow/store_rocksdb/open.hpp>

#include <gmock/gmock.h>
#include <rocksdb/db.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <thread>

namespace zflow::store_rocksdb {
namespace {

using store::block_on;
using store::errc;
using store::Error;
using store::Stores;
using testing::HasSubstr;

Stores open_at(const std::string& path) {
    return block_on(open({.path = path}));
}

/// The error that opening ends with.
Error error_of_open(const Options& options, store::OpenOptions open_options = {}) {
    try {
        (void)block_on(open(options, open_options));
    } catch (const Error& error) {
        return error;
    }
    ADD_FAILURE() << "it opened";
    return {errc::not_open, {}, "it opened"};
}

TEST(Open, both_stores_of_a_directory_and_aliases_of_its_path_share_one_database) {
    const TemporaryDirectory directory;
    auto one = open_at(directory / "data");
    std::filesystem::create_directory_symlink(directory / "data", directory / "link");
    auto other = open_at(directory / "data/./");
    auto link = open_at(directory / "link");
    block_on(one.key_value->put({"n"}, {"k"}, "v", 1));
    EXPECT_EQ(latest(*other.key_value, {"n"}, {"k"}), "v");
    EXPECT_EQ(block_on(link.indexed->append({"t"}, "1")), 1U);
    EXPECT_EQ(block_on(one.indexed->append({"t"}, "2")), 2U);
    EXPECT_EQ(one.key_value->capabilities().database_id, link.indexed->capabilities().database_id);
}

TEST(Open, each_store_may_go_on_its_own_and_the_directory_can_be_opened_again_at_once) {
    const TemporaryDirectory directory;
    for (int round = 1; round <= 5; ++round) {
        auto stores = open_at(directory.path());
        stores.key_value.reset();
        EXPECT_EQ(block_on(stores.indexed->append({"t"}, "v")), static_cast<std::uint64_t>(round));
    }
}

TEST(Open, many_threads_that_open_and_close_meet_one_database_or_wait) {
    const TemporaryDirectory directory;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int round = 0; round < 5; ++round) {
                auto stores = open_at(directory.path());
                block_on(stores.indexed->append({"t"}, "v"));
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(block_on(open_at(directory.path()).indexed->position({"t"})), 20U);
}

TEST(Open, deadlines_of_a_later_opening_are_watched_as_closely_as_its_own_need) {
    const TemporaryDirectory directory;
    const auto first = open_shared({.path = directory.path()}, {.deadline = std::chrono::seconds(10)});
    EXPECT_EQ(first->watch_interval(), std::chrono::milliseconds(500));
    const auto second = open_shared({.path = directory.path()}, {.deadline = std::chrono::seconds(1)});
    EXPECT_EQ(first->watch_interval(), std::chrono::milliseconds(50));
    const auto third = open_shared({.path = directory.path()}, {.deadline = std::chrono::seconds(10)});
    EXPECT_EQ(first->watch_interval(), std::chrono::milliseconds(50));
}

TEST(Open, other_options_than_it_is_open_with_are_refused) {
    const TemporaryDirectory directory;
    const auto stores = open_at(directory.path());
    const auto error = error_of_open({.path = directory.path(), .durability = Sync::process});
    EXPECT_EQ(error.kind(), errc::invalid_argument);
    EXPECT_THAT(error.what(), HasSubstr("with other options"));
}

TEST(Open, a_missing_directory_is_made_only_if_asked_for) {
    const TemporaryDirectory directory;
    EXPECT_EQ(error_of_open({.path = directory / "none"}, {.create_if_missing = false}).kind(),
              errc::not_open);
    EXPECT_EQ(error_of_open({.path = directory.path()}, {.create_if_missing = false}).kind(), errc::not_open);
    EXPECT_FALSE(std::filesystem::exists(directory / "none"));
    (void)open_at(directory / "a/b/c");
    EXPECT_TRUE(std::filesystem::exists(directory / "a/b/c/CURRENT"));
}

TEST(Open, a_second_process_is_told_who_holds_the_directory) {
    // The second process is this test once more: no code of this process runs after the fork.
    static constexpr const char* role = "ZFLOW_TEST_SECOND_PROCESS_OPENS";
    if (const char* const path = std::getenv(role)) {
        const auto error = error_of_open({.path = path});
        EXPECT_EQ(error.kind(), errc::unavailable);
        EXPECT_THAT(error.what(),
                    HasSubstr("another process has this directory open (it holds the file LOCK)"));
        return;
    }
    const TemporaryDirectory directory;
    const auto stores = open_at(directory.path());
    const auto child = ::fork();
    if (child == 0) {
        ::setenv(role, directory.path().c_str(), 1);
        ::execl("/proc/self/exe", "child",
                "--gtest_filter=Open.a_second_process_is_told_who_holds_the_directory", nullptr);
        ::_exit(99);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(WEXITSTATUS(status), 0) << "the second process says above what it found instead";
}

TEST(Open, a_directory_of_something_else_is_refused_and_left_alone) {
    const TemporaryDirectory directory;
    std::ofstream(directory / "thesis.txt") << "do not lose this";
    const auto error = error_of_open({.path = directory.path()});
    EXPECT_EQ(error.kind(), errc::schema_mismatch);
    EXPECT_THAT(error.what(), HasSubstr("thesis.txt"));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory.path()), {}), 1);
    EXPECT_EQ(error_of_open({.path = directory / "thesis.txt"}).kind(), errc::schema_mismatch);
}

/// Make a database of RocksDB with a row and a family of somebody else's.
void make_foreign_database(const std::string& path, const std::string& family) {
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* opened = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(options, path, &opened).ok());
    const std::unique_ptr<rocksdb::DB> db(opened);
    ASSERT_TRUE(db->Put({}, "somebody", "else").ok());
    if (!family.empty()) {
        rocksdb::ColumnFamilyHandle* handle = nullptr;
        ASSERT_TRUE(db->CreateColumnFamily({}, family, &handle).ok());
        db->DestroyColumnFamilyHandle(handle);
    }
}

TEST(Open, a_database_of_something_else_is_refused) {
    const TemporaryDirectory directory;
    make_foreign_database(directory / "plain", "");
    make_foreign_database(directory / "families", "users");
    EXPECT_EQ(error_of_open({.path = directory / "plain"}).kind(), errc::schema_mismatch);
    const auto error = error_of_open({.path = directory / "families"});
    EXPECT_EQ(error.kind(), errc::schema_mismatch);
    EXPECT_THAT(error.what(), HasSubstr("column family 'users'"));
}

/// Write a row of the family `default` of a closed store.
void write_meta(const std::string& path, const std::string& row, const std::string& value) {
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* opened = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(
                    {}, path, {{"default", {}}, {std::string(kv_family), {}}, {std::string(idx_family), {}}},
                    &handles, &opened)
                    .ok());
    const std::unique_ptr<rocksdb::DB> db(opened);
    ASSERT_TRUE(db->Put({}, row, value).ok());
    for (auto* handle : handles) {
        db->DestroyColumnFamilyHandle(handle);
    }
}

TEST(Open, a_newer_format_is_refused_by_name) {
    const TemporaryDirectory directory;
    (void)open_at(directory.path());
    write_meta(directory.path(), "zflow.format", "2");
    const auto error = error_of_open({.path = directory.path()});
    EXPECT_EQ(error.kind(), errc::schema_mismatch);
    EXPECT_THAT(error.what(), HasSubstr("the store has format 2, this program knows format 1"));
}

TEST(Open, damaged_files_are_corruption_and_nothing_is_changed) {
    const TemporaryDirectory directory;
    block_on(open_at(directory.path()).key_value->put({"n"}, {"k"}, "v", 1));
    std::filesystem::path manifest;
    for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
        if (entry.path().filename().string().starts_with("MANIFEST")) {
            manifest = entry.path();
        }
    }
    std::filesystem::resize_file(manifest, 0);
    EXPECT_EQ(error_of_open({.path = directory.path()}).kind(), errc::corruption);
    std::filesystem::remove(directory / "CURRENT");
    const auto error = error_of_open({.path = directory.path()});
    EXPECT_EQ(error.kind(), errc::corruption);
    EXPECT_THAT(error.what(), HasSubstr("CURRENT"));
}

TEST(Options, come_from_the_uri_and_bad_ones_list_the_good_ones) {
    const auto options =
        Options::from_uri(store::Uri::parse("rocksdb:/a b?durability=process&max_value_mib=2&cache_mib=8"));
    EXPECT_EQ(options, (Options{.path = "/a b",
                                .durability = Sync::process,
                                .max_value_bytes = std::size_t{2} << 20,
                                .cache_bytes = std::size_t{8} << 20}));
    for (const auto* bad : {"durability=often", "max_value_mib=0", "max_value_mib=65", "max_value_mib=1x",
                            "cache_mib=-1", "sync=on"}) {
        EXPECT_THROW((void)Options::from_uri(store::Uri::parse(std::string("rocksdb:x?") + bad)), Error)
            << bad;
    }
    EXPECT_EQ(error_of_open({.path = ""}).kind(), errc::invalid_argument);
    EXPECT_EQ(error_of_open({.path = "x", .max_value_bytes = max_value_limit + 1}).kind(),
              errc::invalid_argument);
    EXPECT_EQ(error_of_open({.path = "x", .cache_bytes = 1}).kind(), errc::invalid_argument);
}

}  // namespace
}  // namespace zflow::store_rocksdb
