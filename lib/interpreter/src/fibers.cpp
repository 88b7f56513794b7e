#include "machine.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace zflow::interpreter {

using model::Kind;
using model::Value;

void Machine::fork(Fiber& fiber, const Instruction& instruction) {
    if (state_.alive >= state_.limits.fibers) {
        return die(fiber, model::Death::limit_reached(fmt::format(
                              "more than {} fibers at once (limit fibers)", state_.limits.fibers)));
    }
    const auto number = state_.fiber_counter++;
    auto& child = state_.fibers[number];
    child.number = number;
    child.parent = fiber.number;
    child.id = fmt::format("{}_fork{}", fiber.id, fiber.child_counter++);
    state_.fiber_numbers.emplace(child.id, number);
    child.inputs = fiber.inputs;
    child.inherited_inputs = fiber.inputs ? fiber.inputs->depth() : 0;
    child.scopes.push_back(push_scope(fiber.scopes.back(), number));
    run_at(child, program_.child(instruction, 0), fiber.environment);
    ++state_.alive;
    make_ready(child);
    if (!fiber.transactions.empty()) {
        fiber.transactions.back().children.push_back(number);
    }
    static const auto shape = model::make<const model::RecordShape>("zio.flow.ExecutingFlow",
                                                                    std::vector<std::string>{"id", "result"});
    succeed(fiber, Value::record(shape, {Value::string(child.id), Value::string(child.id + "_result")}));
}

/// The fiber that an ExecutingFlow names; the fiber that asks dies if it is none.
Fiber* Machine::find_fiber(Fiber& fiber, const Value& reference) {
    if (!reference.is(Kind::record) || reference.as_record().shape->id != "zio.flow.ExecutingFlow") {
        die(fiber, model::Death::type_error(
                       fmt::format("a forked flow was expected, got {}", to_string(reference.kind()))));
        return nullptr;
    }
    const auto* id = reference.as_record().find("id");
    const auto found = id == nullptr || !id->is(Kind::string) ? state_.fiber_numbers.end()
                                                              : state_.fiber_numbers.find(id->as_string());
    if (found == state_.fiber_numbers.end()) {
        die(fiber, model::Death::invalid_arguments("there is no such forked flow in this run"));
        return nullptr;
    }
    return &this->fiber(found->second);
}

void Machine::await(Fiber& fiber, const Value& reference) {
    auto* awaited = find_fiber(fiber, reference);
    if (awaited == nullptr) {
        return;
    }
    if (awaited->mode == Mode::ended) {
        return take_end(fiber, *awaited);
    }
    wait(fiber, Waiting::fiber, awaited->number);
    awaited->awaited_by.push_back(fiber.number);
}

void Machine::interrupt_other(Fiber& fiber, const Value& reference) {
    auto* other = find_fiber(fiber, reference);
    if (other == nullptr) {
        return;
    }
    actions_.emplace_back(Log{fiber.id, "Interrupting flow " + other->id});
    if (other->mode == Mode::ended) {
        return fail(fiber, activity_error("Flow " + other->id + " to be interrupted is not running"));
    }
    if (other->number == fiber.number) {
        return interrupt(fiber, Fiber::whole, model::Death::interrupted());
    }
    wait(fiber, Waiting::interrupted_fiber, other->number);
    other->awaited_by.push_back(fiber.number);
    interrupt(*other, Fiber::whole, model::Death::interrupted());
}

/// Stop waiting: nothing outside is wanted any more.
void Machine::cancel_wait(Fiber& fiber) {
    switch (fiber.waiting) {
        case Waiting::operation: {
            const auto found = state_.operations.find(fiber.awaited);
            require(found != state_.operations.end(), "an operation that is waited for is pending");
            if (found->second.retry_timer != 0) {
                drop_timer(found->second.retry_timer);
            }
            state_.operations.erase(found);
            actions_.emplace_back(Cancel{fiber.awaited});
            break;
        }
        case Waiting::timer:
            drop_timer(fiber.awaited);
            break;
        case Waiting::fiber:
        case Waiting::interrupted_fiber:
            std::erase(this->fiber(static_cast<std::uint32_t>(fiber.awaited)).awaited_by, fiber.number);
            break;
        case Waiting::variable:
            state_.watching.erase(fiber.number);
            keep_reads(fiber);
            fiber.undos.pop_back();
            break;
        case Waiting::back_off:
            drop_timer(fiber.awaited);
            fiber.undos.pop_back();
            break;
        case Waiting::nothing:
            break;
    }
}

