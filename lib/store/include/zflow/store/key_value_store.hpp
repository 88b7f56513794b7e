#pragma once

#include <zflow/store/capabilities.hpp>
#include <zflow/store/limits.hpp>
#include <zflow/store/types.hpp>

#include <optional>

namespace zflow::store {

/// Values under keys, with all their versions.
///
/// A key lives in a namespace and has any number of versions, each with a timestamp that the writer chose.
/// The newest version is the one with the greatest timestamp, whatever the order in which they were put.
///
/// For all calls:
/// Errors: store::Error. A call that fails with anything but `outcome_unknown` or `cancelled` has changed
/// nothing. Consistency: a write is durable, as `capabilities().durability` says, when it returns, and every
/// read that begins afterwards sees it. Calls that overlap take effect in some order. Cancellation: a call
/// that is cancelled, or not done by the deadline of the options, ends with `cancelled`; a write may have
/// happened all the same. Thread-safety: any number of calls at once, from any executor. Lifetime: the store
/// outlives its calls. Arguments are taken by value, so callers may let go of theirs.
///
/// Example: examples/6_stores/main.cpp.
class KeyValueStore {
 public:
    virtual ~KeyValueStore() = default;

    [[nodiscard]] virtual Capabilities capabilities() const = 0;
    [[nodiscard]] virtual Limits limits() const = 0;

    /// Store a value as one version of a key.
    ///
    /// Parameters: `value` 0 to `limits().value_bytes`; `timestamp` any number, in any order. A version that
    /// is there already is overwritten. Errors: invalid_argument, too_large before anything is written;
    /// read_only. Cost: one durable write.
    virtual asio::awaitable<void> put(Namespace ns, Key key, Bytes value, Timestamp timestamp) = 0;

    /// Read the newest version of a key, or the newest not after `before`.
    ///
    /// Parameters: `before` is inclusive.
    /// Returns: none if there is no such version.
    /// Cost: one read, independent of the number of versions.
    virtual asio::awaitable<std::optional<Version>> get_latest(Namespace ns, Key key,
                                                               std::optional<Timestamp> before = {}) = 0;

    /// As `get_latest`, without moving the value.
    virtual asio::awaitable<std::optional<Timestamp>> get_latest_timestamp(
        Namespace ns, Key key, std::optional<Timestamp> before = {}) = 0;

    /// List the timestamps of a key, newest first, each once.
    ///
    /// Returns: an empty page for a key that is not there.
    /// Errors: invalid_argument for a token that this call did not give out for this key.
    virtual asio::awaitable<Page<Timestamp>> get_all_timestamps(Namespace ns, Key key,
                                                                PageRequest page = {}) = 0;

    /// List the newest version of every key of a namespace, in no promised order.
    ///
    /// Errors: invalid_argument for a token that this call did not give out for this namespace.
    /// Consistency: no snapshot: pages are read one by one, and nothing stays open between them. A key that
    /// is there all through the scan comes exactly once (if `capabilities().exact_scan`); one that comes or
    /// goes meanwhile may or may not.
    virtual asio::awaitable<Page<KeyVersion>> scan_all(Namespace ns, PageRequest page = {}) = 0;

    /// As `scan_all`, without moving values or timestamps.
    virtual asio::awaitable<Page<Key>> scan_all_keys(Namespace ns, PageRequest page = {}) = 0;

    /// Remove a key with all its versions. A key that is not there stays so.
    virtual asio::awaitable<void> remove(Namespace ns, Key key) = 0;

    /// Remove the versions of a key that are older than the newest version not after `marker`.
    ///
    /// That newest version (timestamp <= `marker`) and all newer ones stay: a reader who asks for the state
    /// at `marker` or later finds what it found before. Without a version at or before `marker` nothing goes.
    virtual asio::awaitable<void> remove(Namespace ns, Key key, Timestamp marker) = 0;

    /// Remove the versions of a key with a timestamp <= `version`, oldest first; newer ones are never
    /// touched.
    ///
    /// Errors: invalid_argument if `capabilities().remove_through` is false.
    /// Consistency: "never touched" holds whenever the call lands, also after the caller was told
    /// `outcome_unknown`.
    virtual asio::awaitable<void> remove_through(Namespace ns, Key key, Timestamp version) = 0;
};

}  // namespace zflow::store
