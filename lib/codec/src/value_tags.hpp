#pragma once

#include <cstdint>

namespace zflow::codec {

/// What may stand where a value's kind stands: docs/formats/value.md. Never used for a kind.
inline constexpr std::uint8_t repeated_value_tag = 64;

/// The flags of a list's header, below its size.
inline constexpr std::uint64_t list_is_in_known_buffer = 1;
inline constexpr std::uint64_t list_is_newest_first = 2;
inline constexpr unsigned list_flag_bits = 2;

}  // namespace zflow::codec
