#pragma once

#include "frame.hpp"

#include <zflow/model/outcome.hpp>

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace zflow::engine {

// The values in the KeyValueStore: docs/formats/checkpoint.md. Each has an envelope with format version,
// length and CRC32C. Numbers are never reused.

/// Namespace `_zflow_runs_<p>`, key run id, version = index of the last frame that changed the run: the
/// commit record of the snapshot with the same version. Follows from the log up to that index alone.
struct RunRow {
    model::Uuid birth;
    codec::ProgramId program{};
    InputHash input_hash{};
    Tags tags;
    model::Instant started;
    std::uint64_t retention_ms = 0;
    bool paused = false;
    bool operations_pending = false;  ///< recovery loads it and calls them again
    bool runnable = false;            ///< recovery loads it and goes on
    std::optional<model::Instant> next_wake;
    std::uint64_t snapshot_bytes = 0;
    std::uint32_t chunks = 1;         ///< of this version's snapshot
    std::uint32_t chunks_before = 0;  ///< the most that any earlier version had
};

/// The same place, instead of a RunRow: the run is no longer there at this version.
struct Tombstone {
    enum class Why : std::uint8_t { removed = 0, finished = 1 };
    Why why = Why::removed;  ///< finished: `_zflow_results_<p>` may have it
    model::Uuid birth;
    model::Instant time;       ///< of the frame: for the grace time
    std::uint32_t chunks = 0;  ///< the most that any of its snapshots or results had: what is to be deleted
};
using RunsValue = std::variant<RunRow, Tombstone>;

/// Namespace `_zflow_results_<p>`, key run id, version = index of the frame that ended it.
struct ResultRow {
    model::Uuid birth;
    codec::ProgramId program{};
    InputHash input_hash{};
    Tags tags;
    model::Instant started;
    model::Instant finished;
    std::uint64_t retention_ms = 0;
    /// The outcome's bytes, empty if they are in `chunks` values of `_zflow_snapshots_<p>`.
    std::string outcome = {};
    std::uint32_t chunks = 0;
    std::uint8_t status = 0;  ///< engine::Status of the outcome, so that lists need not read it
};

/// Namespace `_zflow_checkpoints`, key = the partition's number in decimal digits, version = `index`:
/// everything up to there is in snapshots, rows and results.
struct Checkpoint {
    std::uint64_t index = 0;
    model::Instant time;            ///< of the last Events frame up to there
    std::uint64_t epoch_index = 0;  ///< of the last Epoch frame up to there, which may be trimmed
    Epoch epoch;                    ///< what is in it
};

/// Namespace `_zflow_parked_<p>`, key run id, version = the last index up to which events are in it.
struct ParkedRow {
    struct Event {
        std::uint64_t index = 0;
        model::Instant time;
        EventBody body;
        interpreter::Limits limits;  ///< of its epoch, for a Begin
    };
    model::Uuid birth;
    std::string error;
    std::vector<Event> events = {};  ///< after the version of its RunRow
};

/// The first entry of topic `_zflow_meta`, and its copy under the key `meta` of `_zflow_checkpoints`,
/// version 1.
struct Meta {
    std::uint32_t partitions = 0;
    std::string hash;  ///< which gives a run's partition: "xxh3-64"
    model::Uuid store_id;
};

[[nodiscard]] std::expected<std::string, model::Error> encode(const RunsValue& row);
[[nodiscard]] std::expected<std::string, model::Error> encode(const ResultRow& row);
[[nodiscard]] std::expected<std::string, model::Error> encode(const Checkpoint& checkpoint);
[[nodiscard]] std::expected<std::string, model::Error> encode(const ParkedRow& row);
[[nodiscard]] std::expected<std::string, model::Error> encode(const Meta& meta);
[[nodiscard]] std::expected<std::string, model::Error> encode(const model::Outcome& outcome);

[[nodiscard]] std::expected<RunsValue, model::Error> decode_runs_value(std::string_view bytes);
[[nodiscard]] std::expected<ResultRow, model::Error> decode_result_row(std::string_view bytes);
[[nodiscard]] std::expected<Checkpoint, model::Error> decode_checkpoint(std::string_view bytes);
[[nodiscard]] std::expected<ParkedRow, model::Error> decode_parked_row(std::string_view bytes);
[[nodiscard]] std::expected<Meta, model::Error> decode_meta(std::string_view bytes);
[[nodiscard]] std::expected<model::Outcome, model::Error> decode_outcome(std::string_view bytes);

}  // namespace zflow::engine
