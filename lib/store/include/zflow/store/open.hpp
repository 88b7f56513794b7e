#pragma once

#include <zflow/base/clock.hpp>
#include <zflow/base/entropy.hpp>
#include <zflow/store/indexed_store.hpp>
#include <zflow/store/key_value_store.hpp>
#include <zflow/store/uri.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace zflow::store {

/// Both stores of one place.
struct Stores {
    std::unique_ptr<KeyValueStore> key_value;
    std::unique_ptr<IndexedStore> indexed;
};

/// What is the same for every backend.
struct OpenOptions {
    /// Make the store if there is none yet. Otherwise opening ends with `not_open`. Remote tables are never
    /// made.
    bool create_if_missing = true;

    /// How long one call may take before it ends with `cancelled`; more than zero.
    std::chrono::milliseconds deadline = std::chrono::seconds(10);

    /// Time and randomness; both outlive the stores.
    const base::Clock* clock = &base::system_clock();
    base::Entropy* entropy = &base::system_entropy();
};

/// One thing that a check of a store found.
struct Finding {
    enum class Severity { ok, warning, error };
    Severity severity = Severity::ok;
    std::string what;      ///< what was looked at and found, a sentence
    std::string fix = {};  ///< what to do about it; empty if nothing
};

/// A kind of store that can be opened by URI.
struct Kind {
    /// What stands before the colon, e.g. "memory".
    std::string scheme;
    /// The form of its URIs for messages, e.g. "rocksdb:PATH?durability=sync|process|none".
    std::string usage;
    std::function<asio::awaitable<Stores>(Uri, OpenOptions)> open;
    /// The names of the backend's crash points (crash_point.hpp), for the conformance suite. May be empty.
    std::vector<std::string> crash_points = {};
    /// Look a store over, changing nothing: is it there, readable, of this format, undamaged? Slow is fine.
    /// May be missing.
    std::function<asio::awaitable<std::vector<Finding>>(Uri, OpenOptions)> check = {};
};

/// Make a kind of store known to `open`. zflow's own backends do this themselves in every program that links
/// them.
///
/// Errors: invalid_argument if the scheme is taken, or is not of the form [a-z][a-z0-9+.-]*.
/// Thread-safety: any number of calls at once.
void register_kind(Kind kind);

/// The kinds that this program knows, by scheme.
[[nodiscard]] std::vector<Kind> kinds();

/// Open the stores at a URI.
///
/// Parameters: `uri` names kind, place and options, e.g. "rocksdb:zflow-data?durability=process" or
/// "memory:". Errors: invalid_argument for an unknown kind, option or value, with the list of what there is;
/// not_open, denied, schema_mismatch, corruption, unavailable (e.g. held by another process) with a sentence
/// that says what to do. Cancellation: as `KeyValueStore`. Lifetime: each store may be dropped on its own.
/// Example: examples/6_stores/main.cpp.
[[nodiscard]] asio::awaitable<Stores> open(std::string uri, OpenOptions options = {});

/// Open the two stores at two places, which may be the same one.
[[nodiscard]] asio::awaitable<Stores> open_apart(std::string key_value_uri, std::string indexed_uri,
                                                 OpenOptions options = {});

}  // namespace zflow::store
