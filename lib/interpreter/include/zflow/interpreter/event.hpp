#pragma once

#include <zflow/model/outcome.hpp>
#include <zflow/model/time.hpp>
#include <zflow/model/uuid.hpp>
#include <zflow/model/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace zflow::interpreter {

// Events: what happens to a run from outside. They are all that its state depends on.

/// The run begins.
struct Started {
    model::Value input;  ///< what Input gives; unit if there is none
    model::Uuid birth;   ///< 16 random bytes: seeds the run's random numbers, part of every operation's key
    std::string run_id;  ///< part of the ids of its fibers
};

/// An operation has ended: with its result, or with what failed.
struct OperationCompleted {
    std::uint64_t operation = 0;
    std::uint32_t attempt = 0;
    bool failed = false;
    model::Value value;  ///< the result; if failed the error, e.g. an ActivityError record
};

/// An attempt of an operation has failed and another one shall follow.
struct AttemptFailed {
    std::uint64_t operation = 0;
    std::uint32_t attempt = 0;
    model::Instant retry_at;
};

struct TimerFired {
    std::uint64_t timer = 0;
};

/// The run goes on where it stopped because its turn was over (`State::runnable`).
struct Continue {};

struct Pause {};
struct Resume {};

/// End the run: finalizers and compensations run, then it is Died (Interrupted).
struct Abort {};

/// Set a variable of the run's main fiber from outside.
struct SetVariable {
    std::string name;
    model::Value value;
};

using EventKind = std::variant<Started, OperationCompleted, AttemptFailed, TimerFired, Continue, Pause,
                               Resume, Abort, SetVariable>;

struct Event {
    model::Instant time;  ///< what `Now` gives while it is applied; never less than that of the event before
    EventKind kind;
};

// Actions: what a run wants done outside. They are released when the event is durable.

/// Call an operation. The key of the call is (run id, birth, operation); `attempt` counts from 1.
struct Call {
    std::uint64_t operation = 0;
    std::uint32_t attempt = 1;
    std::string name;          ///< the activity's
    std::string type_id;       ///< the operation's
    model::Value description;  ///< the operation's own data
    model::Value input;
    std::uint32_t node = 0;  ///< the operation in the program, which has the schemas of input and result
};

/// The result of an operation is no longer wanted.
struct Cancel {
    std::uint64_t operation = 0;
};

struct ArmTimer {
    std::uint64_t timer = 0;
    model::Instant due;
};

struct DropTimer {
    std::uint64_t timer = 0;
    model::Instant due;  ///< what it was armed for
};

/// The run's main fiber has ended. Forked fibers may go on.
struct Finished {
    model::Outcome outcome;
};

struct Log {
    std::string fiber;
    std::string text;
};

using Action = std::variant<Call, Cancel, ArmTimer, DropTimer, Finished, Log>;

}  // namespace zflow::interpreter
