#pragma once

#include <zflow/interpreter/apply.hpp>
#include <zflow/interpreter/difference.hpp>
#include <zflow/interpreter/state.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace zflow::interpreter {

/// Check an invariant of the interpreter: a broken one parks the run, it does not stop the process.
inline void require(bool condition, const char* sentence) {
    if (!condition) [[unlikely]] {
        throw Defect(sentence);
    }
}

/// One application of an event: the state, and what is left of the turn.
///
/// A fiber is a machine with a stack of frames. Its mode says what it does next: evaluate an expression, run
/// a flow, or bring a value, a failure or an unwinding to the frame on top. Frames of expressions stand only
/// above frames of flows, and only at the top, so a failure drops them all at once.
///
/// Important: an invariant of all files: nothing here recurses over programs or values, and every loop is
/// bounded by the turn's budget, the fibers, or the frames of one fiber.
class Machine {
 public:
    Machine(State& state, std::vector<Action>& actions, const Configuration& configuration);

    void take(const EventKind& event);  // machine.cpp
    void run_ready();                   // machine.cpp
    void sweep_ended_fibers();          // sweep.cpp

    [[nodiscard]] std::uint64_t used() const noexcept { return used_; }

 private:
    // machine.cpp: events and scheduling
    void start(const Started& event);
    void complete(const OperationCompleted& event);
    void attempt_failed(const AttemptFailed& event);
    void fire(std::uint64_t timer);
    void resume();
    void abort();
    void abort_with(const model::Death& death);
    void end_at_limit();
    void cut_short(Fiber& fiber, const model::Death& death);
    void run(Fiber& fiber);
    void make_ready(Fiber& fiber);
    void wait(Fiber& fiber, Waiting waiting, std::uint64_t awaited);
    std::uint64_t arm(PendingTimer::Purpose purpose, std::uint64_t subject, const model::Instant& due);
    void drop_timer(std::uint64_t timer);
    [[nodiscard]] Fiber& fiber(std::uint32_t number);
    [[nodiscard]] Scope& scope(std::uint32_t number);

    // expressions.cpp: the pure part
    void evaluate(Fiber& fiber);
    void answer(Fiber& fiber);
    bool evaluate_direct(Fiber& fiber, std::uint32_t node, const EnvironmentRef& environment,
                         model::Value& value);
    void begin_strict(Fiber& fiber);
    void continue_strict(Fiber& fiber);
    void call(Fiber& fiber, std::uint32_t function, const EnvironmentRef& environment, model::Value argument);
    void next_item(Fiber& fiber, model::Value accumulated);
    void answer_list(Fiber& fiber);
    void answer_option(Fiber& fiber);
    void answer_either(Fiber& fiber);
    void answer_branch(Fiber& fiber);
    void read_config(Fiber& fiber, const Instruction& instruction);
    void push(Fiber& fiber, Frame frame);
    Frame pop(Fiber& fiber);
    /// Go on with an expression, in place of the one that was.
    void go(Fiber& fiber, std::uint32_t node, EnvironmentRef environment);

    // flows.cpp: one flow node at a time
    void run_flow(Fiber& fiber);
    void evaluate_for_flow(Fiber& fiber, std::size_t child);
    void evaluated(Fiber& fiber, std::uint32_t node, EnvironmentRef environment, model::Value value,
                   std::uint32_t step);
    void run_code(Fiber& fiber, const model::Value& code);
    void require_place(const model::Code& code, model::Sort sort) const;
    void run_at(Fiber& fiber, std::uint32_t node, EnvironmentRef environment);
    void run_body(Fiber& fiber, std::uint32_t function, const EnvironmentRef& environment,
                  model::Value argument);
    void wait_till(Fiber& fiber, const model::Value& time);
    void provide(Fiber& fiber, std::uint32_t node, EnvironmentRef environment, model::Value value);
    void begin_timeout(Fiber& fiber, std::uint32_t node, EnvironmentRef environment,
                       const model::Value& duration);
    void input(Fiber& fiber);
    void iterate_on(Fiber& fiber, std::uint32_t node, const EnvironmentRef& environment,
                    model::Value candidate);
    void answer_iterate(Fiber& fiber);
    void random(Fiber& fiber);
    void random_uuid(Fiber& fiber);

