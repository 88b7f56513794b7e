#include "waiter.hpp"

#include "errors.hpp"

#include <zflow/store/error.hpp>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <iterator>

namespace zflow::store_rocksdb {
namespace {

/// How many waiters one posted function resumes at most, so that several threads of an executor can share the
/// work.
constexpr std::size_t waiters_per_post = 64;

/// Resumes some waiters of one executor, one after the other.
class ResumeGroup {
 public:
    explicit ResumeGroup(std::vector<std::shared_ptr<Waiter>> waiters) : waiters_(std::move(waiters)) {}

    void operator()() {
        while (next_ < waiters_.size()) {
            const auto waiter = std::move(waiters_[next_++]);
            try {
                waiter->resume();
            } catch (...) {
                // What a caller's completion handler throws goes to its executor; the others must not wait
                // for ever.
                if (next_ < waiters_.size()) {
                    const auto executor = waiters_[next_]->executor();
                    asio::post(executor, std::move(*this));
                }
                throw;
            }
        }
    }

 private:
    std::vector<std::shared_ptr<Waiter>> waiters_;
    std::size_t next_ = 0;
};

}  // namespace

void resume_all(std::vector<std::shared_ptr<Waiter>> waiters) {
    for (std::size_t begin = 0; begin < waiters.size();) {
        std::size_t end = begin + 1;
        while (end < waiters.size() && end - begin < waiters_per_post &&
               waiters[end]->executor() == waiters[begin]->executor()) {
            ++end;
        }
        const auto executor = waiters[begin]->executor();
        const auto at = [&](std::size_t i) { return waiters.begin() + static_cast<std::ptrdiff_t>(i); };
        asio::post(executor,
                   ResumeGroup({std::make_move_iterator(at(begin)), std::make_move_iterator(at(end))}));
        begin = end;
    }
}

void give_up(const std::shared_ptr<Waiter>& waiter, const char* reason) {
    if (!waiter->claim()) {
        return;
    }
    waiter->fail(std::make_exception_ptr(
        store::Error(store::errc::cancelled, {backend_name, waiter->operation()}, reason)));
    resume_all({waiter});
}

}  // namespace zflow::store_rocksdb
