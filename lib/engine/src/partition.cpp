#include "partition.hpp"

#include "keys.hpp"

#include <zflow/base/version.hpp>
#include <zflow/engine/crash_points.hpp>
#include <zflow/store/crash_point.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace zflow::engine {

namespace {

/// How many timers fire before the loop looks at other things.
constexpr int timers_at_once = 4'096;

}  // namespace

Partition::Partition(std::shared_ptr<Context> context, std::uint32_t number)
    : context_(std::move(context)),
      number_(number),
      executor_(asio::make_strand(context_->executor)),
      phase_changed_(executor_),
      time_(*context_->options.clock),
      table_([programs = &context_->programs](const codec::ProgramId& id) { return programs->find(id); }),
      work_(executor_),
      confirmed_(executor_),
      tasks_(executor_),
      loaded_(executor_),
      attempts_changed_(executor_),
      checkpoint_changed_(executor_) {}

void Partition::set_phase(Phase phase) {
    phase_ = phase;
    {
        const std::lock_guard lock(owner_mutex_);
        serves_ = phase == Phase::serving;
        other_owner_ = log_ ? log_->other_owner() : std::string();
    }
    phase_changed_.notify_all();
}

asio::awaitable<Partition::Phase> Partition::settled() {
    while (phase_ == Phase::starting) {
        co_await phase_changed_.wait();
    }
    co_return phase_;
}

LogOptions Partition::log_options() {
    const auto& options = context_->options;
    return {.shared = context_->shared,
            .lease = options.lease,
            .clock = options.clock,
            .entropy = options.entropy,
            .alarm = options.alarm,
            .give_up =
                [this] {
                    return halted_ || context_->abandoned ||
                           (stopping_ && context_->options.clock->steady_now() >= stop_deadline_);
                },
            .stop_waiting = [this] { return stopping_; },
            .on_wait = [this] { set_phase(Phase::standby); }};
}

Epoch Partition::make_epoch() const {
    const auto& options = context_->options;
    return {.engine_version = std::string(base::version()),
            .interpreter_version = interpreter_version,
            .limits = options.limits,
            .configuration = options.configuration,
            .store_id = context_->meta.store_id,
            .owner = context_->owner,
            .lease_ms = static_cast<std::uint64_t>(options.lease.count())};
}

asio::awaitable<Partition::End> Partition::serve(std::shared_ptr<store::KeyValueStore> key_value,
                                                 std::shared_ptr<store::IndexedStore> indexed) {
    key_value_ = std::move(key_value);
    indexed_ = std::move(indexed);
    broken_.clear();
    halted_ = false;
    for (;;) {
        ending_ = false;
        log_ = std::make_unique<Log>(*indexed_, log_topic(number_), log_options());
        epoch_ = make_epoch();
        auto result = co_await log_->claim(epoch_);
        if (result == Log::Result::done) {
            store::crash_point(crash_points::after_claim);
            context_->metrics.claimed();
            result = co_await recover();
        }
        if (result == Log::Result::done) {
            ++epochs_;
            set_phase(Phase::serving);
            result = co_await loop();
        }
        if (result == Log::Result::broken && broken_.empty()) {
            broken_ = log_->reason();
        }
        co_await close_epoch();
        if (stopping_ || context_->abandoned) {
            co_return End::stopped;
        }
        if (result == Log::Result::broken) {
            co_return End::broken;
        }
        context_->metrics.fenced();
        context_->warn(fmt::format(
            "partition {}: another owner took over; its runs are dropped from memory here", number_));
    }
}

/// Everything of this epoch ends: nothing is carried into the next.
asio::awaitable<void> Partition::close_epoch() {
    ending_ = true;
    ++epochs_;
    if (phase_ != Phase::closed) {
        set_phase(Phase::starting);
    }
    for (auto& [id, record] : table_.records()) {
        cancel_attempts(record);
    }
    load_queue_.clear();
    wake_tasks();
    answer_pending();
    co_await tasks_.wait_until_empty();
    drop_memory();
}

void Partition::answer_pending() {
    const auto not_applied = std::make_exception_ptr(
        Error(errc::unavailable, "the owner of this run changes just now; nothing was done, ask again"));
    const auto unknown = std::make_exception_ptr(
        Error(errc::outcome_unknown,
              "the owner of this run changes just now; the event may be in its log, ask again"));
    const auto end = [&](Pending& pending) {
        if (pending.answer) {
            pending.answer->finish(pending.answer->in_flight ? unknown : not_applied);
        }
    };
    std::ranges::for_each(queue_, end);
    for (auto& [record, pendings] : held_) {
        std::ranges::for_each(pendings, end);
    }
}

void Partition::drop_memory() {
    answer_pending();
    for (auto& [id, record] : table_.records()) {
        for (const auto& waiter : record.waiters) {
            waiter->finish();  // Without an answer: it looks again.
        }
    }
    queue_.clear();
    held_.clear();
    queued_calls_ = 0;
    timers_.clear();
    held_attempts_.clear();
    last_errors_.clear();
    digests_.clear();
    gone_.clear();
    table_ =
        RunTable([programs = &context_->programs](const codec::ProgramId& id) { return programs->find(id); });
    checkpoint_wanted_ = false;
    update_sizes();
}

std::pair<bool, std::string> Partition::owner() const {
    const std::lock_guard lock(owner_mutex_);
    return {serves_, other_owner_};
}

