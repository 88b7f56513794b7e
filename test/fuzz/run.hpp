#pragma once

#include "fuzz.hpp"

#include <zflow/interpreter/apply.hpp>

#include <vector>

namespace zflow::fuzz {

/// Let the next thing happen that a run waits for, by a simple rule.
///
/// Returns: false if there is nothing.
inline bool step(interpreter::State& state, model::Instant& now, int number) {
    using namespace interpreter;
    EventKind event = Continue{};
    if (!state.runnable()) {
        if (!state.operations.empty()) {
            const auto& [operation, pending] = *state.operations.begin();
            if (number % 5 == 4) {
                event = AttemptFailed{operation, pending.attempt, {now.seconds + 1, 0}};
            } else {
                event = OperationCompleted{operation, pending.attempt, number % 3 == 2, pending.input};
            }
        } else if (!state.timers.empty()) {
            const auto& [timer, pending] = *state.timers.begin();
            now = std::max(now, pending.due);
            event = TimerFired{timer};
        } else {
            return false;
        }
    }
    std::vector<Action> actions;
    apply(state, {now, std::move(event)}, actions);
    return true;
}

}  // namespace zflow::fuzz
