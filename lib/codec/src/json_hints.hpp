#pragma once

#include <zflow/model/node.hpp>

#include <span>
#include <string>
#include <string_view>

/// Sentences about names that nobody knows, which say what would have been right where that can be guessed.
namespace zflow::codec {

/// Parameters: `parent` is the node around the place, nullptr at the root.
[[nodiscard]] std::string unknown_node(model::Sort sort, std::string_view name, const model::Node* parent);

/// Parameters: `what` is e.g. "kind of value"; `known` are the names that would be right.
[[nodiscard]] std::string unknown_name(std::string_view what, std::string_view name,
                                       std::span<const std::string_view> known);

}  // namespace zflow::codec
