#pragma once

#include <zflow/interpreter/event.hpp>
#include <zflow/interpreter/state.hpp>

#include <cstdint>
#include <span>

namespace zflow::engine {

/// A hash of what an event did to a run: its counters, and everything that it wants done outside. Replay
/// compares it, so that another interpreter, or a defect, is noticed and never silently different.
///
/// Parameters: `before` is the digest of the event before in the same frame, 0 for the first.
[[nodiscard]] std::uint32_t digest(std::uint32_t before, const interpreter::State& state,
                                   std::span<const interpreter::Action> actions);

}  // namespace zflow::engine