    // outcomes.cpp: what a success, a failure, a retry or an unwinding does at a frame
    void succeed_at(Fiber& fiber);
    void fail_at(Fiber& fiber);
    void retry_at(Fiber& fiber);
    void unwind_at(Fiber& fiber);
    [[nodiscard]] bool is_to_restart(Fiber& fiber) const;
    void leave_timeout(Fiber& fiber, const Frame& frame);
    void finalize(Fiber& fiber, const Frame& frame, After after, model::Value value, std::uint32_t target);
    void go_on(Fiber& fiber, const Frame& frame);
    void succeed(Fiber& fiber, model::Value value);
    void fail(Fiber& fiber, model::Value error);
    void die(Fiber& fiber, model::Death death);
    void drop_expressions(Fiber& fiber);

    // transactions.cpp
    void begin_transaction(Fiber& fiber, std::uint32_t node, EnvironmentRef environment);
    void begin_or_try(Fiber& fiber, std::uint32_t node, EnvironmentRef environment);
    void commit(Fiber& fiber);
    void merge(Fiber& fiber);
    void undo(Fiber& fiber, After after, model::Value value, std::uint32_t target);
    void next_compensation(Fiber& fiber);
    void restart(Fiber& fiber, Transaction transaction);
    void wait_for_variable(Fiber& fiber);
    void keep_reads(Fiber& fiber);
    [[nodiscard]] std::uint32_t commit_of(const Fiber& fiber, std::size_t transaction) const;
    void run_right(Fiber& fiber, Transaction transaction);
    [[nodiscard]] bool has_changed(const Transaction& transaction) const;
    void retry_until(Fiber& fiber);

    // variables.cpp
    /// What programs hold of a variable, as ZIO Flow writes it.
    [[nodiscard]] static model::Value variable_reference(model::Value name);
    void new_variable(Fiber& fiber, const Instruction& instruction, model::Value value);
    /// Nothing if there is no such variable.
    const model::Value* read(Fiber& fiber, std::string_view name, VariableKey* key, std::uint64_t* version);
    void write(Fiber& fiber, const VariableKey& key, model::Value value);
    void write_base(const VariableKey& key, model::Value value);
    void modify(Fiber& fiber, std::uint32_t node, EnvironmentRef environment, const model::Value& reference);
    void answer_modify(Fiber& fiber);
    [[nodiscard]] const std::string* name_of(Fiber& fiber, const model::Value& reference);
    [[nodiscard]] std::uint64_t version_of(const VariableKey& key) const;
    std::uint32_t push_scope(std::uint32_t parent, std::uint32_t fiber);
    void release_scope(std::uint32_t scope);
    [[nodiscard]] std::size_t count_variables(const Fiber& fiber);

    // fibers.cpp
    void fork(Fiber& fiber, const Instruction& instruction);
    void await(Fiber& fiber, const model::Value& reference);
    void interrupt_other(Fiber& fiber, const model::Value& reference);
    void interrupt(Fiber& fiber, std::uint32_t target, const model::Death& death);
    void unwind(Fiber& fiber, std::uint32_t target);
    void interrupt_inside(std::uint32_t scope, const model::Death& death);
    void finish(Fiber& fiber, model::Outcome outcome);
    void take_end(Fiber& waiter, const Fiber& ended);
    void cancel_wait(Fiber& fiber);
    [[nodiscard]] Fiber* find_fiber(Fiber& fiber, const model::Value& reference);

    // operations.cpp
    void run_activity(Fiber& fiber, std::uint32_t node, EnvironmentRef environment, model::Value input);
    void perform(Fiber& fiber, const Frame& check);
    void operate(Fiber& fiber);
    void issue(Fiber& fiber, const Instruction& instruction);
    void succeed_activity(Fiber& fiber, std::uint32_t node, EnvironmentRef environment, model::Value result);

    std::uint64_t random_bits();

    State& state_;
    const Program& program_;
    std::vector<Action>& actions_;
    const Configuration& configuration_;
    std::uint64_t used_ = 0;
    const Fiber* running_ = nullptr;  // it has its place in State::ready already
};

}  // namespace zflow::interpreter
