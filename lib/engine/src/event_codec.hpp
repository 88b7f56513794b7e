#pragma once

#include "frame.hpp"

#include <zflow/codec/value_reader.hpp>
#include <zflow/codec/value_writer.hpp>

namespace zflow::engine {

// An event, as frames and rows of parked runs have it: docs/formats/log.md, "Events".

void write_event(codec::ValueWriter& out, const EventBody& body);
[[nodiscard]] EventBody read_event(codec::ValueReader& in);

}  // namespace zflow::engine
