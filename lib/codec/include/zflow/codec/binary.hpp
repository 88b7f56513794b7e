#pragma once

#include <zflow/model/error.hpp>
#include <zflow/model/node.hpp>
#include <zflow/model/value.hpp>

#include <array>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace zflow::codec {

/// The compact form of programs and values for logs and stores: docs/formats/program.md, value.md. An
/// envelope with format version, length and check sum is around each.
///
/// Errors: all that read: other bytes than one of the writing functions makes: an offset and a sentence. All
/// that write: more than model::max_encoded_bytes. Cost: linear, in constant stack whatever the depth.

[[nodiscard]] std::expected<std::string, model::Error> value_to_binary(const model::Value& value);
[[nodiscard]] std::expected<model::Value, model::Error> value_from_binary(std::string_view bytes);

/// What a program calls its binders and where it was written is left out; the binders are numbered.
[[nodiscard]] std::expected<std::string, model::Error> program_to_binary(const model::NodeRef& program);
[[nodiscard]] std::expected<model::NodeRef, model::Error> program_from_binary(std::string_view bytes);

/// What names a program.
using ProgramId = std::array<std::uint8_t, 16>;

/// The same for programs that are equal, whatever their binders are called, wherever they were written, and
/// whichever of their nodes are one object; different for others, but for chance.
///
/// Source: XXH3 with 128 bits, over each node's own bytes and its children's hashes.
[[nodiscard]] ProgramId program_id(const model::NodeRef& program);

/// The same for values that are `model::identical`, whichever of their parts are one object; different for
/// others, but for chance. Of code of a run only the node counts.
///
/// Source: as program_id.
[[nodiscard]] ProgramId value_id(const model::Value& value);

/// What an envelope holds. A letter is never used again for something else.
enum class Content : std::uint8_t {
    program = 'p',
    value = 'v',
    snapshot = 's',
    frame = 'f',    ///< an entry of the engine's log: docs/formats/log.md; the following: checkpoint.md
    run = 'r',      ///< a run's row, or its tombstone
    result = 'e',   ///< the row of a run that has ended
    outcome = 'o',  ///< how it ended
    checkpoint = 'c',
    parked = 'k',  ///< a run that was set aside
    meta = 'm',
};

/// Put bytes into an envelope: `zf`, the content, the format's version, the length, the bytes, their CRC32C.
[[nodiscard]] std::string seal(Content content, std::uint8_t version, std::string_view payload);

/// Take them out.
///
/// Parameters: `newest` is the greatest version that the caller reads; they count from 1.
/// Errors: another content, a newer version, another length, another check sum.
struct Opened {
    std::uint8_t version = 0;
    std::string_view payload;  ///< into the bytes
};
[[nodiscard]] std::expected<Opened, model::Error> open_sealed(Content content, std::uint8_t newest,
                                                              std::string_view bytes);

/// How many bytes an envelope has before its payload.
inline constexpr std::size_t seal_header_size = 8;

}  // namespace zflow::codec
