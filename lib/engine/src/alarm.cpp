#include "partition.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include <algorithm>

// What a partition does at a time: timers of runs, deadlines of calls and attempts, signs of life,
// checkpoints.
namespace zflow::engine {

namespace {

/// The wall clock may be set while we wait for it: it is looked at this often.
constexpr std::chrono::seconds longest_wait{10};

}  // namespace

SteadyTime Partition::next_deadline() const {
    auto next = SteadyTime::max();
    if (!call_deadlines_.empty()) {
        next = std::min(next, call_deadlines_.front().first);
    }
    if (!attempt_deadlines_.empty()) {
        next = std::min(next, attempt_deadlines_.begin()->first);
    }
    if (!idle_) {
        // The rest is the loop's, which looks by itself when it comes back: an alarm for what is due already
        // would go off again and again until the store has answered.
        return next;
    }
    next = std::min(next, log_->beat_due());
    if (!timers_.empty() && !stopping_) {
        const auto latest = context_->options.clock->steady_now() + longest_wait;
        next = std::min({next, latest, time_.steady_at(timers_.begin()->due)});
    }
    if ((!table_.is_clean() || !gone_.empty()) && !checkpoint_running_) {
        next =
            std::min(next, std::max(checkpoint_time_ + context_->options.checkpoint_age, checkpoint_retry_));
    }
    return next;
}

void Partition::arm_alarm() {
    const auto when = next_deadline();
    if (when == SteadyTime::max() || ending_ || (alarm_at_ && *alarm_at_ <= when)) {
        return;
    }
    cancel_alarm();
    alarm_at_ = when;
    alarm_cancel_ = std::make_shared<asio::cancellation_signal>();
    asio::co_spawn(executor_, alarm(when, ++alarms_),
                   asio::bind_cancellation_slot(
                       alarm_cancel_->slot(),
                       [self = shared_from_this(), signal = alarm_cancel_](const std::exception_ptr&) {}));
}

void Partition::cancel_alarm() {
    if (alarm_cancel_) {
        alarm_cancel_->emit(asio::cancellation_type::terminal);
    }
}

asio::awaitable<void> Partition::alarm(SteadyTime when, std::uint64_t number) {
    co_await context_->options.alarm->wait_until(when);
    if (number == alarms_) {
        alarm_at_.reset();
        alarm_cancel_.reset();
        on_alarm();
    }
}

void Partition::on_alarm() {
    if (ending_) {
        return;
    }
    const auto now = context_->options.clock->steady_now();
    end_late_calls(now);
    end_late_attempts(now);
    wake();
    arm_alarm();
}

void Partition::end_late_calls(SteadyTime now) {
    while (!call_deadlines_.empty() && call_deadlines_.front().first <= now) {
        const auto answer = call_deadlines_.front().second.lock();
        call_deadlines_.pop_front();
        if (!answer || answer->done) {
            continue;
        }
        if (answer->in_flight) {
            answer->finish(std::make_exception_ptr(Error(
                errc::outcome_unknown,
                "the store did not say in time whether the event is in the log: it may be, now or later")));
        } else {
            answer->finish(std::make_exception_ptr(
                Error(errc::unavailable, "the store did not answer in time; nothing was done")));
        }
    }
}

void Partition::end_late_attempts(SteadyTime now) {
    while (!attempt_deadlines_.empty() && attempt_deadlines_.begin()->first <= now) {
        const auto attempt = attempt_deadlines_.begin()->second;
        attempt_deadlines_.erase(attempt_deadlines_.begin());
        if (!attempt) {
            attempts_changed_.notify_all();
            continue;
        }
        attempt->cancel.emit(asio::cancellation_type::terminal);
        if (attempt->state != Attempt::State::running) {
            continue;
        }
        context_->metrics.attempt_ended(Metrics::AttemptEnd::timed_out);
        end_attempt(attempt);
        attempt_failed(attempt, "it did not answer in time");
    }
}

void Partition::add_timer(RunRecord& record, std::uint64_t timer, const model::Instant& due) {
    timers_.insert({due, record.serial, timer, &record});
    if (context_->is_watched()) {
        context_->tell({.kind = Step::Kind::sleeping,
                        .run_id = *record.id,
                        .operation = timer,
                        .until = std::optional(due)});
    }
}

void Partition::drop_timer(RunRecord& record, std::uint64_t timer, const model::Instant& due) {
    timers_.erase({due, record.serial, timer, &record});
}

/// Of a run whose state is gone: looks at all timers of the partition.
void Partition::drop_timers(RunRecord& record) {
    std::erase_if(timers_, [&](const TimerKey& key) { return key.run == &record; });
}

}  // namespace zflow::engine
