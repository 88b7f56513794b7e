#pragma once

#include "output.hpp"

#include <zflow/engine/run.hpp>
#include <zflow/model/outcome.hpp>

#include <string>

/// What commands print of runs.
namespace zflow::app {

/// Print how a run ended, as ZIO Flow's JSON. Returns: ok only if it succeeded.
Exit print_outcome(const model::Outcome& outcome);

/// A step on one line, e.g. `order-7: calls charge-card (operation 3, attempt 2)`.
[[nodiscard]] std::string step_line(const engine::Step& step);

/// Tell a step to people: what runs log always, the other steps on a terminal only.
void tell_step(const engine::Step& step);

/// A line of a listing, and the line above all of them.
[[nodiscard]] std::string list_heading();
[[nodiscard]] std::string list_line(const engine::RunInfo& info);

/// Everything about a run, on lines.
[[nodiscard]] std::string show_text(const engine::RunView& view);

}  // namespace zflow::app
