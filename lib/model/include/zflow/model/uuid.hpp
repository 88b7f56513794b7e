#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace zflow::model {

/// 128 bits, written as 8-4-4-4-12 hexadecimal digits.
struct Uuid {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

[[nodiscard]] std::string to_text(const Uuid&);
[[nodiscard]] std::optional<Uuid> parse_uuid(std::string_view);

}  // namespace zflow::model

template <>
struct std::hash<zflow::model::Uuid> {
    std::size_t operator()(const zflow::model::Uuid& id) const noexcept {
        return static_cast<std::size_t>(id.high * 0x9E3779B97F4A7C15U ^ id.low);
    }
};
