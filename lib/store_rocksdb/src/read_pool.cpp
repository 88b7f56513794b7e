#include "read_pool.hpp"

#include <algorithm>
#include <vector>

namespace zflow::store_rocksdb {
namespace {

/// Reads that wait for the disk at the same time.
constexpr std::size_t pool_threads = 4;

}  // namespace

ReadPool::ReadPool() : threads_(pool_threads) {}

ReadPool::Watched::iterator ReadPool::watch(std::shared_ptr<Waiter> waiter) {
    const std::scoped_lock lock(mutex_);
    return watched_.insert(watched_.end(), std::move(waiter));
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
