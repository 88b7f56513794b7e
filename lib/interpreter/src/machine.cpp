#include "machine.hpp"

#include <zflow/base/assert.hpp>

#include <algorithm>

namespace zflow::interpreter {
namespace {

thread_local std::uint64_t transitions = 0;

}  // namespace

std::uint64_t transitions_made() noexcept {
    return transitions;
}

State make_state(std::shared_ptr<const Program> program, const Limits& limits) {
    ZFLOW_ASSERT(program != nullptr, "a run has a program");
    State state;
    state.program = std::move(program);
    state.limits = limits;
    return state;
}

void apply(State& state, const Event& event, std::vector<Action>& actions,
           const Configuration& configuration) {
    require(event.time >= state.now, "time goes back only if somebody changed the log");
    state.now = event.time;
    Machine machine(state, actions, configuration);
    machine.take(event.kind);
    machine.run_ready();
    machine.sweep_ended_fibers();
    transitions += machine.used();
    state.steps += machine.used();
}

Machine::Machine(State& state, std::vector<Action>& actions, const Configuration& configuration)
    : state_(state), program_(*state.program), actions_(actions), configuration_(configuration) {}

void Machine::take(const EventKind& event) {
    if (const auto* started = std::get_if<Started>(&event)) {
        start(*started);
        return;
    }
    if (!state_.started) {
        return;
    }
    const auto is_command = std::holds_alternative<Continue>(event) || std::holds_alternative<Pause>(event) ||
                            std::holds_alternative<Resume>(event) || std::holds_alternative<Abort>(event) ||
                            std::holds_alternative<SetVariable>(event);
    if (state_.paused && !is_command) {
        state_.held.push_back(event);
        return;
    }
    if (const auto* completed = std::get_if<OperationCompleted>(&event)) {
        complete(*completed);
    } else if (const auto* failed = std::get_if<AttemptFailed>(&event)) {
        attempt_failed(*failed);
    } else if (const auto* fired = std::get_if<TimerFired>(&event)) {
        fire(fired->timer);
    } else if (std::holds_alternative<Pause>(event)) {
        state_.paused = !state_.done();
    } else if (std::holds_alternative<Resume>(event)) {
        resume();
    } else if (std::holds_alternative<Abort>(event)) {
        abort();
    } else if (const auto* variable = std::get_if<SetVariable>(&event)) {
        write_base({0, variable->name}, variable->value);
    }
}

void Machine::start(const Started& event) {
    if (state_.started) {
        return;
    }
    state_.started = true;
    state_.birth = event.birth;
    state_.run_id = event.run_id;
    auto& main = state_.fibers[0];
    main.id = event.run_id;
    state_.fiber_numbers.emplace(main.id, 0);
    main.scopes.push_back(push_scope(0, 0));
    if (!event.input.is(model::Kind::unit)) {
        main.inputs = model::Environment::push(event.input, nullptr);
    }
    state_.fiber_counter = 1;
    state_.alive = 1;
    make_ready(main);
}

void Machine::complete(const OperationCompleted& event) {
    const auto found = state_.operations.find(event.operation);
    if (found == state_.operations.end()) {
        return;
    }
    const auto pending = std::move(found->second);
    state_.operations.erase(found);
    if (pending.retry_timer != 0) {
        drop_timer(pending.retry_timer);
    }
    auto& waiter = fiber(pending.fiber);
    require(waiter.waiting == Waiting::operation && waiter.awaited == event.operation,
            "a pending operation has a fiber that waits for it");
    if (event.failed) {
        fail(waiter, event.value);
    } else if (const auto& schema = program_.at(pending.node).node->result_schema) {
        if (const auto fits = model::fits(event.value, *schema); fits) {
            succeed(waiter, event.value);
        } else {
            die(waiter, model::Death::type_error(
                            "the result of the activity '" +
                            program_.at(pending.activity).node->value.as_tuple().left.as_string() +
                            "' does not fit: " + fits.error().text()));
        }
    } else {
        succeed(waiter, event.value);
    }
    make_ready(waiter);
}

void Machine::attempt_failed(const AttemptFailed& event) {
    const auto found = state_.operations.find(event.operation);
    if (found == state_.operations.end() || found->second.attempt != event.attempt ||
        found->second.retry_timer != 0) {
        return;
    }
    found->second.attempt += 1;
    found->second.retry_timer = arm(PendingTimer::Purpose::retry, event.operation, event.retry_at);
}

void Machine::fire(std::uint64_t timer) {
    const auto found = state_.timers.find(timer);
    if (found == state_.timers.end()) {
        return;
    }
    const auto fired = found->second;
    state_.timers.erase(found);
    if (fired.purpose == PendingTimer::Purpose::retry) {
        const auto tried = state_.operations.find(fired.subject);
        require(tried != state_.operations.end(), "an operation that is tried again is pending");
        tried->second.retry_timer = 0;
        actions_.emplace_back(call_of(state_, fired.subject));
        return;
    }
    auto& waiter = fiber(static_cast<std::uint32_t>(fired.subject));
    if (fired.purpose == PendingTimer::Purpose::timeout) {
        const auto frame = std::ranges::find_if(waiter.stack, [&](const Frame& each) {
            return each.kind == FrameKind::timeout && each.version == timer;
        });
        require(frame != waiter.stack.end(), "an armed timeout has its frame");
        frame->version = 0;
        interrupt(waiter, static_cast<std::uint32_t>(frame - waiter.stack.begin()),
                  model::Death::interrupted());
        return;
    }
    require(waiter.awaited == timer, "an armed timer has a fiber that waits for it");
    if (waiter.waiting == Waiting::back_off) {
        auto again = std::move(waiter.undos.back());
        waiter.undos.pop_back();
        restart(waiter, std::move(again));
    } else {
        succeed(waiter, model::Value::unit());
    }
    make_ready(waiter);
}

void Machine::resume() {
    if (!state_.paused) {
        return;
    }
    state_.paused = false;
    for (auto held = std::exchange(state_.held, {}); const auto& event : held) {
        take(event);
    }
}

void Machine::abort() {
    resume();
    abort_with(model::Death::interrupted());
}

void Machine::abort_with(const model::Death& death) {
    std::vector<std::uint32_t> numbers;
    for (const auto& [number, each] : state_.fibers) {
        if (each.mode != Mode::ended) {
            numbers.push_back(number);
        }
    }
    for (const auto number : numbers) {
        if (auto& each = fiber(number); each.mode != Mode::ended) {
            interrupt(each, Fiber::whole, death);
        }
    }
}

Scope& Machine::scope(std::uint32_t number) {
    const auto found = state_.scopes.find(number);
    require(found != state_.scopes.end(), "a scope that is mentioned exists");
    return found->second;
}

Fiber& Machine::fiber(std::uint32_t number) {
    const auto found = state_.fibers.find(number);
    require(found != state_.fibers.end(), "a fiber that is mentioned exists");
    return found->second;
}

void Machine::make_ready(Fiber& fiber) {
    fiber.waiting = Waiting::nothing;
    fiber.awaited = 0;
    if (fiber.mode != Mode::ended && &fiber != running_) {
        state_.ready.push_back(fiber.number);
    }
}

/// Nothing more until somebody brings a value or a failure.
void Machine::wait(Fiber& fiber, Waiting waiting, std::uint64_t awaited) {
    fiber.mode = Mode::succeed;
    fiber.value = {};
    fiber.waiting = waiting;
    fiber.awaited = awaited;
}

std::uint64_t Machine::arm(PendingTimer::Purpose purpose, std::uint64_t subject, const model::Instant& due) {
    const auto timer = ++state_.timer_counter;
    state_.timers.emplace(timer, PendingTimer{purpose, subject, due});
    actions_.emplace_back(ArmTimer{timer, due});
    return timer;
}

void Machine::drop_timer(std::uint64_t timer) {
    const auto found = state_.timers.find(timer);
    if (found != state_.timers.end()) {
        actions_.emplace_back(DropTimer{timer, found->second.due});
        state_.timers.erase(found);
    }
}

void Machine::run_ready() {
    if (state_.limits.steps != 0 && state_.steps > state_.limits.steps && !state_.ready.empty()) {
        end_at_limit();
    }
    while (!state_.paused && !state_.ready.empty() && used_ < state_.limits.turn) {
        auto& next = fiber(state_.ready.front());
        running_ = &next;
        run(next);
        running_ = nullptr;
        // A fiber whose turn is over goes on first: how long turns are changes nothing of what a run does.
        if (next.waiting != Waiting::nothing || next.mode == Mode::ended) {
            state_.ready.pop_front();
        }
    }
}

/// The run has made more transitions than it may: all that is alive dies. Finalizers and compensations have
/// as many again, then they end where they are.
void Machine::end_at_limit() {
    note(Difference::every_run_ends);
    const auto death =
        model::Death::limit_reached("the run made more than its number of transitions (limit steps)");
    if (!state_.ending) {
        state_.ending = true;
        state_.limits.steps += std::min(state_.limits.steps, UINT64_MAX - state_.limits.steps);
        return abort_with(death);
    }
    state_.limits.steps = 0;
    for (auto& [number, each] : state_.fibers) {
        if (each.mode != Mode::ended) {
            cut_short(each, death);
        }
    }
}

/// Take from a fiber all that it would still do.
void Machine::cut_short(Fiber& fiber, const model::Death& death) {
    const auto was_waiting = fiber.waiting != Waiting::nothing;
    cancel_wait(fiber);
    for (const auto& frame : fiber.stack) {
        if (frame.kind == FrameKind::timeout && frame.version != 0) {
            drop_timer(frame.version);
        }
    }
    while (fiber.scopes.size() > 1) {
        release_scope(fiber.scopes.back());
        fiber.scopes.pop_back();
    }
    fiber.stack.clear();
    fiber.operands.clear();
    fiber.transactions.clear();
    fiber.undos.clear();
    fiber.death = death;
    fiber.interrupted = true;
    fiber.mode = Mode::unwind;
    fiber.target = Fiber::whole;
    if (was_waiting) {
        make_ready(fiber);
    }
}

void Machine::run(Fiber& fiber) {
    while (fiber.waiting == Waiting::nothing && used_ < state_.limits.turn) {
        ++used_;
        switch (fiber.mode) {
            case Mode::evaluate:
                evaluate(fiber);
                break;
            case Mode::answer:
                answer(fiber);
                break;
            case Mode::run:
                run_flow(fiber);
                break;
            case Mode::operate:
                operate(fiber);
                break;
            case Mode::succeed:
                succeed_at(fiber);
                break;
            case Mode::fail:
                fail_at(fiber);
                break;
            case Mode::retry:
                retry_at(fiber);
                break;
            case Mode::unwind:
                unwind_at(fiber);
                break;
            case Mode::ended:
                return;
        }
    }
}

std::uint64_t Machine::random_bits() {
    // SplitMix64 over the counter, keyed by both halves of the birth.
    auto x = state_.birth.high ^ (state_.birth.low + (++state_.random_counter) * 0x9E3779B97F4A7C15U);
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
    x ^= x >> 31;
    x = (x ^ state_.birth.low) * 0x9E3779B97F4A7C15U;
    return x ^ (x >> 32);
}

}  // namespace zflow::interpreter
