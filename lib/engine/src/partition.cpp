#include "partition.hpp"

#include "keys.hpp"

#include <zflow/base/assert.hpp>
#include <zflow/base/version.hpp>
#include <zflow/codec/json.hpp>
#include <zflow/engine/crash_points.hpp>
#include <zflow/store/crash_point.hpp>
#include <zflow/store/error.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace zflow::engine {

namespace {

/// A frame is closed when it has so many bytes or events: one commit's worth of latency.
constexpr std::size_t full_frame_bytes = std::size_t{256} << 10;
constexpr std::size_t full_frame_events = 4'096;
/// What a frame has beside its events, generously.
constexpr std::size_t frame_overhead = 4'096;
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
        log_.emplace(*indexed_, log_topic(number_), log_options());
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
    loaded_.notify_all();
    confirmed_.notify_all();
    checkpoint_changed_.notify_all();
    attempts_changed_.notify_all();
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
            waiter->moved = true;
            waiter->finish();
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
    if (alarm_cancel_) {
        alarm_cancel_->emit(asio::cancellation_type::terminal);  // Nothing keeps the executor busy.
    }
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
    if (alarm_cancel_) {
        alarm_cancel_->emit(asio::cancellation_type::terminal);
    }
    wake();
    loaded_.notify_all();
    confirmed_.notify_all();
    attempts_changed_.notify_all();
    checkpoint_changed_.notify_all();
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

// --- events on their way
// ---------------------------------------------------------------------------------------

void Partition::queue(Pending pending) {
    if (pending.run != nullptr) {
        ++pending.run->pins;
        pending.size = encoded_size({*pending.run->id, pending.run->birth}, pending.body);
    } else {
        pending.size = encoded_size(pending.name, pending.body);
    }
    queued_calls_ += pending.answer ? 1 : 0;
    queue_.push_back(std::move(pending));
    wake();
}

void Partition::queue_event(RunRecord& record, EventBody body) {
    queue({.run = &record, .body = std::move(body)});
}

void Partition::queue_continue(RunRecord& record) {
    if (!record.continue_queued && !stopping_) {
        record.continue_queued = true;
        queue_event(record, interpreter::Continue{});
    }
}

/// Put an event into the frame, or where it belongs instead. Returns: whether the frame is full: the event
/// stays.
bool Partition::take(Pending& pending, Events& events) {
    auto* const record = pending.run;
    if (pending.answer && pending.answer->done) {
        // Its caller was told that nothing happened.
        if (record != nullptr) {
            --record->pins;
        }
        pending.body = interpreter::Continue{};
        return false;
    }
    if (record != nullptr && record->life == RunRecord::Life::parked) {
        --record->pins;
        if (pending.answer) {
            pending.answer->finish(std::make_exception_ptr(Error(errc::parked, *record->error)));
        }
        return false;
    }
    if (record != nullptr && record->life == RunRecord::Life::live && !record->state) {
        held_[record].push_back(std::move(pending));
        request_load(*record);
        return false;
    }
    if (record != nullptr) {
        if (record->frame != frames_) {
            record->frame = frames_;
            record->frame_slot = static_cast<std::uint32_t>(events.runs.size());
            events.runs.push_back({*record->id, record->birth});
        }
        events.events.push_back({record->frame_slot, std::move(pending.body)});
    } else {
        events.events.push_back({static_cast<std::uint32_t>(events.runs.size()), std::move(pending.body)});
        events.runs.push_back(pending.name);
    }
    return true;
}

Frame Partition::take_frame(std::vector<Pending>& in_flight) {
    Frame frame{.epoch = 0, .token = {}, .time = time_.now(), .content = {}};
    Events events;
    ++frames_;
    const auto limit = indexed_->limits().value_bytes - frame_overhead;
    std::size_t bytes = 0;
    while (!queue_.empty() && events.events.size() < full_frame_events) {
        auto& next = queue_.front();
        if (!events.events.empty() && (bytes + next.size > limit || bytes > full_frame_bytes)) {
            break;
        }
        auto pending = std::move(next);
        queue_.pop_front();
        queued_calls_ -= pending.answer ? 1 : 0;
        const auto size = pending.size;
        if (take(pending, events)) {
            bytes += size;
            if (pending.answer) {
                pending.answer->in_flight = true;
            }
            in_flight.push_back(std::move(pending));
        }
    }
    if (!events.events.empty()) {
        events.digests = std::exchange(digests_, {});
    }
    frame.content = std::move(events);
    return frame;
}

void Partition::apply_frame(const Frame& frame, std::vector<Pending>& in_flight) {
    const auto& events = std::get<Events>(frame.content);
    applied_ = log_->position();
    time_.saw(frame.time);
    for (std::size_t i = 0; i < events.events.size(); ++i) {
        const auto& event = events.events[i];
        if (auto* const record = in_flight[i].run;
            record != nullptr && std::holds_alternative<interpreter::Continue>(event.body)) {
            record->continue_queued = false;
        }
        auto effect = table_.apply(applied_, frame.time, epoch_, events.runs[event.run], event.body);
        if (effect.applied) {
            release(effect, event.body);
        } else if (in_flight[i].answer) {
            refuse(in_flight[i], effect, event.body);
        }
    }
    digests_ = table_.take_digests(events.runs);
    store::crash_point(crash_points::after_apply);
    for (auto& pending : in_flight) {
        if (pending.run != nullptr) {
            --pending.run->pins;
        }
        if (pending.answer) {
            pending.answer->finish();
        }
    }
}

/// A call whose event changed nothing, because of what happened to the run while it was queued.
void Partition::refuse(Pending& pending, const Effect& effect, const EventBody& body) {
    if (std::holds_alternative<Begin>(body)) {
        pending.answer->attached = true;
    } else if (effect.run != nullptr && effect.run->life == RunRecord::Life::parked) {
        pending.answer->finish(
            std::make_exception_ptr(Error(errc::parked, *effect.run->error, *effect.run->id)));
    } else if (std::holds_alternative<interpreter::SetVariable>(body)) {
        pending.answer->finish(std::make_exception_ptr(
            Error(errc::not_found, "the run has finished: it has no variables any more")));
    }
}

/// Act upon what an event did: it is in the log.
void Partition::release(Effect& effect, const EventBody& body) {
    auto& record = *effect.run;
    if (std::holds_alternative<Begin>(body)) {
        context_->metrics.started();
        if (context_->is_watched()) {
            context_->tell({.kind = Step::Kind::started, .run_id = *record.id});
        }
    } else if (std::holds_alternative<Remove>(body)) {
        context_->metrics.removed(1);
    } else if (const auto* fired = std::get_if<interpreter::TimerFired>(&body)) {
        if (context_->is_watched()) {
            context_->tell(
                {.kind = Step::Kind::timer_fired, .run_id = *record.id, .operation = fired->timer});
        }
    }
    for (auto& action : effect.actions) {
        if (auto* call = std::get_if<interpreter::Call>(&action)) {
            start_attempt(record, std::move(*call));
        } else if (const auto* cancel = std::get_if<interpreter::Cancel>(&action)) {
            cancel_attempt(record, cancel->operation);
        } else if (const auto* arm = std::get_if<interpreter::ArmTimer>(&action)) {
            add_timer(record, arm->timer, arm->due);
        } else if (const auto* drop = std::get_if<interpreter::DropTimer>(&action)) {
            drop_timer(record, drop->timer, drop->due);
        } else if (auto* line = std::get_if<interpreter::Log>(&action)) {
            if (context_->is_watched()) {
                context_->tell({.kind = Step::Kind::log,
                                .run_id = *record.id,
                                .name = std::move(line->fiber),
                                .text = std::move(line->text)});
            }
        } else {
            finish_run(record);
        }
    }
    if (record.life == RunRecord::Life::parked) {
        on_parked(record);
    } else if (record.state && record.state->runnable()) {
        queue_continue(record);
    }
}

/// The main fiber has ended: whoever waits for it is told.
void Partition::finish_run(RunRecord& record) {
    context_->metrics.finished(record.status());
    if (context_->is_watched()) {
        context_->tell(
            {.kind = Step::Kind::finished,
             .run_id = *record.id,
             .text = codec::outcome_to_json(record.ending->outcome).value_or("(too long to be shown)")});
    }
    for (const auto& waiter : std::exchange(record.waiters, {})) {
        waiter->finish();
    }
}

void Partition::on_parked(RunRecord& record) {
    context_->metrics.parked();
    context_->warn(fmt::format("run '{}' is set aside: {}", *record.id, *record.error));
    if (context_->is_watched()) {
        context_->tell({.kind = Step::Kind::parked, .run_id = *record.id, .text = *record.error});
    }
    cancel_attempts(record);
    drop_timers(record);
    const auto error = std::make_exception_ptr(Error(errc::parked, *record.error, *record.id));
    for (const auto& waiter : std::exchange(record.waiters, {})) {
        waiter->finish(error);
    }
}

// --- the loop
// --------------------------------------------------------------------------------------------------

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
        confirmed_.notify_all();
        start_held_attempts();
    }
    co_return result;
}

asio::awaitable<Log::Result> Partition::commit(Frame& frame, std::vector<Pending>& in_flight) {
    const auto bytes_before = log_->bytes();
    store::crash_point(crash_points::before_append);
    const auto result = co_await append(frame);
    if (result == Log::Result::done) {
        store::crash_point(crash_points::after_append);
        context_->metrics.committed(in_flight.size(), log_->bytes() - bytes_before);
        apply_frame(frame, in_flight);
        confirmed_.notify_all();
        start_held_attempts();
        co_return result;
    }
    // Nobody knows yet whether it is in; `drop_memory` tells the callers.
    for (auto& pending : in_flight) {
        queue_.push_back(std::move(pending));
    }
    co_return result;
}

bool Partition::fire_due_timers() {
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
    return fired == timers_at_once;
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
            (void)fire_due_timers();
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
