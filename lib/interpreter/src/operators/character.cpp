#include "operators/families.hpp"
#include "operators/unicode.hpp"

#include <algorithm>

// CharPredicate.*, Conversion.CharToCode.* and Conversion.CharToChar.*: java.lang.Character on one UTF-16
// unit.
namespace zflow::interpreter {

namespace {

namespace u = unicode;

const u::Properties& properties_of(char16_t unit) {
    const auto after = std::ranges::upper_bound(u::runs, static_cast<std::uint32_t>(unit) << 8 | 0xFF);
    return u::properties[*(after - 1) & 0xFF];
}

bool has(char16_t unit, std::uint8_t flag) {
    return (properties_of(unit).flags & flag) != 0;
}

// Whether the unit's general category is one of those whose numbers are the set bits.
bool is_type(char16_t unit, std::uint32_t types) {
    return (types >> properties_of(unit).type & 1) != 0;
}

constexpr std::uint32_t bit(int type) {
    return 1U << type;
}
constexpr std::uint32_t title_case = bit(3);
constexpr std::uint32_t letter = bit(1) | bit(2) | title_case | bit(4) | bit(5);
constexpr std::uint32_t digit = bit(9);
constexpr std::uint32_t space = bit(12) | bit(13) | bit(14);
constexpr std::uint32_t control = bit(15);

// The value of the unit's place in a table, or -1.
std::int32_t counted(std::span<const u::Counted> table, char16_t unit) {
    const auto after = std::ranges::upper_bound(table, unit, {}, &u::Counted::first);
    if (after == table.begin()) {
        return -1;
    }
    const u::Counted& row = *(after - 1);
    const int index = unit - row.first;
    return index < row.count ? row.value + index : -1;
}

char16_t shifted(std::span<const u::Shifted> table, char16_t unit) {
    // Rows of every second unit may overlap with their neighbours.
    auto row = std::ranges::upper_bound(table, unit, {}, &u::Shifted::first);
    for (int i = 0; i < 3 && row != table.begin(); ++i) {
        --row;
        if (unit <= row->last && (unit - row->first) % row->step == 0) {
            return static_cast<char16_t>(unit + row->shift);
        }
    }
    return unit;
}

char16_t reverse_bytes(char16_t unit) {
    return static_cast<char16_t>(unit << 8 | unit >> 8);
}

bool is_between(char16_t unit, char16_t least, char16_t most) {
    return unit >= least && unit <= most;
}

template <std::uint32_t Types>
constexpr bool of_type(char16_t unit) {
    return is_type(unit, Types);
}
template <std::uint8_t Flag>
bool flagged(char16_t unit) {
    return has(unit, Flag);
}

template <bool (*F)(char16_t)>
constexpr OperatorRow predicate(std::string_view path) {
    return row<F, Boolean, Char>(path);
}

constexpr std::array rows{
    predicate<of_type<control>>("CharPredicate.IsControl"),
    predicate<of_type<digit>>("CharPredicate.IsDigit"),
    row<[](char16_t c) { return is_between(c, 0xD800, 0xDBFF); }, Boolean, Char>(
        "CharPredicate.IsHighSurrogate"),
    predicate<flagged<u::is_identifier_ignorable>>("CharPredicate.IsIdentifierIgnorable"),
    predicate<of_type<letter>>("CharPredicate.IsLetter"),
    predicate<of_type<letter | digit>>("CharPredicate.IsLetterOrDigit"),
    row<[](char16_t c) { return is_between(c, 0xDC00, 0xDFFF); }, Boolean, Char>(
        "CharPredicate.IsLowSurrogate"),
    predicate<flagged<u::is_lower>>("CharPredicate.IsLower"),
    predicate<flagged<u::is_mirrored>>("CharPredicate.IsMirrored"),
    predicate<of_type<space>>("CharPredicate.IsSpaceChar"),
    row<[](char16_t c) { return is_between(c, 0xD800, 0xDFFF); }, Boolean, Char>("CharPredicate.IsSurrogate"),
    predicate<of_type<title_case>>("CharPredicate.IsTitleCase"),
    predicate<flagged<u::is_identifier_part>>("CharPredicate.IsUnicodeIdentifierPart"),
    predicate<flagged<u::is_identifier_start>>("CharPredicate.IsUnicodeIdentifierStart"),
    predicate<flagged<u::is_upper>>("CharPredicate.IsUpper"),
    predicate<flagged<u::is_whitespace>>("CharPredicate.IsWhitespace"),
    row<reverse_bytes, Char, Char>("Conversion.CharToChar.ReverseBytes"),
    row<[](char16_t c) { return shifted(u::lower, c); }, Char, Char>("Conversion.CharToChar.ToLower"),
    row<[](char16_t c) { return shifted(u::title, c); }, Char, Char>("Conversion.CharToChar.ToTitleCase"),
    row<[](char16_t c) { return shifted(u::upper, c); }, Char, Char>("Conversion.CharToChar.ToUpper"),
    row<[](char16_t c) { return counted(u::digits, c); }, Int, Char>("Conversion.CharToCode.AsDigit"),
    row<[](char16_t c) { return std::int32_t{properties_of(c).directionality}; }, Int, Char>(
        "Conversion.CharToCode.GetDirectionality"),
    row<[](char16_t c) { return counted(u::numeric, c); }, Int, Char>(
        "Conversion.CharToCode.GetNumericValue"),
    row<[](char16_t c) { return std::int32_t{properties_of(c).type}; }, Int, Char>(
        "Conversion.CharToCode.GetType"),
};

}  // namespace

Rows character_rows() noexcept {
    return rows;
}

}  // namespace zflow::interpreter
