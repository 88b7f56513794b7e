#pragma once

#include <zflow/testing/runner.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace zflow::testing {

/// How the outcome of a program here compares with the one that ZIO Flow gave.
enum class Verdict : std::uint8_t {
    same,                  ///< the same outcome, or both refuse the program
    same_message,          ///< the same message, where only messages are compared
    different_on_purpose,  ///< by a rule that the run met: docs/reference/differences.md
    wrong,
    not_supported,
};

[[nodiscard]] std::string_view to_string(Verdict verdict) noexcept;

struct FlowResult {
    std::string file;
    Verdict verdict = Verdict::wrong;
    std::string reason;  ///< the rule, what was expected and what came, or why the program is not supported
};

/// A program without a result after this time is wrong.
inline constexpr double seconds_for_a_program = 10;

/// Called before each program: how many are done, how many there are, and the file that comes next.
using FlowProgress = std::function<void(std::size_t done, std::size_t total, const std::string& file)>;

/// How a program ended, or why it did not.
struct FlowRun {
    std::optional<model::Outcome> outcome;
    Stop stop = Stop::none;
    std::string sentence = {};  ///< about `stop`, for people
};

/// Runs a program to its end, with the operation `sample_operation` under the name "oracle.OracleOp", and on
/// the thread that calls. Its id is `w` and a number: such ids are not compared.
using RunFlow = std::function<FlowRun(const std::shared_ptr<const interpreter::Program>&, const Options&)>;

/// Run a directory of programs with known outcomes, as in test/programs/zio_flow: files with the fields
/// `flow` and `outcome` (and `raw`), and INDEX.json, which says for each how to compare (`exact`, `message`,
/// `ids`, `reference-defect`, `skip`, `nondeterministic`).
///
/// Which difference is on purpose is decided by the rules that the run met, never by a file's name. Ids that
/// ZIO Flow or zflow made up are not compared. A program without a result after `seconds` is wrong.
///
/// Parameters: `each` is called with every result as it comes; may be empty. `run` is how a program is run,
/// in memory if empty; limits and `give_up` of the options that it gets are to be heeded. Errors:
/// std::invalid_argument if the directory has no index, or one of another form: nothing was run. A file that
/// cannot be read, or is no program with an outcome, is wrong.
[[nodiscard]] std::vector<FlowResult> run_flow_conformance(
    const std::filesystem::path& directory, const std::function<void(const FlowResult&)>& each = {},
    double seconds = seconds_for_a_program, const FlowProgress& progress = {}, const RunFlow& run = {});

}  // namespace zflow::testing
