#pragma once

#include <zflow/model/node.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace zflow {
inline namespace dsl {
namespace detail {

/// How many nodes a flow may have when all that is shared is written out.
inline constexpr std::uint64_t max_nodes = 1'000'000;

/// Refuse a flow that cannot be meant: a coroutine without co_return, too many nodes, a symbol outside of the
/// function that binds it. Throws BuildError.
void check(const model::NodeRef& root, std::string_view flow);

/// The same program with its symbols numbered in order of appearance.
[[nodiscard]] model::NodeRef renumbered(const model::NodeRef& root);

/// Where the two programs first differ, for people: `file.cpp:12`, or nothing if that is not known.
[[nodiscard]] std::string first_difference(const model::NodeRef& a, const model::NodeRef& b);

}  // namespace detail
}  // namespace dsl
}  // namespace zflow
