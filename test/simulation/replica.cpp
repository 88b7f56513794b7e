#include "replica.hpp"

#include <fmt/format.h>

#include <exception>
#include <utility>
#include <variant>

namespace zflow::simulation {

using interpreter::EventKind;

Life* Replica::find(const std::string& id) {
    const auto found = lives_.find(id);
    return found == lives_.end() ? nullptr : found->second.get();
}

Life* Replica::present(const std::string& id) {
    auto* const life = find(id);
    return life == nullptr || life->removed ? nullptr : life;
}

void Replica::apply(std::uint32_t partition, std::uint64_t index, const std::string& bytes) {
    auto& log = logs_[partition];
    if (index != log.position + 1) {
        violated_(fmt::format("frame {} of log {} follows {}", index, partition, log.position));
    }
    log.position = index;
    const auto frame = engine::decode_frame(bytes);
    if (!frame) {
        violated_(fmt::format("frame {} of log {}: {}", index, partition, frame.error().text()));
        return;
    }
    if (!tokens_.emplace(frame->token.high, frame->token.low).second) {
        violated_(fmt::format("frame {} of log {} is there twice", index, partition));
    }
    if (const auto* const epoch = std::get_if<engine::Epoch>(&frame->content)) {
        log.epoch = *epoch;
        log.epoch_index = index;
        ++epochs_;
    }
    if (frame->epoch != log.epoch_index) {
        violated_(fmt::format("frame {} of log {} is of epoch {}, the owner's is {}", index, partition,
                              frame->epoch, log.epoch_index));
    }
    if (std::holds_alternative<engine::Events>(frame->content)) {
        if (frame->time < log.time) {
            violated_(fmt::format("frame {} of log {}: time goes back from {}.{:09} to {}.{:09}", index,
                                  partition, log.time.seconds, log.time.nanos, frame->time.seconds,
                                  frame->time.nanos));
        }
        log.time = frame->time;
        apply(log, *frame, partition);
    } else if (on_frame) {
        on_frame(partition, index, {});
    }
}

void Replica::apply(LogState& log, const engine::Frame& frame, std::uint32_t partition) {
    const auto& events = std::get<engine::Events>(frame.content);
    std::set<Life*> touched;
    for (const auto& event : events.events) {
        ++events_;
        const auto& run = events.runs[event.run];
        count(run.id, event.body);
        if (on_event) {
            on_event(run.id, event.body);
        }
        const auto* const starts = std::get_if<engine::Begin>(&event.body);
        auto* const life = starts != nullptr ? begin(log, frame, partition, run, *starts)
                                             : happen(log, frame, run, event.body);
        if (life != nullptr) {
            life->version = log.position;
            touched.insert(life);
        }
    }
    if (on_frame) {
        on_frame(partition, log.position, {touched.begin(), touched.end()});
    }
}

void Replica::count(const std::string& id, const engine::EventBody& body) {
    auto& counts = counts_[id];
    counts.begins += std::holds_alternative<engine::Begin>(body) ? 1 : 0;
    counts.removes += std::holds_alternative<engine::Remove>(body) ? 1 : 0;
    counts.signals += std::holds_alternative<interpreter::SetVariable>(body) ? 1 : 0;
    counts.commands += std::holds_alternative<interpreter::Pause>(body) ||
                               std::holds_alternative<interpreter::Resume>(body) ||
                               std::holds_alternative<interpreter::Abort>(body)
                           ? 1
                           : 0;
}

/// Returns: the life, nothing if the event changed nothing.
Life* Replica::begin(LogState& log, const engine::Frame& frame, std::uint32_t partition,
                     const engine::FrameRun& run, const engine::Begin& begin) {
    if (present(run.id) != nullptr) {
        return nullptr;
    }
    auto& place = lives_[run.id];
    if (place && place->birth == run.birth) {
        violated_(fmt::format("run '{}' is born twice as the same", run.id));
    }
    place = std::make_unique<Life>();
    place->id = run.id;
    place->birth = run.birth;
    place->partition = partition;
    place->program = find_program_(begin.program);
    if (!place->program) {
        violated_(fmt::format("run '{}' has a program that nobody started", run.id));
        return nullptr;
    }
    place->state = interpreter::make_state(place->program, log.epoch.limits);
    std::vector<interpreter::Action> actions;
    interpreter::apply(place->state, {frame.time, interpreter::Started{begin.input, run.birth, run.id}},
                       actions, log.epoch.configuration);
    after(*place, actions);
    return place.get();
}

/// What the log may not say of a run that is as it is.
void Replica::before(Life& life, const model::Instant& time, const EventKind& event) {
    if (const auto* fired = std::get_if<interpreter::TimerFired>(&event)) {
        const auto timer = life.state.timers.find(fired->timer);
        if (timer != life.state.timers.end() && timer->second.due > time) {
            violated_(fmt::format("timer {} of run '{}' is due at {}.{:09} and fired at {}.{:09}",
                                  fired->timer, life.id, timer->second.due.seconds, timer->second.due.nanos,
                                  time.seconds, time.nanos));
        }
    } else if (const auto* completed = std::get_if<interpreter::OperationCompleted>(&event)) {
        const auto pending = life.state.operations.find(completed->operation);
        if (pending == life.state.operations.end()) {
            return;
        }
        life.completed.try_emplace(completed->operation, logs_[life.partition].position);
        if (on_completed) {
            on_completed(life, *completed);
        }
        if (!completed->failed) {
            life.history.push_back({life.state.fibers.at(pending->second.fiber).id,
                                    "did " + interpreter::call_of(life.state, completed->operation).name});
        }
    } else if (std::holds_alternative<interpreter::Pause>(event)) {
        life.was_paused = true;
    } else if (const auto* set = std::get_if<interpreter::SetVariable>(&event)) {
        if (set->name == "signal") {
            life.signals.insert(interpreter::test::show(set->value));
        }
    }
}

void Replica::after(Life& life, const std::vector<interpreter::Action>& actions) {
    for (const auto& action : actions) {
        if (const auto* call = std::get_if<interpreter::Call>(&action)) {
            life.asked[call->operation] = call->attempt;
        } else if (const auto* line = std::get_if<interpreter::Log>(&action)) {
            life.history.push_back({line->fiber, line->text});
        } else if (const auto* finished = std::get_if<interpreter::Finished>(&action)) {
            if (life.outcome) {
                violated_(fmt::format("run '{}' ends twice", life.id));
            }
            life.outcome = finished->outcome;
        }
    }
    if (const auto found = life.state.variables.find({0, "signal"}); found != life.state.variables.end()) {
        life.signals.insert(interpreter::test::show(found->second.value));
    }
    life.done = life.state.done();
}

Life* Replica::happen(LogState& log, const engine::Frame& frame, const engine::FrameRun& run,
                      const engine::EventBody& body) {
    auto* const life = present(run.id);
    if (life == nullptr || life->birth != run.birth) {
        return nullptr;
    }
    if (std::holds_alternative<engine::Remove>(body)) {
        if (!life->done) {
            violated_(fmt::format("run '{}' is removed before it has ended", run.id));
        }
        life->removed = true;
        return life;
    }
    if (life->done) {
        return nullptr;
    }
    interpreter::Event event{frame.time, interpreter::Continue{}};
    std::visit(
        [&](const auto& each) {
            using Each = std::decay_t<decltype(each)>;
            if constexpr (!std::is_same_v<Each, engine::Begin> && !std::is_same_v<Each, engine::Remove>) {
                event.kind = each;
            }
        },
        body);
    before(*life, event.time, event.kind);
    std::vector<interpreter::Action> actions;
    try {
        interpreter::apply(life->state, event, actions, log.epoch.configuration);
    } catch (const std::exception& defect) {
        violated_(fmt::format("run '{}': {}", run.id, defect.what()));
        return nullptr;
    }
    after(*life, actions);
    return life;
}

}  // namespace zflow::simulation
