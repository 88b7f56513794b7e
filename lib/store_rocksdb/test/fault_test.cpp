#include "faulty_file_system.hpp"
#include "indexed_store.hpp"
#include "key_value_store.hpp"
#include "keys.hpp"
#include "latest.hpp"
#include "temporary_directory.hpp"

#include <zflow/store/block_on.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <gmock/gmock.h>

#include <future>
#include <thread>

namespace zflow::store_rocksdb {
namespace {

using store::block_on;
using store::errc;
using store::Error;
using testing::HasSubstr;

/// A clock that stands until a test moves it.
class HeldClock final : public base::Clock {
 public:
    std::chrono::steady_clock::time_point steady_now() const override {
        return std::chrono::steady_clock::time_point(std::chrono::seconds(seconds_.load()));
    }
    std::chrono::system_clock::time_point wall_now() const override { return {}; }
    void advance(int seconds) { seconds_ += seconds; }

 private:
    std::atomic<int> seconds_{1'000};
};

/// Both stores on a disk that a test can break.
class FaultTest : public testing::Test {
 protected:
    void open(Options options = {}) {
        options.path = directory_.path();
        store::OpenOptions open_options;
        open_options.clock = &clock_;
        // The watch for deadlines runs often; what is late, only the held clock says.
        open_options.deadline = std::chrono::milliseconds(100);
        database_ = std::make_shared<Database>(options, open_options, env_.get());
        kv_ = std::make_unique<RocksdbKeyValueStore>(database_, std::chrono::seconds(10));
        idx_ = std::make_unique<RocksdbIndexedStore>(database_, std::chrono::seconds(10));
    }
    void close() {
        kv_.reset();
        idx_.reset();
        database_.reset();
    }
    ~FaultTest() override {
        disk_.release_syncs();
        close();
    }

    template <class T>
    Error error_of(store::asio::awaitable<T> call) {
        try {
            (void)block_on(std::move(call));
        } catch (const Error& error) {
            return error;
        }
        ADD_FAILURE() << "the call succeeded";
        return {errc::corruption, {}, "the call succeeded"};
    }

    /// Start a call on a thread of its own.
    std::future<Error> start_put(std::string key, store::Bytes value = "v") {
        return std::async(std::launch::async, [this, key = std::move(key), value = std::move(value)] {
            try {
                block_on(kv_->put({"n"}, {key}, value, 1));
                return Error(errc::invalid_argument, {}, "no error");
            } catch (const Error& error) {
                return error;
            }
        });
    }

