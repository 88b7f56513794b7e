#include "formats.hpp"

#include <utility>

namespace zflow::engine::test {
namespace {

using model::Value;

template <auto Decode>
std::string show_read(std::string_view bytes) {
    const auto read = Decode(bytes);
    return read ? show(*read) : "error: " + read.error().text();
}

template <auto Decode, class T>
Sample sample(std::string file, const T& thing) {
    return {std::move(file), encode(thing).value(), show(thing), rewrite<Decode>, show_read<Decode>};
}

constexpr model::Uuid birth{0x0123456789ABCDEFU, 0xFEDCBA9876543210U};
constexpr model::Uuid store_id{0x1111111111111111U, 0x2222222222222222U};
constexpr model::Instant noon{1'000'000'000, 500'000'000};
constexpr codec::ProgramId program{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255};
constexpr InputHash input_hash{0xA0, 0xA1, 0xA2, 0xA3};

Value order() {
    const auto shape =
        model::make<const model::RecordShape>("shop.Order", std::vector<std::string>{"id", "items"});
    const auto item = Value::string("a book");
    return Value::record(shape, {Value::int_(7), Value::sequence({item, item})});
}

Begin begin() {
    return {order(), program, input_hash, {{"city", "Zürich"}, {"shop", "1"}}, 604'800'000};
}

interpreter::Limits limits() {
    return {.turn = 1'000'000, .steps = 5, .fibers = 100, .frames = 200, .variables = 300};
}

Frame frame(decltype(Frame::content) content) {
    return {.epoch = 3, .token = {7, 8}, .time = noon, .content = std::move(content)};
}

/// One event of each kind.
Events events() {
    const auto value = order();
    Events all;
    all.runs = {{"order-7", birth}, {"order-8", {1, 2}}};
    all.events = {{0, begin()},
                  {0, interpreter::OperationCompleted{1, 2, false, value}},
                  {1, interpreter::OperationCompleted{3, 1, true, value}},
                  {1, interpreter::AttemptFailed{4, 2, {1'000'000'060, 0}}},
                  {0, interpreter::TimerFired{9}},
                  {0, interpreter::Continue{}},
                  {0, interpreter::Pause{}},
                  {0, interpreter::Resume{}},
                  {1, interpreter::Abort{}},
                  {0, interpreter::SetVariable{"paid", Value::boolean(true)}},
                  {1, Remove{}}};
    all.digests = {0xDEADBEEFU, 1};
    return all;
}

Epoch epoch() {
    return {.engine_version = "0.1.0",
            .interpreter_version = 1,
            .limits = limits(),
            .configuration = {{"rate", Value::int_(5)}, {"region", Value::string("eu")}},
            .store_id = store_id,
            .owner = "worker on host-1, process 42",
            .lease_ms = 10'000};
}

RunRow run_row() {
    RunRow row;
    row.birth = birth;
    row.program = program;
    row.input_hash = input_hash;
    row.tags = begin().tags;
    row.started = noon;
    row.retention_ms = 604'800'000;
    row.operations_pending = true;
    row.next_wake = model::Instant{1'000'000'060, 0};
    row.snapshot_bytes = 1'234'567;
    row.chunks = 2;
    row.chunks_before = 3;
    return row;
}

ResultRow result_row() {
    ResultRow row;
    row.birth = birth;
    row.program = program;
    row.input_hash = input_hash;
    row.tags = begin().tags;
    row.started = noon;
    row.finished = {1'000'000'100, 1};
    row.retention_ms = 604'800'000;
    row.outcome = encode(model::Outcome(model::Succeeded{order()})).value();
    row.status = static_cast<std::uint8_t>(Status::succeeded);
    return row;
}

ParkedRow parked_row() {
    ParkedRow row;
    row.birth = birth;
    row.error = "the snapshot is not that of the row";
    row.events = {{41, noon, begin(), limits()}, {42, noon, interpreter::TimerFired{9}, {}}};
    return row;
}

}  // namespace

std::vector<Sample> all_samples() {
    const auto died =
        model::Died{model::Death::awaited_flow_died("a_fork0", model::Death::remote_fail("no"))};
    const RunsValue tombstone =
        Tombstone{.why = Tombstone::Why::finished, .birth = birth, .time = noon, .chunks = 3};
    return {
        sample<decode_frame>("frame_1_events.bin", frame(events())),
        sample<decode_frame>("frame_1_epoch.bin", frame(epoch())),
        sample<decode_frame>("frame_1_beat.bin", frame(Beat{})),
        sample<decode_frame>("frame_1_released.bin", frame(Released{})),
        sample<decode_runs_value>("run_1_row.bin", RunsValue(run_row())),
        sample<decode_runs_value>("run_1_tombstone.bin", tombstone),
        sample<decode_result_row>("result_1.bin", result_row()),
        sample<decode_checkpoint>("checkpoint_1.bin", Checkpoint{42, noon, 40, epoch()}),
        sample<decode_parked_row>("parked_1.bin", parked_row()),
        sample<decode_meta>("meta_1.bin", Meta{16, "xxh3-64", store_id}),
        sample<decode_outcome>("outcome_1_succeeded.bin", model::Outcome(model::Succeeded{order()})),
        sample<decode_outcome>("outcome_1_failed.bin", model::Outcome(model::Failed{Value::string("no")})),
        sample<decode_outcome>("outcome_1_died.bin", model::Outcome(died)),
    };
}

}  // namespace zflow::engine::test
