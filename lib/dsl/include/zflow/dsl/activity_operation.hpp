#pragma once

#include <zflow/model/node.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace zflow {
inline namespace dsl {

/// How a program names an operation that a host registers: the operation of RunActivity is a Custom whose
/// type id is this, and whose operation is a record of the same id with one field `name`, a string. The input
/// and the result are described by its two schemas; an activity of several parameters has their tuple as
/// input, nested to the left.
///
/// In JSON:
/// `{"Custom":{"typeId":"zflow.activity","operation":{"Record":{"id":"zflow.activity","values":[["name",
/// {"String":"charge-card"}]]}},"inputSchema":..,"resultSchema":..}}`.
inline constexpr std::string_view activity_type_id = "zflow.activity";

/// The operation node for an activity's name.
[[nodiscard]] model::NodeRef activity_operation(std::string_view name, model::Ref<const model::Schema> input,
                                                model::Ref<const model::Schema> result);

/// The name in a Custom operation of the kind above; nothing for any other operation.
[[nodiscard]] std::optional<std::string> activity_name(const model::Node& operation);

}  // namespace dsl
}  // namespace zflow
