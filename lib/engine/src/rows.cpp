#include "rows.hpp"

#include "event_codec.hpp"
#include "fields.hpp"

#include <zflow/codec/outcome_binary.hpp>

#include <utility>

namespace zflow::engine {
namespace {

using codec::Content;
using codec::ValueReader;
using codec::ValueWriter;

// The versions of the formats: one number a kind of row.
constexpr std::uint8_t runs_version = 1;
constexpr std::uint8_t result_version = 1;
constexpr std::uint8_t checkpoint_version = 1;
constexpr std::uint8_t parked_version = 1;
constexpr std::uint8_t meta_version = 1;
constexpr std::uint8_t outcome_version = 1;

// Flags of a RunRow.
constexpr std::uint8_t is_paused = 1;
constexpr std::uint8_t has_operations = 2;
constexpr std::uint8_t is_runnable = 4;
constexpr std::uint8_t has_next_wake = 8;

// Important: what a value of `_zflow_runs_<p>` is, is its place in RunsValue. The numbers are in stores.
static_assert(std::variant_size_v<RunsValue> == 2);

constexpr auto last_why = static_cast<std::uint8_t>(Tombstone::Why::finished);
constexpr auto last_status = static_cast<std::uint8_t>(Status::parked);

void write(ValueWriter& out, const RunRow& row) {
    out.byte(static_cast<std::uint8_t>(
        (row.paused ? is_paused : 0) | (row.operations_pending ? has_operations : 0) |
        (row.runnable ? is_runnable : 0) | (row.next_wake ? has_next_wake : 0)));
    write_uuid(out, row.birth);
    write_sixteen(out, row.program);
    write_sixteen(out, row.input_hash);
    write_tags(out, row.tags);
    write_time(out, row.started);
    out.varint(row.retention_ms);
    if (row.next_wake) {
        write_time(out, *row.next_wake);
    }
    out.varint(row.snapshot_bytes);
    out.varint(row.chunks);
    out.varint(row.chunks_before);
}

RunRow read_run_row(ValueReader& in) {
    RunRow row;
    const auto flags = read_byte_up_to(in, is_paused | has_operations | is_runnable | has_next_wake, "flags");
    row.paused = (flags & is_paused) != 0;
    row.operations_pending = (flags & has_operations) != 0;
    row.runnable = (flags & is_runnable) != 0;
    row.birth = read_uuid(in);
    row.program = read_sixteen(in);
    row.input_hash = read_sixteen(in);
    row.tags = read_tags(in);
    row.started = read_time(in);
    row.retention_ms = in.varint();
    if ((flags & has_next_wake) != 0) {
        row.next_wake = read_time(in);
    }
    row.snapshot_bytes = in.varint();
    row.chunks = read_number(in);
    row.chunks_before = read_number(in);
    return row;
}

void write(ValueWriter& out, const Tombstone& row) {
    out.byte(static_cast<std::uint8_t>(row.why));
    write_uuid(out, row.birth);
    write_time(out, row.time);
    out.varint(row.chunks);
}

Tombstone read_tombstone(ValueReader& in) {
    Tombstone row;
    row.why = static_cast<Tombstone::Why>(read_byte_up_to(in, last_why, "the reason of a tombstone"));
    row.birth = read_uuid(in);
    row.time = read_time(in);
    row.chunks = read_number(in);
    return row;
}

RunsValue read_runs_value(ValueReader& in) {
    if (read_byte_up_to(in, 1, "the kind of a run's row") == 0) {
        return read_run_row(in);
    }
    return read_tombstone(in);
}

ResultRow read_result_row(ValueReader& in) {
    ResultRow row;
    row.birth = read_uuid(in);
    row.program = read_sixteen(in);
    row.input_hash = read_sixteen(in);
    row.tags = read_tags(in);
    row.started = read_time(in);
    row.finished = read_time(in);
    row.retention_ms = in.varint();
    row.outcome = in.bytes();
    row.chunks = read_number(in);
    row.status = read_byte_up_to(in, last_status, "a status");
    return row;
}

Checkpoint read_checkpoint(ValueReader& in) {
    Checkpoint checkpoint;
    checkpoint.index = in.varint();
    checkpoint.time = read_time(in);
    checkpoint.epoch_index = in.varint();
    checkpoint.epoch = read_epoch(in);
    return checkpoint;
}

void write(ValueWriter& out, const ParkedRow::Event& event) {
    out.varint(event.index);
    write_time(out, event.time);
    write_event(out, event.body);
    if (std::holds_alternative<Begin>(event.body)) {
        write_limits(out, event.limits);
    }
}

ParkedRow::Event read_parked_event(ValueReader& in) {
    ParkedRow::Event event;
    event.index = in.varint();
    event.time = read_time(in);
    event.body = read_event(in);
    if (std::holds_alternative<Begin>(event.body)) {
        event.limits = read_limits(in);
    }
    return event;
}

ParkedRow read_parked_row(ValueReader& in) {
    ParkedRow row;
    row.birth = read_uuid(in);
    row.error = in.bytes();
    const auto count = in.varint_up_to(in.left(), "the number of events");
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
        row.events.push_back(read_parked_event(in));
    }
    return row;
}

Meta read_meta(ValueReader& in) {
    Meta meta;
    meta.partitions = read_number(in);
    meta.hash = in.bytes();
    meta.store_id = read_uuid(in);
    return meta;
}

}  // namespace

