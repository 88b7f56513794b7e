#pragma once

#include <cstddef>
#include <cstdint>

namespace zflow::model {

/// Bounds of programs and values. A program beyond one is refused when it is loaded; a run that would pass
/// one ends as Died with a message that names it.

/// How deep programs and values may be nested.
inline constexpr std::uint32_t max_depth = 4'000'000;

/// How many nodes a program may have.
inline constexpr std::uint32_t max_program_nodes = 16'000'000;

/// How many elements one collection, and how many UTF-16 units one string, may have.
inline constexpr std::uint32_t max_collection_size = 64'000'000;

/// How many binary digits a BigInteger or the unscaled part of a BigDecimal may have.
inline constexpr std::uint32_t max_number_bits = 1'000'000;

/// How many bytes the text or the binary form of one value may have.
inline constexpr std::size_t max_encoded_bytes = std::size_t{256} << 20;

}  // namespace zflow::model
