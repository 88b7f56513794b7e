#include "machine.hpp"

#include <algorithm>

namespace zflow::interpreter {

using model::Value;

void Machine::succeed(Fiber& fiber, Value value) {
    if (observing()) {
        note_extensions(value);
    }
    fiber.mode = Mode::succeed;
    fiber.value = std::move(value);
}

void Machine::fail(Fiber& fiber, Value error) {
    fiber.mode = Mode::fail;
    fiber.value = std::move(error);
}

/// End the whole fiber; the first reason stays.
void Machine::die(Fiber& fiber, model::Death death) {
    if (const auto origin = program_.origin(fiber.node); !origin.empty()) {
        actions_.emplace_back(Log{fiber.id, "died at " + origin + ": " + death.message()});
    }
    if (!fiber.death) {
        fiber.death = std::move(death);
    }
    drop_expressions(fiber);
    fiber.mode = Mode::unwind;
    fiber.target = Fiber::whole;
}

/// Frames of expressions stand at the top only, and nobody hears of their values any more.
void Machine::drop_expressions(Fiber& fiber) {
    fiber.operands.clear();
    while (!fiber.stack.empty() && fiber.stack.back().kind < FrameKind::fold) {
        fiber.stack.pop_back();
    }
}

void Machine::leave_timeout(Fiber& fiber, const Frame& frame) {
    if (frame.version != 0) {
        drop_timer(frame.version);
    }
    require(fiber.scopes.size() > 1, "a timeout has a scope of its own");
    release_scope(fiber.scopes.back());
    fiber.scopes.pop_back();
}

/// Run the finalizer of an Ensuring, then go on as `after` says.
void Machine::finalize(Fiber& fiber, const Frame& frame, After after, Value value, std::uint32_t target) {
    fiber.stack.push_back({.kind = FrameKind::finalizing,
                           .after = after,
                           .node = frame.node,
                           .target = target,
                           .environment = nullptr,
                           .value = std::move(value)});
    run_at(fiber, program_.child(program_.at(frame.node), 1), frame.environment);
}

/// What waited until a finalizer or the compensations had run.
void Machine::go_on(Fiber& fiber, const Frame& frame) {
    switch (frame.after) {
        case After::succeed:
            return succeed(fiber, frame.value);
        case After::fail:
            return fail(fiber, frame.value);
        case After::retry:
            fiber.mode = Mode::retry;
            return;
        case After::unwind:
            fiber.mode = Mode::unwind;
            fiber.target = frame.target;
            return;
        default:
            throw Defect("only a transaction runs again, waits, or has a right side");
    }
}

void Machine::succeed_at(Fiber& fiber) {
    if (fiber.stack.empty()) {
        return finish(fiber, model::Succeeded{std::move(fiber.value)});
    }
    switch (fiber.stack.back().kind) {
        case FrameKind::commit:
            return commit(fiber);
        case FrameKind::or_try:
            return merge(fiber);
        case FrameKind::undoing:
            return next_compensation(fiber);
        default:
            break;
    }
    const auto frame = pop(fiber);
    const auto& instruction = program_.at(frame.node);
    switch (frame.kind) {
        case FrameKind::fold:
            if (const auto on_success = program_.child(instruction, 2); on_success != Program::absent) {
                run_body(fiber, on_success, frame.environment, std::move(fiber.value));
            }
            return;
        case FrameKind::provide:
            fiber.inputs = frame.environment;
            return;
        case FrameKind::ensuring:
            return finalize(fiber, frame, After::succeed, std::move(fiber.value), 0);
        case FrameKind::finalizing:
            return go_on(fiber, frame);
        case FrameKind::timeout:
            leave_timeout(fiber, frame);
            fiber.value = Value::some(std::move(fiber.value));
            return;
        case FrameKind::iterate_step:
            return iterate_on(fiber, frame.node, frame.environment, std::move(fiber.value));
        case FrameKind::check:
        case FrameKind::activity:
            return succeed_activity(fiber, frame.node, frame.environment, std::move(fiber.value));
        case FrameKind::map_operation:
            fiber.stack.push_back(
                {.kind = FrameKind::map_result, .node = frame.node, .environment = nullptr, .value = {}});
            return call(fiber, program_.child(instruction, 1), frame.environment, std::move(fiber.value));
        default:
            throw Defect("a flow ends at a frame that waits for a flow");
    }
}

void Machine::fail_at(Fiber& fiber) {
    if (fiber.stack.empty()) {
        return finish(fiber, model::Failed{std::move(fiber.value)});
    }
    switch (fiber.stack.back().kind) {
        case FrameKind::commit:
            // What was read together and never was there together may fail as nothing could that ran alone.
            if (has_changed(fiber.transactions.back())) {
                return undo(fiber, After::restart, {}, 0);
            }
            return undo(fiber, After::fail, std::move(fiber.value), 0);
        case FrameKind::or_try:
            return merge(fiber);
        case FrameKind::undoing:
            actions_.emplace_back(Log{fiber.id, "a compensation failed; the others go on"});
            return next_compensation(fiber);
        default:
            break;
    }
    const auto frame = pop(fiber);
    const auto& instruction = program_.at(frame.node);
    switch (frame.kind) {
        case FrameKind::fold:
            if (const auto on_error = program_.child(instruction, 1); on_error != Program::absent) {
                run_body(fiber, on_error, frame.environment, std::move(fiber.value));
            }
            return;
        case FrameKind::provide:
            fiber.inputs = frame.environment;
            return;
        case FrameKind::ensuring:
            return finalize(fiber, frame, After::fail, std::move(fiber.value), 0);
        case FrameKind::finalizing:
            // A finalizer that fails: its error is heard of if there was none yet.
            return frame.after == After::succeed ? fail(fiber, std::move(fiber.value)) : go_on(fiber, frame);
        case FrameKind::timeout:
            return leave_timeout(fiber, frame);
        case FrameKind::check:
            return perform(fiber, frame);
        case FrameKind::activity:
        case FrameKind::map_operation:
        case FrameKind::iterate_step:
            return;
        default:
            throw Defect("a flow ends at a frame that waits for a flow");
    }
}

void Machine::retry_at(Fiber& fiber) {
    require(!fiber.stack.empty(), "a retry has a transaction or an orTry around");
    switch (fiber.stack.back().kind) {
        case FrameKind::commit:
            return undo(fiber, After::wait, {}, 0);
        case FrameKind::or_try:
            return undo(fiber, After::right, {}, 0);
        case FrameKind::undoing:
            return next_compensation(fiber);
        default:
            break;
    }
    const auto frame = pop(fiber);
    switch (frame.kind) {
        case FrameKind::provide:
            fiber.inputs = frame.environment;
            return;
        case FrameKind::ensuring:
            return finalize(fiber, frame, After::retry, {}, 0);
        case FrameKind::finalizing:
            // Nothing that a finalizer does stops an unwinding.
            return frame.after == After::unwind ? go_on(fiber, frame) : void();
        case FrameKind::timeout:
            return leave_timeout(fiber, frame);
        default:
            return;
    }
}

/// Whether an unwinding fiber runs the transaction on top once more: because it was sent here for that, or
/// because it died inside of what it read together and never was there together.
bool Machine::is_to_restart(Fiber& fiber) const {
    if (fiber.target == fiber.stack.size() - 1) {
        return true;
    }
    if (fiber.target != Fiber::whole || !has_changed(fiber.transactions.back())) {
        return false;
    }
    // A fiber that was being unwound before has another reason, which stays. Nobody from outside reaches into
    // its finalizers, so it has died in one of them.
    const auto was_unwound = std::ranges::any_of(fiber.stack, [](const Frame& frame) {
        return (frame.kind == FrameKind::finalizing || frame.kind == FrameKind::undoing) &&
               frame.after == After::unwind && frame.target == Fiber::whole;
    });
    if (!was_unwound) {
        if (fiber.interrupted) {
            return false;
        }
        fiber.death.reset();
    }
    return true;
}

void Machine::unwind_at(Fiber& fiber) {
    drop_expressions(fiber);
    if (fiber.stack.empty()) {
        if (!fiber.death) {
            throw Defect("a fiber that is unwound as a whole has a reason");
        }
        return finish(fiber, model::Died{*fiber.death});
    }
    switch (fiber.stack.back().kind) {
        case FrameKind::commit:
            if (is_to_restart(fiber)) {
                return undo(fiber, After::restart, {}, 0);
            }
            [[fallthrough]];
        case FrameKind::or_try:
            note(Difference::finalizers_run_when_dying);
            return undo(fiber, After::unwind, {}, fiber.target);
        case FrameKind::undoing: {
            // A compensation died. The others run all the same, and then this one's reason has its way.
            auto& frame = fiber.stack.back();
            frame.after = After::unwind;
            frame.target = fiber.target;
            return next_compensation(fiber);
        }
        default:
            break;
    }
    const auto frame = pop(fiber);
    switch (frame.kind) {
        case FrameKind::provide:
            fiber.inputs = frame.environment;
            return;
        case FrameKind::ensuring:
            note(Difference::finalizers_run_when_dying);
            return finalize(fiber, frame, After::unwind, {}, fiber.target);
        case FrameKind::timeout:
            // What finalizers have forked since it fired.
            interrupt_inside(fiber.scopes.back(), model::Death::interrupted());
            leave_timeout(fiber, frame);
            if (fiber.stack.size() == fiber.target) {
                succeed(fiber, Value::none());
            }
            return;
        default:
            return;
    }
}

}  // namespace zflow::interpreter
