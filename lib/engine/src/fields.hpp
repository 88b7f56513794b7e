#pragma once

#include <zflow/codec/binary.hpp>
#include <zflow/codec/value_reader.hpp>
#include <zflow/codec/value_writer.hpp>
#include <zflow/engine/run.hpp>
#include <zflow/interpreter/state.hpp>
#include <zflow/model/error.hpp>
#include <zflow/model/time.hpp>
#include <zflow/model/uuid.hpp>

#include <array>
#include <cstdint>
#include <expected>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace zflow::engine {

// What frames and rows are made of: docs/formats/log.md, "Parts". What is read wrong makes the reader fail.

using Sixteen = std::array<std::uint8_t, 16>;  ///< a ProgramId, an InputHash

void write_uuid(codec::ValueWriter& out, const model::Uuid& id);
void write_sixteen(codec::ValueWriter& out, const Sixteen& bytes);
void write_time(codec::ValueWriter& out, const model::Instant& time);
void write_tags(codec::ValueWriter& out, const Tags& tags);
void write_limits(codec::ValueWriter& out, const interpreter::Limits& limits);

[[nodiscard]] model::Uuid read_uuid(codec::ValueReader& in);
[[nodiscard]] Sixteen read_sixteen(codec::ValueReader& in);
[[nodiscard]] model::Instant read_time(codec::ValueReader& in);
[[nodiscard]] Tags read_tags(codec::ValueReader& in);
[[nodiscard]] interpreter::Limits read_limits(codec::ValueReader& in);

/// A varint of at most 32 bits.
[[nodiscard]] inline std::uint32_t read_number(codec::ValueReader& in) {
    return static_cast<std::uint32_t>(
        in.varint_up_to(std::numeric_limits<std::uint32_t>::max(), "a number of 32 bits"));
}

/// A byte that is at most `most`.
[[nodiscard]] std::uint8_t read_byte_up_to(codec::ValueReader& in, std::uint8_t most, std::string_view what);

/// The next name of names in ascending order.
///
/// Parameters: `last` is the name before, null if it is the first one.
[[nodiscard]] std::string read_next_name(codec::ValueReader& in, const std::string* last);

/// What was written, in its envelope.
///
/// Parameters: `what` it is, for the errors, e.g. "a frame".
/// Errors: more than model::max_encoded_bytes; code of a run inside.
[[nodiscard]] std::expected<std::string, model::Error> seal_written(codec::Content content,
                                                                    std::uint8_t version,
                                                                    const codec::ValueWriter& out,
                                                                    std::string_view what);

/// Open an envelope and read what is in it, to its end.
///
/// Parameters: `read` takes a ValueReader& and gives a T. Errors: with their offset from the first byte of
/// the envelope.
template <class T, class Read>
[[nodiscard]] std::expected<T, model::Error> read_sealed(codec::Content content, std::uint8_t newest,
                                                         std::string_view bytes, const Read& read) {
    const auto opened = codec::open_sealed(content, newest, bytes);
    if (!opened) {
        return std::unexpected(opened.error());
    }
    codec::ValueReader in(opened->payload, codec::ValueReader::Code::refused);
    T made = read(in);
    if (in.ok() && in.left() > 0) {
        in.fail("there are bytes after the end");
    }
    if (!in.ok()) {
        auto error = in.error();
        error.offset = error.offset.value_or(0) + codec::seal_header_size;
        return std::unexpected(std::move(error));
    }
    return made;
}

}  // namespace zflow::engine
