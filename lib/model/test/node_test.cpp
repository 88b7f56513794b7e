#include <zflow/model/node.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace zflow::model {
namespace {

NodeRef identity(Symbol symbol) {
    return function(symbol, unbound(symbol));
}

TEST(Node, every_kind_has_one_row_with_a_number_of_its_own) {
    std::set<NodeKind> kinds;
    for (const auto& row : all_node_kinds()) {
        EXPECT_TRUE(kinds.insert(row.kind).second) << row.name;
        EXPECT_EQ(&info(row.kind), &row);
        for (std::size_t i = 0; i < row.fields.size(); ++i) {
            EXPECT_EQ(row.fields[i].name.empty(), i >= row.children) << row.name;
        }
    }
    EXPECT_EQ(std::ranges::count(all_node_kinds(), Sort::flow, &NodeInfo::sort), 26);
}

TEST(Node, programs_are_equal_if_their_names_bind_alike) {
    EXPECT_TRUE(equal(identity({0, 1}), identity({0, 2})));
    const auto pair = [](Symbol a, Symbol b, Symbol used) {
        return function(a, function(b, node(NodeKind::tuple, {unbound(used), unbound(b)})));
    };
    EXPECT_TRUE(equal(pair({0, 1}, {0, 2}, {0, 1}), pair({0, 5}, {0, 6}, {0, 5})));
    EXPECT_FALSE(equal(pair({0, 1}, {0, 2}, {0, 1}), pair({0, 5}, {0, 6}, {0, 6})));
    EXPECT_FALSE(equal(pair({0, 1}, {0, 2}, {0, 2}), pair({0, 5}, {0, 6}, {0, 5})));
}

TEST(Node, what_people_call_a_node_is_no_part_of_the_program) {
    auto named = make<Node>(NodeKind::now);
    named->origin = make<const Origin>("what time is it", std::source_location::current());
    EXPECT_TRUE(equal(NodeRef(named), node(NodeKind::now)));
}

TEST(Node, programs_that_share_much_are_compared_soon) {
    const auto doubled = [](int leaf) {
        auto tree = literal(Value::int_(leaf));
        for (int i = 0; i < 64; ++i) {
            tree = node(NodeKind::tuple, {tree, tree});
        }
        return tree;
    };
    EXPECT_TRUE(equal(doubled(1), doubled(1)));
    EXPECT_FALSE(equal(doubled(1), doubled(2)));
}

TEST(Node, a_deep_program_is_compared_and_freed_without_recursion) {
    const auto deep = [] {
        auto tree = node(NodeKind::now);
        for (int i = 0; i < 1'000'000; ++i) {
            tree = node(NodeKind::fork, {tree});
        }
        return tree;
    };
    EXPECT_TRUE(equal(deep(), deep()));
}

TEST(Node, an_absent_part_is_not_a_present_one) {
    const auto now = node(NodeKind::now);
    EXPECT_FALSE(equal(node(NodeKind::fold, {now, nullptr, nullptr}),
                       node(NodeKind::fold, {now, identity({0, 1}), nullptr})));
}

}  // namespace
}  // namespace zflow::model
