#pragma once

#include <zflow/store/open.hpp>

#include <cstddef>
#include <string>

namespace zflow::crash {

/// Where an engine stops, as if its process were killed there.
enum class CrashAt : std::uint8_t {
    append,      ///< when a frame with events is in the log, and nobody knows
    checkpoint,  ///< when the checkpoint behind such a frame is made and the log is trimmed; no frame follows
};

/// What becomes of one life of an engine.
struct Life {
    CrashAt at = CrashAt::append;
    std::size_t frames = 0;  ///< that were appended to a log
    std::size_t calls = 0;   ///< of the stores that are under way
    bool crashed = false;
};

/// Stores that never answer again once the life has crashed: the call that the crash is at, and all later
/// ones.
///
/// Lifetime: the life outlives the stores.
[[nodiscard]] store::Stores crashing(store::Stores stores, Life& life);

}  // namespace zflow::crash
