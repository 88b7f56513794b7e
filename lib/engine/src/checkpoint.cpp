#include "checkpointer.hpp"
#include "keys.hpp"
#include "partition.hpp"
#include "recovery.hpp"
#include "reservation.hpp"

#include <zflow/base/assert.hpp>
#include <zflow/store/error.hpp>

#include <boost/asio/co_spawn.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

// When a partition makes checkpoints, what it forgets by them, and how it begins from one.
namespace zflow::engine {

namespace {

constexpr std::chrono::seconds pause_after_failure{1};
constexpr std::chrono::hours longest_between_sweeps{1};
/// How many runs whose time is over are forgotten in one go.
constexpr std::size_t most_expired = 10'000;

}  // namespace

bool Partition::checkpoint_is_due() const {
    const auto& options = context_->options;
    const auto now = options.clock->steady_now();
    if (checkpoint_wanted_) {
        return true;
    }
    if (now < checkpoint_retry_) {
        return false;
    }
    const auto has_news = !table_.is_clean();
    const auto many = table_.loaded() > std::max(options.loaded_runs, 2 * loaded_after_checkpoint_);
    const auto old = now - checkpoint_time_ >= options.checkpoint_age;
    return log_->bytes() - checkpoint_log_bytes_ > options.checkpoint_bytes || (has_news && (many || old)) ||
           (old && !gone_.empty());
}

void Partition::start_checkpoint_if_due() {
    if (checkpoint_running_ || ending_ || !checkpoint_is_due()) {
        return;
    }
    checkpoint_running_ = true;
    checkpoint_wanted_ = false;
    tasks_.enter();
    asio::co_spawn(executor_, run_checkpoint(), [self = shared_from_this()](const std::exception_ptr& error) {
        if (error) {
            std::rethrow_exception(error);
        }
        self->checkpoint_running_ = false;
        self->tasks_.leave();
        self->checkpoint_changed_.notify_all();
        self->wake();
    });
}

asio::awaitable<void> Partition::run_checkpoint() {
    const auto began = context_->options.clock->steady_now();
    checkpoint_ok_ = co_await make_checkpoint();
    ++checkpoints_;
    const auto now = context_->options.clock->steady_now();
    checkpoint_time_ = now;
    checkpoint_retry_ = checkpoint_ok_ ? now : now + pause_after_failure;
    if (checkpoint_ok_) {
        context_->metrics.checkpointed(now - began);
    }
}

/// Runs whose result was kept long enough: a Remove event each. Those in memory first, then those in the
/// store.
asio::awaitable<void> Partition::remove_expired() {
    const auto now = time_.now();
    const auto is_over = [&](const model::Instant& end, std::uint64_t retention_ms) {
        constexpr std::uint64_t longest_ms = 1'000ULL * 365 * 24 * 3'600 * 100;
        return end + std::chrono::milliseconds(std::min(retention_ms, longest_ms)) <= now;
    };
    std::shared_ptr<Answer> last;
    std::size_t expired = 0;
    for (auto* const record : table_.dirty()) {
        if (record->life == RunRecord::Life::finished && record->pins == 0 && record->waiters.empty() &&
            !reserved_.contains(*record->id) && is_over(record->changed, record->retention_ms)) {
            last = queue_removal({*record->id, record->birth});
        }
    }
    const auto steady = context_->options.clock->steady_now();
    if (steady >= sweep_time_ && log_->may_write()) {
        sweep_time_ =
            steady + std::min<std::chrono::nanoseconds>(
                         longest_between_sweeps, context_->options.retention / 8 + std::chrono::seconds(1));
        store::PageRequest request;
        for (bool more = true; more && expired < most_expired && !ending_;) {
            auto page = co_await key_value_->scan_all(results_namespace(number_), request);
            for (const auto& item : page.items) {
                const auto row = decode_result_row(item.value);
                const auto* const record = table_.find(item.key.bytes);
                const auto in_memory = record != nullptr && record->life != RunRecord::Life::evicted;
                if (row && !in_memory && !reserved_.contains(item.key.bytes) &&
                    is_over(row->finished, row->retention_ms)) {
                    last = queue_removal({item.key.bytes, row->birth});
                    ++expired;
                }
            }
            more = page.next.has_value();
            request.token = page.next.value_or("");
        }
    }
    while (last && !last->done && !ending_) {
        co_await last->done_changed.wait();
    }
}

std::shared_ptr<Answer> Partition::queue_removal(FrameRun run) {
    auto answer = new_answer();
    auto reservation = std::make_shared<Reservation>(shared_from_this(), run.id);
    queue(
        {.name = std::move(run), .body = Remove{}, .answer = answer, .reservation = std::move(reservation)});
    return answer;
}

asio::awaitable<bool> Partition::make_checkpoint() {
    try {
        co_await remove_expired();
        if (ending_) {
            co_return false;
        }
        const auto log_bytes = log_->bytes();
        Checkpoint checkpoint{
            .index = applied_, .time = time_.last(), .epoch_index = log_->epoch(), .epoch = epoch_};
        if (checkpoint.index == checkpoint_ && table_.dirty().empty() && gone_.empty()) {
            co_return true;
        }
        Checkpointer checkpointer({.context = context_.get(),
                                   .partition = number_,
                                   .executor = executor_,
                                   .key_value = key_value_,
                                   .indexed = indexed_,
                                   .table = &table_,
                                   .log = &*log_,
                                   .ending = [this] { return ending_; },
                                   .parked = [this](RunRecord& record) { on_parked(record); }},
                                  checkpoint, std::exchange(gone_, {}));
        const auto done = co_await checkpointer.run();
        if (ending_) {
            co_return false;
        }
        gone_ = checkpointer.take_gone();
        if (!done) {
            context_->warn(fmt::format("partition {}: no checkpoint, the log is kept: {}", number_,
                                       checkpointer.error()));
            if (checkpointer.is_broken()) {
                broken_ = checkpointer.error();
                wake();
            }
            co_return false;
        }
        checkpoint_ = checkpoint.index;
        checkpoint_log_bytes_ = log_bytes;
        let_go();
        co_return true;
    } catch (const store::Error& error) {
        context_->warn(
            fmt::format("partition {}: no checkpoint, the log is kept: {}", number_, error.what()));
        if (error.kind() == store::errc::read_only) {
            broken_ = error.what();
            wake();
        }
        co_return false;
    }
}

/// Runs that did not change since the checkpoint sleep: only their row's version stays in memory.
void Partition::let_go() {
    for (auto& [id, record] : table_.records()) {
        if (!record.state || record.life != RunRecord::Life::live || record.pins != 0 || record.dirty ||
            record.version != record.row_version || record.continue_queued || record.state->runnable()) {
            continue;
        }
        const auto info = record.info();
        record.paused = record.state->paused;
        record.next_wake = info.next_wake;
        table_.unload(record);
    }
    loaded_after_checkpoint_ = table_.loaded();
}

asio::awaitable<Log::Result> Partition::recover() {
    const auto began = context_->options.clock->steady_now();
    for (;;) {
        drop_memory();
        std::optional<Recovery> recovery(std::in_place, *context_, number_, key_value_, indexed_,
                                         log_->epoch(), table_);
        auto result = Recovery::Result::again;
        std::string wrong;
        bool fatal = false;
        try {
            result = co_await recovery->run();
        } catch (const store::Error& error) {
            wrong = error.what();
            fatal = !store::is_transient(error) && error.kind() != store::errc::cancelled;
        } catch (const Unrecoverable& error) {
            wrong = error.what();
            fatal = true;
        }
        if (context_->abandoned || stopping_) {
            co_return Log::Result::broken;
        }
        if (wrong.empty() && result == Recovery::Result::done) {
            begin_serving(*recovery);
            context_->metrics.recovered(context_->options.clock->steady_now() - began, recovery->events());
            co_return Log::Result::done;
        }
        if (wrong.empty() && result == Recovery::Result::fenced) {
            co_return Log::Result::fenced;
        }
        if (fatal) {
            broken_ = fmt::format("partition {} cannot be recovered: {}", number_, wrong);
            unrecoverable_ = true;
            co_return Log::Result::broken;
        }
        if (!wrong.empty()) {
            co_await context_->options.alarm->wait_until(context_->options.clock->steady_now() +
                                                         pause_after_failure);
        }
    }
}

/// What recovered runs wait for is read off their state.
void Partition::begin_serving(Recovery& recovery) {
    epoch_ = make_epoch();
    applied_ = log_->position();
    checkpoint_ = recovery.checkpoint().index;
    checkpoint_log_bytes_ = 0;
    checkpoint_time_ = context_->options.clock->steady_now();
    checkpoint_retry_ = checkpoint_time_;
    checkpoints_ = 0;
    time_.saw(recovery.last_time());
    if (time_.behind() > std::chrono::seconds(1)) {
        context_->warn(
            fmt::format("partition {}: the clock is {} s behind the last event; until it has caught up, time "
                        "goes on at half speed",
                        number_, std::chrono::duration_cast<std::chrono::seconds>(time_.behind()).count()));
    }
    for (auto* const record : recovery.parked()) {
        if (record->life == RunRecord::Life::parked) {
            on_parked(*record);
        }
    }
    for (auto* const record : recovery.gone()) {
        if (record->life == RunRecord::Life::removed || record->life == RunRecord::Life::evicted) {
            ++record->pins;
            record->gone_since = context_->options.clock->steady_now();
            gone_.push_back(record);
        }
    }
    for (auto& [id, record] : table_.records()) {
        if (record.life != RunRecord::Life::live) {
            continue;
        }
        if (!record.state) {
            if (record.next_wake) {
                timers_.insert({*record.next_wake, record.serial, 0, &record});
            }
            continue;
        }
        record.timers_unknown = false;
        for (const auto& [number, timer] : record.state->timers) {
            timers_.insert({timer.due, record.serial, number, &record});
        }
        for (auto& call : interpreter::pending_calls(*record.state)) {
            start_attempt(record, std::move(call));
        }
        if (record.state->runnable()) {
            queue_continue(record);
        }
    }
}

}  // namespace zflow::engine
