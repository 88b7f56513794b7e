#pragma once

#include "committer.hpp"
#include "waiter.hpp"
#include "write_call.hpp"

#include <zflow/base/clock.hpp>
#include <zflow/store_rocksdb/open.hpp>

#include <boost/asio/async_result.hpp>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace zflow::store_rocksdb {

/// The commit pipeline of one database: callers queue writes, one thread makes batches of what has gathered,
/// writes each with one sync, and resumes the callers. While one batch is being written the next one gathers:
/// group commit without a thread for each caller.
///
/// Invariants:
/// - Writes take effect in the order in which they were queued, batch by batch; what may change places inside
/// a batch says
///   `Committer`.
/// - A caller is resumed after the batch with its write is durable, with an error, or when its deadline has
/// passed; always,
///   and once.
/// - After a batch has failed nothing is written any more: later writes end with `read_only`.
/// - What waits is bounded; beyond it writes end with `throttled`.
class Pipeline {
 public:
    struct Limits {
        std::size_t calls;
        std::size_t bytes;
    };

    Pipeline(Committer committer, Limits limits);

    ~Pipeline() { finish(); }

    /// Write what is queued, then end the thread. Nothing may be queued any more.
    void finish();

    Pipeline(const Pipeline&) = delete;
    Pipeline& operator=(const Pipeline&) = delete;

    /// Queue a write and wait for its outcome. Completion signature: void(Outcome).
    template <class CompletionToken>
    auto async_write(Write write, SteadyTime deadline, CompletionToken&& token) {
        return asio::async_initiate<CompletionToken, void(Outcome)>(
            [this](auto handler, Write queued, SteadyTime until) {
                using Handler = std::decay_t<decltype(handler)>;
                auto waiter =
                    std::make_shared<WriteWaiterFor<Handler>>(std::move(handler), until, std::move(queued));
                give_up_when_cancelled(waiter, waiter->handler());
                submit(std::move(waiter));
            },
            token, std::move(write), deadline);
    }

    /// End the callers whose deadline has passed.
    void expire(SteadyTime now);

    [[nodiscard]] PipelineStatistics statistics() const;

    /// The calls that wait for the batch after the one that is being written.
    [[nodiscard]] std::size_t queued() const;

 private:
    void submit(std::shared_ptr<WriteWaiter> waiter);
    void run();
    [[nodiscard]] bool take_batch();
    void write_batch();

    Committer committer_;
    const Limits limits_;

    mutable std::mutex mutex_;
    std::condition_variable work_;
    std::deque<std::shared_ptr<WriteWaiter>> queue_;
    std::size_t queued_bytes_ = 0;
    std::vector<std::shared_ptr<WriteWaiter>>
        in_flight_;        // changed by the writer thread alone, under the mutex
    std::string failure_;  // why the store is read-only; empty while it is not
    PipelineStatistics statistics_;
    bool stopping_ = false;

    std::vector<Outcome> outcomes_;  // used by the writer thread alone
    std::thread writer_;
};

}  // namespace zflow::store_rocksdb
