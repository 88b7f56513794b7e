#include <zflow/base/assert.hpp>
#include <zflow/base/entropy.hpp>

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace zflow::base {
namespace {

class SystemEntropy final : public Entropy {
 public:
    void fill(std::span<std::uint8_t> bytes) override {
        while (!bytes.empty()) {
            const auto got = ::getrandom(bytes.data(), bytes.size(), 0);
            if (got < 0 && errno == EINTR) {
                continue;
            }
            ZFLOW_ASSERT(got > 0, "the operating system gives random bytes");
            bytes = bytes.subspan(static_cast<std::size_t>(got));
        }
    }
};

}  // namespace

Entropy& system_entropy() noexcept {
    static SystemEntropy entropy;
    return entropy;
}

std::uint64_t Entropy::number() {
    std::array<std::uint8_t, sizeof(std::uint64_t)> bytes{};
    fill(bytes);
    std::uint64_t number = 0;
    std::memcpy(&number, bytes.data(), sizeof number);
    return number;
}

std::string Entropy::identifier() {
    static constexpr char digits[] = "0123456789abcdef";
    std::array<std::uint8_t, 16> bytes{};
    fill(bytes);
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const auto byte : bytes) {
        text.push_back(digits[byte >> 4]);
        text.push_back(digits[byte & 15]);
    }
    return text;
}

void SeededEntropy::fill(std::span<std::uint8_t> bytes) {
    for (std::size_t at = 0; at < bytes.size();) {
        // SplitMix64, Steele, Lea, Flood 2014.
        state_ += 0x9E3779B97F4A7C15U;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9U;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBU;
        mixed ^= mixed >> 31;
        for (int shift = 0; shift < 64 && at < bytes.size(); shift += 8) {
            bytes[at++] = static_cast<std::uint8_t>(mixed >> shift);
        }
    }
}

}  // namespace zflow::base
