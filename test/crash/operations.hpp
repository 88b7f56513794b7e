#pragma once

#include "ledger.hpp"

#include <zflow/engine/engine.hpp>

#include <string>

namespace zflow::crash {

/// Give the engine all operations of the flows. Each call is written into the ledger before it answers, and
/// its result names the call, so that an outcome shows which call was used: `<key>@<attempt>.<life>.<n>`.
///
/// Parameters: `life` is that of the process. Lifetime: the ledger outlives the engine.
void add_operations(engine::Engine& engine, Ledger& ledger, const std::string& life);

/// How a run ended, in one line: a letter and a text.
[[nodiscard]] std::string show(const model::Outcome& outcome);

}  // namespace zflow::crash
