#include "machine.hpp"

#include <fmt/format.h>

namespace zflow::interpreter {

using model::Kind;
using model::Value;

std::uint32_t Machine::push_scope(std::uint32_t parent, std::uint32_t fiber) {
    const auto scope = state_.scope_counter++;
    state_.scopes.emplace(scope, Scope{scope == 0 ? 0 : parent, true, fiber});
    if (scope != 0) {
        this->scope(parent).children.insert(scope);
    }
    return scope;
}

/// A scope goes with its variables when nobody is in it or inside of it. The main fiber's stays: its
/// variables can be asked for when the run has ended.
void Machine::release_scope(std::uint32_t scope) {
    this->scope(scope).alive = false;
    while (scope != 0) {
        const auto place = state_.scopes.find(scope);
        if (place->second.alive || !place->second.children.empty()) {
            return;
        }
        const auto parent = place->second.parent;
        state_.scopes.erase(place);
        const auto first = state_.variables.lower_bound({scope, ""});
        const auto last = state_.variables.lower_bound({scope + 1, ""});
        state_.variables.erase(first, last);
        this->scope(parent).children.erase(scope);
        scope = parent;
    }
}

/// How many there are for a fiber, those of its open transactions included.
std::size_t Machine::count_variables(const Fiber& fiber) {
    auto most = state_.variables.size();
    for (const auto& transaction : fiber.transactions) {
        most += transaction.writes.size();
    }
    if (fiber.transactions.empty() || most < state_.limits.variables) {
        return most;
    }
    // Close to the limit it has to be exact: a write may be of a variable that there is already.
    std::set<VariableKey> made;
    for (const auto& transaction : fiber.transactions) {
        used_ += transaction.writes.size();
        for (const auto& [key, value] : transaction.writes) {
            if (!state_.variables.contains(key)) {
                made.insert(key);
            }
        }
    }
    return state_.variables.size() + made.size();
}

Value Machine::variable_reference(Value name) {
    static const auto shape = model::make<const model::RecordShape>("zio.flow.RemoteVariableReference",
                                                                    std::vector<std::string>{"name"});
    return Value::record(shape, {std::move(name)});
}

void Machine::new_variable(Fiber& fiber, const Instruction& instruction, Value value) {
    auto name = instruction.node->value.as_string();
    if (instruction.node->flag) {
        // The brace is ZIO Flow's: programs may show the name.
        name = fmt::format("{}_{}}}", name, fiber.temporary_counter++);
    }
    if (name.find("__") != std::string::npos) {
        return die(fiber, model::Death::invalid_arguments(fmt::format(
                              "Failed to create remote variable with name {0}: {0} did not satisfy "
                              "doesNotContain(__)",
                              name)));
    }
    if (count_variables(fiber) >= state_.limits.variables) {
        return die(fiber, model::Death::limit_reached(fmt::format("more than {} variables (limit variables)",
                                                                  state_.limits.variables)));
    }
    write(fiber, {fiber.scopes.back(), name}, std::move(value));
    succeed(fiber, variable_reference(Value::string(std::move(name))));
}

const Value* Machine::read(Fiber& fiber, std::string_view name, VariableKey* key, std::uint64_t* version) {
    VariableKey place{fiber.scopes.back(), std::string(name)};
    for (;;) {
        for (auto each = fiber.transactions.rbegin(); each != fiber.transactions.rend(); ++each) {
            if (const auto written = each->writes.find(place); written != each->writes.end()) {
                if (key != nullptr) {
                    *key = place;
                }
                return &written->second;
            }
        }
        const auto found = state_.variables.find(place);
        const auto now = found == state_.variables.end() ? 0 : found->second.version;
        if (!fiber.transactions.empty()) {
            // That there is none is something that was read, too.
            fiber.transactions.back().reads.try_emplace(place, now);
        }
        if (found != state_.variables.end()) {
            if (key != nullptr) {
                *key = place;
                *version = now;
            }
            return &found->second.value;
        }
        const auto parent = scope(place.scope).parent;
        if (parent == place.scope) {
            return nullptr;
        }
        place.scope = parent;
    }
}

void Machine::write(Fiber& fiber, const VariableKey& key, Value value) {
    if (fiber.transactions.empty()) {
        write_base(key, std::move(value));
    } else {
        fiber.transactions.back().writes.insert_or_assign(key, std::move(value));
    }
}

void Machine::write_base(const VariableKey& key, Value value) {
    state_.variables.insert_or_assign(key, Variable{std::move(value), ++state_.versions});
    for (auto next = state_.watching.begin(); next != state_.watching.end();) {
        auto& waiter = fiber(*next);
        const auto reads = [&](const Transaction& each) { return each.reads.contains(key); };
        bool is_concerned = reads(waiter.undos.back());
        for (const auto& outer : waiter.transactions) {
            is_concerned = is_concerned || reads(outer);
        }
        if (!is_concerned) {
            ++next;
            continue;
        }
        next = state_.watching.erase(next);
        auto again = std::move(waiter.undos.back());
        waiter.undos.pop_back();
        restart(waiter, std::move(again));
        make_ready(waiter);
    }
}

/// The name in a variable's reference; the fiber dies if it is none.
const std::string* Machine::name_of(Fiber& fiber, const Value& reference) {
    if (reference.is(Kind::record)) {
        if (const auto* name = reference.as_record().find("name");
            name != nullptr && name->is(Kind::string)) {
            return &name->as_string();
        }
    }
    die(fiber, model::Death::type_error(
                   fmt::format("a variable was expected, got {}", to_string(reference.kind()))));
    return nullptr;
}

void Machine::modify(Fiber& fiber, std::uint32_t node, EnvironmentRef environment, const Value& reference) {
    const auto* name = name_of(fiber, reference);
    if (name == nullptr) {
        return;
    }
    VariableKey key;
    std::uint64_t version = 0;
    const auto* found = read(fiber, *name, &key, &version);
    if (found == nullptr) {
        return die(fiber, model::Death::variable_not_found(*name));
    }
    auto value = *found;
    push(fiber, {.kind = FrameKind::modify,
                 .node = node,
                 .version = version,
                 .environment = environment,
                 .value = reference});
    if (fiber.mode != Mode::unwind) {
        call(fiber, program_.child(program_.at(node), 1), environment, std::move(value));
    }
}

void Machine::answer_modify(Fiber& fiber) {
    const auto frame = pop(fiber);
    if (!fiber.value.is(Kind::tuple)) {
        return die(fiber, model::Death::type_error("Modify needs a pair of the result and the new value"));
    }
    const auto result = std::exchange(fiber.value, {});
    VariableKey key;
    std::uint64_t version = 0;
    const auto* name = name_of(fiber, frame.value);
    require(name != nullptr, "the reference was looked at before");
    const auto* found = read(fiber, *name, &key, &version);
    if (found == nullptr || (fiber.transactions.empty() && version != frame.version)) {
        // Somebody wrote it while the function was evaluated over more than one turn: once more, with what is
        // there now.
        note(Difference::update_is_atomic);
        return modify(fiber, frame.node, frame.environment, frame.value);
    }
    write(fiber, key, result.as_tuple().right);
    succeed(fiber, result.as_tuple().left);
}

}  // namespace zflow::interpreter
