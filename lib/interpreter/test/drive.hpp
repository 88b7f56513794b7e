#pragma once

#include "flows.hpp"

#include <zflow/interpreter/apply.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace zflow::interpreter::test {

/// How a run goes on from outside.
struct Plan {
    Limits limits = {};
    Value input = {};
    Configuration configuration = {};
    /// Which of so many things that can happen next does; the first one if it is empty: what was called first
    /// ends first, timers fire when no operation is under way.
    std::function<std::uint32_t(std::uint32_t)> choose = {};
    /// Happens instead of the event of this number.
    std::map<std::size_t, EventKind> injected = {};
    /// Whether a second state goes through bytes after every event and has to do the same.
    bool through_bytes = true;
    std::size_t most_events = 20'000;
};

/// A run with a world around it in which operations end and time passes. After every event it checks that the
/// state is consistent, that what is pending in the state is what the actions asked for, and that a copy of
/// the state that goes through its binary form does the same.
class Drive {
 public:
    Drive(ProgramRef program, Plan plan);
    explicit Drive(const NodeRef& flow, Plan plan = {}) : Drive(load(flow), std::move(plan)) {}

    /// Until nothing can happen any more.
    Drive& run();
    /// Let the next thing happen.
    ///
    /// Returns: false if there is none.
    bool step();
    /// Let this happen, now or some seconds later.
    Drive& feed(EventKind event, std::int64_t later = 0);

    [[nodiscard]] const State& state() const { return state_; }
    [[nodiscard]] const std::vector<Event>& events() const { return events_; }
    [[nodiscard]] const std::vector<std::string>& actions() const { return actions_; }
    /// The calls that were made, by their names; a repeated attempt is one more.
    [[nodiscard]] const std::vector<std::string>& calls() const { return calls_; }
    [[nodiscard]] const std::vector<std::string>& logged() const { return logged_; }
    /// What fibers logged, and which operations have ended for them (`did <name>`), in order.
    struct Happened {
        std::string fiber;
        std::string what;
    };
    [[nodiscard]] const std::vector<Happened>& history() const { return history_; }
    /// How the main fiber ended, for people; "waits" if it has not. How often it did: `finished()`.
    [[nodiscard]] std::string outcome() const;
    [[nodiscard]] int finished() const { return finished_; }
    /// The value of a variable of the main fiber; empty if there is none.
    [[nodiscard]] std::string variable(const std::string& name) const;
    [[nodiscard]] const std::string& bytes() const { return bytes_; }
    /// What is there that should not be when everything has ended; empty if nothing is.
    [[nodiscard]] std::string left_behind() const;

 private:
    void apply_to_both(const Event& event);
    void take(const Action& action);
    void check_pending() const;
    void complete(std::uint64_t operation);
    [[nodiscard]] std::optional<std::uint64_t> next_timer() const;

    ProgramRef program_;
    Plan plan_;
    State state_;
    std::string bytes_;
    model::Instant now_;
    std::vector<Event> events_;
    std::vector<std::string> actions_;
    std::vector<std::string> calls_;
    std::vector<std::string> logged_;
    std::vector<Happened> history_;
    std::map<std::uint64_t, Call> under_way_;
    std::map<std::uint64_t, Call> tried_;  ///< between two attempts
    std::map<std::uint64_t, model::Instant> armed_;
    bool broken_ = false;
    int finished_ = 0;
};

/// For people: `5`, `"text"`, `some(5)`, `[1, 2]`, `(1, 2)`.
[[nodiscard]] std::string show(const Value& value);
/// `5`, `failed: "e"`, `died: message`.
[[nodiscard]] std::string show(const model::Outcome& outcome);
[[nodiscard]] std::string show(const Action& action);
[[nodiscard]] std::string to_bytes(const State& state);

/// How a flow ends that needs nothing but itself.
[[nodiscard]] std::string outcome_of(const NodeRef& flow, Plan plan = {});

}  // namespace zflow::interpreter::test
