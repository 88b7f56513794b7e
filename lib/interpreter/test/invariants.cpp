#include "invariants.hpp"

#include <zflow/codec/binary.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

namespace zflow::interpreter::test {
namespace {

/// Takes what ends something off the stack of what has begun.
///
/// Returns: what is wrong.
std::string take_off(std::vector<std::string>& stack, std::string_view name, const std::string& fiber) {
    if (stack.empty() || stack.back() != name) {
        return fmt::format("{}: '{}' is ended, but '{}' is the newest", fiber, name,
                           stack.empty() ? "nothing" : stack.back());
    }
    stack.pop_back();
    return {};
}

constexpr auto interrupted = "died: Flow execution interrupted";

/// What a run is like when it has been driven to its end with something happening on the way.
class Interrupted {
 public:
    Interrupted(const ProgramRef& program, Plan plan, std::size_t at, EventKind event)
        : drive_(program, with(std::move(plan), at, std::move(event))) {
        drive_.run();
    }

    [[nodiscard]] const Drive& drive() const { return drive_; }

    void expect_clean() {
        EXPECT_EQ(drive_.left_behind(), "") << drive_.outcome();
        EXPECT_EQ(wrong_in(drive_.history()), "");
        EXPECT_EQ(drive_.finished(), 1);
    }

    /// Also if something waits for ever that was there to stay.
    void expect_clean_after_abort() {
        drive_.feed(Abort{}).run();
        expect_clean();
    }

 private:
    static Plan with(Plan plan, std::size_t at, EventKind event) {
        plan.injected.emplace(at, std::move(event));
        return plan;
    }
    Drive drive_;
};

void expect_abort(const ProgramRef& program, const Plan& plan, std::size_t at, const Drive& undisturbed) {
    SCOPED_TRACE(fmt::format("abort instead of event {}", at));
    Interrupted run(program, plan, at, Abort{});
    run.expect_clean();
    const auto outcome = run.drive().outcome();
    EXPECT_TRUE(outcome == interrupted || outcome == undisturbed.outcome()) << outcome;
}

/// Parameters: `program` is timed by the timer with the number 1.
void expect_timeout(const ProgramRef& program, const Plan& plan, std::size_t at) {
    SCOPED_TRACE(fmt::format("timeout instead of event {}", at));
    Interrupted run(program, plan, at, TimerFired{1});
    if (run.drive().outcome() == "none" || run.drive().outcome().starts_with("died: ")) {
        run.expect_clean();
    } else {
        run.expect_clean_after_abort();
    }
}

/// Parameters: `program` interrupts its child when the variable `stop` is set.
void expect_interrupt(const ProgramRef& program, const Plan& plan, std::size_t at) {
    SCOPED_TRACE(fmt::format("interrupt instead of event {}", at));
    Interrupted run(program, plan, at, SetVariable{"stop", Value::int_(1)});
    if (run.drive().outcome() == R"("interrupted")") {
        run.expect_clean();
    } else {
        run.expect_clean_after_abort();
    }
}

NodeRef interruptible(const NodeRef& flow) {
    return all({new_var("stop", 0), then(fork(flow), [](const NodeRef& child) {
                    return all({transaction(await_value("stop", 1)),
                                caught(then(interrupt(child), give(text("interrupted"))),
                                       give(text("it had ended")))});
                })});
}

}  // namespace

NodeRef guarded(const std::string& name, NodeRef flow, NodeRef finalizer) {
    auto end = log("end " + name);
    return ensuring(all({log("begin " + name), std::move(flow)}),
                    finalizer ? all({end, std::move(finalizer)}) : end);
}

NodeRef outermost(NodeRef flow) {
    return then(transaction(std::move(flow)),
                [](const NodeRef& value) { return all({log("committed"), give(value)}); });
}

std::string wrong_in(const std::vector<Drive::Happened>& history) {
    struct OfFiber {
        std::vector<std::string> begun;
        std::vector<std::string> done;
    };
    std::map<std::string, OfFiber> fibers;
    constexpr std::string_view begin = "begin ";
    constexpr std::string_view end = "end ";
    constexpr std::string_view did = "did ok do ";
    constexpr std::string_view undid = "did ok undo do ";
    std::string wrong;
    for (const auto& [name, what] : history) {
        auto& fiber = fibers[name];
        const auto rest = [&](std::string_view prefix) { return what.substr(prefix.size()); };
        if (what.starts_with(begin)) {
            fiber.begun.push_back(rest(begin));
        } else if (what.starts_with(end)) {
            wrong = take_off(fiber.begun, rest(end), name);
        } else if (what.starts_with(did)) {
            fiber.done.push_back(rest(did));
        } else if (what.starts_with(undid)) {
            wrong = take_off(fiber.done, rest(undid), name);
        } else if (what == "committed") {
            fiber.done.clear();
        }
        if (!wrong.empty()) {
            return wrong;
        }
    }
    for (const auto& [name, fiber] : fibers) {
        if (!fiber.begun.empty()) {
            return fmt::format("{}: '{}' was not finalized", name, fiber.begun.back());
        }
        if (!fiber.done.empty()) {
            return fmt::format("{}: '{}' was not undone", name, fiber.done.back());
        }
    }
    return {};
}

void expect_replays(const NodeRef& flow, const Drive& drive, const Plan& plan) {
    const auto bytes = codec::program_to_binary(flow);
    ASSERT_TRUE(bytes) << bytes.error().text();
    const auto read = codec::program_from_binary(*bytes);
    ASSERT_TRUE(read) << read.error().text();
    for (const auto& program : {load(flow), load(*read)}) {
        auto state = make_state(program, plan.limits);
        std::vector<std::string> shown;
        for (const auto& event : drive.events()) {
            std::vector<Action> actions;
            apply(state, event, actions, plan.configuration);
            for (const auto& action : actions) {
                shown.push_back(show(action));
            }
        }
        EXPECT_EQ(shown, drive.actions());
        EXPECT_EQ(to_bytes(state), to_bytes(drive.state()));
    }
}

void expect_same_in_short_turns(const NodeRef& flow, const Plan& plan) {
    const auto program = load(flow);
    const Drive long_turns = Drive(program, plan).run();
    for (const std::uint64_t turn : {1U, 2U, 3U, 7U, 40U}) {
        SCOPED_TRACE(fmt::format("turns of {}", turn));
        auto in_short_turns = plan;
        in_short_turns.limits.turn = turn;
        in_short_turns.through_bytes = turn == 1;
        const Drive short_turns = Drive(program, in_short_turns).run();
        EXPECT_EQ(short_turns.actions(), long_turns.actions());
        EXPECT_EQ(short_turns.outcome(), long_turns.outcome());
        if (::testing::Test::HasFailure()) {
            return;
        }
    }
}

void expect_ends_clean(const NodeRef& flow, const Plan& plan, std::size_t most) {
    const auto program = load(flow);
    const auto timed = load(timeout(flow, 1'000'000));
    const auto child = load(interruptible(flow));
    const Drive undisturbed = Drive(program, plan).run();
    const auto step = undisturbed.events().size() / most + 1;
    for (std::size_t at = 1; at <= undisturbed.events().size() && !::testing::Test::HasFailure();
         at += step) {
        expect_abort(program, plan, at, undisturbed);
        expect_timeout(timed, plan, at);
        expect_interrupt(child, plan, at);
    }
}

}  // namespace zflow::interpreter::test