/// Unwind a fiber, and what it has forked, to the timeout at `target`, or as a whole.
void Machine::interrupt(Fiber& fiber, std::uint32_t target, const model::Death& death) {
    if (target == Fiber::whole) {
        fiber.interrupted = true;
        if (!fiber.death) {
            fiber.death = death;
        }
        interrupt_inside(fiber.scopes.front(), death);
    } else {
        // The scope of a timeout stands as high among the scopes as its frame among the timeouts.
        const auto timeouts =
            std::count_if(fiber.stack.begin(), fiber.stack.begin() + target,
                          [](const Frame& each) { return each.kind == FrameKind::timeout; });
        const auto place = static_cast<std::size_t>(timeouts) + 1;
        require(place < fiber.scopes.size(), "a timeout has a scope of its own");
        interrupt_inside(fiber.scopes[place], death);
    }
    unwind(fiber, target);
}

/// Let a fiber go to the frame at `target`. What finalizers and compensations are under way run to their end
/// first.
void Machine::unwind(Fiber& fiber, std::uint32_t target) {
    const auto is_further = [](std::uint32_t a, std::uint32_t b) {
        return b != Fiber::whole && (a == Fiber::whole || a < b);
    };
    const auto first = target == Fiber::whole ? 0 : target + 1;
    for (auto i = first; i < fiber.stack.size(); ++i) {
        auto& frame = fiber.stack[i];
        if (frame.kind == FrameKind::finalizing || frame.kind == FrameKind::undoing) {
            if (frame.after != After::unwind || is_further(target, frame.target)) {
                frame.after = After::unwind;
                frame.target = target;
            }
            return;
        }
    }
    if (fiber.mode == Mode::unwind) {
        if (is_further(target, fiber.target)) {
            fiber.target = target;
        }
        return;
    }
    const auto was_waiting = fiber.waiting != Waiting::nothing;
    cancel_wait(fiber);
    drop_expressions(fiber);
    fiber.mode = Mode::unwind;
    fiber.target = target;
    if (was_waiting) {
        make_ready(fiber);
    }
}

/// Interrupt the fibers that were forked inside of a scope, their children, and so on. What an interrupted
/// fiber forks while it finalizes is interrupted at its end.
void Machine::interrupt_inside(std::uint32_t scope, const model::Death& death) {
    std::vector<std::uint32_t> inside;
    for (std::vector todo{scope}; !todo.empty();) {
        const auto& place = this->scope(todo.back());
        todo.pop_back();
        for (const auto number : place.children) {
            const auto& child = this->scope(number);
            if (const auto owner = state_.fibers.find(child.fiber);
                child.alive && owner != state_.fibers.end() && owner->second.scopes.front() == number) {
                if (owner->second.interrupted) {
                    continue;
                }
                inside.push_back(child.fiber);
            }
            todo.push_back(number);
        }
    }
    std::ranges::sort(inside);
    for (const auto number : inside) {
        auto& child = fiber(number);
        child.interrupted = true;
        if (!child.death) {
            child.death = death;
        }
        unwind(child, Fiber::whole);
    }
}

void Machine::finish(Fiber& fiber, model::Outcome outcome) {
    require(fiber.transactions.empty() && fiber.undos.empty() && fiber.operands.empty() &&
                fiber.scopes.size() == 1,
            "a fiber that ends has ended everything that it began");
    fiber.mode = Mode::ended;
    fiber.outcome = std::move(outcome);
    fiber.value = {};
    fiber.environment = nullptr;
    fiber.inputs = nullptr;
    fiber.death.reset();
    --state_.alive;
    if (std::holds_alternative<model::Died>(*fiber.outcome)) {
        interrupt_inside(fiber.scopes.front(), model::Death::interrupted());
    }
    release_scope(fiber.scopes.front());
    if (fiber.number == 0) {
        state_.outcome = fiber.outcome;
        actions_.emplace_back(Finished{*fiber.outcome});
    }
    for (const auto number : std::exchange(fiber.awaited_by, {})) {
        auto& waiter = this->fiber(number);
        take_end(waiter, fiber);
        make_ready(waiter);
    }
}

/// What somebody who waited for a fiber gets when it has ended.
void Machine::take_end(Fiber& waiter, const Fiber& ended) {
    require(ended.outcome.has_value(), "a fiber that has ended has an outcome");
    if (waiter.waiting == Waiting::interrupted_fiber) {
        return succeed(waiter, Value::unit());
    }
    if (const auto* succeeded = std::get_if<model::Succeeded>(&*ended.outcome)) {
        return succeed(waiter, Value::right(succeeded->value));
    }
    if (const auto* failed = std::get_if<model::Failed>(&*ended.outcome)) {
        return succeed(waiter, Value::left(failed->value));
    }
    die(waiter, model::Death::awaited_flow_died(ended.id, std::get<model::Died>(*ended.outcome).death));
}

}  // namespace zflow::interpreter
