#pragma once

#include "drive.hpp"

namespace zflow::interpreter::test {

/// What holds for every run of every flow. The flows say what they do by what they log and call:
/// `guarded`, `undoable`, `committed`.

/// A flow with a finalizer, which logs `begin <name>` and in the end `end <name>`.
[[nodiscard]] NodeRef guarded(const std::string& name, NodeRef flow, NodeRef finalizer = nullptr);
/// A transaction that is inside of no other; `committed` is logged when it has ended well.
[[nodiscard]] NodeRef outermost(NodeRef flow);

/// What finalizers and compensations did wrong: each has to run once, the newest first, and none of a
/// transaction that has not committed may be missing. Empty if all is well.
[[nodiscard]] std::string wrong_in(const std::vector<Drive::Happened>& history);

/// The run's events, applied to a fresh state, give the same actions and the same bytes; also if the program
/// went through its binary form.
void expect_replays(const NodeRef& flow, const Drive& drive, const Plan& plan);

/// In turns of any length it does the same.
void expect_same_in_short_turns(const NodeRef& flow, const Plan& plan);

/// Abort it, let a timeout around it fire, interrupt it, instead of any of its events: nothing is left
/// behind.
///
/// Parameters: `most` is how many places are tried, spread over the run.
void expect_ends_clean(const NodeRef& flow, const Plan& plan, std::size_t most = 1000);

}  // namespace zflow::interpreter::test
