// The expressions that decide what is evaluated: how each goes on.

#include "drive.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace zflow::interpreter::test {
namespace {

using ::testing::ElementsAre;

std::string value_of(NodeRef expression, Plan plan = {}) {
    return outcome_of(give(std::move(expression)), std::move(plan));
}

NodeRef broken() {
    return remote_fail("broken");
}
const std::string died_broken = "died: broken";

/// An expression that is not evaluated in place, so that it needs a frame.
NodeRef slow(NodeRef inner) {
    return bind(std::move(inner), [](const NodeRef& x) { return x; });
}

TEST(Branch, evaluates_one_side_only) {
    EXPECT_EQ(value_of(branch(yes(), num(1), broken())), "1");
    EXPECT_EQ(value_of(branch(yes(false), broken(), num(2))), "2");
    EXPECT_EQ(value_of(branch(broken(), num(1), num(2))), died_broken);
    EXPECT_EQ(value_of(branch(num(1), num(1), num(2))), "died: Type error: Branch needs a Boolean, got Int");
}

TEST(Bind, evaluates_once_and_hides_an_outer_name) {
    EXPECT_EQ(value_of(bind(debug(num(2), "once"), [](const NodeRef& x) { return add(x, x); })), "4");
    const Drive drive =
        Drive(give(bind(debug(num(2), "once"), [](const NodeRef& x) { return add(x, x); }))).run();
    EXPECT_THAT(drive.logged(), ElementsAre("once"));
    EXPECT_EQ(value_of(bind(num(1),
                            [](const NodeRef& x) {
                                return bind(num(2), [&](const NodeRef& y) { return pair(x, y); });
                            })),
              "(1, 2)");
    EXPECT_EQ(value_of(bind(broken(), [](const NodeRef&) { return num(1); })), died_broken);
}

NodeRef fold_option(NodeRef option) {
    return model::node(NodeKind::fold_option, {std::move(option), text("empty"),
                                               lambda([](const NodeRef& x) { return add(x, num(1)); })});
}

TEST(FoldOption, takes_the_side_that_fits) {
    EXPECT_EQ(value_of(fold_option(lit(Value::some(Value::int_(1))))), "2");
    EXPECT_EQ(value_of(fold_option(lit(Value::none()))), R"("empty")");
    EXPECT_EQ(value_of(fold_option(num(1))), "died: Type error: FoldOption needs an option, got Int");
    EXPECT_EQ(value_of(fold_option(broken())), died_broken);
}

NodeRef fold_either(NodeRef either) {
    return model::node(NodeKind::fold_either,
                       {std::move(either), lambda([](const NodeRef& x) { return pair(text("left"), x); }),
                        lambda([](const NodeRef& x) { return pair(text("right"), x); })});
}

TEST(FoldEither, takes_the_side_that_fits) {
    EXPECT_EQ(value_of(fold_either(lit(Value::left(Value::int_(1))))), R"(("left", 1))");
    EXPECT_EQ(value_of(fold_either(lit(Value::right(Value::int_(1))))), R"(("right", 1))");
    EXPECT_EQ(value_of(fold_either(num(1))), "died: Type error: FoldEither needs an either, got Int");
}

NodeRef fold_list(NodeRef items, NodeRef initial, const Body& body) {
    return model::node(NodeKind::fold_list, {std::move(items), std::move(initial), lambda(body)});
}

TEST(FoldList, goes_from_the_first_item_to_the_last) {
    const Body sum = [](const NodeRef& p) { return add(first(p), second(p)); };
    EXPECT_EQ(value_of(fold_list(list({1, 2, 3}), num(10), sum)), "16");
    EXPECT_EQ(value_of(fold_list(list({}), num(10), sum)), "10");
    EXPECT_EQ(value_of(fold_list(num(1), num(10), sum)), "died: Type error: Fold needs a list, got Int");
    EXPECT_EQ(value_of(fold_list(list({1}), broken(), sum)), died_broken);
    const Body last = [](const NodeRef& p) { return second(p); };
    EXPECT_EQ(value_of(fold_list(list({1, 2, 3}), num(10), last)), "3");
}

TEST(FoldList, does_the_same_with_a_body_that_needs_frames) {
    const Body sum = [](const NodeRef& p) { return slow(add(first(p), slow(second(p)))); };
    EXPECT_EQ(value_of(fold_list(list({1, 2, 3}), num(10), sum)), "16");
    const Body dies = [](const NodeRef& p) {
        return branch(is_equal(second(p), num(2)), broken(), first(p));
    };
    EXPECT_EQ(value_of(fold_list(list({1, 2, 3}), num(10), dies)), died_broken);
}

TEST(Recurse, calls_itself_with_what_is_bound_outside) {
    const auto sum_to = [](std::int32_t n) {
        return bind(num(100), [n](const NodeRef& outside) {
            return recurse(pair(num(n), num(0)), [&](const NodeRef& p, const Body& again) {
                return branch(at_most(first(p), num(0)), add(second(p), outside),
                              again(pair(add(first(p), num(-1)), add(second(p), first(p)))));
            });
        });
    };
    EXPECT_EQ(value_of(sum_to(0)), "100");
    EXPECT_EQ(value_of(sum_to(10)), "155");
}

TEST(Recurse, needs_not_be_the_last_thing) {
    const auto factorial_like = recurse(num(5), [](const NodeRef& n, const Body& again) {
        return branch(at_most(n, num(0)), num(0), add(n, again(add(n, num(-1)))));
    });
    EXPECT_EQ(value_of(factorial_like), "15");
}

TEST(Recurse, nested_ones_know_which_is_meant) {
    // inner(k) counts down and then calls the outer one with less.
    const auto both = recurse(num(3), [](const NodeRef& n, const Body& outer) {
        return branch(at_most(n, num(0)), num(1000),
                      recurse(num(2), [&](const NodeRef& k, const Body& inner) {
                          return branch(at_most(k, num(0)), outer(add(n, num(-1))), inner(add(k, num(-1))));
                      }));
    });
    EXPECT_EQ(value_of(both), "1000");
}

TEST(Lazy, is_what_it_holds) {
    EXPECT_EQ(value_of(model::node(NodeKind::lazy, {num(1)})), "1");
    EXPECT_EQ(value_of(model::node(NodeKind::lazy, {slow(num(1))})), "1");
}

TEST(Debug, logs_and_is_what_it_holds) {
    const Drive drive = Drive(give(debug(num(1), "seen"))).run();
    EXPECT_EQ(drive.outcome(), "1");
    EXPECT_THAT(drive.logged(), ElementsAre("seen"));
}

TEST(Flow, is_a_value_that_runs_nothing) {
    EXPECT_EQ(value_of(as_value(log("never"))), "code");
}

TEST(Variable, is_read_where_it_is_mentioned) {
    EXPECT_EQ(outcome_of(all({new_var("x", 1), give(add(variable("x"), num(1)))})), "2");
    EXPECT_EQ(value_of(variable("x")), "died: Could not find identifier x");
}

TEST(Config, is_looked_up_by_its_key) {
    EXPECT_EQ(value_of(config("k"), {.configuration = {{"k", Value::int_(7)}}}), "7");
    EXPECT_THAT(value_of(config("k")), ::testing::StartsWith("died: "));
    EXPECT_THAT(value_of(config("k"), {.configuration = {{"k", Value::string("x")}}}),
                ::testing::StartsWith("died: Type error: the configuration's 'k' does not fit"));
}

TEST(Strict, evaluates_its_operands_from_the_left) {
    const Drive drive = Drive(give(pair(debug(num(1), "a"), pair(debug(num(2), "b"), slow(num(3)))))).run();
    EXPECT_EQ(drive.outcome(), "(1, (2, 3))");
    EXPECT_THAT(drive.logged(), ElementsAre("a", "b"));
    EXPECT_EQ(value_of(pair(slow(num(1)), broken())), died_broken);
    EXPECT_EQ(value_of(add(slow(num(1)), slow(text("a")))).substr(0, 5), "died:");
}

TEST(Strict, a_death_in_the_middle_leaves_nothing_behind) {
    const auto flow = ensuring(give(pair(slow(num(1)), pair(slow(num(2)), slow(broken())))),
                               give(add(num(1), slow(num(1)))));
    const Drive drive = Drive(flow).run();
    EXPECT_EQ(drive.outcome(), died_broken);
    EXPECT_EQ(drive.left_behind(), "");
}

}  // namespace
}  // namespace zflow::interpreter::test
