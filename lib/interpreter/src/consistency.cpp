#include <zflow/interpreter/snapshot.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <unordered_map>
#include <utility>

namespace zflow::interpreter {
namespace {

using model::NodeKind;
using model::Sort;

bool is_of_expressions(const Frame& frame) {
    return frame.kind < FrameKind::evaluated;
}
bool waits_for_expression(const Frame& frame) {
    return frame.kind < FrameKind::fold;
}

/// Looks at one fiber after the other for what the machine relies on.
class Consistency {
 public:
    explicit Consistency(const State& state) : state_(state), program_(*state.program) {
        for (const auto number : state.ready) {
            ++ready_[number];
        }
        for (const auto& [number, fiber] : state.fibers) {
            for (const auto waiter : fiber.awaited_by) {
                ++awaited_[{number, waiter}];
            }
        }
    }

    std::string run() {
        if (!state_.started) {
            return state_.fibers.empty() && state_.scopes.empty() && state_.ready.empty() &&
                           state_.operations.empty() && state_.timers.empty() && state_.variables.empty() &&
                           state_.held.empty()
                       ? ""
                       : "something has happened before the start";
        }
        if (auto wrong = check_numbers(); !wrong.empty()) {
            return wrong;
        }
        if (auto wrong = check_scopes(); !wrong.empty()) {
            return wrong;
        }
        for (const auto& [number, fiber] : state_.fibers) {
            if (auto wrong = check(fiber); !wrong.empty()) {
                return fmt::format("fiber {}: {}", number, wrong);
            }
        }
        for (const auto& [number, operation] : state_.operations) {
            const auto* fiber = find(operation.fiber);
            if (fiber == nullptr || fiber->waiting != Waiting::operation || fiber->awaited != number ||
                !is_node(operation.node, {NodeKind::operation_custom}) ||
                !is_node(operation.activity, {NodeKind::run_activity}) ||
                (operation.retry_timer != 0 && !state_.timers.contains(operation.retry_timer))) {
                return fmt::format("operation {} is not what its fiber waits for", number);
            }
        }
        for (const auto& [number, timer] : state_.timers) {
            if (!is_wanted(number, timer)) {
                return fmt::format("timer {} is armed for nobody", number);
            }
        }
        for (const auto number : state_.ready) {
            const auto* fiber = find(number);
            if (fiber == nullptr || fiber->waiting != Waiting::nothing || fiber->mode == Mode::ended) {
                return fmt::format("fiber {} is ready and cannot run", number);
            }
        }
        if (state_.alive !=
            static_cast<std::size_t>(std::ranges::count_if(
                state_.fibers, [](const auto& each) { return each.second.mode != Mode::ended; }))) {
            return "the fibers that are alive are counted wrong";
        }
        return {};
    }

 private:
    /// What is made next gets a number that nothing has.
    [[nodiscard]] std::string check_numbers() const {
        const auto is_below = [](const auto& all, std::uint64_t counter) {
            return all.empty() || all.rbegin()->first < counter;
        };
        return state_.fibers.contains(0) && state_.scopes.contains(0) &&
                       is_below(state_.fibers, state_.fiber_counter) &&
                       is_below(state_.scopes, state_.scope_counter) &&
                       is_below(state_.operations, state_.operation_counter + 1) &&
                       is_below(state_.timers, state_.timer_counter + 1)
                   ? ""
                   : "the counters are behind what they have counted";
    }

    [[nodiscard]] std::string check_scopes() const {
        std::size_t alive = 0;
        for (const auto& [number, scope] : state_.scopes) {
            if (!scope.alive && scope.children.empty() && number != 0) {
                return fmt::format("scope {} is kept for nobody", number);
            }
            alive += scope.alive ? 1 : 0;
        }
        for (const auto& [number, fiber] : state_.fibers) {
            alive -= fiber.mode == Mode::ended ? 0 : fiber.scopes.size();
        }
        if (alive != 0) {
            return "the scopes that are alive are not those of the fibers";
        }
        for (const auto& [key, variable] : state_.variables) {
            if (!state_.scopes.contains(key.scope) || variable.version == 0 ||
                variable.version > state_.versions) {
                return fmt::format("the variable '{}' is in no scope, or was never written", key.name);
            }
        }
        return {};
    }

    /// Each scope is inside of the one before and belongs to the fiber alone.
    [[nodiscard]] bool has_its_scopes(const Fiber& fiber) const {
        for (std::size_t i = 0; i < fiber.scopes.size(); ++i) {
            const auto scope = state_.scopes.find(fiber.scopes[i]);
            if (scope == state_.scopes.end() || !scope->second.alive || scope->second.fiber != fiber.number ||
                (i > 0 && scope->second.parent != fiber.scopes[i - 1])) {
                return false;
            }
        }
        return !fiber.scopes.empty() && (fiber.number != 0 || fiber.scopes.front() == 0);
    }

    [[nodiscard]] bool is_awaited(std::uint32_t fiber, std::uint32_t by) const {
        const auto found = awaited_.find({fiber, by});
        return found != awaited_.end() && found->second == 1;
    }

