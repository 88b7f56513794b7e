#pragma once

#include <zflow/model/node.hpp>

#include <string>

namespace zflow {
inline namespace dsl {
namespace detail {

/// A flow as people read it: one step a line, indented, with its label and its place in the source.
[[nodiscard]] std::string show(const model::NodeRef& root, std::size_t depth = 0);

}  // namespace detail
}  // namespace dsl
}  // namespace zflow
