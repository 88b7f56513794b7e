#include "drive.hpp"

#include "content.hpp"

#include <zflow/codec/json.hpp>
#include <zflow/interpreter/snapshot.hpp>
#include <zflow/model/sequence.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace zflow::interpreter::test {

using model::Kind;

std::string show(const Value& value) {
    switch (value.kind()) {
        case Kind::unit:
            return "()";
        case Kind::boolean:
            return value.as_boolean() ? "true" : "false";
        case Kind::int_:
        case Kind::long_:
            return std::to_string(value.as_integer());
        case Kind::string:
            return fmt::format("\"{}\"", value.as_string());
        case Kind::none:
            return "none";
        case Kind::some:
            return fmt::format("some({})", show(value.inner()));
        case Kind::left:
            return fmt::format("left({})", show(value.inner()));
        case Kind::right:
            return fmt::format("right({})", show(value.inner()));
        case Kind::tuple:
            return fmt::format("({}, {})", show(value.as_tuple().left), show(value.as_tuple().right));
        case Kind::instant:
            return fmt::format("second {}", value.as_instant().seconds);
        case Kind::sequence: {
            std::string items;
            for (const auto& item : value.as_sequence().items()) {
                items += (items.empty() ? "" : ", ") + show(item);
            }
            return "[" + items + "]";
        }
        case Kind::flow_code:
        case Kind::remote_code:
            return "code";
        default:
            return codec::value_to_json(value).value_or(std::string(to_string(value.kind())));
    }
}

std::string show(const model::Outcome& outcome) {
    if (const auto* succeeded = std::get_if<model::Succeeded>(&outcome)) {
        return show(succeeded->value);
    }
    if (const auto* failed = std::get_if<model::Failed>(&outcome)) {
        return "failed: " + show(failed->value);
    }
    // Without ZIO Flow's words around it.
    auto message = std::get<model::Died>(outcome).death.message();
    for (const std::string_view prefix :
         {"Failed to evaluate remote value: ", "Invalid operation arguments: "}) {
        if (message.starts_with(prefix)) {
            message.erase(0, prefix.size());
        }
    }
    return "died: " + message;
}

std::string show(const Action& action) {
    struct Shown {
        std::string operator()(const Call& call) const {
            return fmt::format("call {} {} '{}' {} {} {}", call.operation, call.attempt, call.name,
                               call.type_id, show(call.description), show(call.input));
        }
        std::string operator()(const Cancel& cancel) const {
            return fmt::format("cancel {}", cancel.operation);
        }
        std::string operator()(const ArmTimer& timer) const {
            return fmt::format("arm {} at {}.{:09}", timer.timer, timer.due.seconds, timer.due.nanos);
        }
        std::string operator()(const DropTimer& timer) const { return fmt::format("drop {}", timer.timer); }
        std::string operator()(const Finished& finished) const {
            return "finished " + show(finished.outcome);
        }
        std::string operator()(const Log& log) const {
            return fmt::format("log {}: {}", log.fiber, log.text);
        }
    };
    return std::visit(Shown(), action);
}

std::string to_bytes(const State& state) {
    auto bytes = state_to_binary(state);
    EXPECT_TRUE(bytes) << (bytes ? "" : bytes.error().text());
    return bytes.value_or("");
}

std::string outcome_of(const NodeRef& flow, Plan plan) {
    return Drive(flow, std::move(plan)).run().outcome();
}

Drive::Drive(ProgramRef program, Plan plan)
    : program_(std::move(program)), plan_(std::move(plan)), state_(make_state(program_, plan_.limits)) {
    if (plan_.through_bytes) {
        bytes_ = to_bytes(state_);
    }
    feed(Started{plan_.input, {17, 4}, "run"});
}

Drive& Drive::run() {
    while (step()) {
        if (events_.size() >= plan_.most_events) {
            ADD_FAILURE() << "the run does not end";
            break;
        }
    }
    return *this;
}

bool Drive::step() {
    if (broken_) {
        return false;
    }
    if (const auto injected = plan_.injected.find(events_.size()); injected != plan_.injected.end()) {
        feed(injected->second);
        return true;
    }
    if (state_.runnable()) {
        feed(Continue{});
        return true;
    }
    const auto timer = next_timer();
    const auto choices = static_cast<std::uint32_t>(under_way_.size()) + (timer ? 1 : 0);
    if (choices == 0) {
        return false;
    }
    const auto choice = plan_.choose ? plan_.choose(choices) : 0;
    if (choice < under_way_.size()) {
        complete(std::next(under_way_.begin(), choice)->first);
    } else {
        // NOLINTNEXTLINE(bugprone-unchecked-optional-access): a test that has nothing here fails
        now_ = std::max(now_, armed_.at(*timer));
        // NOLINTNEXTLINE(bugprone-unchecked-optional-access): a test that has nothing here fails
        feed(TimerFired{*timer});
    }
    return true;
}

std::optional<std::uint64_t> Drive::next_timer() const {
    const auto next = std::ranges::min_element(
        armed_, {}, [](const auto& each) { return std::pair(each.second, each.first); });
    return next == armed_.end() ? std::nullopt : std::optional(next->first);
}

