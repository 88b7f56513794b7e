#include "crc32c.hpp"

#include <array>
#include <cstddef>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace zflow::codec {
namespace {

/// Table k has the check sum of a byte that k zero bytes follow, so eight bytes take eight look-ups.
using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr Tables tables = [] {
    Tables all{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        auto sum = byte;
        for (int bit = 0; bit < 8; ++bit) {
            sum = (sum >> 1U) ^ ((sum & 1U) != 0 ? 0x82F63B78U : 0U);
        }
        all[0][byte] = sum;
    }
    for (std::size_t k = 1; k < all.size(); ++k) {
        for (std::size_t byte = 0; byte < 256; ++byte) {
            const auto before = all[k - 1][byte];
            all[k][byte] = (before >> 8U) ^ all[0][before & 0xFFU];
        }
    }
    return all;
}();

std::uint64_t eight_bytes(const char* place) noexcept {
    std::uint64_t eight = 0;
    for (unsigned i = 0; i < 8; ++i) {
        eight |= std::uint64_t{static_cast<unsigned char>(place[i])} << (8 * i);
    }
    return eight;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t hardware_crc32c(std::string_view bytes) noexcept {
    std::uint64_t sum = 0xFFFFFFFFU;
    std::size_t i = 0;
    for (; bytes.size() - i >= 8; i += 8) {
        sum = _mm_crc32_u64(sum, eight_bytes(bytes.data() + i));
    }
    auto rest = static_cast<std::uint32_t>(sum);
    for (; i < bytes.size(); ++i) {
        rest = _mm_crc32_u8(rest, static_cast<unsigned char>(bytes[i]));
    }
    return ~rest;
}
#endif

}  // namespace

std::uint32_t portable_crc32c(std::string_view bytes) noexcept {
    std::uint32_t sum = 0xFFFFFFFFU;
    std::size_t i = 0;
    for (; bytes.size() - i >= 8; i += 8) {
        const auto eight = eight_bytes(bytes.data() + i) ^ sum;
        sum = 0;
        for (unsigned k = 0; k < 8; ++k) {
            sum ^= tables[7 - k][(eight >> (8 * k)) & 0xFFU];
        }
    }
    for (; i < bytes.size(); ++i) {
        sum = (sum >> 8U) ^ tables[0][(sum ^ static_cast<unsigned char>(bytes[i])) & 0xFFU];
    }
    return ~sum;
}

std::uint32_t crc32c(std::string_view bytes) noexcept {
#if defined(__x86_64__)
    static const bool has_instruction = __builtin_cpu_supports("sse4.2") != 0;
    if (has_instruction) {
        return hardware_crc32c(bytes);
    }
#endif
    return portable_crc32c(bytes);
}

}  // namespace zflow::codec
