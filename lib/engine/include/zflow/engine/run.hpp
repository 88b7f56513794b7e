#pragma once

#include <zflow/codec/binary.hpp>
#include <zflow/model/outcome.hpp>
#include <zflow/model/time.hpp>
#include <zflow/model/uuid.hpp>
#include <zflow/model/value.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace zflow::engine {

enum class Status : std::uint8_t { running, paused, succeeded, failed, died, parked };

/// The status' name, e.g. "running".
[[nodiscard]] std::string_view to_string(Status status) noexcept;
[[nodiscard]] std::optional<Status> parse_status(std::string_view name) noexcept;

using Tags = std::map<std::string, std::string>;

/// What is known of a run without reading its state.
struct RunInfo {
    std::string id;
    model::Uuid birth;  ///< of this life of the id
    Status status = Status::running;
    codec::ProgramId program{};
    model::Instant started;
    std::optional<model::Instant> finished;
    std::optional<model::Instant> next_wake;  ///< its first timer or retry
    Tags tags;
};

/// A fiber that has not ended, and what it waits for.
struct FiberView {
    std::string id;
    std::string waits_for = {};  ///< a clause for people, e.g. "operation 3 (charge-card)", "a timer"
    std::string label =
        {};                 ///< where in the source: `order_saga.cpp:28 (charge-card)`; empty if nobody knows
    std::string path = {};  ///< of the node in the program, e.g. `.Fold.value`
    std::optional<model::Instant> until = {};  ///< of a timer
};

struct VariableView {
    std::uint32_t scope = 0;  ///< 0 = the main fiber's
    std::string name;
    model::Value value;
};

/// An operation whose result the run waits for.
struct OperationView {
    std::uint64_t number = 0;
    std::string key;  ///< the idempotency key
    std::string name;
    std::string type_id;
    std::uint32_t attempt = 1;  ///< the current one, or the next
    std::string state = {};     ///< "running", "queued", "to be tried again", "not registered"
    std::optional<model::Instant> next_attempt = {};
    std::string last_error = {};  ///< of the attempt before, as far as this process knows
};

/// Everything that there is to know of a run.
struct RunView {
    RunInfo info;
    std::vector<FiberView> fibers = {};
    std::vector<VariableView> variables = {};
    std::vector<OperationView> operations = {};
    std::optional<model::Outcome> outcome = {};
    std::string error = {};  ///< why it is parked
};

/// Which runs a listing shows. Empty = all.
struct Filter {
    std::optional<Status> status = {};
    Tags tags = {};  ///< all of these must be there
};

struct ListRequest {
    std::size_t limit = 100;  ///< 1 to 10,000
    std::string token = {};   ///< `RunPage::next` of the page before
};

/// A part of a listing, in no promised order. A page may hold fewer items than the limit although more
/// follow.
struct RunPage {
    std::vector<RunInfo> items;
    std::optional<std::string> next;
};

/// What happens when a run is started under an id that there is already.
enum class IfExists : std::uint8_t {
    attach,  ///< if program and input are the same, else `conflict`
    error,   ///< `exists`
};

struct StartOptions {
    std::string id = {};  ///< 1 to 256 bytes of UTF-8 without control characters; empty = a new one is made
    Tags tags = {};       ///< at most 32, each name and value at most 256 bytes
    IfExists if_exists = IfExists::attach;
};

/// What became of a start.
struct StartResult {
    std::string id;
    bool attached = false;  ///< the run was there before
};

/// Something that a run did, for people who watch. Told once it is durable; lost in a crash, or told twice.
struct Step {
    enum class Kind : std::uint8_t {
        started,
        operation_called,
        operation_completed,
        operation_failed,
        attempt_failed,
        timer_fired,
        sleeping,
        log,
        finished,
        parked
    };
    Kind kind = Kind::started;
    std::string run_id;
    std::string name = {};        ///< of the operation, or the fiber of a log line
    std::uint64_t operation = 0;  ///< its number
    std::uint32_t attempt = 0;
    std::string text = {};                     ///< the error, the log's text, the outcome as JSON
    std::optional<model::Instant> until = {};  ///< of `sleeping` and `attempt_failed`
};

}  // namespace zflow::engine