void Drive::complete(std::uint64_t operation) {
    const auto call = under_way_.at(operation);
    under_way_.erase(operation);
    if (call.name.starts_with("flaky") && call.attempt == 1) {
        tried_.emplace(operation, call);
        feed(AttemptFailed{operation, call.attempt, {now_.seconds + 3, 0}});
        return;
    }
    const auto is_bad = call.name.starts_with("bad");
    if (!is_bad) {
        history_.push_back({state_.fibers.at(state_.operations.at(operation).fiber).id, "did " + call.name});
    }
    feed(OperationCompleted{operation, call.attempt, is_bad, is_bad ? Value::string(call.name) : call.input});
}

Drive& Drive::feed(EventKind event, std::int64_t later) {
    now_.seconds += later;
    if (const auto* fired = std::get_if<TimerFired>(&event)) {
        armed_.erase(fired->timer);
    }
    events_.push_back({now_, std::move(event)});
    apply_to_both(events_.back());
    if (!broken_) {
        check_pending();
    }
    return *this;
}

void Drive::apply_to_both(const Event& event) {
    const auto number = events_.size() - 1;
    std::vector<Action> actions;
    try {
        apply(state_, event, actions, plan_.configuration);
    } catch (const Defect& defect) {
        ADD_FAILURE() << "event " << number << ": " << defect.what();
        broken_ = true;
        return;
    }
    const auto had = actions_.size();
    for (const auto& action : actions) {
        take(action);
    }
    if (!plan_.through_bytes) {
        return;
    }
    const auto wrong = find_inconsistency(state_);
    EXPECT_EQ(wrong, "") << "after event " << number;
    auto read = state_from_binary(program_, bytes_);
    if (!read) {
        ADD_FAILURE() << "before event " << number << ": " << read.error().text();
        broken_ = true;
        return;
    }
    std::vector<Action> same;
    apply(*read, event, same, plan_.configuration);
    std::vector<std::string> shown;
    for (const auto& action : same) {
        shown.push_back(show(action));
    }
    EXPECT_EQ(shown,
              std::vector<std::string>(actions_.begin() + static_cast<std::ptrdiff_t>(had), actions_.end()))
        << "event " << number << ": a state that was read from bytes goes on in another way";
    bytes_ = to_bytes(state_);
    broken_ = !wrong.empty() || (to_bytes(*read) != bytes_ && content_of(*read) != content_of(state_));
    EXPECT_FALSE(broken_) << "event " << number << ": a state that was read from bytes becomes another";
}

void Drive::take(const Action& action) {
    actions_.push_back(show(action));
    if (const auto* call = std::get_if<Call>(&action)) {
        EXPECT_EQ(tried_.erase(call->operation), call->attempt > 1 ? 1U : 0U);
        EXPECT_TRUE(under_way_.emplace(call->operation, *call).second);
        calls_.push_back(call->name);
    } else if (const auto* cancel = std::get_if<Cancel>(&action)) {
        EXPECT_EQ(under_way_.erase(cancel->operation) + tried_.erase(cancel->operation), 1U);
    } else if (const auto* arm = std::get_if<ArmTimer>(&action)) {
        EXPECT_TRUE(armed_.emplace(arm->timer, arm->due).second);
    } else if (const auto* drop = std::get_if<DropTimer>(&action)) {
        EXPECT_EQ(armed_.erase(drop->timer), 1U);
    } else if (std::holds_alternative<Finished>(action)) {
        ++finished_;
    } else if (const auto* log = std::get_if<Log>(&action)) {
        logged_.push_back(log->text);
        history_.push_back({log->fiber, log->text});
    }
}

/// What the state says is pending is what the actions said, no more and no less.
void Drive::check_pending() const {
    if (!state_.held.empty()) {
        return;
    }
    std::map<std::uint64_t, model::Instant> timers;
    for (const auto& [number, timer] : state_.timers) {
        timers.emplace(number, timer.due);
    }
    EXPECT_EQ(timers, armed_);
    for (const auto& [number, operation] : state_.operations) {
        EXPECT_TRUE(operation.retry_timer == 0 ? under_way_.contains(number) : tried_.contains(number));
    }
    EXPECT_EQ(state_.operations.size(), under_way_.size() + tried_.size());
}

std::string Drive::outcome() const {
    return state_.outcome ? show(*state_.outcome) : "waits";
}

std::string Drive::variable(const std::string& name) const {
    const auto found = state_.variables.find({0, name});
    return found == state_.variables.end() ? "" : show(found->second.value);
}

std::string Drive::left_behind() const {
    for (const auto& [number, fiber] : state_.fibers) {
        if (fiber.mode != Mode::ended) {
            return fmt::format("fiber {} is alive", fiber.id);
        }
        if (!fiber.transactions.empty() || !fiber.undos.empty() || !fiber.stack.empty() ||
            !fiber.operands.empty() || !fiber.awaited_by.empty()) {
            return fmt::format("fiber {} has not ended what it began", fiber.id);
        }
    }
    for (const auto& [scope, place] : state_.scopes) {
        if (scope != 0) {
            return fmt::format("scope {}", scope);
        }
    }
    for (const auto& [key, each] : state_.variables) {
        if (key.scope != 0) {
            return fmt::format("variable {} of scope {}", key.name, key.scope);
        }
    }
    if (!state_.timers.empty() || !armed_.empty()) {
        return "a timer";
    }
    if (!state_.operations.empty() || !under_way_.empty() || !tried_.empty()) {
        return "an operation";
    }
    if (!state_.watching.empty()) {
        return "a fiber that waits for a variable";
    }
    return state_.ready.empty() && state_.held.empty() ? "" : "something to do";
}

}  // namespace zflow::interpreter::test
