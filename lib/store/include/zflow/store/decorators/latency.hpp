#pragma once

#include <zflow/store/decorators/intercept.hpp>

namespace zflow::store {

/// How long calls take on top, as if the store were across a network.
struct Latency {
    std::chrono::microseconds read = std::chrono::milliseconds(1);
    std::chrono::microseconds write = std::chrono::milliseconds(2);
};

/// Delay every call of the stores before it is made.
[[nodiscard]] Stores with_latency(Stores stores, Latency latency);

}  // namespace zflow::store
