#include "samples.hpp"

#include <array>
#include <limits>
#include <utility>

namespace zflow::engine::test {
namespace {

using codec::test::make_text;
using codec::test::make_value;

std::uint64_t number(Choices& choices) {
    static constexpr std::array<std::uint64_t, 6> edges{
        0, 1, 127, 128, std::numeric_limits<std::uint32_t>::max(), std::numeric_limits<std::uint64_t>::max()};
    const auto choice = choices.below(8);
    return choice < edges.size() ? edges[choice] : choices.next();
}

std::uint32_t small(Choices& choices) {
    return static_cast<std::uint32_t>(number(choices));
}

bool flag(Choices& choices) {
    return choices.below(2) == 1;
}

model::Uuid uuid(Choices& choices) {
    const auto high = number(choices);
    return {high, number(choices)};
}

std::array<std::uint8_t, 16> sixteen(Choices& choices) {
    std::array<std::uint8_t, 16> bytes{};
    bytes[choices.below(16)] = static_cast<std::uint8_t>(choices.below(256));
    return bytes;
}

model::Instant time(Choices& choices) {
    const auto seconds = static_cast<std::int64_t>(number(choices));
    return {seconds, static_cast<std::int32_t>(choices.below(1'000'000'000))};
}

Tags tags(Choices& choices) {
    Tags made;
    for (auto count = choices.below(4); count > 0; --count) {
        auto name = make_text(choices);
        made.insert_or_assign(std::move(name), make_text(choices));
    }
    return made;
}

interpreter::Limits limits(Choices& choices) {
    interpreter::Limits made;
    made.turn = number(choices);
    made.steps = number(choices);
    made.fibers = small(choices);
    made.frames = small(choices);
    made.variables = small(choices);
    return made;
}

Begin begin(Choices& choices) {
    Begin event;
    event.input = make_value(choices);
    event.program = sixteen(choices);
    event.input_hash = sixteen(choices);
    event.tags = tags(choices);
    event.retention_ms = number(choices);
    return event;
}

interpreter::OperationCompleted completed(Choices& choices) {
    interpreter::OperationCompleted event;
    event.operation = number(choices);
    event.attempt = small(choices);
    event.failed = flag(choices);
    event.value = make_value(choices);
    return event;
}

/// Events of a few runs; now and then a value is one that was there before.
Events events(Choices& choices) {
    Events content;
    std::vector<model::Value> known;
    do {
        const auto run = choices.below(static_cast<std::uint32_t>(content.runs.size()) + 1);
        if (run == content.runs.size()) {
            auto id = make_text(choices);
            content.runs.push_back({std::move(id), uuid(choices)});
        }
        auto body = make_event(choices);
        if (auto* event = std::get_if<interpreter::OperationCompleted>(&body)) {
            if (!known.empty() && flag(choices)) {
                event->value = known[choices.below(static_cast<std::uint32_t>(known.size()))];
            }
            known.push_back(event->value);
        }
        content.events.push_back({run, std::move(body)});
    } while (!choices.is_empty());
    for (std::size_t i = 0; i < content.events.size() % 4; ++i) {
        content.digests.push_back(static_cast<std::uint32_t>(0xFFFFFFFFU - i));
    }
    return content;
}

Epoch epoch(Choices& choices) {
    Epoch content;
    content.engine_version = make_text(choices);
    content.interpreter_version = small(choices);
    content.limits = limits(choices);
    for (auto count = choices.below(3); count > 0; --count) {
        auto key = make_text(choices);
        content.configuration.insert_or_assign(std::move(key), make_value(choices));
    }
    content.store_id = uuid(choices);
    content.owner = make_text(choices);
    content.lease_ms = number(choices);
    return content;
}

RunRow run_row(Choices& choices) {
    RunRow row;
    row.birth = uuid(choices);
    row.program = sixteen(choices);
    row.input_hash = sixteen(choices);
    row.tags = tags(choices);
    row.started = time(choices);
    row.retention_ms = number(choices);
    row.paused = flag(choices);
    row.operations_pending = flag(choices);
    row.runnable = flag(choices);
    if (flag(choices)) {
        row.next_wake = time(choices);
    }
    row.snapshot_bytes = number(choices);
    row.chunks = small(choices);
    row.chunks_before = small(choices);
    return row;
}

Tombstone tombstone(Choices& choices) {
    Tombstone row;
    row.why = flag(choices) ? Tombstone::Why::finished : Tombstone::Why::removed;
    row.birth = uuid(choices);
    row.time = time(choices);
    row.chunks = small(choices);
    return row;
}

}  // namespace

EventBody make_event(Choices& choices) {
    switch (choices.below(10)) {
        case 0:
            return completed(choices);
        case 1:
            return begin(choices);
        case 2: {
            const auto operation = number(choices);
            const auto attempt = small(choices);
            return interpreter::AttemptFailed{operation, attempt, time(choices)};
        }
        case 3:
            return interpreter::TimerFired{number(choices)};
        case 4:
            return interpreter::Continue{};
        case 5:
            return interpreter::Pause{};
        case 6:
            return interpreter::Resume{};
        case 7:
            return interpreter::Abort{};
        case 8: {
            auto name = make_text(choices);
            return interpreter::SetVariable{std::move(name), make_value(choices)};
        }
        default:
            return Remove{};
    }
}

Frame make_frame(Choices& choices) {
    Frame frame;
    frame.epoch = number(choices);
    frame.token = uuid(choices);
    frame.time = time(choices);
    switch (choices.below(8)) {
        case 0:
            frame.content = Beat{};
            break;
        case 1:
            frame.content = Released{};
            break;
        case 2:
            frame.content = epoch(choices);
            break;
        default:
            frame.content = events(choices);
    }
    return frame;
}

RunsValue make_runs_value(Choices& choices) {
    if (flag(choices)) {
        return tombstone(choices);
    }
    return run_row(choices);
}

ResultRow make_result_row(Choices& choices) {
    ResultRow row;
    row.birth = uuid(choices);
    row.program = sixteen(choices);
    row.input_hash = sixteen(choices);
    row.tags = tags(choices);
    row.started = time(choices);
    row.finished = time(choices);
    row.retention_ms = number(choices);
    row.outcome = make_text(choices);
    row.chunks = small(choices);
    row.status = static_cast<std::uint8_t>(choices.below(6));
    return row;
}

Checkpoint make_checkpoint(Choices& choices) {
    Checkpoint checkpoint;
    checkpoint.index = number(choices);
    checkpoint.time = time(choices);
    checkpoint.epoch_index = number(choices);
    checkpoint.epoch = epoch(choices);
    return checkpoint;
}

ParkedRow make_parked_row(Choices& choices) {
    ParkedRow row;
    row.birth = uuid(choices);
    row.error = make_text(choices);
    while (!choices.is_empty()) {
        ParkedRow::Event event;
        event.index = number(choices);
        event.time = time(choices);
        event.body = make_event(choices);
        if (std::holds_alternative<Begin>(event.body)) {
            event.limits = limits(choices);
        }
        row.events.push_back(std::move(event));
    }
    return row;
}

Meta make_meta(Choices& choices) {
    Meta meta;
    meta.partitions = small(choices);
    meta.hash = make_text(choices);
    meta.store_id = uuid(choices);
    return meta;
}

model::Outcome make_outcome(Choices& choices) {
    switch (choices.below(3)) {
        case 0:
            return model::Succeeded{make_value(choices)};
        case 1:
            return model::Failed{make_value(choices)};
        default:
            break;
    }
    auto death = model::Death::remote_fail(make_text(choices));
    for (auto depth = choices.below(4); depth > 0; --depth) {
        death = model::Death::awaited_flow_died(make_text(choices), std::move(death));
    }
    return model::Died{std::move(death)};
}

}  // namespace zflow::engine::test
