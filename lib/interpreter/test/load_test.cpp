#include "flows.hpp"

#include <gtest/gtest.h>

namespace zflow::interpreter::test {
namespace {

std::string refused(const NodeRef& flow) {
    const auto program = Program::load(flow);
    return program ? "loads" : program.error().text();
}

const std::string a_name = model::to_text(model::Symbol{1, 2});

TEST(Load, refuses_a_name_that_nothing_binds) {
    EXPECT_EQ(refused(then(give(1), give(model::unbound({1, 2})))),
              ".Fold.successCase.UnboundRemoteFunction.result.Flow.flow.Return.value: the name " + a_name +
                  " is bound by nothing around it");
}

TEST(Load, a_name_reaches_as_far_as_its_binder) {
    auto left = model::make<model::Node>(NodeKind::bind);
    left->symbol = {1, 2};
    left->children = {num(1), model::unbound({1, 2})};
    EXPECT_EQ(refused(give(pair(left, left))), "loads");
    EXPECT_EQ(refused(give(pair(left, model::unbound({1, 2})))),
              ".Return.value.Tuple._2: the name " + a_name + " is bound by nothing around it");
    auto itself = model::make<model::Node>(NodeKind::bind);
    itself->symbol = {1, 2};
    itself->children = {model::unbound({1, 2}), num(1)};
    EXPECT_EQ(refused(give(itself)),
              ".Return.value.Bind.value: the name " + a_name + " is bound by nothing around it");
}

TEST(Load, refuses_a_recursion_that_is_not_around) {
    auto again = model::make<model::Node>(NodeKind::recurse_with);
    again->symbol = {1, 2};
    again->children = {num(1)};
    EXPECT_EQ(refused(give(again)), ".Return.value: the recursion " + a_name + " is not one around it");
    // A name of the same symbol is no recursion.
    EXPECT_EQ(refused(give(model::node(NodeKind::fold_option,
                                       {lit(Value::none()), num(1), model::function({1, 2}, again)}))),
              ".Return.value.FoldOption.ifNonEmpty.UnboundRemoteFunction.result: the recursion " + a_name +
                  " is not one around it");
}

TEST(Load, refuses_an_unknown_operator_and_says_that_it_may_be_right) {
    const auto unknown = model::binary(
        num(1), num(2), model::make<const model::Operator>("Numeric.Frobnicate", "NumericInt", nullptr));
    const auto program = Program::load(give(unknown));
    ASSERT_FALSE(program);
    EXPECT_EQ(program.error().text(),
              ".Return.value: there is no Binary operator 'Numeric.Frobnicate' on NumericInt");
    EXPECT_TRUE(program.error().unsupported);
}

TEST(Load, refuses_a_part_of_the_wrong_sort) {
    EXPECT_EQ(refused(give(give(1))), ".Return.value: expected an expression, got Return");
    EXPECT_EQ(refused(num(1)), "expected a flow, got Literal");
    EXPECT_EQ(refused(ensuring(give(1), num(2))), ".Ensuring.finalizer: expected a flow, got Literal");
    EXPECT_EQ(refused(modify(reference("x"), num(1))), ".Modify.f: expected a function, got Literal");
    EXPECT_EQ(refused(activity("a", num(1), nullptr, nullptr, num(1))),
              ".RunActivity.operation: expected an operation, got Literal");
}

TEST(Load, refuses_missing_and_superfluous_parts) {
    EXPECT_EQ(refused(nullptr), "a part is missing here");
    EXPECT_EQ(refused(give(NodeRef())), ".Return.value: a part is missing here");
    auto two = model::make<model::Node>(NodeKind::return_);
    two->children = {num(1), num(2)};
    EXPECT_EQ(refused(ensuring(two, give(1))), ".Ensuring.flow: Return has 1 parts, got 2");
}

TEST(Load, takes_a_program_as_deep_as_memory) {
    auto flow = give(1);
    for (int i = 0; i < 300'000; ++i) {
        flow = ensuring(flow, give(2));
    }
    const auto program = Program::load(flow);
    ASSERT_TRUE(program);
    EXPECT_EQ((*program)->size(), 4 * 300'000U + 2 - 300'000U);
}

TEST(Program, numbers_nodes_in_preorder_and_knows_their_paths) {
    const auto program = load(ensuring(give(1), failing("e")));
    ASSERT_EQ(program->size(), 5U);
    EXPECT_EQ(program->path(0), ".Ensuring");
    EXPECT_EQ(program->path(2), ".Ensuring.flow.Return.value.Literal");
    EXPECT_EQ(program->path(4), ".Ensuring.finalizer.Fail.error.Literal");
}

}  // namespace
}  // namespace zflow::interpreter::test
