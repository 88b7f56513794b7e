#pragma once

#include "operators/support.hpp"

#include <zflow/model/schema.hpp>

namespace zflow::interpreter {

/// The order of two values that a schema describes, as zio-schema's Schema.ordering: negative, 0 or positive.
///
/// Records by their fields in the schema's order, options None first, eithers Left first, enumerations by the
/// schema's cases, lists element by element; sets and maps have no order and count as equal. Numbers, texts
/// and times as the JVM's compareTo: NaN is the greatest number and equals itself, -0.0 is less than 0.0.
///
/// Errors: a value that the schema does not describe.
/// Cost: linear in what is not shared by both, whatever the depth.
[[nodiscard]] Or<int> compare(const model::Schema& schema, const Value& left, const Value& right);

/// The same for two values of one kind that is no structure.
[[nodiscard]] int compare_scalars(const Value& left, const Value& right);

}  // namespace zflow::interpreter
