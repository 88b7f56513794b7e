#pragma once

#include <cstddef>
#include <cstdint>

/// The bounds that every backend keeps, so that data can move from one to another. Each is checked before
/// anything is written or sent, and the message of the error names the limit.
namespace zflow::store {

/// Bytes of a namespace's name, at least 1: the partition key of the remote backends.
inline constexpr std::size_t max_namespace_bytes = 255;

/// Bytes of a topic's name, at least 1: the partition key of the remote backends.
inline constexpr std::size_t max_topic_bytes = 255;

/// Bytes of a namespace and a key together: what one DynamoDB sort or hash key can hold with room for an
/// encoding.
inline constexpr std::size_t max_namespace_and_key_bytes = 1'024;

/// Bytes of a value unless the backend says otherwise: small enough for every backend with its default
/// settings.
inline constexpr std::size_t default_max_value_bytes = std::size_t{1} << 20;

/// Items that one page may be asked for.
inline constexpr std::size_t max_page_items = 10'000;

/// Bytes of keys and values after which a page ends early; a page always holds one item, however big.
inline constexpr std::size_t max_page_bytes = std::size_t{4} << 20;

/// The greatest index of an entry: what a signed 64-bit column holds.
inline constexpr std::uint64_t max_index = 0x7FFF'FFFF'FFFF'FFFFU;

/// The limits of one opened store.
struct Limits {
    std::size_t namespace_bytes = max_namespace_bytes;
    std::size_t topic_bytes = max_topic_bytes;
    std::size_t namespace_and_key_bytes = max_namespace_and_key_bytes;
    std::size_t value_bytes = default_max_value_bytes;
    std::size_t page_items = max_page_items;
};

}  // namespace zflow::store
