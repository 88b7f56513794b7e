#include "pipeline.hpp"

#include "errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace zflow::store_rocksdb {
namespace {

/// Calls and bytes of one batch: enough to make the cost of a sync small, not so much that callers wait long
/// for it.
constexpr std::size_t max_batch_calls = 1'024;
constexpr std::size_t max_batch_bytes = std::size_t{8} << 20;

}  // namespace

Pipeline::Pipeline(Committer committer, Limits limits)
    : committer_(std::move(committer)), limits_(limits), writer_([this] { run(); }) {}

void Pipeline::finish() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    work_.notify_one();
    if (writer_.joinable()) {
        writer_.join();
    }
}

void Pipeline::submit(std::shared_ptr<WriteWaiter> waiter) {
    const auto bytes = bytes_of(waiter->write());
    std::exception_ptr refused;
    {
        const std::scoped_lock lock(mutex_);
        if (!failure_.empty()) {
            refused = std::make_exception_ptr(read_only_error(failure_, waiter->operation()));
        } else if (queue_.size() >= limits_.calls ||
                   (queued_bytes_ + bytes > limits_.bytes && !queue_.empty())) {
            refused = std::make_exception_ptr(store::Error(
                store::errc::throttled, {backend_name, waiter->operation()},
                fmt::format("{} calls with {} bytes wait for the disk already; this call changed nothing",
                            queue_.size(), queued_bytes_)));
        } else {
            queued_bytes_ += bytes;
            queue_.push_back(waiter);
        }
    }
    if (!refused) {
        work_.notify_one();
    } else if (waiter->claim()) {
        waiter->fail(std::move(refused));
        resume_all({std::move(waiter)});
    }
}

void Pipeline::run() {
    while (take_batch()) {
        write_batch();
    }
}

bool Pipeline::take_batch() {
    std::unique_lock lock(mutex_);
    work_.wait(lock, [this] { return !queue_.empty() || stopping_; });
    if (queue_.empty()) {
        return false;
    }
    std::size_t bytes = 0;
    while (!queue_.empty() && in_flight_.size() < max_batch_calls && bytes < max_batch_bytes) {
        auto& waiter = queue_.front();
        bytes += bytes_of(waiter->write());
        // A call whose caller gave up while it was queued is not made.
        if (!waiter->is_claimed()) {
            in_flight_.push_back(std::move(waiter));
        }
        queue_.pop_front();
    }
    queued_bytes_ -= bytes;
    return true;
}

void Pipeline::write_batch() {
    if (in_flight_.empty()) {
        return;
    }
    const auto status = committer_.commit(in_flight_, outcomes_);
    std::vector<std::shared_ptr<WriteWaiter>> done;
    std::deque<std::shared_ptr<WriteWaiter>> refused;
    {
        const std::scoped_lock lock(mutex_);
        ++statistics_.batches;
        statistics_.calls += in_flight_.size();
        done.swap(in_flight_);
        if (!status.ok()) {
            failure_ = status.ToString();
            refused.swap(queue_);
            queued_bytes_ = 0;
        }
    }
    std::vector<std::shared_ptr<Waiter>> answered;
    answered.reserve(done.size() + refused.size());
    for (std::size_t i = 0; i < done.size(); ++i) {
        if (done[i]->claim()) {
            done[i]->answer(std::move(outcomes_[i]));
            answered.push_back(std::move(done[i]));
        }
    }
    for (auto& waiter : refused) {
        if (waiter->claim()) {
            waiter->fail(std::make_exception_ptr(read_only_error(failure_, waiter->operation())));
            answered.push_back(std::move(waiter));
        }
    }
    resume_all(std::move(answered));
}

void Pipeline::expire(SteadyTime now) {
    std::vector<std::shared_ptr<WriteWaiter>> late;
    {
        const std::scoped_lock lock(mutex_);
        const auto is_late = [&](const auto& waiter) { return waiter->deadline() <= now; };
        std::ranges::copy_if(in_flight_, std::back_inserter(late), is_late);
        std::ranges::copy_if(queue_, std::back_inserter(late), is_late);
    }
    for (const auto& waiter : late) {
        give_up(waiter,
                "the deadline of the call passed before the disk had answered; a write may have happened");
    }
}

std::size_t Pipeline::queued() const {
    const std::scoped_lock lock(mutex_);
    return queue_.size();
}

PipelineStatistics Pipeline::statistics() const {
    const std::scoped_lock lock(mutex_);
    return statistics_;
}

}  // namespace zflow::store_rocksdb
