#include "machine.hpp"

#include <zflow/model/limits.hpp>
#include <zflow/model/sequence.hpp>

#include <fmt/format.h>

#include <array>

namespace zflow::interpreter {

using model::Kind;
using model::NodeKind;
using model::Value;

void Machine::push(Fiber& fiber, Frame frame) {
    if (fiber.stack.size() >= state_.limits.frames) {
        die(fiber, model::Death::limit_reached(fmt::format(
                       "more than {} nested calls in one fiber (limit frames)", state_.limits.frames)));
        return;
    }
    fiber.stack.push_back(std::move(frame));
}

Frame Machine::pop(Fiber& fiber) {
    require(!fiber.stack.empty(), "a value goes to a frame");
    auto frame = std::move(fiber.stack.back());
    fiber.stack.pop_back();
    return frame;
}

void Machine::go(Fiber& fiber, std::uint32_t node, EnvironmentRef environment) {
    fiber.mode = Mode::evaluate;
    fiber.node = node;
    fiber.environment = std::move(environment);
}

namespace {

Value value_at(const EnvironmentRef& environment, std::uint32_t level) {
    return environment->at(level).value();
}

/// What a result costs beside the transition: a long text takes the time of many.
std::uint64_t cost(const Value& value) {
    constexpr std::size_t bytes_a_transition = 64;
    return value.is(Kind::string) ? value.as_string().size() / bytes_a_transition : 0;
}

void give(Fiber& fiber, Value value) {
    fiber.mode = Mode::answer;
    fiber.value = std::move(value);
}

}  // namespace

/// Evaluate a small expression without frames.
///
/// Returns: false if the fiber dies of it.
bool Machine::evaluate_direct(Fiber& fiber, std::uint32_t node, const EnvironmentRef& environment,
                              Value& value) {
    const auto& instruction = program_.at(node);
    ++used_;
    switch (instruction.kind) {
        case NodeKind::literal:
            value = instruction.node->value;
            return true;
        case NodeKind::unbound:
            value = value_at(environment, instruction.level);
            return true;
        case NodeKind::ignore:
            value = Value::unit();
            return true;
        default:
            break;
    }
    // Recursion is bounded: the loader marks only expressions of a small height.
    constexpr std::size_t most_in_place = 4;
    std::array<Value, most_in_place> in_place;
    std::vector<Value> more;
    Value* operands = in_place.data();
    if (instruction.operands > most_in_place) {
        more.resize(instruction.operands);
        operands = more.data();
    }
    for (std::size_t i = 0; i < instruction.operands; ++i) {
        if (!evaluate_direct(fiber, program_.operand(instruction, i), environment, operands[i])) {
            return false;
        }
    }
    auto result = instruction.apply(*instruction.node, operands);
    if (!result) {
        die(fiber, std::move(result.error()));
        return false;
    }
    value = std::move(*result);
    used_ += cost(value);
    return true;
}

void Machine::evaluate(Fiber& fiber) {
    const auto& instruction = program_.at(fiber.node);
    if (instruction.direct) {
        if (Value value; evaluate_direct(fiber, fiber.node, fiber.environment, value)) {
            give(fiber, std::move(value));
        }
        return;
    }
    if (instruction.apply != nullptr) {
        begin_strict(fiber);
        return;
    }
    const auto child = [&](std::size_t index) { return program_.child(instruction, index); };
    const auto first_then = [&](FrameKind kind) {
        const auto environment = fiber.environment;
        push(fiber, {.kind = kind, .node = fiber.node, .environment = environment, .value = {}});
        if (fiber.mode == Mode::evaluate) {
            go(fiber, child(0), environment);
        }
    };
    switch (instruction.kind) {
        case NodeKind::branch:
            return first_then(FrameKind::branch);
        case NodeKind::bind:
            return first_then(FrameKind::bind);
        case NodeKind::fold_option:
            return first_then(FrameKind::fold_option);
        case NodeKind::fold_either:
            return first_then(FrameKind::fold_either);
        case NodeKind::fold_list:
            return first_then(FrameKind::fold_list_list);
        case NodeKind::recurse:
            return first_then(FrameKind::recurse);
        case NodeKind::recurse_with:
            return first_then(FrameKind::recurse_with);
        case NodeKind::debug:
            return first_then(FrameKind::debug);
        case NodeKind::lazy:
            fiber.node = child(0);
            return;
        case NodeKind::flow:
            return give(fiber, Value::flow_code(child(0), fiber.environment));
        case NodeKind::nested:
            return give(fiber, Value::remote_code(child(0), fiber.environment));
        case NodeKind::remote_fail:
            return die(fiber, model::Death::remote_fail(instruction.node->value.as_string()));
        case NodeKind::variable: {
            const auto& name = instruction.node->value.as_string();
            if (const auto* value = read(fiber, name, nullptr, nullptr)) {
                return give(fiber, *value);
            }
            return die(fiber, model::Death::variable_not_found(name));
        }
        case NodeKind::variable_reference:
            return give(fiber, variable_reference(instruction.node->value));
        case NodeKind::config:
            return read_config(fiber, instruction);
        default:
            throw Defect("the loader lets only expressions stand where one is evaluated");
    }
}

void Machine::begin_strict(Fiber& fiber) {
    const auto environment = fiber.environment;
    push(fiber, {.kind = FrameKind::strict, .node = fiber.node, .environment = environment, .value = {}});
    if (fiber.mode == Mode::evaluate) {
        continue_strict(fiber);
    }
}

/// Evaluate operands from `step` on until one needs frames of its own, or all are there.
void Machine::continue_strict(Fiber& fiber) {
    auto& frame = fiber.stack.back();
    const auto& instruction = program_.at(frame.node);
    for (; frame.step < instruction.operands; ++frame.step) {
        const auto operand = program_.operand(instruction, frame.step);
        if (!program_.at(operand).direct) {
            go(fiber, operand, frame.environment);
            return;
        }
        Value value;
        if (!evaluate_direct(fiber, operand, frame.environment, value)) {
            return;
        }
        fiber.operands.push_back(std::move(value));
    }
    require(fiber.operands.size() >= instruction.operands, "a strict node has collected its operands");
    const auto first = fiber.operands.size() - instruction.operands;
    auto result = instruction.apply(*instruction.node, fiber.operands.data() + first);
    fiber.operands.resize(first);
    pop(fiber);
    if (!result) {
        die(fiber, std::move(result.error()));
        return;
    }
    used_ += cost(*result);
    give(fiber, std::move(*result));
}

/// Evaluate what a function gives for an argument.
void Machine::call(Fiber& fiber, std::uint32_t function, const EnvironmentRef& environment, Value argument) {
    go(fiber, program_.child(program_.at(function), 0),
       model::Environment::push(std::move(argument), environment));
}

void Machine::answer(Fiber& fiber) {
    require(!fiber.stack.empty(), "an expression is evaluated for somebody");
    auto& top = fiber.stack.back();
    switch (top.kind) {
        case FrameKind::strict:
            fiber.operands.push_back(std::move(fiber.value));
            ++top.step;
            return continue_strict(fiber);
        case FrameKind::branch:
            return answer_branch(fiber);
        case FrameKind::bind: {
            const auto frame = pop(fiber);
            return go(fiber, program_.child(program_.at(frame.node), 1),
                      model::Environment::push(std::move(fiber.value), frame.environment));
        }
        case FrameKind::fold_option:
            return answer_option(fiber);
        case FrameKind::fold_either:
            return answer_either(fiber);
        case FrameKind::fold_list_list:
            return answer_list(fiber);
        case FrameKind::fold_list_initial:
            top.kind = FrameKind::fold_list_body;
            top.step = 0;
            return next_item(fiber, std::move(fiber.value));
        case FrameKind::fold_list_body:
            ++top.step;
            return next_item(fiber, std::move(fiber.value));
        case FrameKind::recurse: {
            const auto frame = pop(fiber);
            // The recursion itself has a level: RecurseWith finds there what was bound around it.
            const auto around = model::Environment::push(Value::unit(), frame.environment);
            return call(fiber, program_.child(program_.at(frame.node), 1), around, std::move(fiber.value));
        }
        case FrameKind::recurse_with: {
            const auto frame = pop(fiber);
            const auto& instruction = program_.at(frame.node);
            const EnvironmentRef around(&frame.environment->at(instruction.level));
            return call(fiber, program_.child(program_.at(instruction.target), 1), around,
                        std::move(fiber.value));
        }
        case FrameKind::debug: {
            const auto frame = pop(fiber);
            const auto& names = program_.at(frame.node).node->value.as_tuple();
            actions_.emplace_back(Log{fiber.id, names.left.as_string()});
            return;
        }
        default:
            break;
    }
    const auto frame = pop(fiber);
    switch (frame.kind) {
        case FrameKind::evaluated:
            return evaluated(fiber, frame.node, frame.environment, std::move(fiber.value), frame.step);
        case FrameKind::body:
            return run_code(fiber, std::exchange(fiber.value, {}));
        case FrameKind::modify:
            fiber.stack.push_back(frame);
            return answer_modify(fiber);
        case FrameKind::iterate_predicate:
            fiber.stack.push_back(frame);
            return answer_iterate(fiber);
        case FrameKind::contramap:
            fiber.mode = Mode::operate;
            fiber.node = frame.node;
            fiber.environment = frame.environment;
            return;
        case FrameKind::map_result:
            return succeed(fiber, std::move(fiber.value));
        default:
            throw Defect("an expression is evaluated only for a frame that waits for one");
    }
}

void Machine::answer_branch(Fiber& fiber) {
    const auto frame = pop(fiber);
    if (!fiber.value.is(Kind::boolean)) {
        return die(fiber, model::Death::type_error(
                              fmt::format("Branch needs a Boolean, got {}", to_string(fiber.value.kind()))));
    }
    go(fiber, program_.child(program_.at(frame.node), fiber.value.as_boolean() ? 1 : 2), frame.environment);
}

void Machine::answer_option(Fiber& fiber) {
    const auto frame = pop(fiber);
    const auto& instruction = program_.at(frame.node);
    if (fiber.value.is(Kind::none)) {
        return go(fiber, program_.child(instruction, 1), frame.environment);
    }
    if (!fiber.value.is(Kind::some)) {
        return die(fiber, model::Death::type_error(fmt::format("FoldOption needs an option, got {}",
                                                               to_string(fiber.value.kind()))));
    }
    call(fiber, program_.child(instruction, 2), frame.environment, fiber.value.inner());
}

void Machine::answer_either(Fiber& fiber) {
    const auto frame = pop(fiber);
    const auto is_left = fiber.value.is(Kind::left);
    if (!is_left && !fiber.value.is(Kind::right)) {
        return die(fiber, model::Death::type_error(fmt::format("FoldEither needs an either, got {}",
                                                               to_string(fiber.value.kind()))));
    }
    call(fiber, program_.child(program_.at(frame.node), is_left ? 1 : 2), frame.environment,
         fiber.value.inner());
}

void Machine::answer_list(Fiber& fiber) {
    auto& frame = fiber.stack.back();
    if (!fiber.value.is(Kind::sequence)) {
        pop(fiber);
        return die(fiber, model::Death::type_error(
                              fmt::format("Fold needs a list, got {}", to_string(fiber.value.kind()))));
    }
    frame.kind = FrameKind::fold_list_initial;
    frame.value = std::move(fiber.value);
    go(fiber, program_.child(program_.at(frame.node), 1), frame.environment);
}

/// The next step of folding a list, or its end.
void Machine::next_item(Fiber& fiber, Value accumulated) {
    auto& frame = fiber.stack.back();
    const auto& list = frame.value.as_sequence();
    const auto function = program_.child(program_.at(frame.node), 2);
    const auto body = program_.child(program_.at(function), 0);
    const auto is_direct = program_.at(body).direct;
    for (; frame.step < list.size(); ++frame.step) {
        auto argument = Value::tuple(std::move(accumulated), list[frame.step]);
        if (!is_direct || used_ >= state_.limits.turn) {
            return call(fiber, function, frame.environment, std::move(argument));
        }
        const auto environment = model::Environment::push(std::move(argument), frame.environment);
        if (!evaluate_direct(fiber, body, environment, accumulated)) {
            return;
        }
    }
    pop(fiber);
    give(fiber, std::move(accumulated));
}

void Machine::read_config(Fiber& fiber, const Instruction& instruction) {
    const auto& key = instruction.node->value.as_string();
    const auto found = configuration_.find(key);
    if (found == configuration_.end()) {
        return die(fiber, model::Death::config_not_found(key));
    }
    if (const auto& schema = instruction.node->schema) {
        if (const auto fits = model::fits(found->second, *schema); !fits) {
            return die(fiber, model::Death::type_error(fmt::format(
                                  "the configuration's '{}' does not fit: {}", key, fits.error().text())));
        }
    }
    give(fiber, found->second);
}

}  // namespace zflow::interpreter
