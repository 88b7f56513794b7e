#pragma once

#include <string>
#include <string_view>

namespace zflow::store {

/// What an acknowledged write survives.
enum class Durability {
    volatile_,   ///< Nothing: it is gone when the process ends, or may be.
    process,     ///< A killed process, not a power cut.
    sync,        ///< A power cut of this machine.
    replicated,  ///< The loss of a machine.
};

/// The name that documents and URIs use: "volatile", "process", "sync", "replicated".
[[nodiscard]] std::string_view to_string(Durability durability) noexcept;

/// What an opened store can do beyond the plain calls. The conformance suite tests what is declared, and
/// reports what works although it was declared missing.
struct Capabilities {
    Durability durability = Durability::volatile_;

    /// Stores with the same id have one commit order and one fate: a backup, a loss, a restore hits all of
    /// them.
    std::string database_id = {};

    /// Several processes may hold the same data open at once.
    bool shared = false;

    /// `append` with an expected position works, and fences a second writer.
    bool expected_append = false;

    /// `trim` works.
    bool trim = false;

    /// `remove_through` works.
    bool remove_through = false;

    /// A scan returns every key that is there all the time exactly once.
    bool exact_scan = false;

    /// Writes to one key by different processes are ordered by those processes' clocks.
    bool clock_ordered = false;

    /// A key may be empty.
    bool empty_keys = false;
};

}  // namespace zflow::store
