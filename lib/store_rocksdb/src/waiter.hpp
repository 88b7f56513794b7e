#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/prefer.hpp>

#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <utility>
#include <vector>

namespace zflow::store_rocksdb {

namespace asio = boost::asio;

using SteadyTime = std::chrono::steady_clock::time_point;

/// A caller that is suspended until its answer comes.
///
/// Invariant: it is resumed exactly once, on its own executor, by whoever `claim`s it first: the answer, its
/// deadline, or its cancellation. Its work count keeps the executor's context running until then.
class Waiter {
 public:
    Waiter(asio::any_io_executor executor, SteadyTime deadline)
        : executor_(asio::prefer(std::move(executor), asio::execution::outstanding_work.tracked)),
          deadline_(deadline) {}
    virtual ~Waiter() = default;
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;

    /// Take the right to resume this waiter. Returns: whether nobody else had it.
    [[nodiscard]] bool claim() noexcept { return !claimed_.exchange(true, std::memory_order_acq_rel); }
    [[nodiscard]] bool is_claimed() const noexcept { return claimed_.load(std::memory_order_acquire); }

    [[nodiscard]] SteadyTime deadline() const noexcept { return deadline_; }
    [[nodiscard]] const asio::any_io_executor& executor() const noexcept { return executor_; }

    /// Let the answer be this error. Only for who has claimed it.
    virtual void fail(std::exception_ptr error) noexcept = 0;

    /// Go on with the caller, inline. Only for who has claimed it, on the waiter's executor.
    virtual void resume() = 0;

    /// What the caller asked for, for the message when it gives up.
    [[nodiscard]] virtual const char* operation() const noexcept = 0;

 protected:
    /// Let go of the executor's context, which may end once the handler has run. Part of `resume`.
    void release_executor() noexcept { executor_ = {}; }

 private:
    asio::any_io_executor executor_;
    SteadyTime deadline_;
    std::atomic<bool> claimed_{false};
};

/// Resume waiters that were claimed, each on its own executor.
///
/// Neighbours with the same executor are resumed by one posted function: waking a thousand callers costs a
/// few posts.
void resume_all(std::vector<std::shared_ptr<Waiter>> waiters);

/// End a waiter with `cancelled`, because the caller or its deadline gave up, unless it has its answer
/// already.
///
/// Parameters: `reason` says who gave up and what that means for a write.
void give_up(const std::shared_ptr<Waiter>& waiter, const char* reason);

/// Let the caller's cancellation end the waiter. Called on the caller's executor, before anybody else knows
/// the waiter.
template <class Handler>
void give_up_when_cancelled(const std::shared_ptr<Waiter>& waiter, const Handler& handler) {
    auto slot = asio::get_associated_cancellation_slot(handler);
    if (slot.is_connected()) {
        slot.assign([weak = std::weak_ptr(waiter)](asio::cancellation_type) {
            if (const auto alive = weak.lock()) {
                give_up(alive, "the caller cancelled the call; a write may have happened");
            }
        });
    }
}

/// Undo `give_up_when_cancelled`, before the handler is called.
template <class Handler>
void forget_cancellation(const Handler& handler) {
    auto slot = asio::get_associated_cancellation_slot(handler);
    if (slot.is_connected()) {
        slot.clear();
    }
}

}  // namespace zflow::store_rocksdb
