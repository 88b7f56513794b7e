#pragma once

#include "json_fields.hpp"
#include "json_text.hpp"

#include <zflow/model/node.hpp>

#include <string>

namespace zflow::codec {

/// The flow that begins at a token.
[[nodiscard]] Read<model::NodeRef> read_program(const Tape& tape, Tape::Index token);

/// Returns: what is wrong, empty if nothing is.
[[nodiscard]] std::string write_program(JsonText& out, const model::Node& root);

}  // namespace zflow::codec
