#pragma once

#include <cstdint>
#include <string_view>

namespace zflow::codec {

/// The check sum of iSCSI (RFC 3720, polynomial 0x1EDC6F41), with the processor's instruction where it has
/// one.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes) noexcept;

/// The same without that instruction.
[[nodiscard]] std::uint32_t portable_crc32c(std::string_view bytes) noexcept;

}  // namespace zflow::codec
