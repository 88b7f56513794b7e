#pragma once

#include <zflow/interpreter/event.hpp>
#include <zflow/interpreter/program.hpp>
#include <zflow/model/environment.hpp>
#include <zflow/model/outcome.hpp>
#include <zflow/model/value.hpp>

#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace zflow::interpreter {

using EnvironmentRef = model::Ref<const model::Environment>;

/// Bounds of a run, part of what its state depends on (the engine journals them).
struct Limits {
    std::uint64_t turn = 1'000'000;    ///< transitions of one event; the rest waits for a Continue
    std::uint64_t steps = 0;           ///< transitions of a whole run, then it dies; 0 = any number
    std::uint32_t fibers = 100'000;    ///< alive at once
    std::uint32_t frames = 4'000'000;  ///< nested calls of one fiber
    std::uint32_t variables = 1'000'000;
};

/// Where a variable lives: the scope that made it, and its name.
struct VariableKey {
    std::uint32_t scope = 0;
    std::string name;
    friend auto operator<=>(const VariableKey&, const VariableKey&) = default;
};

struct Variable {
    model::Value value;
    std::uint64_t version = 0;  ///< State::versions when it was written; 0 = there is none
};

/// What waits to be done when a fiber has run a finalizer or its compensations.
enum class After : std::uint8_t {
    succeed,  ///< with the frame's value
    fail,     ///< with the frame's value
    retry,    ///< on to the transaction or orTry around
    unwind,   ///< on to `Frame::target`
    restart,  ///< the transaction that was undone runs again
    wait,     ///< the transaction that was undone waits for a variable
    right,    ///< the right side of an orTry runs
};

/// What a frame of a fiber's stack does with the value, or the failure, that reaches it. The numbers are
/// those of snapshots and are never reused.
enum class FrameKind : std::uint8_t {
    // Of expressions.
    strict = 0,  ///< collects operands; `step` is the child under way
    branch = 1,
    bind = 2,
    fold_option = 3,
    fold_either = 4,
    fold_list_list = 5,
    fold_list_initial = 6,  ///< `value` is the list
    fold_list_body = 7,     ///< `value` is the list, `step` the item under way
    recurse = 8,
    recurse_with = 9,
    debug = 10,
    // Of flows, waiting for an expression.
    evaluated = 16,          ///< the flow node's own expression
    body = 17,               ///< a function's result that must be a flow, which runs next
    modify = 18,             ///< `value` is the variable's reference, `version` what was read
    iterate_predicate = 19,  ///< `value` is the candidate
    contramap = 20,
    map_result = 21,
    // Of flows, waiting for a flow.
    fold = 32,
    provide = 33,  ///< `environment` is what to restore
    ensuring = 34,
    commit = 35,   ///< the end of a transaction
    or_try = 36,   ///< the end of the left side, which is a transaction inside
    timeout = 37,  ///< `version` is its timer
    iterate_step = 38,
    check = 39,          ///< `value` is the activity's input
    finalizing = 40,     ///< `after`, `value`, `target`
    undoing = 41,        ///< the same; what is left to undo is in Fiber::undos
    map_operation = 42,  ///< an operation whose result is mapped
    activity = 43,       ///< an activity that is performed
};

struct Frame {
    FrameKind kind;
    After after = After::succeed;
    std::uint32_t node = 0;
    std::uint32_t step = 0;
    std::uint32_t target = 0;
    std::uint64_t version = 0;
    EnvironmentRef environment;
    model::Value value;
};

/// How an activity that succeeded inside of a transaction is undone.
struct Compensation {
    std::uint32_t node = 0;  ///< the flow
    EnvironmentRef environment;
    model::Value result;  ///< of the activity: the flow's input
};

struct Transaction {
    std::uint32_t node = 0;  ///< what runs again: Transaction, or OrTry
    EnvironmentRef environment;
    EnvironmentRef inputs;
    std::uint32_t attempts = 0;    ///< how often it ran before
    std::uint32_t undo_depth = 0;  ///< how many transactions were being undone when it began
    std::map<VariableKey, model::Value> writes;
    std::map<VariableKey, std::uint64_t> reads;  ///< with the version that was read, 0 = there was none
    std::vector<Compensation> compensations;     ///< oldest first
    std::vector<std::uint32_t> children;         ///< fibers that it forked
};

/// Where variables are looked up: in a fiber or a timeout, then in what is around it.
struct Scope {
    std::uint32_t parent = 0;               ///< its own number for the main fiber's
    bool alive = true;                      ///< some fiber is in it; a dead one stays while it has children
    std::uint32_t fiber = 0;                ///< while it is alive: which; follows from `fibers`
    std::set<std::uint32_t> children = {};  ///< scopes whose parent it is; follows from their parents
};

