#pragma once

#include <zflow/conformance/report.hpp>
#include <zflow/store/open.hpp>

#include <functional>
#include <string>
#include <vector>

/// The published conformance suite: what every backend must pass to be one.
///
/// Three ways to run it: the command `zflow conformance --store URI`; as GoogleTest cases of your own test
/// program (gtest.hpp); and as a call (`run`), which gives a report. docs/backends/writing-your-own.md goes
/// through all three.
namespace zflow::conformance {

/// The groups of cases; a case's name begins with its group's.
enum class Group { contract, boundaries, concurrency, differential, crash, second_process };

[[nodiscard]] std::string_view to_string(Group group) noexcept;

/// The store under test: a URI that `store::open` can open in this process, and in a child process.
///
/// Important: the suite opens the URI many times, closes the stores before it opens it again (unless they are
/// `shared`), and starts child processes that open it. It works in namespaces and topics of its own, whose
/// names begin with "zflow-conformance-", and removes them at the end of each case.
struct Subject {
    std::string uri;
    store::OpenOptions open_options = {};
};

struct Options {
    /// Only cases whose name contains one of these; empty = all.
    std::vector<std::string> only = {};
    /// Leave out cases whose name contains one of these.
    std::vector<std::string> without = {};
    /// The seed of everything random; 0 = a fresh one for each case.
    std::uint64_t seed = 0;
    /// More rounds of everything that is random: 1 is what `./dev test` runs, 10 a long run.
    unsigned effort = 1;
    /// A case that has not ended by then has failed. More than zero.
    std::chrono::seconds case_timeout = std::chrono::seconds(120);
    /// Called before and after each case: (cases done, cases in all, name of the case that begins; empty at
    /// the end).
    std::function<void(std::size_t, std::size_t, std::string_view)> progress = {};
    /// Called with each result as it comes.
    std::function<void(const CaseResult&)> result = {};
    /// The program that is started as child process; it must call `child_main` first. Default: this program
    /// again.
    std::string child_program = "/proc/self/exe";
};

/// The name and the claim of a case.
struct CaseInfo {
    std::string name;
    Group group;
    std::string claim;  ///< What a store promises, one sentence.
};

/// All cases, in the order in which they run.
[[nodiscard]] std::vector<CaseInfo> cases();

/// Run the suite.
///
/// Errors: store::Error if the store cannot be opened at all. Everything else is in the report.
/// Thread-safety: one run at a time in a process. Blocks until done.
[[nodiscard]] Report run(const Subject& subject, const Options& options = {});

/// Run one case by its whole name.
///
/// Errors: std::invalid_argument for a name that is not in `cases()`.
[[nodiscard]] CaseResult run_case(const Subject& subject, std::string_view name, const Options& options = {});

}  // namespace zflow::conformance