std::expected<std::string, model::Error> encode(const RunsValue& row) {
    ValueWriter out;
    out.byte(static_cast<std::uint8_t>(row.index()));
    std::visit([&](const auto& each) { write(out, each); }, row);
    return seal_written(Content::run, runs_version, out, "a run's row");
}

std::expected<RunsValue, model::Error> decode_runs_value(std::string_view bytes) {
    return read_sealed<RunsValue>(Content::run, runs_version, bytes, read_runs_value);
}

std::expected<std::string, model::Error> encode(const ResultRow& row) {
    if (row.status > last_status) {
        return std::unexpected(model::Error{"a result's row has a status that there is not"});
    }
    ValueWriter out;
    write_uuid(out, row.birth);
    write_sixteen(out, row.program);
    write_sixteen(out, row.input_hash);
    write_tags(out, row.tags);
    write_time(out, row.started);
    write_time(out, row.finished);
    out.varint(row.retention_ms);
    out.bytes(row.outcome);
    out.varint(row.chunks);
    out.byte(row.status);
    return seal_written(Content::result, result_version, out, "a result's row");
}

std::expected<ResultRow, model::Error> decode_result_row(std::string_view bytes) {
    return read_sealed<ResultRow>(Content::result, result_version, bytes, read_result_row);
}

std::expected<std::string, model::Error> encode(const Checkpoint& checkpoint) {
    ValueWriter out;
    out.varint(checkpoint.index);
    write_time(out, checkpoint.time);
    out.varint(checkpoint.epoch_index);
    write_epoch(out, checkpoint.epoch);
    return seal_written(Content::checkpoint, checkpoint_version, out, "a checkpoint");
}

std::expected<Checkpoint, model::Error> decode_checkpoint(std::string_view bytes) {
    return read_sealed<Checkpoint>(Content::checkpoint, checkpoint_version, bytes, read_checkpoint);
}

std::expected<std::string, model::Error> encode(const ParkedRow& row) {
    ValueWriter out;
    write_uuid(out, row.birth);
    out.bytes(row.error);
    out.varint(row.events.size());
    for (const auto& event : row.events) {
        write(out, event);
    }
    return seal_written(Content::parked, parked_version, out, "a parked run's row");
}

std::expected<ParkedRow, model::Error> decode_parked_row(std::string_view bytes) {
    return read_sealed<ParkedRow>(Content::parked, parked_version, bytes, read_parked_row);
}

std::expected<std::string, model::Error> encode(const Meta& meta) {
    ValueWriter out;
    out.varint(meta.partitions);
    out.bytes(meta.hash);
    write_uuid(out, meta.store_id);
    return seal_written(Content::meta, meta_version, out, "the meta entry");
}

std::expected<Meta, model::Error> decode_meta(std::string_view bytes) {
    return read_sealed<Meta>(Content::meta, meta_version, bytes, read_meta);
}

std::expected<std::string, model::Error> encode(const model::Outcome& outcome) {
    ValueWriter out;
    codec::write_outcome(out, outcome);
    return seal_written(Content::outcome, outcome_version, out, "an outcome");
}

std::expected<model::Outcome, model::Error> decode_outcome(std::string_view bytes) {
    return read_sealed<model::Outcome>(Content::outcome, outcome_version, bytes, codec::read_outcome);
}

}  // namespace zflow::engine
