#pragma once

#include <zflow/base/entropy.hpp>

#include <chrono>
#include <cstdint>

namespace zflow::simulation {

using Duration = std::chrono::nanoseconds;

/// Everything that a simulation leaves to chance, from a seed alone.
class Dice {
 public:
    explicit Dice(std::uint64_t seed) : entropy_(seed) {}

    std::uint64_t number() { return entropy_.number(); }
    /// A number below `bound`; 0 if that is 0.
    std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : number() % bound; }
    bool chance(double probability) {
        constexpr double two_to_53 = 9007199254740992.0;
        return static_cast<double>(number() >> 11U) / two_to_53 < probability;
    }
    Duration between(Duration low, Duration high) {
        return low + Duration(static_cast<std::int64_t>(
                         below(static_cast<std::uint64_t>((high - low).count()) + 1)));
    }
    base::SeededEntropy& entropy() { return entropy_; }

 private:
    base::SeededEntropy entropy_;
};

}  // namespace zflow::simulation
