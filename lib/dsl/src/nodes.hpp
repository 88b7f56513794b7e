#pragma once

#include <zflow/dsl/tree.hpp>
#include <zflow/model/node.hpp>
#include <zflow/model/schema.hpp>

#include <string_view>
#include <utility>

/// From the face's opaque references to the model and back.

namespace zflow {
inline namespace dsl {
namespace detail {

[[nodiscard]] inline model::NodeRef node_of(const Tree& tree) {
    return model::NodeRef(static_cast<const model::Node*>(tree.node.get()));
}
[[nodiscard]] inline Tree tree_from(const model::NodeRef& node) {
    return {node};
}
[[nodiscard]] inline model::Ref<const model::Schema> schema_of(const Type& type) {
    return model::Ref<const model::Schema>(static_cast<const model::Schema*>(type.schema.get()));
}

/// A node with children, and where it was written.
[[nodiscard]] Tree make_tree(model::NodeKind kind, std::initializer_list<Tree> children,
                             const Note& note = {});
/// The same for a node that holds more, to be filled in before it is a part of another.
[[nodiscard]] model::Ref<model::Node> make_node(model::NodeKind kind, std::initializer_list<Tree> children,
                                                const Note& note = {});
/// A copy that may be changed.
[[nodiscard]] model::Ref<model::Node> copy_of(const model::Node& node);
/// Make `to` the same node as `from`.
void assign(model::Node& to, const model::Node& from);

}  // namespace detail
}  // namespace dsl
}  // namespace zflow