void Partition::halt() {
    if (broken_.empty()) {
        broken_ = "the store has to be opened again";
    }
    halted_ = true;
    wake();
}

void Partition::close() {
    cancel_alarm();  // Nothing keeps the executor busy.
    set_phase(Phase::closed);
    drop_memory();
}

void Partition::abandon() {
    stopping_ = true;
    ending_ = true;
    set_phase(Phase::closed);
    for (auto& [id, record] : table_.records()) {
        cancel_attempts(record);
        for (const auto& waiter : record.waiters) {
            waiter->finish(std::make_exception_ptr(Error(errc::stopped, "the engine was closed")));
        }
        record.waiters.clear();
    }
    cancel_alarm();
    wake();
    wake_tasks();
}

/// Whoever waits for something of this epoch looks again.
void Partition::wake_tasks() {
    loaded_.notify_all();
    confirmed_.notify_all();
    checkpoint_changed_.notify_all();
    attempts_changed_.notify_all();
}

asio::awaitable<void> Partition::stop(std::chrono::milliseconds grace) {
    set_phase(Phase::closed);
    draining_ = true;
    const auto end = context_->options.clock->steady_now() + grace;
    while (attempts_running_ != 0 && context_->options.clock->steady_now() < end && !ending_) {
        attempt_deadlines_.emplace(end, nullptr);
        arm_alarm();
        co_await attempts_changed_.wait();
    }
    attempt_deadlines_.erase({end, nullptr});
    for (auto& [id, record] : table_.records()) {
        cancel_attempts(record);
    }
    stopping_ = true;
    // What the store does not answer by then is left to the next opening.
    stop_deadline_ = context_->options.clock->steady_now() + grace;
    wake();
}

asio::awaitable<Log::Result> Partition::append(Frame& frame) {
    arm_alarm();  // Deadlines of calls and attempts go on.
    co_return co_await log_->append(frame);
}

/// A frame without events.
asio::awaitable<Log::Result> Partition::append_mark(std::variant<Beat, Released> mark) {
    Frame frame;
    frame.time = time_.last();
    std::visit([&](auto each) { frame.content = each; }, mark);
    const auto result = co_await append(frame);
    if (result == Log::Result::done) {
        applied_ = log_->position();
        lease_confirmed();
    }
    co_return result;
}

/// The lease is confirmed: what waited for it goes.
void Partition::lease_confirmed() {
    confirmed_.notify_all();
    start_held_attempts();
}

asio::awaitable<Log::Result> Partition::commit(Frame& frame, std::vector<Pending>& in_flight) {
    const auto bytes_before = log_->bytes();
    store::crash_point(crash_points::before_append);
    const auto result = co_await append(frame);
    if (result == Log::Result::done) {
        store::crash_point(crash_points::after_append);
        context_->metrics.committed(in_flight.size(), log_->bytes() - bytes_before);
        apply_frame(frame, in_flight);
        lease_confirmed();
        co_return result;
    }
    // Nobody knows yet whether it is in; `drop_memory` tells the callers.
    for (auto& pending : in_flight) {
        queue_.push_back(std::move(pending));
    }
    co_return result;
}

void Partition::fire_due_timers() {
    const auto now = time_.now();
    int fired = 0;
    while (!timers_.empty() && timers_.begin()->due <= now && fired < timers_at_once) {
        const auto key = *timers_.begin();
        timers_.erase(timers_.begin());
        ++fired;
        if (key.timer == 0) {
            request_load(*key.run);
        } else {
            queue_event(*key.run, interpreter::TimerFired{key.timer});
        }
    }
}

asio::awaitable<Log::Result> Partition::loop() {
    for (;;) {
        if (!broken_.empty() || context_->abandoned) {
            co_return Log::Result::broken;
        }
        if (stopping_) {
            // What goes on by itself goes on at the next opening.
            std::erase_if(queue_, [](Pending& pending) {
                const auto goes =
                    !pending.answer && (std::holds_alternative<interpreter::Continue>(pending.body) ||
                                        std::holds_alternative<interpreter::TimerFired>(pending.body));
                if (goes) {
                    --pending.run->pins;
                }
                return goes;
            });
        } else {
            fire_due_timers();
        }
        start_checkpoint_if_due();
        update_sizes();
        if (!queue_.empty()) {
            std::vector<Pending> in_flight;
            auto frame = take_frame(in_flight);
            if (!in_flight.empty()) {
                const auto result = co_await commit(frame, in_flight);
                if (result != Log::Result::done) {
                    co_return result;
                }
            }
            continue;
        }
        if (stopping_ && loaders_ == 0 && !checkpoint_running_) {
            if (std::exchange(last_checkpoint_made_, true)) {
                store::crash_point(crash_points::before_released);
                co_return co_await append_mark(Released{});
            }
            checkpoint_wanted_ = true;
            continue;
        }
        if (context_->options.clock->steady_now() >= log_->beat_due()) {
            const auto result = co_await append_mark(Beat{});
            if (result != Log::Result::done) {
                co_return result;
            }
            continue;
        }
        idle_ = true;
        arm_alarm();
        co_await work_.wait();
        idle_ = false;
    }
}

void Partition::update_sizes() {
    context_->metrics.set_sizes(number_, table_.records().size(), table_.loaded(), queue_.size(),
                                attempts_running_);
}

}  // namespace zflow::engine
