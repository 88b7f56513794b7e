#pragma once

#include <zflow/store/decorators/intercept.hpp>

#include <cstdint>
#include <map>
#include <memory>

namespace zflow::store {

/// What happens to one call.
enum class Fault {
    none,
    /// The call is not made and ends with `unavailable`.
    error_before,
    /// The call is made, and then ends with `outcome_unknown` (a read: with `unavailable`).
    error_after,
    /// The call is made after `FaultPlan::delay`.
    delay,
    /// The call is not made and does not answer until it is cancelled.
    hang,
};

/// Which calls fail: by number, by seed, or both (the number wins).
struct FaultPlan {
    /// The fault of the n-th call, counted from 1 over both stores.
    std::map<std::uint64_t, Fault> by_number = {};

    /// For all other calls: probabilities, 0 to 1, in sum at most 1, drawn from `seed` and the call's number.
    double error_before = 0;
    double error_after = 0;
    double delay_probability = 0;
    std::uint64_t seed = 0;

    std::chrono::microseconds delay = std::chrono::milliseconds(1);
};

/// Injects faults into the calls of stores, for tests of what stands on them.
///
/// Thread-safety: any number of calls at once. What happens to the n-th call follows from the plan alone.
class Faults {
 public:
    explicit Faults(FaultPlan plan);
    ~Faults();

    /// How many calls were seen so far.
    [[nodiscard]] std::uint64_t calls() const noexcept;
    /// How many of them met a fault.
    [[nodiscard]] std::uint64_t injected() const noexcept;
    /// From now on no more faults.
    void stop() noexcept;

    /// Put these faults around stores.
    ///
    /// Lifetime: the stores keep what they need; `Faults` itself may go before them.
    [[nodiscard]] Stores around(Stores stores);

 private:
    class Injector;
    std::shared_ptr<Injector> injector_;
};

}  // namespace zflow::store
