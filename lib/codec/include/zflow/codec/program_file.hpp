#pragma once

#include <zflow/model/error.hpp>
#include <zflow/model/node.hpp>
#include <zflow/model/schema.hpp>

#include <cstddef>
#include <expected>
#include <string_view>

namespace zflow::codec {

/// A program as people keep it in a file: ZIO Flow's JSON of a flow; or an object with the fields `flow` and,
/// if the input has a type, `inputSchema`, as ZIO Flow's templates are (other fields are stepped over).
struct ProgramFile {
    model::NodeRef flow;
    model::Ref<const model::Schema> input_schema;  ///< empty if any input will do
};

/// Errors: as `program_from_json` and `schema_from_json`; paths and offsets begin at the text's beginning.
[[nodiscard]] std::expected<ProgramFile, model::Error> program_file_from_json(std::string_view text);

/// Where in the text of a program, or of its file, the node is that a path of the loader names, e.g.
/// `.Fold.value.Return.value.Unbound`.
///
/// Parameters: `text` was read without an error; `path` is the loader's, not shortened.
/// Returns: the offset of the node's JSON, or of the closest part around it that was found.
/// Cost: one pass over the text, whatever the depth.
[[nodiscard]] std::size_t offset_in_program(std::string_view text, std::string_view path);

}  // namespace zflow::codec
