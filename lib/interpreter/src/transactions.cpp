#include "machine.hpp"

#include <algorithm>
#include <limits>

namespace zflow::interpreter {

using model::Value;

// A transaction buffers what it writes and remembers the version of everything that it reads. Committing the
// outermost one compares all of these versions with those of now and writes all or nothing; nobody else runs
// in between, so what commits is serialisable: it is as if it had run at that moment alone. An inner one
// hands everything to the outer one.

void Machine::begin_transaction(Fiber& fiber, std::uint32_t node, EnvironmentRef environment) {
    push(fiber, {.kind = FrameKind::commit, .node = node, .environment = nullptr, .value = {}});
    if (fiber.mode == Mode::unwind) {
        return;
    }
    Transaction begun;
    begun.node = node;
    begun.environment = environment;
    begun.inputs = fiber.inputs;
    begun.undo_depth = static_cast<std::uint32_t>(fiber.undos.size());
    fiber.transactions.push_back(std::move(begun));
    run_at(fiber, program_.child(program_.at(node), 0), std::move(environment));
}

/// Inside of a transaction the left side is a transaction of its own, so that it can be undone alone.
void Machine::begin_or_try(Fiber& fiber, std::uint32_t node, EnvironmentRef environment) {
    const auto is_inside = !fiber.transactions.empty();
    push(fiber, {.kind = FrameKind::or_try,
                 .step = is_inside ? 1U : 0U,
                 .target = 0,
                 .environment = environment,
                 .value = {}});
    if (fiber.mode == Mode::unwind) {
        return;
    }
    fiber.stack.back().node = node;
    if (is_inside) {
        Transaction begun;
        begun.node = node;
        begun.environment = environment;
        begun.inputs = fiber.inputs;
        begun.undo_depth = static_cast<std::uint32_t>(fiber.undos.size());
        fiber.transactions.push_back(std::move(begun));
    }
    run_at(fiber, program_.child(program_.at(node), 0), std::move(environment));
}

std::uint64_t Machine::version_of(const VariableKey& key) const {
    const auto found = state_.variables.find(key);
    return found == state_.variables.end() ? 0 : found->second.version;
}

bool Machine::has_changed(const Transaction& transaction) const {
    return std::ranges::any_of(transaction.reads,
                               [&](const auto& read) { return version_of(read.first) != read.second; });
}

/// Success at the end of a transaction.
void Machine::commit(Fiber& fiber) {
    require(!fiber.transactions.empty(), "a transaction that ends has begun");
    if (fiber.transactions.size() > 1) {
        if (!fiber.transactions.back().compensations.empty()) {
            note(Difference::nested_compensations_kept);
        }
        return merge(fiber);
    }
    if (has_changed(fiber.transactions.back())) {
        return undo(fiber, After::restart, {}, 0);
    }
    auto done = std::move(fiber.transactions.back());
    fiber.transactions.pop_back();
    pop(fiber);
    for (auto& [key, value] : done.writes) {
        // A variable of a timeout inside has gone with it.
        if (state_.scopes.contains(key.scope)) {
            write_base(key, std::move(value));
        }
    }
}

/// The end of an inner transaction, or of the left side of an orTry: all that it did belongs to the outer
/// one. The fiber's mode stays: the success or the failure goes on to the next frame.
void Machine::merge(Fiber& fiber) {
    const auto frame = pop(fiber);
    if (frame.kind == FrameKind::or_try && frame.step == 0) {
        return;
    }
    require(fiber.transactions.size() > 1, "an inner transaction has an outer one");
    auto inner = std::move(fiber.transactions.back());
    fiber.transactions.pop_back();
    auto& outer = fiber.transactions.back();
    for (auto& [key, value] : inner.writes) {
        outer.writes.insert_or_assign(key, std::move(value));
    }
    outer.reads.merge(inner.reads);
    if (inner.undo_depth == outer.undo_depth) {
        // What a compensation did is not undone with the transaction around.
        std::ranges::move(inner.compensations, std::back_inserter(outer.compensations));
    }
    std::ranges::move(inner.children, std::back_inserter(outer.children));
}

/// Drop what the innermost transaction wrote, run its compensations newest first, then go on as `after` says.
void Machine::undo(Fiber& fiber, After after, Value value, std::uint32_t target) {
    auto frame = pop(fiber);
    if (frame.kind == FrameKind::or_try && frame.step == 0) {
        // Outside of a transaction there is nothing to undo.
        if (after == After::right) {
            run_at(fiber, program_.child(program_.at(frame.node), 1), frame.environment);
        }
        return;
    }
    require(!fiber.transactions.empty(), "a transaction that is undone has begun");
    auto undone = std::move(fiber.transactions.back());
    fiber.transactions.pop_back();
    if (after == After::right && !undone.writes.empty()) {
        note(Difference::or_try_undoes_left);
    }
    undone.writes.clear();
    for (const auto child : std::exchange(undone.children, {})) {
        if (const auto found = state_.fibers.find(child);
            found != state_.fibers.end() && found->second.mode != Mode::ended) {
            interrupt(found->second, Fiber::whole, model::Death::interrupted());
        }
    }
    // Compensations have inputs of their own: what was provided before comes back after them.
    fiber.stack.push_back({.kind = FrameKind::undoing,
                           .after = after,
                           .node = frame.node,
                           .target = target,
                           .environment = undone.inputs,
                           .value = std::move(value)});
    fiber.undos.push_back(std::move(undone));
    next_compensation(fiber);
}

/// Run the newest compensation that is left, or go on.
void Machine::next_compensation(Fiber& fiber) {
    auto& undone = fiber.undos.back();
    fiber.inputs = fiber.stack.back().environment;
    if (!undone.compensations.empty()) {
        const auto newest = std::move(undone.compensations.back());
        undone.compensations.pop_back();
        fiber.inputs = model::Environment::push(newest.result, fiber.inputs);
        return run_at(fiber, newest.node, newest.environment);
    }
    const auto frame = pop(fiber);
    switch (frame.after) {
        case After::restart:
        case After::right: {
            auto again = std::move(fiber.undos.back());
            fiber.undos.pop_back();
            return frame.after == After::right ? run_right(fiber, std::move(again))
                                               : restart(fiber, std::move(again));
        }
        case After::wait:
            return wait_for_variable(fiber);
        default:
            keep_reads(fiber);
            fiber.undos.pop_back();
            return go_on(fiber, frame);
    }
}

/// What an undone transaction has read decided how the one around it goes on.
void Machine::keep_reads(Fiber& fiber) {
    if (!fiber.transactions.empty()) {
        fiber.transactions.back().reads.merge(fiber.undos.back().reads);
    }
}

/// A transaction that met a conflict runs again: at once the first time, later after a random part of a time
/// that doubles.
void Machine::restart(Fiber& fiber, Transaction transaction) {
    constexpr std::int64_t first_back_off_ms = 10;
    constexpr std::uint32_t doublings = 10;
    const auto is_back_off_over = fiber.waiting == Waiting::back_off || fiber.waiting == Waiting::variable;
    if (!is_back_off_over && ++transaction.attempts > 1) {
        const auto most = first_back_off_ms << std::min(transaction.attempts - 2, doublings);
        const auto part = static_cast<std::int64_t>(random_bits() % static_cast<std::uint64_t>(most + 1));
        auto due = state_.now;
        due.seconds += (due.nanos / 1'000'000 + part) / 1000;
        due.nanos = static_cast<std::int32_t>((due.nanos + part * 1'000'000) % 1'000'000'000);
        fiber.undos.push_back(std::move(transaction));
        wait(fiber, Waiting::back_off, arm(PendingTimer::Purpose::wake, fiber.number, due));
        return;
    }
    const auto attempts = transaction.attempts;
    fiber.inputs = transaction.inputs;
    fiber.mode = Mode::run;  // it may have died, or been sent here by an unwinding
    begin_transaction(fiber, transaction.node, transaction.environment);
    if (fiber.mode != Mode::unwind) {
        fiber.transactions.back().attempts = attempts;
    }
}

/// RetryUntil: the transaction runs again when something that it has read changes. What changed while it was
/// undone has changed already, so no change is missed.
void Machine::wait_for_variable(Fiber& fiber) {
    const auto changed =
        std::ranges::find_if(fiber.transactions, [&](const auto& outer) { return has_changed(outer); });
    if (changed != fiber.transactions.end()) {
        // What it waits for may be decided by what the outer one has read: that one runs again.
        fiber.undos.pop_back();
        fiber.mode = Mode::unwind;
        fiber.target = commit_of(fiber, static_cast<std::size_t>(changed - fiber.transactions.begin()));
        return;
    }
    if (has_changed(fiber.undos.back())) {
        auto again = std::move(fiber.undos.back());
        fiber.undos.pop_back();
        return restart(fiber, std::move(again));
    }
    wait(fiber, Waiting::variable, 0);
    state_.watching.insert(fiber.number);
}

/// Where on the stack the innermost Transaction is to which one of the open transactions belongs, which may
/// be the left side of an orTry.
std::uint32_t Machine::commit_of(const Fiber& fiber, std::size_t transaction) const {
    std::uint32_t found = Fiber::whole;
    std::size_t number = 0;
    for (std::uint32_t i = 0; i < fiber.stack.size() && number <= transaction; ++i) {
        const auto& frame = fiber.stack[i];
        if (frame.kind == FrameKind::commit) {
            found = i;
        }
        number += frame.kind == FrameKind::commit || (frame.kind == FrameKind::or_try && frame.step == 1);
    }
    require(found != Fiber::whole, "the outermost of the open transactions is a Transaction");
    return found;
}

void Machine::run_right(Fiber& fiber, Transaction transaction) {
    require(!fiber.transactions.empty(), "the left side of an orTry was undone inside of a transaction");
    // What the left side read decided that the right one runs.
    fiber.transactions.back().reads.merge(transaction.reads);
    run_at(fiber, program_.child(program_.at(transaction.node), 1), transaction.environment);
}

void Machine::retry_until(Fiber& fiber) {
    const auto is_caught =
        !fiber.transactions.empty() ||
        std::ranges::any_of(fiber.stack, [](const Frame& frame) { return frame.kind == FrameKind::or_try; });
    if (is_caught) {
        fiber.mode = Mode::retry;
        return;
    }
    static const auto name =
        model::make<const model::CaseName>("zio.flow.runtime.internal.TransactionFailure", "Retry");
    static const auto shape = model::make<const model::RecordShape>(
        "zio.flow.runtime.internal.TransactionFailure.Retry", std::vector<std::string>{});
    fail(fiber, Value::enumeration(name, Value::record(shape, {})));
}

}  // namespace zflow::interpreter
