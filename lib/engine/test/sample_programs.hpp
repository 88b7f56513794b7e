#pragma once

#include <zflow/interpreter/program.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace zflow::engine::test {

/// Calls an activity with its input, and gives its result.
[[nodiscard]] std::shared_ptr<const interpreter::Program> calls(const std::string& activity);
/// Calls one after the other, each with the result of the one before.
[[nodiscard]] std::shared_ptr<const interpreter::Program> calls_both(const std::string& first,
                                                                     const std::string& second);
/// Sleeps until so many seconds after the beginning of the virtual clock, then gives the number.
[[nodiscard]] std::shared_ptr<const interpreter::Program> sleeps(std::int64_t seconds,
                                                                 std::int32_t number = 5);
/// Sleeps, then calls an activity with its input.
[[nodiscard]] std::shared_ptr<const interpreter::Program> sleeps_and_calls(std::int64_t seconds,
                                                                           const std::string& activity);
/// Waits until its variable `go` is not 0, sets it back, adds one to `count`; and again.
[[nodiscard]] std::shared_ptr<const interpreter::Program> counts_signals();
/// Counts up to a number in a long computation, and gives the number after it.
[[nodiscard]] std::shared_ptr<const interpreter::Program> computes(std::int32_t number);
/// Gives its input.
[[nodiscard]] std::shared_ptr<const interpreter::Program> echoes();
/// Waits for ever with a variable `v` that is its input.
[[nodiscard]] std::shared_ptr<const interpreter::Program> holds_a_value();
/// Calls an activity, and another one when it is aborted.
[[nodiscard]] std::shared_ptr<const interpreter::Program> calls_and_cleans_up(const std::string& activity,
                                                                              const std::string& finalizer);

}  // namespace zflow::engine::test
