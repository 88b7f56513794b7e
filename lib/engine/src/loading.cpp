#include "partition.hpp"
#include "snapshots.hpp"

#include <zflow/base/assert.hpp>
#include <zflow/store/error.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <fmt/format.h>

#include <utility>

// Runs that sleep are not in memory: before an event of theirs is committed their snapshot is read, of
// exactly the version that their row has.
namespace zflow::engine {

namespace {

/// How many snapshots of a partition are read at once.
constexpr std::size_t most_loaders = 32;
constexpr std::chrono::milliseconds pause_between_tries{50};

}  // namespace

void Partition::request_load(RunRecord& record) {
    if (record.loading || record.state || record.life != RunRecord::Life::live) {
        return;
    }
    ZFLOW_ASSERT(record.version == record.row_version, "only a run whose row is in the store is let go of");
    record.loading = true;
    ++record.pins;
    load_queue_.push_back(&record);
    if (loaders_ < most_loaders) {
        ++loaders_;
        tasks_.enter();
        // Not before we have returned: a store may answer at once, and who asks waits for an answer that
        // comes later.
        asio::post(executor_, [self = shared_from_this()] {
            asio::co_spawn(self->executor_, self->loader(), [self](const std::exception_ptr&) {
                --self->loaders_;
                self->tasks_.leave();
                self->wake();
            });
        });
    }
}

asio::awaitable<void> Partition::loader() {
    while (!load_queue_.empty() && !ending_) {
        auto& record = *load_queue_.front();
        load_queue_.pop_front();
        co_await load(record);
        if (ending_) {
            break;
        }
        record.loading = false;
        --record.pins;
        if (const auto held = held_.find(&record); held != held_.end()) {
            auto pendings = std::move(held->second);
            held_.erase(held);
            for (auto pending = pendings.rbegin(); pending != pendings.rend(); ++pending) {
                queued_calls_ += pending->answer ? 1 : 0;
                queue_.push_front(std::move(*pending));
            }
        }
        loaded_.notify_all();
        wake();
    }
}

/// One try to read a run's snapshot. Returns: what is wrong with it, nothing if it is loaded; `again` if the
/// store did not answer.
asio::awaitable<std::optional<std::string>> Partition::try_load(RunRecord& record, bool& again) {
    again = false;
    try {
        auto state = co_await read_snapshot(context_->programs, key_value_, number_, record);
        if (!state) {
            co_return std::move(state.error());
        }
        if (!ending_) {
            table_.load(record, std::move(*state));
        }
        co_return std::nullopt;
    } catch (const store::Error& error) {
        again = store::is_transient(error) || error.kind() == store::errc::cancelled;
        co_return std::string(error.what());
    }
}

/// Whether what is missing may have been deleted by a new owner, of whom we do not know yet. It is damage
/// only if we were the owner afterwards: when two more frames of ours are in, since one may have been on its
/// way.
bool Partition::may_be_superseded(std::optional<store::Index>& missing_since) const {
    if (!context_->shared) {
        return false;
    }
    if (!missing_since) {
        missing_since = log_->position();
    }
    return log_->position() < *missing_since + 2;
}

asio::awaitable<void> Partition::load(RunRecord& record) {
    std::optional<store::Index> missing_since;
    for (bool again = true; again && !ending_;) {
        auto wrong = co_await try_load(record, again);
        if (ending_) {
            break;
        }
        if (!wrong) {
            add_timers(record);
        } else if (again || may_be_superseded(missing_since)) {
            again = true;
            co_await context_->options.alarm->wait_until(context_->options.clock->steady_now() +
                                                         pause_between_tries);
        } else {
            table_.park(record, std::move(*wrong));
            on_parked(record);
        }
    }
}

/// The timers of a run of which only the first time was known.
void Partition::add_timers(RunRecord& record) {
    if (!std::exchange(record.timers_unknown, false)) {
        return;
    }
    if (record.next_wake) {
        drop_timer(record, 0, *record.next_wake);
    }
    for (const auto& [number, timer] : record.state->timers) {
        timers_.insert({timer.due, record.serial, number, &record});
    }
}

asio::awaitable<void> Partition::ensure_loaded(RunRecord& record) {
    const auto epoch = epochs_;
    ++record.pins;
    while (epoch == epochs_ && record.life == RunRecord::Life::live && !record.state) {
        request_load(record);
        if (record.loading) {  // A store that answers at once has loaded it already.
            co_await loaded_.wait();
        }
    }
    if (epoch == epochs_) {
        --record.pins;
    }
}

}  // namespace zflow::engine
