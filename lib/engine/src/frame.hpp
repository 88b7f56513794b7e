#pragma once

#include <zflow/codec/binary.hpp>
#include <zflow/engine/run.hpp>
#include <zflow/interpreter/apply.hpp>
#include <zflow/interpreter/event.hpp>
#include <zflow/model/error.hpp>
#include <zflow/model/uuid.hpp>

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace zflow::engine {

// The entries of a partition's log, `_zflow_log_<p>`: docs/formats/log.md. Numbers are never reused.

/// Two hashes of 128 bits: equal inputs have equal ones.
using InputHash = std::array<std::uint8_t, 16>;

/// The run begins, or somebody attaches to it: then it changes nothing.
struct Begin {
    model::Value input;
    codec::ProgramId program{};
    InputHash input_hash{};
    Tags tags;
    std::uint64_t retention_ms = 0;  ///< how long its result is kept after its end
};

/// A finished or parked run is forgotten.
struct Remove {};

/// What happens to one run. Number in the log = place in this list.
using EventBody = std::variant<Begin, interpreter::OperationCompleted, interpreter::AttemptFailed,
                               interpreter::TimerFired, interpreter::Continue, interpreter::Pause,
                               interpreter::Resume, interpreter::Abort, interpreter::SetVariable, Remove>;

/// A run that a frame is about. Events of another birth than the run's are ignored.
struct FrameRun {
    std::string id;
    model::Uuid birth;
};

struct FrameEvent {
    std::uint32_t run = 0;  ///< its place in Events::runs
    EventBody body;
};

/// One commit.
struct Events {
    std::vector<FrameRun> runs;  ///< each once, in the order of their first event
    std::vector<FrameEvent> events;
    /// What the Events frame before did to each of its runs, in their order: replay compares. Empty if it is
    /// the first of its epoch.
    std::vector<std::uint32_t> digests;
};

/// A new owner: its frames follow.
struct Epoch {
    std::string engine_version;
    std::uint32_t interpreter_version = 0;
    interpreter::Limits limits;                ///< of runs that begin in this epoch
    interpreter::Configuration configuration;  ///< for everything that is applied in it
    model::Uuid store_id;
    std::string owner;  ///< for people: name, host, process
    std::uint64_t lease_ms = 0;
};

/// The owner lives, and has nothing else to write.
struct Beat {};

/// The owner has stopped: anybody may claim at once.
struct Released {};

struct Frame {
    std::uint64_t epoch = 0;  ///< the index of the owner's Epoch frame; of an Epoch frame itself: its own
    model::Uuid token = {};   ///< 16 random bytes, one per frame: whose append it was
    model::Instant time =
        {};  ///< of its events; of other frames the last events' time, which they do not change
    std::variant<Events, Epoch, Beat, Released> content = {};
};

inline constexpr std::uint8_t frame_version = 1;

/// Errors: more than model::max_encoded_bytes; a value with code of a run inside; an event about a run that
/// the frame does not have.
[[nodiscard]] std::expected<std::string, model::Error> encode(const Frame& frame);

/// Errors: other bytes than `encode` makes. Memory is bounded by a fixed multiple of the bytes.
[[nodiscard]] std::expected<Frame, model::Error> decode_frame(std::string_view bytes);

/// How many bytes a frame has at most without its runs, events and digests.
inline constexpr std::size_t empty_frame_size = 80;

/// How many a digest has.
inline constexpr std::size_t digest_size = 4;

/// About how many bytes an event takes in a frame with its run, at least as many as it will; for filling
/// frames. What it shares with other events counts again. Cost: linear in the event's values, what they share
/// inside once.
[[nodiscard]] std::size_t encoded_size(const FrameRun& run, const EventBody& body);

/// Why a value from outside cannot be in a log: it has code of a run inside, a text that is not UTF-8, or is
/// too long; nothing if it can. Cost: linear in the value.
[[nodiscard]] std::optional<std::string> find_fault(const model::Value& value);

/// codec::value_id of the input: it does not depend on which of its parts are one object.
[[nodiscard]] InputHash hash_of(const model::Value& input);

}  // namespace zflow::engine
