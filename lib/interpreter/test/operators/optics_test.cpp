#include "operators/evaluate.hpp"

namespace zflow::interpreter::test {
namespace {

using model::Node;
using model::NodeKind;

model::NodeRef lens(const char* field) {
    const auto node = model::make<Node>(NodeKind::optic_lens);
    node->value = s(field);
    return node;
}

model::NodeRef prism(const char* id, const char* name) {
    const auto node = model::make<Node>(NodeKind::optic_prism);
    node->value = Value::tuple(s(id), s(name));
    return node;
}

std::string get(model::NodeRef optic, Value value) {
    Node node(NodeKind::optic_get);
    node.children = {std::move(optic), model::literal(value)};
    return text_of(evaluate(node, {value}));
}

std::string set(model::NodeRef optic, Value on, Value value) {
    Node node(NodeKind::optic_set);
    node.children = {std::move(optic), model::literal(on), model::literal(value)};
    // A prism has one operand: what it is set on is not evaluated.
    const bool prism = node.children[0]->kind == NodeKind::optic_prism;
    return text_of(evaluate(node, prism ? std::vector{value} : std::vector{on, value}));
}

const Value ann = record("Person", {{"name", s("Ann")}, {"age", i(41)}});
const Value circle = enumeration("Shape", "Circle", record("Circle", {{"r", d(1.5)}}));

TEST(Optics, a_lens_looks_at_a_field) {
    EXPECT_EQ(get(lens("age"), ann), "41");
    EXPECT_EQ(set(lens("age"), ann, i(42)), "Person(name: \"Ann\", age: 42)");
    EXPECT_THAT(get(lens("nope"), ann),
                testing::HasSubstr("OpticGet with a Lens of the field \"nope\" got a Record Person"));
    EXPECT_THAT(set(lens("age"), i(1), i(2)), testing::HasSubstr("got a Int"));
}

TEST(Optics, a_prism_looks_at_a_case) {
    EXPECT_EQ(get(prism("Shape", "Circle"), circle), "some(Circle(r: 1.5))");
    EXPECT_EQ(get(prism("Shape", "Rect"), circle), "None");
    EXPECT_EQ(set(prism("Shape", "Dot"), circle, record("Dot", {})), "Shape#Dot(Dot())");
    EXPECT_THAT(get(prism("Shape", "Rect"), i(1)),
                testing::HasSubstr("Prism of the case \"Rect\" got a Int"));
}

TEST(Optics, a_traversal_looks_at_the_items) {
    const auto traversal = [] { return model::NodeRef(model::make<Node>(NodeKind::optic_traversal)); };
    const std::vector<Value> two{i(1), i(2)};
    const std::vector<Value> pairs{Value::tuple(s("a"), i(1))};
    EXPECT_EQ(get(traversal(), list({i(1), i(2)})), "[1, 2]");
    EXPECT_EQ(get(traversal(), Value::set(two)), "[1, 2]");
    EXPECT_EQ(get(traversal(), Value::dictionary(pairs)), "[(\"a\", 1)]");
    EXPECT_EQ(set(traversal(), list({i(1)}), list({i(7), i(7)})), "[7, 7]");
    EXPECT_EQ(set(traversal(), Value::set(two), list({i(7), i(7)})), "{7}");
    EXPECT_EQ(set(traversal(), Value::dictionary(pairs), list({Value::tuple(s("b"), i(2))})), "{(\"b\", 2)}");
    EXPECT_THAT(set(traversal(), Value::dictionary(pairs), list({i(1)})), testing::HasSubstr("got a Int"));
}

}  // namespace
}  // namespace zflow::interpreter::test
