#include "machine.hpp"

#include <zflow/model/sequence.hpp>

#include <fmt/format.h>

#include <limits>

namespace zflow::interpreter {

using model::Kind;
using model::NodeKind;
using model::Value;

void Machine::run_at(Fiber& fiber, std::uint32_t node, EnvironmentRef environment) {
    fiber.mode = Mode::run;
    fiber.node = node;
    fiber.environment = std::move(environment);
}

void Machine::run_code(Fiber& fiber, const Value& code) {
    if (!code.is(Kind::flow_code)) {
        return die(fiber, model::Death::type_error(
                              fmt::format("a flow was expected, got {}", to_string(code.kind()))));
    }
    require_place(code.as_code(), model::Sort::flow);
    run_at(fiber, code.as_code().node, code.as_code().captured);
}

/// Code comes out of values, and values out of snapshots: it is looked at before it runs.
void Machine::require_place(const model::Code& code, model::Sort sort) const {
    require(code.node < program_.size() && model::info(program_.at(code.node).kind).sort == sort &&
                program_.at(code.node).depth == (code.captured ? code.captured->depth() : 0),
            "code in a value is a place in the run's program with the environment of that place");
}

/// Run the flow that a function gives for an argument.
void Machine::run_body(Fiber& fiber, std::uint32_t function, const EnvironmentRef& environment,
                       Value argument) {
    const auto body = program_.child(program_.at(function), 0);
    const auto& instruction = program_.at(body);
    auto inner = model::Environment::push(std::move(argument), environment);
    if (instruction.kind == NodeKind::flow) {
        return run_at(fiber, program_.child(instruction, 0), std::move(inner));
    }
    push(fiber, {.kind = FrameKind::body, .node = body, .environment = nullptr, .value = {}});
    if (fiber.mode != Mode::unwind) {
        go(fiber, body, std::move(inner));
    }
}

void Machine::run_flow(Fiber& fiber) {
    const auto node = fiber.node;
    const auto& instruction = program_.at(node);
    const auto child = [&](std::size_t index) { return program_.child(instruction, index); };
    // Go on with the child after pushing a frame that waits for its end.
    const auto push_then = [&](FrameKind kind) {
        const auto environment = fiber.environment;
        push(fiber, {.kind = kind, .node = node, .environment = environment, .value = {}});
        if (fiber.mode == Mode::run) {
            fiber.node = child(0);
        }
    };
    switch (instruction.kind) {
        case NodeKind::fold:
            return push_then(FrameKind::fold);
        case NodeKind::ensuring:
            return push_then(FrameKind::ensuring);
        case NodeKind::now:
            return succeed(fiber, Value::instant(state_.now));
        case NodeKind::input:
            return input(fiber);
        case NodeKind::die:
            return die(fiber, model::Death::flow_died());
        case NodeKind::random:
            return random(fiber);
        case NodeKind::random_uuid:
            return random_uuid(fiber);
        case NodeKind::fork:
            return fork(fiber, instruction);
        case NodeKind::transaction:
            return begin_transaction(fiber, node, fiber.environment);
        case NodeKind::or_try:
            return begin_or_try(fiber, node, fiber.environment);
        case NodeKind::retry_until:
            return retry_until(fiber);
        case NodeKind::timeout:
            return evaluate_for_flow(fiber, 1);
        default:
            return evaluate_for_flow(fiber, 0);
    }
}

/// Most flows begin with an expression of theirs.
void Machine::evaluate_for_flow(Fiber& fiber, std::size_t child) {
    const auto node = fiber.node;
    const auto expression = program_.child(program_.at(node), child);
    const auto environment = fiber.environment;
    if (program_.at(expression).direct) {
        if (Value value; evaluate_direct(fiber, expression, environment, value)) {
            evaluated(fiber, node, environment, std::move(value), 0);
        }
        return;
    }
    push(fiber, {.kind = FrameKind::evaluated, .node = node, .environment = environment, .value = {}});
    if (fiber.mode == Mode::run) {
        go(fiber, expression, environment);
    }
}

/// Parameters: `step` is 1 when the expression of an UnwrapRemote has been unwrapped.
void Machine::evaluated(Fiber& fiber, std::uint32_t node, EnvironmentRef environment, Value value,
                        std::uint32_t step) {
    const auto& instruction = program_.at(node);
    switch (instruction.kind) {
        case NodeKind::return_:
            return succeed(fiber, std::move(value));
        case NodeKind::fail:
            return fail(fiber, std::move(value));
        case NodeKind::wait_till:
            return wait_till(fiber, value);
        case NodeKind::read: {
            const auto* name = name_of(fiber, value);
            if (name == nullptr) {
                return;
            }
            const auto* found = read(fiber, *name, nullptr, nullptr);
            return found != nullptr ? succeed(fiber, *found)
                                    : die(fiber, model::Death::variable_not_found(*name));
        }
        case NodeKind::modify:
            return modify(fiber, node, std::move(environment), value);
        case NodeKind::log:
            if (!value.is(Kind::string)) {
                return die(fiber, model::Death::type_error("Log needs a String"));
            }
            actions_.emplace_back(Log{fiber.id, value.as_string()});
            return succeed(fiber, Value::unit());
        case NodeKind::run_activity:
            return run_activity(fiber, node, std::move(environment), std::move(value));
        case NodeKind::unwrap:
            return run_code(fiber, value);
        case NodeKind::unwrap_remote:
            if (step == 0 && value.is(Kind::remote_code)) {
                push(fiber, {.kind = FrameKind::evaluated,
                             .node = node,
                             .step = 1,
                             .environment = nullptr,
                             .value = {}});
                if (fiber.mode != Mode::unwind) {
                    require_place(value.as_code(), model::Sort::remote);
                    go(fiber, value.as_code().node, value.as_code().captured);
                }
                return;
            }
            return succeed(fiber, std::move(value));
        case NodeKind::timeout:
            return begin_timeout(fiber, node, std::move(environment), value);
        case NodeKind::provide:
            return provide(fiber, node, std::move(environment), std::move(value));
        case NodeKind::await:
            return await(fiber, value);
        case NodeKind::interrupt:
            return interrupt_other(fiber, value);
        case NodeKind::new_var:
            return new_variable(fiber, instruction, std::move(value));
        case NodeKind::iterate:
            return iterate_on(fiber, node, environment, std::move(value));
        default:
            throw Defect("a flow that needs no expression waited for one");
    }
}

void Machine::wait_till(Fiber& fiber, const Value& time) {
    if (!time.is(Kind::instant)) {
        return die(fiber, model::Death::type_error(
                              fmt::format("WaitTill needs an Instant, got {}", to_string(time.kind()))));
    }
    const auto due = time.as_instant();
    if (due <= state_.now) {
        return succeed(fiber, Value::unit());
    }
    wait(fiber, Waiting::timer, arm(PendingTimer::Purpose::wake, fiber.number, due));
}

void Machine::provide(Fiber& fiber, std::uint32_t node, EnvironmentRef environment, Value value) {
    push(fiber, {.kind = FrameKind::provide, .node = node, .environment = fiber.inputs, .value = {}});
    if (fiber.mode == Mode::unwind) {
        return;
    }
    fiber.inputs = model::Environment::push(std::move(value), fiber.inputs);
    run_at(fiber, program_.child(program_.at(node), 1), std::move(environment));
}

void Machine::input(Fiber& fiber) {
    if (!fiber.inputs) {
        return succeed(fiber, Value::unit());
    }
    if (fiber.inputs->depth() <= fiber.inherited_inputs || fiber.scopes.size() > 1) {
        note(Difference::children_see_environment);
    }
    for (auto frame = fiber.stack.rbegin(); observing() && frame != fiber.stack.rend(); ++frame) {
        if (frame->kind == FrameKind::check) {
            note(Difference::check_has_input);
        }
    }
    succeed(fiber, fiber.inputs->value());
}

void Machine::begin_timeout(Fiber& fiber, std::uint32_t node, EnvironmentRef environment,
                            const Value& duration) {
    if (!duration.is(Kind::duration)) {
        return die(fiber, model::Death::type_error(
                              fmt::format("Timeout needs a Duration, got {}", to_string(duration.kind()))));
    }
    const auto length = duration.as_duration();
    constexpr auto latest = std::numeric_limits<std::int64_t>::max();
    auto due = state_.now;
    const auto nanos = due.nanos + length.nanos;
    due.nanos = nanos % 1'000'000'000;
    const auto seconds =
        length.seconds > latest - 1 ? length.seconds : length.seconds + nanos / 1'000'000'000;
    if (__builtin_add_overflow(due.seconds, seconds, &due.seconds)) {
        due = {length.seconds < 0 ? std::numeric_limits<std::int64_t>::min() : latest, 0};
    }
    if (!fiber.transactions.empty()) {
        note(Difference::timeout_is_one_fiber);
    }
    push(fiber, {.kind = FrameKind::timeout, .node = node, .environment = nullptr, .value = {}});
    if (fiber.mode == Mode::unwind) {
        return;
    }
    ++fiber.child_counter;
    fiber.stack.back().version = arm(PendingTimer::Purpose::timeout, fiber.number, due);
    fiber.scopes.push_back(push_scope(fiber.scopes.back(), fiber.number));
    run_at(fiber, program_.child(program_.at(node), 0), std::move(environment));
}

/// Decide whether an Iterate goes on from a value.
void Machine::iterate_on(Fiber& fiber, std::uint32_t node, const EnvironmentRef& environment,
                         Value candidate) {
    push(
        fiber,
        {.kind = FrameKind::iterate_predicate, .node = node, .environment = environment, .value = candidate});
    if (fiber.mode != Mode::unwind) {
        call(fiber, program_.child(program_.at(node), 2), environment, std::move(candidate));
    }
}

void Machine::answer_iterate(Fiber& fiber) {
    auto& frame = fiber.stack.back();
    if (!fiber.value.is(Kind::boolean)) {
        return die(fiber, model::Death::type_error("Iterate needs a Boolean from its predicate"));
    }
    auto candidate = std::exchange(frame.value, {});
    if (!fiber.value.as_boolean()) {
        pop(fiber);
        return succeed(fiber, std::move(candidate));
    }
    frame.kind = FrameKind::iterate_step;
    run_body(fiber, program_.child(program_.at(frame.node), 1), frame.environment, std::move(candidate));
}

void Machine::random(Fiber& fiber) {
    constexpr double two_to_minus_53 = 0x1.0p-53;
    succeed(fiber, Value::double_(static_cast<double>(random_bits() >> 11) * two_to_minus_53));
}

void Machine::random_uuid(Fiber& fiber) {
    model::Uuid id{random_bits(), random_bits()};
    id.high = (id.high & ~std::uint64_t{0xF000}) | 0x4000;
    id.low = (id.low & ~(std::uint64_t{3} << 62)) | (std::uint64_t{2} << 62);
    succeed(fiber, Value::uuid(id));
}

}  // namespace zflow::interpreter
