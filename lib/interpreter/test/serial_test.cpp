// Transactions of several fibers at once end as if they had run one after the other, in some order.

#include "invariants.hpp"

#include <fmt/format.h>
#include <generators.hpp>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace zflow::interpreter::test {
namespace {

using codec::test::Choices;

constexpr std::size_t most_variables = 4;

/// What a transaction does, one step after the other, with a number of its own that is another one for
/// each transaction at the beginning.
struct Step {
    enum class Kind : std::uint8_t {
        read,          ///< number = variable
        write,         ///< variable = number
        add,           ///< variable += amount
        sleep,         ///< others run meanwhile
        call,          ///< likewise
        fail_if,       ///< the transaction fails if number is at least the amount
        inner,         ///< the next ones are a transaction inside; if it fails, number = 100
        or_else,       ///< the next ones are the left side; if it retries, number = 200
        retry_unless,  ///< retry unless the variable is at least the amount
    };
    Kind kind = Kind::read;
    std::string variable = "x0";
    std::int32_t amount = 0;
};
using Steps = std::vector<Step>;

/// Where the steps end that are inside of one.
std::size_t end_of_inside(const Steps& steps, std::size_t at, std::size_t end) {
    return std::min(end, at + 1 + static_cast<std::size_t>(steps[at].amount));
}

/// The flow of the steps from one on; gives the number.
NodeRef flow_of(const Steps& steps, std::size_t at, std::size_t end, const NodeRef& number,
                const std::string& name) {
    if (at == end) {
        return give(number);
    }
    const auto& step = steps[at];
    const auto go_on = [&](std::size_t from) -> Body {
        return [&steps, &name, from, end](const NodeRef& changed) {
            return flow_of(steps, from, end, changed, name);
        };
    };
    const auto rest = go_on(at + 1);
    switch (step.kind) {
        case Step::Kind::read:
            return then(read(step.variable), rest);
        case Step::Kind::write:
            return all({set(step.variable, number), rest(number)});
        case Step::Kind::add:
            return all({increase(step.variable, step.amount), rest(number)});
        case Step::Kind::sleep:
            return all({sleep_until(step.amount), rest(number)});
        case Step::Kind::call:
            return all({undoable(fmt::format("do {}.{}", name, at)), rest(number)});
        case Step::Kind::fail_if:
            return if_(at_most(num(step.amount), number), failing("no"), rest(number));
        case Step::Kind::inner:
        case Step::Kind::or_else: {
            const auto inside_end = end_of_inside(steps, at, end);
            auto inside = flow_of(steps, at + 1, inside_end, number, name);
            return then(step.kind == Step::Kind::inner ? caught(transaction(inside), give(100))
                                                       : or_try(inside, give(200)),
                        go_on(inside_end));
        }
        case Step::Kind::retry_unless:
            return then(read(step.variable), [&](const NodeRef& is) {
                return if_(at_most(num(step.amount), is), rest(number), retry());
            });
    }
    return give(number);
}

/// How steps end when nothing else runs.
struct Ran {
    enum class How : std::uint8_t {
        gave,
        failed,
        retried,
        waits,  ///< a transaction inside retried, which no orTry around it hears of
    };
    How how = How::gave;
    std::int32_t number = 0;
};
bool has_to_wait(const Ran& ran) {
    return ran.how == Ran::How::retried || ran.how == Ran::How::waits;
}

using Memory = std::map<std::string, std::int32_t>;

Ran run_alone(const Steps& steps, std::size_t at, std::size_t end, std::int32_t number, Memory& memory) {
    for (; at < end; ++at) {
        const auto& step = steps[at];
        switch (step.kind) {
            case Step::Kind::read:
                number = memory[step.variable];
                break;
            case Step::Kind::write:
                memory[step.variable] = number;
                break;
            case Step::Kind::add:
                memory[step.variable] += step.amount;
                break;
            case Step::Kind::sleep:
            case Step::Kind::call:
                break;
            case Step::Kind::fail_if:
                if (number >= step.amount) {
                    return {Ran::How::failed, 0};
                }
                break;
            case Step::Kind::inner:
            case Step::Kind::or_else: {
                const auto inside_end = end_of_inside(steps, at, end);
                auto inside = memory;
                const auto ran = run_alone(steps, at + 1, inside_end, number, inside);
                number = ran.number;
                if (ran.how == Ran::How::gave) {
                    memory = inside;
                } else if (step.kind == Step::Kind::inner && ran.how == Ran::How::failed) {
                    number = 100;
                } else if (step.kind == Step::Kind::or_else && ran.how == Ran::How::retried) {
                    number = 200;
                } else {
                    return {step.kind == Step::Kind::inner ? Ran::How::waits : ran.how, 0};
                }
                at = inside_end - 1;
                break;
            }
            case Step::Kind::retry_unless:
                if (memory[step.variable] < step.amount) {
                    return {Ran::How::retried, 0};
                }
                break;
        }
    }
    return {Ran::How::gave, number};
}

Ran run_whole(const std::vector<Steps>& all_steps, std::size_t number, Memory& memory) {
    const auto& steps = all_steps[number];
    return run_alone(steps, 0, steps.size(), static_cast<std::int32_t>(number + 1), memory);
}

/// The variables and results at the end, for people; "waits" for a transaction that has to wait for ever.
std::string serial_end(const std::vector<Steps>& all_steps, const std::vector<std::size_t>& order) {
    Memory memory;
    std::vector<std::string> results(all_steps.size(), "waits");
    for (const auto number : order) {
        auto inside = memory;
        const auto ran = run_whole(all_steps, number, inside);
        if (has_to_wait(ran)) {
            // It would have to run later, or wait for ever.
            continue;
        }
        if (ran.how == Ran::How::gave) {
            memory = inside;
        }
        results[number] = ran.how == Ran::How::gave ? fmt::format("right({})", ran.number) : R"(left("no"))";
    }
    for (std::size_t i = 0; i < all_steps.size(); ++i) {
        auto inside = memory;
        if (results[i] == "waits" && !has_to_wait(run_whole(all_steps, i, inside))) {
            return "it need not wait in this order";
        }
    }
    std::string end;
    for (std::size_t i = 0; i < most_variables; ++i) {
        end += fmt::format("{} ", memory[fmt::format("x{}", i)]);
    }
    for (const auto& result : results) {
        end += result + " ";
    }
    return end;
}

std::set<std::string> all_serial_ends(const std::vector<Steps>& all_steps) {
    std::vector<std::size_t> order(all_steps.size());
    std::iota(order.begin(), order.end(), 0);
    std::set<std::string> ends;
    do {
        ends.insert(serial_end(all_steps, order));
    } while (std::ranges::next_permutation(order).found);
    return ends;
}

NodeRef program_of(const std::vector<Steps>& all_steps) {
    NodeRef flow = sleep_until(1'000'000);
    for (std::size_t i = all_steps.size(); i-- > 0;) {
        const auto name = fmt::format("t{}", i);
        const auto result = fmt::format("r{}", i);
        auto body = outermost(
            flow_of(all_steps[i], 0, all_steps[i].size(), num(static_cast<std::int32_t>(i + 1)), name));
        auto child = fold(
            std::move(body),
            [&](const NodeRef& error) { return set(result, model::node(NodeKind::either_left, {error})); },
            [&](const NodeRef& value) { return set(result, model::node(NodeKind::either_right, {value})); });
        flow = all({new_var(result, text("waits")), fork(std::move(child)), flow});
    }
    for (std::size_t i = 0; i < most_variables; ++i) {
        flow = all({new_var(fmt::format("x{}", i), 0), flow});
    }
    return flow;
}

std::string end_of(const Drive& drive, std::size_t transactions) {
    std::string end;
    for (std::size_t i = 0; i < most_variables; ++i) {
        end += drive.variable(fmt::format("x{}", i)) + " ";
    }
    for (std::size_t i = 0; i < transactions; ++i) {
        const auto result = drive.variable(fmt::format("r{}", i));
        end += (result == "\"waits\"" ? "waits" : result) + " ";
    }
    return end;
}

Steps make_steps(Choices& choices) {
    using enum Step::Kind;
    static constexpr std::array kinds{read,    read,  read,  write, write,   add,     add,          add,
                                      sleep,   sleep, sleep, call,  fail_if, fail_if, inner,        inner,
                                      or_else, inner, read,  sleep, add,     or_else, retry_unless, write};
    Steps steps;
    // Mostly few, so that they meet.
    const auto variables = std::array{1U, 2U, 2U, 3U, 4U}[choices.below(5)];
    for (auto count = 2 + choices.below(9); count > 0; --count) {
        Step step;
        step.kind = kinds[choices.below(kinds.size())];
        step.variable = fmt::format("x{}", choices.below(variables));
        step.amount = static_cast<std::int32_t>(1 + choices.below(step.kind == sleep ? 30 : 4));
        steps.push_back(step);
    }
    return steps;
}

std::vector<std::uint32_t> many(std::size_t count) {
    return *rc::gen::resize(rc::kNominalSize, rc::gen::container<std::vector<std::uint32_t>>(
                                                  count, rc::gen::arbitrary<std::uint32_t>()));
}

void check_serial(Choices choices, const std::vector<std::uint32_t>& numbers) {
    std::vector<Steps> all_steps(2 + choices.below(3));
    for (auto& steps : all_steps) {
        steps = make_steps(choices);
    }
    const std::array<std::uint64_t, 4> turns{1'000'000, 1, 5, 30};
    Plan plan{.limits = {.turn = turns[choices.below(turns.size())]}, .through_bytes = false};
    plan.choose = [&numbers, at = std::size_t{0}](std::uint32_t count) mutable {
        return at < numbers.size() ? numbers[at++] % count : 0;
    };
    Drive drive(program_of(all_steps), plan);
    drive.run();
    RC_ASSERT(drive.outcome() == "()");
    const auto end = end_of(drive, all_steps.size());
    const auto serial = all_serial_ends(all_steps);
    if (!serial.contains(end)) {
        for (const auto& each : serial) {
            RC_LOG() << each << "\n";
        }
        RC_FAIL("it was " + end);
    }
    drive.feed(Abort{}).run();
    RC_ASSERT(drive.left_behind() == "");
    RC_ASSERT(wrong_in(drive.history()) == "");
}

TEST(Transactions, end_as_in_some_serial_order) {
    EXPECT_TRUE(rc::check([] {
        constexpr int cases = 100;
        for (int i = 0; i < cases; ++i) {
            auto choices = many(140);
            check_serial(Choices(std::move(choices)), many(40));
        }
    }));
}

TEST(Transactions, prevent_write_skew) {
    // Each may take one away if both together leave one; together they may not take both.
    const auto takes = [](const std::string& mine, const std::string& other) {
        return outermost(then(read(mine), [&](const NodeRef& a) {
            return then(read(other), [&](const NodeRef& b) {
                return all({sleep_until(5), if_(at_most(num(2), add(a, b)), increase(mine, -1), give(0))});
            });
        }));
    };
    const Drive drive = Drive(all({new_var("x", 1), new_var("y", 1), fork(takes("x", "y")),
                                   fork(takes("y", "x")), sleep_until(100), read("x")}))
                            .run();
    EXPECT_EQ(drive.outcome(), "0");
    EXPECT_EQ(drive.variable("y"), "1");
}

TEST(Transactions, lose_no_wake_up) {
    // A ring: each waits until the one before has counted further, however the events interleave.
    EXPECT_TRUE(rc::check([](std::vector<std::uint32_t> numbers, std::uint8_t turn) {
        constexpr std::int32_t fibers = 3;
        constexpr std::int32_t rounds = 4;
        const auto name = [](std::int32_t i) { return fmt::format("x{}", (i + fibers) % fibers); };
        NodeRef flow = transaction(await_value(name(fibers - 1), rounds));
        for (std::int32_t i = 0; i < fibers; ++i) {
            NodeRef turns = give(0);
            for (std::int32_t round = rounds; round > 0; --round) {
                turns = all({transaction(all({await_value(name(i - 1), i == 0 ? round - 1 : round),
                                              activity("ok pause", num(1)), set(name(i), round)})),
                             turns});
            }
            flow = all({fork(turns), flow});
        }
        for (std::int32_t i = 0; i < fibers; ++i) {
            flow = all({new_var(name(i), 0), flow});
        }
        Plan plan{.limits = {.turn = turn == 0 ? 1'000'000U : turn}, .through_bytes = false};
        plan.choose = [&numbers, at = std::size_t{0}](std::uint32_t count) mutable {
            return at < numbers.size() ? numbers[at++] % count : 0;
        };
        RC_ASSERT(Drive(flow, plan).run().outcome() == std::to_string(rounds));
    }));
}

}  // namespace
}  // namespace zflow::interpreter::test
