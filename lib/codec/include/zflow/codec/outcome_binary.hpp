#pragma once

#include <zflow/codec/value_reader.hpp>
#include <zflow/codec/value_writer.hpp>
#include <zflow/model/outcome.hpp>

namespace zflow::codec {

/// How runs end, as a part of what one writer writes and one reader reads: docs/formats/snapshot.md.
///
/// Errors: those of ValueReader; a death or a success without anything in it is then returned.

void write_outcome(ValueWriter& out, const model::Outcome& outcome);
[[nodiscard]] model::Outcome read_outcome(ValueReader& in);

void write_death(ValueWriter& out, const model::Death& death);
[[nodiscard]] model::Death read_death(ValueReader& in);

}  // namespace zflow::codec
