#pragma once

#include "bytes.hpp"

#include <zflow/model/value.hpp>

namespace zflow::codec {

/// What follows the tag of a value that has no values inside.
void write_scalar(ByteWriter& out, const model::Value& value);

/// Parameters: `kind` is one without values inside.
/// Returns: unit after an error.
[[nodiscard]] model::Value read_scalar(ByteReader& in, model::Kind kind);

}  // namespace zflow::codec
