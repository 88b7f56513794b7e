#pragma once

#include <zflow/model/node.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace zflow::codec {

/// How the payload of a node is written.
enum class Form : std::uint8_t {
    fields,    ///< an object: the attribute's fields and one field for each child
    direct,    ///< the only child itself
    content,   ///< the attribute itself
    tuple,     ///< pairs nested to the left: [[a, b], c]
    either,    ///< {"Left": child} or {"Right": child}
    activity,  ///< fields, of which all but the first stand inside of the field "activity"
    function,  ///< fields, without the name of the node around them
};

/// What a node's row in model does not say about its JSON.
struct Shape {
    Form form = Form::fields;
    std::array<std::string_view, 4> attributes =
        {};                        ///< names of the attribute's fields, in the order of `Attribute`
    bool attributes_last = false;  ///< only for the looks
};

[[nodiscard]] const Shape& shape_of(model::NodeKind kind) noexcept;

/// The kind of the node that is called `name` where `sort` is expected.
///
/// Returns: for a tuple of any size `tuple`; for the two kinds of an either the left one.
[[nodiscard]] std::optional<model::NodeKind> find_node_kind(model::Sort sort, std::string_view name);

inline constexpr std::uint8_t most_tuple_parts = 22;

}  // namespace zflow::codec
