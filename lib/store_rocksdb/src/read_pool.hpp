#pragma once

#include "waiter.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <list>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

namespace zflow::store_rocksdb {

/// A few threads for reads that would block: what is not in the block cache must not stop the caller's
/// executor.
///
/// Invariants:
/// - A caller is resumed with the answer, with an error, or when its deadline has passed; always, and once.
/// - The reads that wait are bounded; beyond it reads end with `throttled`.
class ReadPool {
 public:
    /// Parameters: `max_reads` wait or are being read at most.
    explicit ReadPool(std::size_t max_reads);

    ~ReadPool() { finish(); }

    /// End the reads that were begun, then the threads. No more may begin.
    void finish() { threads_.join(); }

    ReadPool(const ReadPool&) = delete;
    ReadPool& operator=(const ReadPool&) = delete;

    /// Run `read`, which may throw, on a thread of the pool. Completion signature: void(std::exception_ptr,
    /// Result), where Result is what `read` returns; it must have a default.
    template <class Read, class CompletionToken>
    auto async_read(Read read, const char* operation, SteadyTime deadline, CompletionToken&& token) {
        using Result = std::invoke_result_t<Read&>;
        return asio::async_initiate<CompletionToken, void(std::exception_ptr, Result)>(
            [this](auto handler, Read begun, const char* name, SteadyTime until) {
                using Handler = std::decay_t<decltype(handler)>;
                auto waiter = std::make_shared<ReadWaiter<Read, Handler>>(std::move(handler), until, name,
                                                                          std::move(begun));
                give_up_when_cancelled(waiter, waiter->handler());
                const auto place = watch(waiter);
                if (!place) {
                    return;
                }
                asio::post(threads_, [this, waiter, place = *place] {
                    waiter->run();
                    forget(place);
                });
            },
            token, std::move(read), operation, deadline);
    }

    /// End the callers whose deadline has passed.
    void expire(SteadyTime now);

 private:
    using Watched = std::list<std::shared_ptr<Waiter>>;

    template <class Read, class Handler>
    class ReadWaiter;

    /// Returns: none if there are too many already; the waiter is resumed with `throttled` then.
    std::optional<Watched::iterator> watch(const std::shared_ptr<Waiter>& waiter);
    void forget(Watched::iterator place);

    const std::size_t max_reads_;
    std::mutex mutex_;
    Watched watched_;
    asio::thread_pool threads_;
};

/// A caller that waits for a read of the pool.
template <class Read, class Handler>
class ReadPool::ReadWaiter final : public Waiter,
                                   public std::enable_shared_from_this<ReadWaiter<Read, Handler>> {
 public:
    using Result = std::invoke_result_t<Read&>;

    ReadWaiter(Handler handler, SteadyTime deadline, const char* operation, Read read)
        : Waiter(asio::get_associated_executor(handler), deadline),
          handler_(std::move(handler)),
          operation_(operation),
          read_(std::move(read)) {}

    [[nodiscard]] const Handler& handler() const noexcept { return handler_; }
    [[nodiscard]] const char* operation() const noexcept override { return operation_; }
    void fail(std::exception_ptr error) noexcept override { error_ = std::move(error); }

    /// On a thread of the pool: read, and resume the caller unless it has given up.
    void run() {
        std::exception_ptr error;
        Result result{};
        try {
            if (!is_claimed()) {
                result = read_();
            }
        } catch (...) {
            error = std::current_exception();
        }
        if (claim()) {
            error_ = std::move(error);
            result_ = std::move(result);
            resume_all({this->shared_from_this()});
        }
    }

    void resume() override {
        forget_cancellation(handler_);
        auto handler = std::move(handler_);
        auto error = std::move(error_);
        auto result = std::move(result_);
        release_executor();
        std::move(handler)(std::move(error), std::move(result));
    }

 private:
    Handler handler_;
    const char* operation_;
    Read read_;
    std::exception_ptr error_;
    Result result_{};
};

}  // namespace zflow::store_rocksdb
