#pragma once

#include <zflow/store/types.hpp>

#include <optional>
#include <string>
#include <string_view>

/// The rows of the format, version 1. docs/formats/rocksdb.md describes them; the golden directory in test/
/// holds them.
///
///     zflow.kv   esc(namespace) || esc(key) || BE64(~(timestamp XOR 2^63))    -> value        newest version
///     first zflow.idx  esc(topic) || BE64(index)                                    -> value        index >=
///     1
///                esc(topic) || BE64(0)                                        -> topic record
///
/// esc(s) is s with every 00 byte as 00 FF, and 00 01 at the end: it keeps the order of the strings, and none
/// is the beginning of another. So all rows of a namespace, of a key, or of a topic stand together, between
/// the escaped string and the same with its last byte 02 instead of 01.
namespace zflow::store_rocksdb {

inline constexpr std::string_view kv_family = "zflow.kv";
inline constexpr std::string_view idx_family = "zflow.idx";

/// Bytes of the number at the end of every row key.
inline constexpr std::size_t suffix_bytes = 8;

/// The beginning of all rows of a namespace.
[[nodiscard]] std::string namespace_prefix(const store::Namespace& ns);

/// The beginning of all rows of a key.
[[nodiscard]] std::string key_prefix(const store::Namespace& ns, const store::Key& key);

/// The beginning of all rows of a topic.
[[nodiscard]] std::string topic_prefix(const store::Topic& topic);

/// The first key after all rows with a prefix. Important: `prefix` ends with an escaped string.
[[nodiscard]] std::string after_prefix(std::string prefix);

/// Add the number that ends a row of `zflow.kv`: greater timestamps stand first.
void append_timestamp(std::string& row, store::Timestamp timestamp);

/// Add the number that ends a row of `zflow.idx`.
void append_index(std::string& row, store::Index index);

/// The timestamp at the end of a row of `zflow.kv`. Important: the row has at least `suffix_bytes`.
[[nodiscard]] store::Timestamp timestamp_of(std::string_view row);

/// The index at the end of a row of `zflow.idx`. Important: the row has at least `suffix_bytes`.
[[nodiscard]] store::Index index_of(std::string_view row);

/// Take an escaped string off the front of `bytes`.
///
/// Returns: the string; none, and `bytes` as it was, if there is no escaped string.
[[nodiscard]] std::optional<std::string> take_escaped(std::string_view& bytes);

/// What row 0 of a topic says. A topic that was never trimmed has none.
struct TopicRecord {
    /// Entries 1 to this index are gone; the position is at least this.
    store::Index trimmed_through = 0;

    [[nodiscard]] std::string encode() const;
    /// Returns: none if the bytes are not a topic record of format 1.
    [[nodiscard]] static std::optional<TopicRecord> decode(std::string_view bytes);
};

}  // namespace zflow::store_rocksdb
