#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace zflow::bench {

struct InterpreterBenchOptions {
    int rounds = 5;  ///< the median counts
    std::vector<std::string> only = {};
};

/// One figure of the interpreter: a run of a program, or so many megabytes read or written.
struct InterpreterRow {
    std::string name;
    double seconds = 0;         ///< processor time of one round, the median
    double per_second = 0;      ///< `unit`s
    std::string unit;           ///< "transitions", "events" or "MB"
    double bytes_per_unit = 0;  ///< allocated with operator new
    std::string note = {};
};

[[nodiscard]] std::string to_line(const InterpreterRow& row);
[[nodiscard]] std::string to_json(const InterpreterRow& row);

/// Measure the interpreter, its snapshots, and loading programs.
///
/// Parameters: `result` is called with each figure as it comes.
void run_interpreter_bench(const InterpreterBenchOptions& options,
                           const std::function<void(const InterpreterRow&)>& result);

}  // namespace zflow::bench
