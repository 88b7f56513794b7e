#pragma once

#include <zflow/interpreter/apply.hpp>
#include <zflow/interpreter/program.hpp>
#include <zflow/model/outcome.hpp>

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace zflow::testing {

/// What an operation gives: its result, or the error with which its activity fails.
using OperationAnswer = std::expected<model::Value, model::Value>;

/// An operation as a plain function. It is called once for each call that a run makes.
using Operation = std::function<OperationAnswer(const interpreter::Call&)>;

/// Says after each turn whether to give up, e.g. because too much time has passed.
using GiveUp = std::function<bool()>;

struct Options {
    std::string run_id = "run";
    model::Uuid birth{0, 1};                 ///< seeds the run's random numbers
    model::Instant begin{1'704'067'200, 0};  ///< the virtual time of the first event: 2024-01-01T00:00:00Z
    interpreter::Limits limits = {.steps = 1'000'000'000};
    interpreter::Configuration configuration = {};
    GiveUp give_up = {};
};

/// Why a run did not come to an end.
enum class Stop : std::uint8_t {
    none,               ///< it did
    unknown_operation,  ///< it called an operation that nobody gave
    waits_for_ever,     ///< nothing is left that could happen: it waits for a variable that nobody changes
    given_up,           ///< `Options::give_up` said so
};

/// Everything that happened in a run.
struct Result {
    std::optional<model::Outcome> outcome;  ///< of its main fiber
    Stop stop = Stop::none;
    std::string sentence;                    ///< about `stop`, for people
    std::vector<interpreter::Event> events;  ///< in order: `replay` makes the same run of them
    std::vector<interpreter::Call> calls;    ///< in the order in which they were made
    std::vector<interpreter::Log> log;
    interpreter::State state;
};

/// Runs programs to their end in memory, on virtual time: a sleep of a month costs nothing.
///
/// The same program, input, options and answers of operations give the same run, event by event. An example
/// that is compiled: examples/1_first_flow.
///
/// Thread-safety: a Runner is used by one thread at a time.
class Runner {
 public:
    /// Give the operation of a type (`Operation.Custom`'s typeId), or of an activity's name, which goes
    /// first.
    Runner& operation(std::string type_or_name, Operation function);

    /// Run until the main fiber has ended and nothing else is ready.
    ///
    /// Parameters: `input` is what the flow's Input gives; unit if there is none.
    /// Errors: none of its own: what stopped a run is in the result. What an operation throws passes through.
    [[nodiscard]] Result run(std::shared_ptr<const interpreter::Program> program, model::Value input = {},
                             const Options& options = {}) const;

 private:
    std::map<std::string, Operation, std::less<>> operations_;
};

/// Apply recorded events to a fresh state.
[[nodiscard]] interpreter::State replay(std::shared_ptr<const interpreter::Program> program,
                                        const std::vector<interpreter::Event>& events,
                                        const Options& options = {});

/// The operation `oracle.OracleOp` of the sample programs: `add n` gives its input plus n, `fail n` fails
/// with an ActivityError "failed n".
[[nodiscard]] OperationAnswer sample_operation(const interpreter::Call& call);

}  // namespace zflow::testing
