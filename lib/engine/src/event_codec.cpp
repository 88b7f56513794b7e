#include "event_codec.hpp"

#include "fields.hpp"

#include <fmt/format.h>

#include <utility>

namespace zflow::engine {
namespace {

using codec::ValueReader;
using codec::ValueWriter;
using interpreter::Abort;
using interpreter::AttemptFailed;
using interpreter::Continue;
using interpreter::OperationCompleted;
using interpreter::Pause;
using interpreter::Resume;
using interpreter::SetVariable;
using interpreter::TimerFired;

void write(ValueWriter& out, const Begin& event) {
    out.write(event.input);
    write_sixteen(out, event.program);
    write_sixteen(out, event.input_hash);
    write_tags(out, event.tags);
    out.varint(event.retention_ms);
}

Begin read_begin(ValueReader& in) {
    Begin event;
    event.input = in.read_value();
    event.program = read_sixteen(in);
    event.input_hash = read_sixteen(in);
    event.tags = read_tags(in);
    event.retention_ms = in.varint();
    return event;
}

void write(ValueWriter& out, const OperationCompleted& event) {
    out.varint(event.operation);
    out.varint(event.attempt);
    out.byte(event.failed ? 1 : 0);
    out.write(event.value);
}

OperationCompleted read_operation_completed(ValueReader& in) {
    OperationCompleted event;
    event.operation = in.varint();
    event.attempt = read_number(in);
    event.failed = read_byte_up_to(in, 1, "a flag") != 0;
    event.value = in.read_value();
    return event;
}

void write(ValueWriter& out, const AttemptFailed& event) {
    out.varint(event.operation);
    out.varint(event.attempt);
    write_time(out, event.retry_at);
}

AttemptFailed read_attempt_failed(ValueReader& in) {
    AttemptFailed event;
    event.operation = in.varint();
    event.attempt = read_number(in);
    event.retry_at = read_time(in);
    return event;
}

void write(ValueWriter& out, const TimerFired& event) {
    out.varint(event.timer);
}

void write(ValueWriter& out, const SetVariable& event) {
    out.bytes(event.name);
    out.write(event.value);
}

SetVariable read_set_variable(ValueReader& in) {
    std::string name(in.bytes());
    return {std::move(name), in.read_value()};
}

// Of these the number says all.
void write(ValueWriter&, const Continue&) {}
void write(ValueWriter&, const Pause&) {}
void write(ValueWriter&, const Resume&) {}
void write(ValueWriter&, const Abort&) {}
void write(ValueWriter&, const Remove&) {}

}  // namespace

// Important: an event's number is its place in EventBody. The numbers are in logs.
static_assert(std::variant_size_v<EventBody> == 10);

void write_event(ValueWriter& out, const EventBody& body) {
    out.byte(static_cast<std::uint8_t>(body.index()));
    std::visit([&](const auto& event) { write(out, event); }, body);
}

EventBody read_event(ValueReader& in) {
    switch (const auto number = in.byte()) {
        case 0:
            return read_begin(in);
        case 1:
            return read_operation_completed(in);
        case 2:
            return read_attempt_failed(in);
        case 3:
            return TimerFired{in.varint()};
        case 4:
            return Continue{};
        case 5:
            return Pause{};
        case 6:
            return Resume{};
        case 7:
            return Abort{};
        case 8:
            return read_set_variable(in);
        case 9:
            return Remove{};
        default:
            in.fail(fmt::format("there is no event with the number {}", number));
            return Continue{};
    }
}

void write_epoch(ValueWriter& out, const Epoch& content) {
    out.bytes(content.engine_version);
    out.varint(content.interpreter_version);
    write_limits(out, content.limits);
    out.varint(content.configuration.size());
    for (const auto& [key, value] : content.configuration) {
        out.bytes(key);
        out.write(value);
    }
    write_uuid(out, content.store_id);
    out.bytes(content.owner);
    out.varint(content.lease_ms);
}

Epoch read_epoch(ValueReader& in) {
    Epoch content;
    content.engine_version = in.bytes();
    content.interpreter_version = read_number(in);
    content.limits = read_limits(in);
    auto& configuration = content.configuration;
    const auto count = in.varint_up_to(in.left(), "the size of the configuration");
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
        auto key = read_next_name(in, configuration.empty() ? nullptr : &configuration.rbegin()->first);
        configuration.emplace_hint(configuration.end(), std::move(key), in.read_value());
    }
    content.store_id = read_uuid(in);
    content.owner = in.bytes();
    content.lease_ms = in.varint();
    return content;
}

}  // namespace zflow::engine
