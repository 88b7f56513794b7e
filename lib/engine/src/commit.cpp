#include "partition.hpp"

#include <zflow/codec/json.hpp>
#include <zflow/engine/crash_points.hpp>
#include <zflow/store/crash_point.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

// The way of an event: queued, put into a frame, and when that is in the log, applied, answered and acted
// upon.
namespace zflow::engine {

namespace {

/// A frame is closed when it has so many bytes or events: one commit's worth of latency.
constexpr std::size_t full_frame_bytes = std::size_t{256} << 10;
constexpr std::size_t full_frame_events = 4'096;

}  // namespace

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

/// Put an event into the frame, or where it belongs instead. Returns: whether it is in the frame.
bool Partition::take(Pending& pending, Events& events) {
    auto* const record = pending.run;
    if (pending.answer && pending.answer->done) {
        // Its caller was told that nothing happened.
        if (record != nullptr) {
            --record->pins;
        }
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
    const auto limit = indexed_->limits().value_bytes - empty_frame_size;
    const auto for_digests = digests_.size() * digest_size;
    std::size_t bytes = 0;
    while (!queue_.empty() && events.events.size() < full_frame_events) {
        auto& next = queue_.front();
        if (!events.events.empty() && (for_digests + bytes + next.size > limit || bytes > full_frame_bytes)) {
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
        // One event that fills a frame leaves no room for them: then this frame is not compared.
        events.digests =
            for_digests + bytes <= limit ? std::exchange(digests_, {}) : std::vector<std::uint32_t>();
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

}  // namespace zflow::engine
