#pragma once

#include <zflow/model/error.hpp>
#include <zflow/model/node.hpp>
#include <zflow/model/outcome.hpp>
#include <zflow/model/schema.hpp>
#include <zflow/model/value.hpp>

#include <expected>
#include <string>
#include <string_view>

namespace zflow::codec {

/// ZIO Flow's JSON for programs, values, schemas and outcomes, both ways: docs/formats/program.md, value.md.
///
/// What ZIO Flow cannot write is an extension: Byte, SortList, sets in schemas, NaN and infinite numbers,
/// numbers of more than 128 bits, half surrogate pairs. Fields that nobody knows are stepped over.
///
/// Errors: all that read: not JSON or not UTF-8; an unknown node, value or schema; a field that is missing,
/// there twice or of another form; a number out of range; a limit of model/limits.hpp. The error has a path,
/// a byte offset and a sentence. All that write: a text beyond model::max_encoded_bytes. Cost: linear, in
/// constant stack whatever the depth. Reading takes memory of a fixed multiple of the text.

/// A program: its root is a flow. Names of operators are not looked up.
[[nodiscard]] std::expected<model::NodeRef, model::Error> program_from_json(std::string_view text);
[[nodiscard]] std::expected<std::string, model::Error> program_to_json(const model::NodeRef& program);

[[nodiscard]] std::expected<model::Value, model::Error> value_from_json(std::string_view text);

/// Errors: also a value with code of a run inside.
[[nodiscard]] std::expected<std::string, model::Error> value_to_json(const model::Value& value);

[[nodiscard]] std::expected<model::Ref<const model::Schema>, model::Error> schema_from_json(
    std::string_view text);
[[nodiscard]] std::expected<std::string, model::Error> schema_to_json(const model::Schema& schema);

/// `{"Succeeded":{"value":..}}`, `{"Failed":{"value":..}}`, `{"Died":{"value":..},"message":".."}`. Of a
/// death the value says all; its message is for people and not read.
[[nodiscard]] std::expected<model::Outcome, model::Error> outcome_from_json(std::string_view text);
[[nodiscard]] std::expected<std::string, model::Error> outcome_to_json(const model::Outcome& outcome);

}  // namespace zflow::codec
