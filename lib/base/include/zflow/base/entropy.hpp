#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace zflow::base {

/// The only place where zflow reads randomness: everything that needs it takes an `Entropy&`, so that tests
/// can fix it.
///
/// Thread-safety: any number of calls at once.
class Entropy {
 public:
    virtual ~Entropy() = default;

    /// Fill `bytes` with random bytes.
    virtual void fill(std::span<std::uint8_t> bytes) = 0;

    /// A uniformly distributed 64-bit number.
    [[nodiscard]] std::uint64_t number();

    /// An identifier of 16 random bytes, as 32 lower-case hexadecimal digits.
    [[nodiscard]] std::string identifier();
};

/// The operating system's random numbers.
///
/// Lifetime: lives as long as the process.
[[nodiscard]] Entropy& system_entropy() noexcept;

/// Numbers that follow from a seed alone (SplitMix64): for tests and for reproducing them. Not for secrets.
class SeededEntropy final : public Entropy {
 public:
    explicit SeededEntropy(std::uint64_t seed) noexcept : state_(seed) {}

    /// Important: a SeededEntropy is used by one thread at a time, unlike `system_entropy()`.
    void fill(std::span<std::uint8_t> bytes) override;

 private:
    std::uint64_t state_;
};

}  // namespace zflow::base