    [[nodiscard]] const Fiber* find(std::uint64_t number) const {
        const auto found = state_.fibers.find(static_cast<std::uint32_t>(number));
        return found == state_.fibers.end() || number > UINT32_MAX ? nullptr : &found->second;
    }

    [[nodiscard]] bool is_wanted(std::uint64_t number, const PendingTimer& timer) const {
        if (timer.purpose == PendingTimer::Purpose::retry) {
            const auto operation = state_.operations.find(timer.subject);
            return operation != state_.operations.end() && operation->second.retry_timer == number;
        }
        const auto* fiber = find(timer.subject);
        if (fiber == nullptr) {
            return false;
        }
        if (timer.purpose == PendingTimer::Purpose::timeout) {
            return std::ranges::any_of(fiber->stack, [&](const Frame& frame) {
                return frame.kind == FrameKind::timeout && frame.version == number;
            });
        }
        return (fiber->waiting == Waiting::timer || fiber->waiting == Waiting::back_off) &&
               fiber->awaited == number;
    }

    [[nodiscard]] bool is_node(std::uint32_t node, std::initializer_list<NodeKind> kinds) const {
        return node < program_.size() && std::ranges::find(kinds, program_.at(node).kind) != kinds.end();
    }

    [[nodiscard]] static std::uint32_t depth(const EnvironmentRef& environment) {
        return environment ? environment->depth() : 0;
    }

    /// Whether a node can be gone on with in an environment.
    [[nodiscard]] bool fits(std::uint32_t node, const EnvironmentRef& environment, Sort sort) const {
        return node < program_.size() && model::info(program_.at(node).kind).sort == sort &&
               program_.at(node).depth == depth(environment);
    }

    std::string check(const Fiber& fiber) const {
        if (fiber.mode == Mode::ended) {
            return fiber.outcome && !fiber.scopes.empty() ? "" : "it has ended without an outcome";
        }
        if (!has_its_scopes(fiber)) {
            return "it has no scope of its own";
        }
        for (const auto number : fiber.awaited_by) {
            const auto* waiter = find(number);
            if (waiter == nullptr || waiter->awaited != fiber.number ||
                (waiter->waiting != Waiting::fiber && waiter->waiting != Waiting::interrupted_fiber)) {
                return fmt::format("fiber {} does not wait for it", number);
            }
        }
        if (fiber.waiting != Waiting::nothing && fiber.mode != Mode::succeed) {
            return "it waits and goes on";
        }
        if (auto wrong = check_waiting(fiber); !wrong.empty()) {
            return wrong;
        }
        if (auto wrong = check_stack(fiber); !wrong.empty()) {
            return wrong;
        }
        if (auto wrong = check_counts(fiber); !wrong.empty()) {
            return wrong;
        }
        return check_mode(fiber);
    }

    std::string check_stack(const Fiber& fiber) const {
        bool above_expression = false;
        for (std::size_t i = 0; i < fiber.stack.size(); ++i) {
            const auto& frame = fiber.stack[i];
            if (above_expression && !is_of_expressions(frame)) {
                return fmt::format("frame {} stands above one that waits for an expression", i);
            }
            if (is_of_expressions(frame) && !above_expression) {
                return fmt::format("frame {} belongs to no flow", i);
            }
            above_expression = above_expression || waits_for_expression(frame);
            if (!is_right(frame)) {
                return fmt::format("frame {} is not one of its node", i);
            }
        }
        return {};
    }

    [[nodiscard]] bool is_right(const Frame& frame) const {
        const auto is = [&](std::initializer_list<NodeKind> kinds) {
            return is_node(frame.node, kinds) && program_.at(frame.node).depth == depth(frame.environment);
        };
        switch (frame.kind) {
            case FrameKind::strict:
                return frame.node < program_.size() && program_.at(frame.node).apply != nullptr &&
                       frame.step < program_.at(frame.node).operands &&
                       program_.at(frame.node).depth == depth(frame.environment);
            case FrameKind::branch:
                return is({NodeKind::branch});
            case FrameKind::bind:
                return is({NodeKind::bind});
            case FrameKind::fold_option:
                return is({NodeKind::fold_option});
            case FrameKind::fold_either:
                return is({NodeKind::fold_either});
            case FrameKind::fold_list_list:
                return is({NodeKind::fold_list});
            case FrameKind::fold_list_initial:
            case FrameKind::fold_list_body:
                return is({NodeKind::fold_list}) && frame.value.is(model::Kind::sequence);
            case FrameKind::recurse:
                return is({NodeKind::recurse});
            case FrameKind::recurse_with:
                return is({NodeKind::recurse_with});
            case FrameKind::debug:
                return is({NodeKind::debug});
            case FrameKind::evaluated:
                return frame.step == 1 ? is_node(frame.node, {NodeKind::unwrap_remote})
                                       : fits(frame.node, frame.environment, Sort::flow);
            case FrameKind::body:
            case FrameKind::provide:
                return frame.node < program_.size();
            case FrameKind::modify:
                return is({NodeKind::modify}) && frame.value.is(model::Kind::record) &&
                       frame.value.as_record().find("name") != nullptr &&
                       frame.value.as_record().find("name")->is(model::Kind::string);
            case FrameKind::iterate_predicate:
            case FrameKind::iterate_step:
                return is({NodeKind::iterate});
            case FrameKind::contramap:
                return fits(frame.node, frame.environment, Sort::operation);
            case FrameKind::map_result:
                return is_node(frame.node, {NodeKind::operation_map});
            case FrameKind::map_operation:
                return is({NodeKind::operation_map});
            case FrameKind::fold:
                return is({NodeKind::fold});
            case FrameKind::ensuring:
                return is({NodeKind::ensuring});
            case FrameKind::commit:
                return is_node(frame.node, {NodeKind::transaction});
            case FrameKind::or_try:
                return is({NodeKind::or_try});
            case FrameKind::timeout:
                return is_node(frame.node, {NodeKind::timeout});
            case FrameKind::check:
            case FrameKind::activity:
                return is({NodeKind::run_activity});
            case FrameKind::finalizing:
                return frame.after <= After::unwind;
            case FrameKind::undoing:
                return is_node(frame.node, {NodeKind::transaction, NodeKind::or_try});
        }
        return false;
    }