/// What a fiber waits for.
enum class Waiting : std::uint8_t {
    nothing = 0,    ///< it is ready to run, or has ended
    operation = 1,  ///< `awaited` is its number
    timer = 2,      ///< `awaited` is its number
    fiber = 3,      ///< to end: `awaited` is its number
    interrupted_fiber = 4,
    variable = 5,  ///< that its innermost undone transaction has read, to change
    back_off = 6,  ///< a timer, before a transaction runs again
};

/// What a fiber does next.
enum class Mode : std::uint8_t {
    evaluate = 0,  ///< the expression at `node`
    answer = 1,    ///< `value` goes to the frame on top
    run = 2,       ///< the flow at `node`
    operate = 3,   ///< the operation at `node` with the input `value`
    succeed = 4,   ///< `value` goes to the flow frame on top
    fail = 5,
    retry = 6,
    unwind = 7,  ///< frames go until the timeout at `target`, or all
    ended = 8,
};

struct Fiber {
    /// Unwinding that goes through the whole stack.
    static constexpr std::uint32_t whole = UINT32_MAX;

    std::uint32_t number = 0;
    std::uint32_t parent = 0;  ///< its own number for the main fiber
    std::string id;            ///< e.g. "order-7_fork0"
    Mode mode = Mode::run;
    Waiting waiting = Waiting::nothing;
    std::uint64_t awaited = 0;
    std::uint32_t node = 0;
    std::uint32_t target = whole;
    EnvironmentRef environment;
    model::Value value;
    EnvironmentRef inputs;              ///< what Input gives: the last one
    std::vector<std::uint32_t> scopes;  ///< its own and those of its timeouts; the last one is current
    std::vector<Frame> stack;
    std::vector<model::Value> operands;  ///< of the strict frames on top of the stack
    std::vector<Transaction> transactions;
    std::vector<Transaction> undos;         ///< being undone: their compensations run, newest first
    std::optional<model::Death> death;      ///< why the whole stack is being unwound
    bool interrupted = false;               ///< the whole stack is being unwound because somebody wanted it
    std::optional<model::Outcome> outcome;  ///< once it has ended
    std::uint32_t inherited_inputs = 0;     ///< how many of `inputs` came from its parent
    std::uint32_t child_counter = 0;        ///< of the names fork<N>
    std::uint32_t temporary_counter = 0;    ///< of the names of temporary variables
    std::vector<std::uint32_t> awaited_by;  ///< fibers that wait for this one to end
};

struct PendingOperation {
    std::uint32_t fiber = 0;
    std::uint32_t node = 0;      ///< of the operation
    std::uint32_t activity = 0;  ///< of the RunActivity, for its name
    std::uint32_t attempt = 1;
    std::uint64_t retry_timer = 0;  ///< armed between two attempts
    model::Value input;
};

struct PendingTimer {
    enum class Purpose : std::uint8_t { wake = 0, timeout = 1, retry = 2 };
    Purpose purpose = Purpose::wake;
    std::uint64_t subject = 0;  ///< the fiber; for retry the operation
    model::Instant due;
};

/// Everything that a run is between two events.
///
/// It follows from the program and the events alone. Values are shared with other states.
struct State {
    std::shared_ptr<const Program> program;
    Limits limits;
    std::string run_id;
    model::Uuid birth;
    model::Instant now;
    bool started = false;
    bool paused = false;
    bool ending = false;                    ///< limit `steps` was reached: only finalizers run
    std::map<std::uint32_t, Fiber> fibers;  ///< alive, or ended with somebody who may ask
    std::unordered_map<std::string, std::uint32_t> fiber_numbers;  ///< by id; follows from `fibers`
    std::deque<std::uint32_t> ready;                               ///< fibers that run next, in this order
    std::set<std::uint32_t> watching;                              ///< fibers that wait for a variable
    std::map<VariableKey, Variable> variables;
    std::map<std::uint32_t, Scope> scopes;
    std::map<std::uint64_t, PendingOperation> operations;
    std::map<std::uint64_t, PendingTimer> timers;
    std::vector<EventKind> held;            ///< completions and firings that came while paused
    std::optional<model::Outcome> outcome;  ///< of the main fiber
    std::uint64_t versions = 0;             ///< counts writes of variables
    std::uint64_t operation_counter = 0;
    std::uint64_t timer_counter = 0;
    std::uint64_t random_counter = 0;
    std::uint64_t steps = 0;  ///< transitions so far
    std::uint32_t fiber_counter = 0;
    std::uint32_t scope_counter = 0;
    std::uint32_t alive = 0;
    std::uint32_t ended_kept_last = 0;  ///< ended fibers kept at the last sweep

    /// Whether a turn ended before the run had to wait: give it a Continue.
    [[nodiscard]] bool runnable() const noexcept { return !paused && !ready.empty(); }

    /// Whether nothing will ever happen again: all fibers have ended.
    [[nodiscard]] bool done() const noexcept { return started && alive == 0; }
};

}  // namespace zflow::interpreter
