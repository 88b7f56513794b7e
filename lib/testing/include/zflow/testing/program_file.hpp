#pragma once

#include <zflow/model/error.hpp>
#include <zflow/model/node.hpp>
#include <zflow/model/schema.hpp>

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace zflow::testing {

/// A program as people keep it in a file: ZIO Flow's JSON of a flow; or an object with the fields `flow` and,
/// if the input has a type, `inputSchema`, as ZIO Flow's templates are (other fields are ignored).
struct ProgramFile {
    model::NodeRef flow;
    model::Ref<const model::Schema> input_schema;  ///< empty if any input will do
};

/// Errors: what the codec refuses; `offset` counts from the beginning of `text`.
[[nodiscard]] std::expected<ProgramFile, model::Error> read_program(std::string_view text);

/// Where in a program's text the node is that a path of the loader names, e.g.
/// `.Fold.value.Return.value.Unbound`.
///
/// Returns: the offset of the node's JSON, or of the closest part around it that was found.
[[nodiscard]] std::size_t offset_of(std::string_view text, std::string_view path);

/// The text of a field of the JSON object that `text` is, exactly as it is written there; empty if there is
/// none.
[[nodiscard]] std::string_view json_field(std::string_view text, std::string_view name);

}  // namespace zflow::testing