    std::string check_counts(const Fiber& fiber) const {
        std::size_t transactions = 0;
        std::size_t undos = fiber.waiting == Waiting::variable || fiber.waiting == Waiting::back_off ? 1 : 0;
        std::size_t timeouts = 0;
        std::size_t operands = 0;
        for (const auto& frame : fiber.stack) {
            transactions +=
                frame.kind == FrameKind::commit || (frame.kind == FrameKind::or_try && frame.step == 1);
            undos += frame.kind == FrameKind::undoing;
            timeouts += frame.kind == FrameKind::timeout;
            operands += frame.kind == FrameKind::strict ? frame.step : 0;
        }
        if (fiber.transactions.size() != transactions || fiber.undos.size() != undos) {
            return "its transactions are not those of its frames";
        }
        if (fiber.scopes.size() != timeouts + 1) {
            return "its scopes are not those of its timeouts";
        }
        if (fiber.operands.size() != operands) {
            return "its operands are not those of its frames";
        }
        const auto is_right_transaction = [&](const Transaction& each) {
            return fits(each.node, each.environment, Sort::flow) &&
                   is_node(each.node, {NodeKind::transaction, NodeKind::or_try}) &&
                   std::ranges::all_of(each.compensations, [&](const Compensation& undo) {
                       return fits(undo.node, undo.environment, Sort::flow);
                   });
        };
        return std::ranges::all_of(fiber.transactions, is_right_transaction) &&
                       std::ranges::all_of(fiber.undos, is_right_transaction)
                   ? ""
                   : "a transaction is not one of its node";
    }

    std::string check_mode(const Fiber& fiber) const {
        const auto expects_expression = !fiber.stack.empty() && waits_for_expression(fiber.stack.back());
        switch (fiber.mode) {
            case Mode::evaluate:
                return expects_expression && fits(fiber.node, fiber.environment, Sort::remote)
                           ? ""
                           : "it evaluates nothing that it could";
            case Mode::answer:
                return expects_expression ? "" : "it has a value for nobody";
            case Mode::run:
                return !expects_expression && fits(fiber.node, fiber.environment, Sort::flow)
                           ? ""
                           : "it runs nothing that it could";
            case Mode::operate:
                return !expects_expression && fits(fiber.node, fiber.environment, Sort::operation)
                           ? ""
                           : "it calls nothing that it could";
            case Mode::unwind:
                return fiber.target == Fiber::whole && !fiber.death ? "it is unwound for no reason" : "";
            case Mode::retry:
                return std::ranges::any_of(fiber.stack,
                                           [](const Frame& frame) {
                                               return frame.kind == FrameKind::commit ||
                                                      frame.kind == FrameKind::or_try;
                                           })
                           ? ""
                           : "it retries outside of everything";
            default:
                return expects_expression ? "it brings a flow's end to an expression" : "";
        }
    }

    std::string check_waiting(const Fiber& fiber) const {
        switch (fiber.waiting) {
            case Waiting::operation:
                return state_.operations.contains(fiber.awaited) ? "" : "it waits for no operation";
            case Waiting::timer:
            case Waiting::back_off:
                return state_.timers.contains(fiber.awaited) ? "" : "it waits for no timer";
            case Waiting::fiber:
            case Waiting::interrupted_fiber: {
                const auto* other = find(fiber.awaited);
                return other != nullptr && other->mode != Mode::ended &&
                               is_awaited(other->number, fiber.number)
                           ? ""
                           : "it waits for no fiber";
            }
            case Waiting::nothing:
                return ready_.contains(fiber.number) && ready_.at(fiber.number) == 1
                           ? ""
                           : "it waits for nothing and is not ready";
            case Waiting::variable:
                return "";
        }
        return "it waits for something that there is not";
    }

    const State& state_;
    const Program& program_;
    std::unordered_map<std::uint32_t, std::size_t> ready_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> awaited_;  // by whom
};

}  // namespace

std::string find_inconsistency(const State& state) {
    return Consistency(state).run();
}

}  // namespace zflow::interpreter
