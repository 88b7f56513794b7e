#pragma once

#include <optional>

namespace zflow::conformance {

/// Become a child process of the suite, if this process was started as one.
///
/// The crash and second-process cases start the test program again. Call this first in `main`, after your
/// backend's kind is registered:
///
///     int main(int argc, char** argv) {
///         if (const auto code = zflow::conformance::child_main(argc, argv)) {
///             return *code;
///         }
///         ...
///
/// Returns: the exit code to end with, or none if this process is not a child.
[[nodiscard]] std::optional<int> child_main(int argc, char** argv);

}  // namespace zflow::conformance
