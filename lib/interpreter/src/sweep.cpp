#include "machine.hpp"

#include <zflow/model/sequence.hpp>

#include <algorithm>
#include <unordered_set>

namespace zflow::interpreter {
namespace {

using model::Kind;
using model::Value;

/// Finds the forked flows that a run can still mention.
class Mentioned {
 public:
    void add(const Value& value) {
        if (value.shared() != nullptr) {
            todo_.push_back(&value);
            drain();
        }
    }

    void add(const EnvironmentRef& environment) {
        add_environment(environment.get());
        drain();
    }

    [[nodiscard]] bool contains(const std::string& id) const { return ids_.contains(id); }

 private:
    void add_environment(const model::Environment* place) {
        for (; place != nullptr && seen_.insert(place).second; place = place->below().get()) {
            push(place->value());
        }
    }

    void push(const Value& value) {
        if (value.shared() != nullptr && seen_.insert(value.shared()).second) {
            todo_.push_back(&value);
        }
    }

    void drain() {
        while (!todo_.empty()) {
            const auto& value = *todo_.back();
            todo_.pop_back();
            switch (value.kind()) {
                case Kind::some:
                case Kind::left:
                case Kind::right:
                    push(value.inner());
                    break;
                case Kind::tuple:
                    push(value.as_tuple().left);
                    push(value.as_tuple().right);
                    break;
                case Kind::sequence:
                case Kind::set:
                case Kind::dictionary:
                    for (const auto& item : value.as_sequence().items()) {
                        push(item);
                    }
                    break;
                case Kind::record:
                    add_record(value.as_record());
                    break;
                case Kind::enumeration:
                    push(value.as_enumeration().inner);
                    break;
                case Kind::flow_code:
                case Kind::remote_code:
                    add_environment(value.as_code().captured.get());
                    break;
                default:
                    break;
            }
        }
    }

    void add_record(const model::Record& record) {
        if (record.shape->id == "zio.flow.ExecutingFlow") {
            if (const auto* id = record.find("id"); id != nullptr && id->is(Kind::string)) {
                ids_.insert(id->as_string());
            }
        }
        for (const auto& value : record.values) {
            push(value);
        }
    }

    std::vector<const Value*> todo_;
    std::unordered_set<const model::Shared*> seen_;
    std::unordered_set<std::string> ids_;
};

void add_transaction(Mentioned& mentioned, const Transaction& transaction) {
    mentioned.add(transaction.environment);
    mentioned.add(transaction.inputs);
    for (const auto& [key, value] : transaction.writes) {
        mentioned.add(value);
    }
    for (const auto& compensation : transaction.compensations) {
        mentioned.add(compensation.environment);
        mentioned.add(compensation.result);
    }
}

void add_outcome(Mentioned& mentioned, const model::Outcome& outcome) {
    if (const auto* succeeded = std::get_if<model::Succeeded>(&outcome)) {
        mentioned.add(succeeded->value);
    } else if (const auto* failed = std::get_if<model::Failed>(&outcome)) {
        mentioned.add(failed->value);
    }
}

void add_fiber(Mentioned& mentioned, const Fiber& fiber) {
    mentioned.add(fiber.environment);
    mentioned.add(fiber.inputs);
    mentioned.add(fiber.value);
    for (const auto& operand : fiber.operands) {
        mentioned.add(operand);
    }
    for (const auto& frame : fiber.stack) {
        mentioned.add(frame.environment);
        mentioned.add(frame.value);
    }
    for (const auto& transaction : fiber.transactions) {
        add_transaction(mentioned, transaction);
    }
    for (const auto& transaction : fiber.undos) {
        add_transaction(mentioned, transaction);
    }
    if (fiber.outcome) {
        add_outcome(mentioned, *fiber.outcome);
    }
}

}  // namespace

/// Forget fibers that have ended and that nobody can ask for any more. Costs as much as looking at the whole
/// state, so it waits until there are twice as many as were kept the last time.
void Machine::sweep_ended_fibers() {
    constexpr std::uint32_t few = 64;
    const auto ended = static_cast<std::uint32_t>(state_.fibers.size()) - state_.alive;
    if (ended < few + 2 * state_.ended_kept_last) {
        return;
    }
    Mentioned mentioned;
    for (const auto& [key, variable] : state_.variables) {
        mentioned.add(variable.value);
    }
    for (const auto& [number, each] : state_.fibers) {
        add_fiber(mentioned, each);
    }
    for (const auto& [number, operation] : state_.operations) {
        mentioned.add(operation.input);
    }
    std::erase_if(state_.fibers, [&](const auto& each) {
        const auto& [number, ended_fiber] = each;
        if (ended_fiber.mode != Mode::ended || number == 0 || mentioned.contains(ended_fiber.id)) {
            return false;
        }
        state_.fiber_numbers.erase(ended_fiber.id);
        return true;
    });
    state_.ended_kept_last = static_cast<std::uint32_t>(state_.fibers.size()) - state_.alive;
}

}  // namespace zflow::interpreter
