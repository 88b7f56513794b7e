#include "machine.hpp"

#include <algorithm>

namespace zflow::interpreter {

using model::NodeKind;
using model::Value;

Value activity_error(std::string failure) {
    static const auto shape = model::make<const model::RecordShape>(
        "zio.flow.ActivityError", std::vector<std::string>{"failure", "details"});
    return Value::record(shape, {Value::string(std::move(failure)), Value::none()});
}

Call call_of(const State& state, std::uint64_t operation) {
    const auto found = state.operations.find(operation);
    require(found != state.operations.end(), "an operation that is called is pending");
    const auto& pending = found->second;
    const auto& names = state.program->at(pending.node).node->value.as_tuple();
    return {operation,
            pending.attempt,
            state.program->at(pending.activity).node->value.as_tuple().left.as_string(),
            names.left.as_string(),
            names.right,
            pending.input,
            pending.node};
}

namespace {

/// Whether the end of an operation's current attempt came while the run was paused.
bool has_ended(const State& state, std::uint64_t number, std::uint32_t attempt) {
    return std::ranges::any_of(state.held, [&](const EventKind& event) {
        const auto* const completed = std::get_if<OperationCompleted>(&event);
        const auto* const failed = std::get_if<AttemptFailed>(&event);
        return (completed != nullptr && completed->operation == number) ||
               (failed != nullptr && failed->operation == number && failed->attempt == attempt);
    });
}

}  // namespace

std::vector<Call> pending_calls(const State& state) {
    std::vector<Call> calls;
    for (const auto& [number, pending] : state.operations) {
        if (pending.retry_timer == 0 && !has_ended(state, number, pending.attempt)) {
            calls.push_back(call_of(state, number));
        }
    }
    return calls;
}

/// First the check, with the activity's input: if it succeeds, the work has been done already.
void Machine::run_activity(Fiber& fiber, std::uint32_t node, EnvironmentRef environment, Value input) {
    const auto inputs = fiber.inputs;
    push(fiber, {.kind = FrameKind::check, .node = node, .environment = environment, .value = input});
    if (fiber.mode == Mode::unwind) {
        return;
    }
    push(fiber, {.kind = FrameKind::provide, .node = node, .environment = inputs, .value = {}});
    if (fiber.mode == Mode::unwind) {
        return;
    }
    fiber.inputs = model::Environment::push(std::move(input), inputs);
    run_at(fiber, program_.child(program_.at(node), 2), std::move(environment));
}

/// The check failed: the work is to be done.
void Machine::perform(Fiber& fiber, const Frame& check) {
    fiber.stack.push_back(
        {.kind = FrameKind::activity, .node = check.node, .environment = check.environment, .value = {}});
    fiber.mode = Mode::operate;
    fiber.node = program_.child(program_.at(check.node), 1);
    fiber.environment = check.environment;
    fiber.value = check.value;
}

/// One step into an operation: through what maps its input and result, to the call.
void Machine::operate(Fiber& fiber) {
    const auto node = fiber.node;
    const auto& instruction = program_.at(node);
    const auto environment = fiber.environment;
    switch (instruction.kind) {
        case NodeKind::operation_custom:
            return issue(fiber, instruction);
        case NodeKind::operation_contramap: {
            auto input = std::exchange(fiber.value, {});
            push(fiber, {.kind = FrameKind::contramap,
                         .node = program_.child(instruction, 0),
                         .environment = environment,
                         .value = {}});
            if (fiber.mode != Mode::unwind) {
                call(fiber, program_.child(instruction, 1), environment, std::move(input));
            }
            return;
        }
        case NodeKind::operation_map:
            push(fiber,
                 {.kind = FrameKind::map_operation, .node = node, .environment = environment, .value = {}});
            if (fiber.mode != Mode::unwind) {
                fiber.node = program_.child(instruction, 0);
            }
            return;
        default:
            throw Defect("the loader lets only operations stand where one is called");
    }
}

void Machine::issue(Fiber& fiber, const Instruction& instruction) {
    const auto activity = std::find_if(fiber.stack.rbegin(), fiber.stack.rend(),
                                       [](const Frame& frame) { return frame.kind == FrameKind::activity; });
    require(activity != fiber.stack.rend(), "an operation is called for an activity");
    if (instruction.node->schema) {
        if (const auto fits = model::fits(fiber.value, *instruction.node->schema); !fits) {
            return die(fiber, model::Death::type_error(
                                  "the input of the activity '" +
                                  program_.at(activity->node).node->value.as_tuple().left.as_string() +
                                  "' does not fit: " + fits.error().text()));
        }
    }
    const auto number = ++state_.operation_counter;
    const auto& names = instruction.node->value.as_tuple();
    const auto& name = program_.at(activity->node).node->value.as_tuple().left.as_string();
    actions_.emplace_back(
        Call{number, 1, name, names.left.as_string(), names.right, fiber.value, fiber.node});
    state_.operations.emplace(number, PendingOperation{fiber.number, fiber.node, activity->node, 1, 0,
                                                       std::exchange(fiber.value, {})});
    wait(fiber, Waiting::operation, number);
}

/// An activity has its result: inside of a transaction its compensation is remembered, but not while one is
/// undone.
void Machine::succeed_activity(Fiber& fiber, std::uint32_t node, EnvironmentRef environment, Value result) {
    if (!fiber.transactions.empty() && fiber.transactions.back().undo_depth == fiber.undos.size()) {
        fiber.transactions.back().compensations.push_back(
            {program_.child(program_.at(node), 3), std::move(environment), result});
    }
    succeed(fiber, std::move(result));
}

}  // namespace zflow::interpreter
