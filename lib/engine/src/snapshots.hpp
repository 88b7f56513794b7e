#pragma once

#include "programs.hpp"
#include "run_table.hpp"

#include <zflow/interpreter/state.hpp>
#include <zflow/store/key_value_store.hpp>

#include <expected>
#include <memory>
#include <string>

namespace zflow::engine {

/// Read the state of a run: its snapshot of exactly the version that its row has.
///
/// Parameters: `record` is looked at before the first wait only.
/// Returns: the state, or a sentence that says what is missing or damaged. Errors: store::Error.
asio::awaitable<std::expected<interpreter::State, std::string>> read_snapshot(
    Programs& programs, std::shared_ptr<store::KeyValueStore> store, std::uint32_t partition,
    const RunRecord& record);

}  // namespace zflow::engine
