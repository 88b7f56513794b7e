#pragma once

#include "json_fields.hpp"
#include "json_text.hpp"

#include <zflow/model/node.hpp>
#include <zflow/model/schema.hpp>

#include <string>

namespace zflow::codec {

[[nodiscard]] Read<model::Ref<const model::Schema>> read_schema(const Tape& tape, Tape::Index token);

/// Write a schema as zio-schema's ExtensibleMetaSchema.
///
/// Returns: what is wrong (too long a text), empty if nothing is.
/// Cost: ZIO Flow's form repeats the path to each part, so a schema of depth n has a text of about n^2.
[[nodiscard]] std::string write_schema(JsonText& out, const model::Schema& schema);

}  // namespace zflow::codec
