#include "run_table.hpp"

#include "digest.hpp"
#include "rows.hpp"

#include <zflow/base/assert.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace zflow::engine {

namespace {

/// What a run ended with, if it can be written; else that it died of what cannot. The same whenever it is
/// applied.
model::Outcome outcome_to_keep(const model::Outcome& outcome) {
    const auto bytes = encode(outcome);
    if (!bytes) {
        return model::Died{
            model::Death::type_error("the result of the run cannot be kept: " + bytes.error().text())};
    }
    return outcome;
}

}  // namespace

Status RunRecord::status() const {
    if (life == Life::parked) {
        return Status::parked;
    }
    if (ending) {
        return std::holds_alternative<model::Succeeded>(ending->outcome) ? Status::succeeded
               : std::holds_alternative<model::Failed>(ending->outcome)  ? Status::failed
                                                                         : Status::died;
    }
    return (state ? state->paused : paused) ? Status::paused : Status::running;
}

RunInfo RunRecord::info() const {
    RunInfo info{.id = *id,
                 .birth = birth,
                 .status = status(),
                 .program = program_id,
                 .started = started,
                 .finished = ending ? std::optional(ending->time) : std::nullopt,
                 .next_wake = next_wake,
                 .tags = tags ? *tags : Tags()};
    if (state) {
        info.next_wake.reset();
        for (const auto& [number, timer] : state->timers) {
            info.next_wake = info.next_wake ? std::min(*info.next_wake, timer.due) : timer.due;
        }
    }
    return info;
}

RunRecord* RunTable::find(const std::string& id) {
    const auto found = records_.find(id);
    return found == records_.end() ? nullptr : &found->second;
}

RunRecord& RunTable::insert(const std::string& id) {
    const auto [place, is_new] = records_.try_emplace(id);
    ZFLOW_ASSERT(is_new, "a run has one record");
    place->second.id = &place->first;
    place->second.serial = ++serials_;
    return place->second;
}

void RunTable::erase(RunRecord& record) {
    ZFLOW_ASSERT(record.pins == 0 && !record.dirty && !record.loading && record.waiters.empty(),
                 "a record that somebody needs stays");
    loaded_ -= record.state ? 1 : 0;
    const auto id = *record.id;
    records_.erase(id);
}

void RunTable::mark_dirty(RunRecord& record) {
    if (!record.dirty) {
        record.dirty = true;
        dirty_.push_back(&record);
    }
}

void RunTable::unload(RunRecord& record) {
    loaded_ -= record.state ? 1 : 0;
    record.state.reset();
}

void RunTable::load(RunRecord& record, interpreter::State state) {
    ZFLOW_ASSERT(!record.state, "a run is loaded once");
    record.state = std::make_unique<interpreter::State>(std::move(state));
    if (record.state->outcome && !record.ending) {
        record.ending =
            std::make_unique<Ending>(Ending{outcome_to_keep(*record.state->outcome), record.state->now});
    }
    ++loaded_;
}

void RunTable::park(RunRecord& record, std::string error) {
    unload(record);
    record.life = RunRecord::Life::parked;
    record.error = std::make_unique<std::string>(std::move(error));
    mark_dirty(record);
}

Effect RunTable::begin(std::uint64_t index, const model::Instant& time, const Epoch& epoch,
                       const FrameRun& run, const Begin& begin) {
    auto* record = find(run.id);
    if (record != nullptr && record->life != RunRecord::Life::removed) {
        return {.run = record};
    }
    if (record == nullptr) {
        record = &insert(run.id);
    }
    record->birth = run.birth;
    record->program_id = begin.program;
    record->input_hash = begin.input_hash;
    record->tags = begin.tags.empty() ? nullptr : std::make_shared<const Tags>(begin.tags);
    record->started = time;
    record->retention_ms = begin.retention_ms;
    record->life = RunRecord::Life::live;
    record->version = index;
    record->changed = time;
    record->ending.reset();
    record->error.reset();
    mark_dirty(*record);
    Effect effect{.run = record, .applied = true};
    const auto program = find_program_(begin.program);
    if (program == nullptr) {
        park(*record, "its program is not in the store, or cannot be read");
        return effect;
    }
    load(*record, interpreter::make_state(program, epoch.limits));
    interpret(effect, epoch, {time, interpreter::Started{begin.input, run.birth, run.id}});
    return effect;
}

Effect RunTable::remove(std::uint64_t index, const model::Instant& time, const FrameRun& run) {
    auto* record = find(run.id);
    if (record == nullptr) {
        // The owner had read its result from the store.
        record = &insert(run.id);
        record->birth = run.birth;
        record->life = RunRecord::Life::finished;
        record->result_may_exist = true;
        record->row_may_exist = true;
    }
    // Whether a run is set aside is not a function of the log, so this does not ask: the owner has looked.
    if (record->birth != run.birth || record->life == RunRecord::Life::removed) {
        return {.run = record};
    }
    unload(*record);
    record->life = RunRecord::Life::removed;
    record->version = index;
    record->changed = time;
    record->ending.reset();
    record->error.reset();
    record->tags.reset();
    mark_dirty(*record);
    return {.run = record, .applied = true};
}

/// The interpreter's part of an event.
void RunTable::interpret(Effect& effect, const Epoch& epoch, interpreter::Event event) {
    auto& record = *effect.run;
    try {
        interpreter::apply(*record.state, event, effect.actions, epoch.configuration);
        record.digest = digest(record.digest, *record.state, effect.actions);
    } catch (const std::exception& defect) {
        effect.actions.clear();
        return park(record, std::string("the interpreter could not apply an event: ") + defect.what());
    }
    for (auto& action : effect.actions) {
        if (auto* finished = std::get_if<interpreter::Finished>(&action)) {
            record.ending = std::make_unique<Ending>(Ending{outcome_to_keep(finished->outcome), event.time});
        }
    }
    if (record.state->done()) {
        record.life = RunRecord::Life::finished;
        unload(record);
    }
}

Effect RunTable::apply(std::uint64_t index, const model::Instant& time, const Epoch& epoch,
                       const FrameRun& run, const EventBody& body) {
    if (const auto* starts = std::get_if<Begin>(&body)) {
        return begin(index, time, epoch, run, *starts);
    }
    if (std::holds_alternative<Remove>(body)) {
        return remove(index, time, run);
    }
    auto* record = find(run.id);
    if (record == nullptr || record->birth != run.birth || record->life != RunRecord::Life::live) {
        return {.run = record};
    }
    ZFLOW_ASSERT(record->state != nullptr, "a run is loaded before its events are applied");
    record->version = index;
    record->changed = time;
    mark_dirty(*record);
    Effect effect{.run = record, .applied = true};
    interpreter::Event event{time, interpreter::Continue{}};
    std::visit(
        [&](const auto& each) {
            using Each = std::decay_t<decltype(each)>;
            if constexpr (!std::is_same_v<Each, Begin> && !std::is_same_v<Each, Remove>) {
                event.kind = each;
            }
        },
        body);
    interpret(effect, epoch, std::move(event));
    return effect;
}

std::vector<std::uint32_t> RunTable::take_digests(std::span<const FrameRun> runs) {
    std::vector<std::uint32_t> digests;
    digests.reserve(runs.size());
    for (const auto& run : runs) {
        auto* const record = find(run.id);
        digests.push_back(record == nullptr ? 0 : std::exchange(record->digest, 0U));
    }
    return digests;
}

}  // namespace zflow::engine
