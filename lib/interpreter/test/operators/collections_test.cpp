#include "operators/evaluate.hpp"

#include <zflow/model/sequence.hpp>

#include <rapidcheck/gtest.h>

namespace zflow::interpreter::test {
namespace {

using model::Node;
using model::NodeKind;

std::string ask(NodeKind kind, std::vector<Value> operands) {
    return text_of(evaluate(Node(kind), std::move(operands)));
}

TEST(Collections, lists_grow_and_shrink_at_the_front) {
    EXPECT_EQ(ask(NodeKind::cons, {list({i(2)}), i(1)}), "[1, 2]");
    EXPECT_EQ(ask(NodeKind::uncons, {list({i(1), i(2)})}), "some((1, [2]))");
    EXPECT_EQ(ask(NodeKind::uncons, {list({})}), "None");
    EXPECT_THAT(ask(NodeKind::cons, {i(1), i(2)}), testing::HasSubstr("Cons takes List, A but got Int, Int"));
}

TEST(Collections, sets_keep_the_first_of_equal_items) {
    EXPECT_EQ(ask(NodeKind::list_to_set, {list({i(3), i(1), i(3)})}), "{3, 1}");
    const std::vector<Value> items{i(3), i(1)};
    EXPECT_EQ(ask(NodeKind::set_to_list, {Value::set(items)}), "[3, 1]");
}

TEST(Collections, a_map_keeps_one_value_a_key) {
    const auto pair = [](int key, const char* value) { return Value::tuple(i(key), s(value)); };
    EXPECT_EQ(ask(NodeKind::list_to_map, {list({pair(1, "a"), pair(2, "b"), pair(1, "c")})}),
              "{(1, \"c\"), (2, \"b\")}");
    const std::vector<Value> pairs{pair(1, "a")};
    EXPECT_EQ(ask(NodeKind::map_to_list, {Value::dictionary(pairs)}), "[(1, \"a\")]");
    EXPECT_THAT(ask(NodeKind::list_to_map, {list({pair(1, "a"), i(5)})}),
                testing::HasSubstr("item 1 is a Int"));
}

TEST(Collections, strings_are_joined) {
    EXPECT_EQ(ask(NodeKind::list_to_string, {list({s("a"), s("b")}), s("<"), s(","), s(">")}), "\"<a,b>\"");
    EXPECT_EQ(ask(NodeKind::list_to_string, {list({}), s("<"), s(","), s(">")}), "\"<>\"");
    EXPECT_THAT(ask(NodeKind::list_to_string, {list({s("a"), i(1)}), s(""), s(""), s("")}),
                testing::HasSubstr("item 1 is a Int"));
}

TEST(Collections, tuples_of_every_size_give_back_their_parts) {
    for (std::uint8_t arity = 2; arity <= 22; ++arity) {
        Node made(NodeKind::tuple);
        std::vector<Value> parts;
        for (int k = 0; k < arity; ++k) {
            made.children.push_back(model::literal(i(k)));
            parts.push_back(i(k));
        }
        const auto tuple = evaluate(made, parts);
        for (std::uint8_t index = 0; index < arity; ++index) {
            Node access(NodeKind::tuple_access);
            access.index = index;
            access.arity = arity;
            EXPECT_EQ(text_of(evaluate(access, {*tuple})), std::to_string(index));
        }
    }
}

TEST(Collections, a_part_that_is_not_there_is_a_type_error) {
    Node access(NodeKind::tuple_access);
    access.index = 0;
    access.arity = 3;
    EXPECT_THAT(text_of(evaluate(access, {Value::tuple(i(1), i(2))})),
                testing::HasSubstr("TupleAccess takes a tuple of 3"));
    access.index = 3;
    EXPECT_THAT(text_of(evaluate(access, {Value::tuple(i(1), i(2))})), testing::HasSubstr("its part 3"));
}

RC_GTEST_PROP(Collections, a_list_is_its_head_before_its_tail,
              (std::vector<std::int32_t> numbers, std::int32_t head)) {
    std::vector<Value> items;
    for (const std::int32_t x : numbers) {
        items.push_back(i(x));
    }
    const Value whole = *evaluate(Node(NodeKind::cons), {list(items), i(head)});
    const Value parts = *evaluate(Node(NodeKind::uncons), {whole});
    RC_ASSERT(equal(parts, Value::some(Value::tuple(i(head), list(items)))));
}

TEST(Options, eithers_and_tries_hold_a_value) {
    EXPECT_EQ(ask(NodeKind::some, {i(1)}), "some(1)");
    EXPECT_EQ(ask(NodeKind::either_left, {i(1)}), "left(1)");
    EXPECT_EQ(ask(NodeKind::either_right, {i(1)}), "right(1)");
    EXPECT_EQ(ask(NodeKind::try_success, {i(3)}), "scala.util.Try#Success(scala.util.Success(value: 3))");
    EXPECT_EQ(ask(NodeKind::try_failure, {s("x")}),
              "scala.util.Try#Failure(scala.util.Failure(exception: \"x\"))");
}

}  // namespace
}  // namespace zflow::interpreter::test
