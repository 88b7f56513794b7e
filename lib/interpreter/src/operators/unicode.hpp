#pragma once

#include <cstdint>
#include <span>

/// What java.lang.Character knows about the UTF-16 units, as tables.
namespace zflow::interpreter::unicode {

/// What all units of a run have in common.
struct Properties {
    std::uint8_t type;           ///< Character.getType
    std::int8_t directionality;  ///< Character.getDirectionality
    std::uint8_t flags;          ///< of `Flag`
};

enum Flag : std::uint8_t {
    is_lower = 1,
    is_upper = 2,
    is_mirrored = 4,
    is_identifier_ignorable = 8,
    is_identifier_start = 16,
    is_identifier_part = 32,
    is_whitespace = 64,
};

/// `count` units from `first` on with the values `value`, `value + 1`, ..
struct Counted {
    std::uint16_t first;
    std::uint16_t count;
    std::int32_t value;
};

/// The units `first`, `first + step`, .. to `last` become those `shift` further.
struct Shifted {
    std::uint16_t first;
    std::uint16_t last;
    std::uint16_t step;
    std::int32_t shift;
};

/// Sorted by unit. Of a run: the first unit * 256 + the index of its properties.
extern const std::span<const Properties> properties;
extern const std::span<const std::uint32_t> runs;
extern const std::span<const Counted> numeric;
extern const std::span<const Counted> digits;
extern const std::span<const Shifted> lower;
extern const std::span<const Shifted> upper;
extern const std::span<const Shifted> title;

}  // namespace zflow::interpreter::unicode
