#pragma once

#include "frame.hpp"

#include <zflow/codec/value_reader.hpp>
#include <zflow/codec/value_writer.hpp>

namespace zflow::engine {

// An event, as frames and rows of parked runs have it: docs/formats/log.md, "Events".

void write_event(codec::ValueWriter& out, const EventBody& body);
[[nodiscard]] EventBody read_event(codec::ValueReader& in);

// What an Epoch frame says, which a checkpoint repeats: docs/formats/log.md, "Epochs".

void write_epoch(codec::ValueWriter& out, const Epoch& content);
[[nodiscard]] Epoch read_epoch(codec::ValueReader& in);

}  // namespace zflow::engine