    TemporaryDirectory directory_;
    FaultyDisk disk_;
    std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(std::make_shared<FaultyFileSystem>(disk_));
    HeldClock clock_;
    std::shared_ptr<Database> database_;
    std::unique_ptr<store::KeyValueStore> kv_;
    std::unique_ptr<store::IndexedStore> idx_;
};

TEST_F(FaultTest,
       a_failed_write_is_of_unknown_outcome_and_makes_the_store_read_only_until_it_is_opened_again) {
    open();
    block_on(kv_->put({"n"}, {"acknowledged"}, "v", 1));
    EXPECT_EQ(block_on(idx_->append({"t"}, "1")), 1U);
    disk_.full = true;
    EXPECT_EQ(error_of(idx_->append({"t"}, "2")).kind(), errc::outcome_unknown);
    disk_.full = false;
    const auto error = error_of(kv_->put({"n"}, {"later"}, "v", 1));
    EXPECT_EQ(error.kind(), errc::read_only);
    EXPECT_THAT(error.what(), HasSubstr("No space left on device"));
    EXPECT_EQ(error_of(idx_->append({"t"}, "2", 1)).kind(), errc::read_only);
    EXPECT_EQ(error_of(idx_->trim({"t"}, 1)).kind(), errc::read_only);
    // What was acknowledged can be read, before and after.
    EXPECT_EQ(latest(*kv_, {"n"}, {"acknowledged"}), "v");
    close();
    open();
    EXPECT_EQ(latest(*kv_, {"n"}, {"acknowledged"}), "v");
    EXPECT_EQ(block_on(kv_->get_latest({"n"}, {"later"})), std::nullopt);
    const auto position = block_on(idx_->position({"t"}));
    EXPECT_TRUE(position == 1 || position == 2) << position;
    EXPECT_EQ(block_on(idx_->append({"t"}, "next")), position + 1);
}

TEST_F(FaultTest, a_failed_sync_is_never_acknowledged) {
    open();
    disk_.sync_fails = true;
    EXPECT_EQ(error_of(kv_->put({"n"}, {"k"}, "v", 1)).kind(), errc::outcome_unknown);
    disk_.sync_fails = false;
    EXPECT_EQ(error_of(kv_->put({"n"}, {"k"}, "v", 2)).kind(), errc::read_only);
}

TEST_F(FaultTest, calls_that_wait_behind_a_failing_batch_have_changed_nothing) {
    open();
    disk_.hold_syncs();
    auto failing = start_put("failing");
    disk_.wait_for_held_sync();
    auto behind = start_put("behind");
    while (database_->writes().queued() == 0) {
        std::this_thread::yield();
    }
    disk_.sync_fails = true;
    disk_.release_syncs();
    EXPECT_EQ(failing.get().kind(), errc::outcome_unknown);
    EXPECT_EQ(behind.get().kind(), errc::read_only);
    disk_.sync_fails = false;
    close();
    open();
    EXPECT_EQ(block_on(kv_->get_latest({"n"}, {"behind"})), std::nullopt);
}

TEST_F(FaultTest, a_call_ends_at_its_deadline_although_the_disk_hangs) {
    open();
    disk_.hold_syncs();
    auto in_flight = start_put("in flight");
    disk_.wait_for_held_sync();
    auto queued = start_put("queued");
    while (database_->writes().queued() == 0) {
        std::this_thread::yield();
    }
    clock_.advance(11);
    EXPECT_EQ(in_flight.get().kind(), errc::cancelled);
    EXPECT_EQ(queued.get().kind(), errc::cancelled);
    disk_.release_syncs();
    // The pipeline goes on: the next call finds it working.
    block_on(kv_->put({"n"}, {"after"}, "v", 1));
    EXPECT_EQ(latest(*kv_, {"n"}, {"in flight"}), "v") << "it may have happened, and did";
    EXPECT_EQ(block_on(kv_->get_latest({"n"}, {"queued"})), std::nullopt)
        << "its caller was gone before it was made";
}

TEST_F(FaultTest, a_caller_can_cancel_a_call_that_waits_for_the_disk) {
    open();
    disk_.hold_syncs();
    auto blocking = start_put("blocking");
    disk_.wait_for_held_sync();
    store::asio::io_context context;
    store::asio::cancellation_signal signal;
    auto ended =
        store::asio::co_spawn(context, kv_->put({"n"}, {"k"}, "v", 1),
                              store::asio::bind_cancellation_slot(signal.slot(), store::asio::use_future));
    context.poll();
    ASSERT_EQ(database_->writes().queued(), 1U);
    signal.emit(store::asio::cancellation_type::terminal);
    context.run();
    try {
        ended.get();
        ADD_FAILURE() << "the call succeeded";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), errc::cancelled);
    }
    disk_.release_syncs();
    EXPECT_EQ(blocking.get().sentence(), "no error");
}

TEST_F(FaultTest, a_full_queue_pushes_back_with_throttled) {
    open({.path = {}, .max_queued_calls = 2, .max_queued_bytes = 1'000});
    disk_.hold_syncs();
    auto in_flight = start_put("in flight");
    disk_.wait_for_held_sync();
    auto queued = start_put("queued", store::Bytes(600, 'x'));
    while (database_->writes().queued() < 1) {
        std::this_thread::yield();
    }
    EXPECT_EQ(error_of(kv_->put({"n"}, {"too many bytes"}, store::Bytes(600, 'x'), 1)).kind(),
              errc::throttled);
    auto second = start_put("second");
    while (database_->writes().queued() < 2) {
        std::this_thread::yield();
    }
    const auto error = error_of(kv_->put({"n"}, {"too many calls"}, "v", 1));
    EXPECT_EQ(error.kind(), errc::throttled);
    EXPECT_THAT(error.what(), HasSubstr("2 calls"));
    disk_.release_syncs();
    for (auto* const call : {&in_flight, &queued, &second}) {
        EXPECT_EQ(call->get().sentence(), "no error");
    }
    block_on(kv_->put({"n"}, {"again"}, store::Bytes(600, 'x'), 1));
}

TEST_F(FaultTest, closing_finishes_what_was_queued) {
    open();
    disk_.hold_syncs();
    store::asio::io_context context;
    std::vector<std::string> done;
    for (const std::string row : {"first", "second", "third"}) {
        auto key = key_prefix({"n"}, {row});
        append_timestamp(key, 1);
        database_->writes().async_write(
            Put{.row = std::move(key), .value = "v"}, clock_.steady_now() + std::chrono::hours(1),
            store::asio::bind_executor(context, [&done, row](const Outcome& outcome) {
                EXPECT_EQ(outcome.error, nullptr);
                done.push_back(row);
            }));
    }
    disk_.wait_for_held_sync();
    auto closing = std::async(std::launch::async, [&] { close(); });
    disk_.release_syncs();
    closing.get();
    context.run();
    EXPECT_THAT(done, testing::ElementsAre("first", "second", "third"));
    open();
    EXPECT_TRUE(block_on(kv_->get_latest({"n"}, {"third"})).has_value());
}

TEST_F(FaultTest, a_file_that_cannot_be_read_is_an_error_of_that_call_alone) {
    open();
    for (int i = 0; i < 100; ++i) {
        block_on(kv_->put({"n"}, {"k" + std::to_string(i)}, store::Bytes(10'000, 'x'), 1));
    }
    block_on(idx_->append({"t"}, "1"));
    close();  // into files
    open();
    disk_.reads_fail = true;
    EXPECT_EQ(error_of(kv_->get_latest({"n"}, {"k50"})).kind(), errc::unavailable);
    EXPECT_EQ(error_of(kv_->scan_all({"n"})).kind(), errc::unavailable);
    EXPECT_EQ(error_of(idx_->append({"t"}, "2")).kind(), errc::unavailable) << "the tail could not be read";
    disk_.reads_fail = false;
    EXPECT_TRUE(block_on(kv_->get_latest({"n"}, {"k50"})).has_value());
    EXPECT_EQ(block_on(idx_->append({"t"}, "2")), 2U) << "the store is not read-only: nothing was written";
}

TEST_F(FaultTest, a_removal_that_cannot_read_everything_takes_nothing_that_must_stay) {
    // Once a marker that could not be looked up was taken for one without a version to keep.
    int failed = 0;
    for (int good_reads = 0; good_reads < 8; ++good_reads) {
        open();
        const store::Key key{"k" + std::to_string(good_reads)};
        for (int version = 1; version <= 3; ++version) {
            block_on(kv_->put({"n"}, key, store::Bytes(10'000, 'x'), version));
        }
        close();  // into files
        open();
        disk_.good_reads_before_a_bad_one = good_reads;
        try {
            block_on(kv_->remove({"n"}, key, 2));
        } catch (const Error& error) {
            EXPECT_TRUE(error.kind() == errc::unavailable || error.kind() == errc::outcome_unknown)
                << error.what();
            ++failed;
        }
        disk_.good_reads_before_a_bad_one = -1;
        EXPECT_EQ(block_on(kv_->get_latest_timestamp({"n"}, key)), 3) << good_reads;
        EXPECT_EQ(block_on(kv_->get_latest_timestamp({"n"}, key, 2)), 2) << good_reads;
        close();
    }
    EXPECT_GT(failed, 0) << "no read of a removal failed";
}

TEST_F(FaultTest, of_a_failing_batch_only_what_it_holds_may_have_happened) {
    open();
    block_on(idx_->append({"t"}, "1"));
    store::asio::io_context context;
    std::vector<std::shared_ptr<WriteWaiter>> calls;
    const auto add = [&](Write write) {
        const auto handler = store::asio::bind_executor(context, [](const Outcome&) {});
        calls.push_back(std::make_shared<WriteWaiterFor<std::decay_t<decltype(handler)>>>(
            handler, clock_.steady_now(), std::move(write)));
    };
    add(Append{.topic = {"t"}, .value = "2", .expected = std::nullopt});
    add(Append{.topic = {"t"}, .value = "conflict", .expected = 7});
    add(Trim{.topic = {"t"}, .up_to = 9});
    add(Trim{.topic = {"t"}, .up_to = 1});
    add(RemoveTopic{.topic = {"never was"}});
    add(RemoveVersions{.prefix = key_prefix({"n"}, {"never was"})});
    Committer committer(database_->db(), database_->kv(), database_->idx(), Sync::sync);
    std::vector<Outcome> outcomes;
    disk_.sync_fails = true;
    EXPECT_FALSE(committer.commit(calls, outcomes).ok());
    disk_.sync_fails = false;
    std::vector<errc> kinds;
    for (const auto& outcome : outcomes) {
        try {
            ASSERT_NE(outcome.error, nullptr);
            std::rethrow_exception(outcome.error);
        } catch (const Error& error) {
            kinds.push_back(error.kind());
        }
    }
    EXPECT_THAT(kinds, testing::ElementsAre(errc::outcome_unknown, errc::read_only, errc::invalid_argument,
                                            errc::outcome_unknown, errc::read_only, errc::read_only));
}

TEST_F(FaultTest, what_is_in_a_file_that_is_not_open_yet_is_read_from_it) {
    // Opening opens a few files only. A read that must not block once took the others for empty rows.
    open();
    EXPECT_EQ(block_on(idx_->append({"t"}, "1")), 1U);
    EXPECT_EQ(block_on(idx_->append({"t"}, "2")), 2U);
    block_on(idx_->trim({"t"}, 1));
    block_on(kv_->put({"n"}, {"k"}, "v", 1));
    ASSERT_TRUE(database_->db().SetOptions(&database_->idx(), {{"disable_auto_compactions", "true"}}).ok());
    ASSERT_TRUE(database_->db().SetOptions(&database_->kv(), {{"disable_auto_compactions", "true"}}).ok());
    for (int file = 0; file < 18; ++file) {
        block_on(idx_->append({"other"}, "v"));
        block_on(kv_->put({"n"}, {"other"}, "v", file));
        ASSERT_TRUE(database_->db().Flush({}, {&database_->idx(), &database_->kv()}).ok());
    }
    close();
    open();
    EXPECT_EQ(block_on(idx_->position({"t"})), 2U);
    EXPECT_EQ(block_on(idx_->scan({"t"}, 1, store::max_index, 10)), (std::vector<store::Entry>{{2, "2"}}));
    EXPECT_EQ(latest(*kv_, {"n"}, {"k"}), "v");
    EXPECT_EQ(block_on(idx_->append({"t"}, "3")), 3U);
}

}  // namespace
}  // namespace zflow::store_rocksdb
