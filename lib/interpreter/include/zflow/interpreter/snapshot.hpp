#pragma once

#include <zflow/interpreter/state.hpp>
#include <zflow/model/error.hpp>

#include <expected>
#include <memory>
#include <string>
#include <string_view>

namespace zflow::interpreter {

/// A run's state as bytes, and back: docs/formats/snapshot.md.
///
/// Code is written as numbers of the program's nodes, so the size does not depend on the program's. What
/// values share is written once and is shared again after reading. Two states that saw the same events give
/// the same bytes, unless one was read from bytes on the way: it does not share with the program's literals
/// and with earlier events any more. It goes on in the same way.
///
/// Errors: to bytes: more than model::max_encoded_bytes. From bytes: other bytes than `state_to_binary`
/// makes, another program than the one that the state belongs to, or a state that no run of the program can
/// be in. Cost: linear in the state; constant stack.
[[nodiscard]] std::expected<std::string, model::Error> state_to_binary(const State& state);
[[nodiscard]] std::expected<State, model::Error> state_from_binary(std::shared_ptr<const Program> program,
                                                                   std::string_view bytes);

/// What is wrong with a state that no run can be in; empty for all others. Checked after reading, and by
/// tests after every event.
[[nodiscard]] std::string find_inconsistency(const State& state);

}  // namespace zflow::interpreter
