#pragma once

#include <zflow/interpreter/event.hpp>
#include <zflow/interpreter/state.hpp>

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace zflow::interpreter {

/// An invariant of the interpreter itself does not hold. Whoever drives it parks the run; the process goes
/// on.
class Defect : public std::logic_error {
    using std::logic_error::logic_error;
};

/// Values of `Config` expressions, by key.
using Configuration = std::map<std::string, model::Value>;

/// A run before its Started event.
[[nodiscard]] State make_state(std::shared_ptr<const Program> program, const Limits& limits = {});

/// Let an event happen to a run.
///
/// The state afterwards, and the actions, follow from the state before and the event alone: there is no
/// clock, no entropy and no I/O in it. An event that does not concern the run (an operation that is not
/// pending, a timer that is not armed, an attempt that is not the current one) changes nothing.
///
/// Parameters: `actions` are appended to.
/// Errors: Defect if an invariant is broken: the state is then not to be used again.
/// Cost: at most `limits.turn` transitions; if more are left, `state.runnable()` says so.
void apply(State& state, const Event& event, std::vector<Action>& actions,
           const Configuration& configuration = {});

/// The calls of a state that somebody has to make: of each pending operation that does not wait to be tried
/// again the current attempt, unless its end is known and waits for the run to be resumed. What drives a run
/// after a restart reads them off here.
[[nodiscard]] std::vector<Call> pending_calls(const State& state);

/// The Call of a pending operation's current attempt.
[[nodiscard]] Call call_of(const State& state, std::uint64_t operation);

/// An ActivityError record, as ZIO Flow writes it: what an activity fails with.
[[nodiscard]] model::Value activity_error(std::string failure);

/// How many transitions all calls of `apply` on this thread made: for measuring.
[[nodiscard]] std::uint64_t transitions_made() noexcept;

}  // namespace zflow::interpreter
