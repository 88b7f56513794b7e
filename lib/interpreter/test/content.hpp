#pragma once

#include <zflow/interpreter/state.hpp>

#include <string>

namespace zflow::interpreter::test {

/// The bytes of a state in which everything equal is shared. A state that was read from bytes no longer
/// shares with the program's literals, so it may be written in other bytes than the one that never was;
/// these are the same.
[[nodiscard]] std::string content_of(State state);

}  // namespace zflow::interpreter::test
