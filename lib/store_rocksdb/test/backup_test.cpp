#include "latest.hpp"
#include "temporary_directory.hpp"

#include <zflow/store/block_on.hpp>
#include <zflow/store_rocksdb/backup.hpp>
#include <zflow/store_rocksdb/open.hpp>

#include <gmock/gmock.h>

#include <array>
#include <fstream>

namespace zflow::store_rocksdb {
namespace {

using store::block_on;
using store::errc;
using store::Error;
using testing::ElementsAre;
using testing::Field;

class BackupTest : public testing::Test {
 protected:
    std::string data() const { return directory_ / "data"; }
    std::string kept() const { return directory_ / "backups"; }
    store::Stores open_data() const { return block_on(open({.path = data()})); }

    static Error error_of(const std::function<void()>& call) {
        try {
            call();
        } catch (const Error& error) {
            return error;
        }
        ADD_FAILURE() << "the call succeeded";
        return {errc::throttled, {}, "the call succeeded"};
    }

    TemporaryDirectory directory_;
};

TEST_F(BackupTest, each_backup_restores_the_store_as_it_was_then_while_writes_go_on) {
    auto stores = open_data();
    block_on(stores.key_value->put({"n"}, {"k"}, "old", 1));
    block_on(stores.indexed->append({"t"}, "1"));
    EXPECT_EQ(backup({.path = data()}, kept()).id, 1U);
    block_on(stores.key_value->put({"n"}, {"k"}, "new", 2));
    block_on(stores.indexed->append({"t"}, "2"));
    EXPECT_EQ(backup({.path = data()}, kept()).id, 2U);
    EXPECT_THAT(backups(kept()), ElementsAre(Field(&BackupInfo::id, 1U), Field(&BackupInfo::id, 2U)));

    EXPECT_EQ(restore(kept(), directory_ / "first", 1).id, 1U);
    EXPECT_EQ(restore(kept(), directory_ / "newest/").id, 2U);
    const auto first = block_on(open({.path = directory_ / "first"}));
    const auto newest = block_on(open({.path = directory_ / "newest"}));
    EXPECT_EQ(latest(*first.key_value, {"n"}, {"k"}), "old");
    EXPECT_EQ(block_on(first.indexed->append({"t"}, "other 2")), 2U);
    EXPECT_EQ(latest(*newest.key_value, {"n"}, {"k"}), "new");
    EXPECT_EQ(block_on(newest.indexed->position({"t"})), 2U);
    EXPECT_FALSE(std::filesystem::exists(directory_ / "first.restoring"));
}

TEST_F(BackupTest, nothing_is_restored_over_something) {
    (void)open_data();
    backup({.path = data()}, kept());
    const auto error = error_of([&] { restore(kept(), data()); });
    EXPECT_EQ(error.kind(), errc::invalid_argument);
    std::ofstream(directory_ / "file") << "x";
    EXPECT_EQ(error_of([&] { restore(kept(), directory_ / "file"); }).kind(), errc::invalid_argument);
}

TEST_F(BackupTest, what_is_not_there_is_said) {
    EXPECT_EQ(error_of([&] { backup({.path = data()}, kept()); }).kind(), errc::not_open)
        << "no store is made";
    EXPECT_FALSE(std::filesystem::exists(data()));
    EXPECT_EQ(error_of([&] { (void)backups(kept()); }).kind(), errc::not_open);
    (void)open_data();
    backup({.path = data()}, kept());
    EXPECT_EQ(error_of([&] { restore(kept(), directory_ / "new", 7); }).kind(), errc::not_open);
    EXPECT_EQ(error_of([&] { backup({.path = data()}, data()); }).kind(), errc::invalid_argument);
}

TEST_F(BackupTest, a_damaged_backup_is_found_before_anything_is_written) {
    {
        auto stores = open_data();
        block_on(stores.key_value->put({"n"}, {"k"}, store::Bytes(10'000, 'x'), 1));
    }
    backup({.path = data()}, kept());
    std::size_t damaged = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(kept())) {
        if (entry.path().extension() == ".sst") {
            std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
            file.seekp(100);
            file.put('\x55');
            ++damaged;
        }
    }
    ASSERT_GT(damaged, 0U);
    EXPECT_EQ(error_of([&] { restore(kept(), directory_ / "new"); }).kind(), errc::corruption);
    EXPECT_FALSE(std::filesystem::exists(directory_ / "new"));
}

std::vector<store::Finding> check(const std::string& path) {
    for (const auto& kind : store::kinds()) {
        if (kind.scheme == "rocksdb") {
            return block_on(kind.check(store::Uri::parse("rocksdb:" + path), {}));
        }
    }
    ADD_FAILURE() << "rocksdb: is not registered";
    return {};
}

bool has_errors(const std::vector<store::Finding>& findings) {
    return std::ranges::any_of(
        findings, [](const auto& finding) { return finding.severity == store::Finding::Severity::error; });
}

TEST_F(BackupTest, check_finds_a_sound_store_sound_and_counts_its_rows) {
    auto stores = open_data();
    for (int i = 0; i < 300; ++i) {
        block_on(stores.key_value->put({"n"}, {"k"}, "v", i));
        block_on(stores.indexed->append({"t"}, "v"));
    }
    block_on(stores.indexed->trim({"t"}, 250));
    block_on(stores.indexed->append({"u"}, "v"));
    block_on(stores.indexed->trim({"u"}, 1));
    const auto findings = check(data());
    EXPECT_FALSE(has_errors(findings));
    EXPECT_THAT(findings,
                testing::Contains(Field(&store::Finding::what, "zflow.kv: 300 rows, all of format 1")));
    EXPECT_THAT(findings,
                testing::Contains(Field(&store::Finding::what, "zflow.idx: 52 rows, all of format 1")));
}

TEST_F(BackupTest, check_finds_a_damaged_file_whether_or_not_opening_reads_it) {
    {
        auto stores = open_data();
        std::array<std::uint8_t, 10'000> bytes{};  // that do not compress
        base::SeededEntropy(1).fill(bytes);
        block_on(stores.key_value->put({"n"}, {"k"}, store::Bytes(bytes.begin(), bytes.end()), 1));
    }
    const auto damage = [&](std::uintmax_t at_least) {
        for (const auto& entry : std::filesystem::directory_iterator(data())) {
            if (entry.path().extension() == ".sst" && entry.file_size() >= at_least) {
                std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
                file.seekp(50);
                file.put('\x55');
            }
        }
    };
    EXPECT_FALSE(has_errors(check(data())));
    damage(5'000);
    const auto findings = check(data());
    EXPECT_TRUE(has_errors(findings));
    EXPECT_GT(findings.size(), 1U) << "it opened";
    damage(0);
    EXPECT_TRUE(has_errors(check(data())));
}

}  // namespace
}  // namespace zflow::store_rocksdb
