#pragma once

#include <zflow/model/error.hpp>
#include <zflow/model/schema.hpp>
#include <zflow/model/value.hpp>

#include <expected>
#include <string>
#include <string_view>

namespace zflow::codec {

/// Values as the JSON that programs of any language write without knowing of ZIO Flow:
/// docs/formats/plain_json.md.
///
/// Kinds are not written, so only a schema can tell what a text means. What fits a schema comes back as it
/// was, but for a set where the schema says list, which comes back as a list, and for parts that the schema
/// leaves open (dynamic), which come back as what `value_from_plain_json` makes of a text without a schema.
/// Cost: linear, in constant stack whatever the depth.

/// Errors: code of a run inside; more than model::max_encoded_bytes.
[[nodiscard]] std::expected<std::string, model::Error> value_to_plain_json(const model::Value& value);

/// Parameters: `schema` may be empty. Then null is unit, a whole number a long (a big integer if it has more
/// than 64 bits), another number a double, an array a list, an object a record without a type.
/// Errors: not JSON; what does not fit the schema; a limit of model/limits.hpp: a path into the text, an
/// offset and a sentence.
[[nodiscard]] std::expected<model::Value, model::Error> value_from_plain_json(
    std::string_view text, const model::Ref<const model::Schema>& schema);

}  // namespace zflow::codec
