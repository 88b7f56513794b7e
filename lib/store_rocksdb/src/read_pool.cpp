#include "read_pool.hpp"

#include "errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace zflow::store_rocksdb {
namespace {

/// Reads that wait for the disk at the same time.
constexpr std::size_t pool_threads = 4;

}  // namespace

ReadPool::ReadPool(std::size_t max_reads) : max_reads_(max_reads), threads_(pool_threads) {}

std::optional<ReadPool::Watched::iterator> ReadPool::watch(const std::shared_ptr<Waiter>& waiter) {
    {
        const std::scoped_lock lock(mutex_);
        if (watched_.size() < max_reads_) {
            return watched_.insert(watched_.end(), waiter);
        }
    }
    if (waiter->claim()) {
        waiter->fail(std::make_exception_ptr(
            store::Error(store::errc::throttled, {backend_name, waiter->operation()},
                         fmt::format("{} reads wait for the disk already", max_reads_))));
        resume_all({waiter});
    }
    return std::nullopt;
}

void ReadPool::forget(Watched::iterator place) {
    const std::scoped_lock lock(mutex_);
    watched_.erase(place);
}

void ReadPool::expire(SteadyTime now) {
    std::vector<std::shared_ptr<Waiter>> late;
    {
        const std::scoped_lock lock(mutex_);
        std::ranges::copy_if(watched_, std::back_inserter(late),
                             [&](const auto& waiter) { return waiter->deadline() <= now; });
    }
    for (const auto& waiter : late) {
        give_up(waiter, "the deadline of the call passed before the disk had answered");
    }
}

}  // namespace zflow::store_rocksdb
