#pragma once

#include <zflow/store/capabilities.hpp>
#include <zflow/store/limits.hpp>
#include <zflow/store/types.hpp>

namespace zflow::store {

/// Logs without gaps: values are appended at the end of a topic and read by index.
///
/// The first index of a topic is 1, and the k-th acknowledged value has index k. No hole is ever visible, two
/// appends never share an index, and if one append was acknowledged before another began, its index is the
/// smaller one. A reader who sees index n sees 1 to n, or from the first entry that was not trimmed.
///
/// What is said of errors, cancellation, threads and lifetime at `KeyValueStore` holds here too.
///
/// Example: examples/6_stores/main.cpp.
class IndexedStore {
 public:
    virtual ~IndexedStore() = default;

    [[nodiscard]] virtual Capabilities capabilities() const = 0;
    [[nodiscard]] virtual Limits limits() const = 0;

    /// Append a value at the end of a topic.
    ///
    /// Parameters: `value` 0 to `limits().value_bytes`.
    /// Returns: the index of the value.
    /// Consistency: once returned, every later `scan` sees the value, also after a crash (at the durability
    /// that was opened). Cost: one durable write, independent of the topic's length; writes of several
    /// callers share it.
    virtual asio::awaitable<Index> append(Topic topic, Bytes value) = 0;

    /// Append a value, if nobody else did meanwhile: the fence of a single writer.
    ///
    /// Parameters: `expected` is the position that the caller last saw; 0 = a topic without entries.
    /// Returns: applied(index of the value) or conflict(current position). Only applied changes anything.
    /// Errors: invalid_argument if `capabilities().expected_append` is false. outcome_unknown: the value may
    /// be there, whole: read, then decide.
    virtual asio::awaitable<AppendResult> append(Topic topic, Bytes value, Position expected) = 0;

    /// The last index of a topic, trimmed or not; 0 for a topic that was never written, or removed.
    ///
    /// Consistency: at least every index that was acknowledged before the call.
    /// Cost: one read, independent of the topic's length.
    virtual asio::awaitable<Position> position(Topic topic) = 0;

    /// Read entries in order.
    ///
    /// Parameters: `from` and `to` are both inclusive; `from` 0 is taken as 1; `to` may be beyond the end,
    /// and a range with `to` < `from` is empty. `limit` is 1 to `limits().page_items`. Returns: at most
    /// `limit` entries (or `max_page_bytes`, but at least one if there is any), contiguous; they begin at
    /// `from`, or after the trimmed prefix. The caller goes on at the last index + 1; nothing returned =
    /// nothing there.
    virtual asio::awaitable<std::vector<Entry>> scan(Topic topic, Index from, Index to = max_index,
                                                     std::size_t limit = 1'000) = 0;

    /// Drop the entries 1 to `up_to`. The position and the later entries stay; no index is ever used again.
    ///
    /// Errors: invalid_argument if `up_to` is beyond the position, or `capabilities().trim` is false.
    /// Consistency: may be repeated; a smaller `up_to` than before changes nothing.
    virtual asio::awaitable<void> trim(Topic topic, Index up_to) = 0;

    /// Remove a topic: position 0, the next append gets index 1, and the old entries never come back.
    ///
    /// Consistency: all or nothing to readers. A topic that is not there stays so.
    virtual asio::awaitable<void> remove(Topic topic) = 0;
};

}  // namespace zflow::store
