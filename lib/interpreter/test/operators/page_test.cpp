#include "operators/evaluate.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>

namespace zflow::interpreter::test {
namespace {

/// What a name does not say: how an operator differs from the obvious, and when it dies.
const std::map<std::string, std::string, std::less<>> notes{
    {"Bool.And", "both sides are evaluated"},
    {"Bool.Or", "both sides are evaluated"},
    {"CharListToString", "dies of half a surrogate pair"},
    {"Conversion.BigDecimalToDuration", "cuts what is behind nanoseconds; dies beyond the range of Duration"},
    {"Conversion.CharToChar.ToLower", "one unit to one unit: İ becomes i"},
    {"Conversion.CharToChar.ToUpper", "one unit to one unit: ß stays ß"},
    {"Conversion.CharToCode.AsDigit", "in base 36; -1 if it is no digit"},
    {"Conversion.FractionalGetExponent", "as Math.getExponent"},
    {"Conversion.NumericToBigDecimal",
     "of reals the shortest digits that read back the same; dies of NaN and infinity"},
    {"Conversion.NumericToByte", "cut to size; reals go through Int"},
    {"Conversion.NumericToChar", "cut to size; reals go through Int"},
    {"Conversion.NumericToInt", "cut to size; reals end at the ends of the range, NaN is 0"},
    {"Conversion.NumericToLong", "cut to size; reals end at the ends of the range, NaN is 0"},
    {"Conversion.NumericToShort", "cut to size; reals go through Int"},
    {"Conversion.RegexToString", "a regular expression is a string"},
    {"Conversion.StringToDuration", "dies of what Duration.parse refuses"},
    {"Conversion.StringToInstant", "dies of what Instant.parse refuses, with the place"},
    {"Conversion.StringToNumeric", "what the JVM's parsers take, else none"},
    {"Conversion.StringToRegex", "dies of what is no regular expression"},
    {"Conversion.ToString",
     "a list is `Chunk(1,2)`, a record `ListMap(a -> 1)`, an enumeration the text of its inside"},
    {"Conversion.TupleToInstant", "any number of nanoseconds; dies beyond the range of Instant"},
    {"Conversion.TupleToOffsetDateTime", "dies of a date or time that does not exist"},
    {"DurationFromAmount", "the unit by its name in ChronoUnit; dies of WEEKS and longer, and of overflow"},
    {"Equal", "same kind and same parts; NaN differs from itself, 1.0 from 1.00"},
    {"Fractional.Round", "half up, within Long or Int; a BigDecimal keeps 34 digits and its fraction"},
    {"Integral.AddExact",
     "dies of `integer overflow` or `long overflow`; Byte, Short and Char are added as Int, then cut"},
    {"Integral.FloorDiv", "dies of 0"},
    {"Integral.FloorMod", "has the sign of the divisor; dies of 0"},
    {"Integral.LeftShift", "by the lowest 5 or 6 bits; a BigInteger by any number"},
    {"Integral.UnsignedRightShift", "of a BigInteger the same as RightShift"},
    {"LessThanEqual",
     "by the schema: records by field, options none first, eithers left first, enumerations by case; "
     "NaN is the greatest number, -0.0 is less than 0.0; sets and maps count as equal"},
    {"ListToMap", "takes pairs; a later pair of the same key replaces the value"},
    {"ListToSet", "keeps the first of equal items"},
    {"Numeric.Add", "whole numbers wrap around; BigDecimal keeps 34 digits, half to even"},
    {"Numeric.Div", "whole numbers die of 0; BigDecimal keeps 34 digits, half to even, and dies of 0"},
    {"Numeric.Mod", "has the sign of the dividend; whole numbers and BigDecimal die of 0"},
    {"Numeric.Mul", "whole numbers wrap around; BigDecimal keeps 34 digits, half to even"},
    {"Numeric.Sign", "1 for NaN"},
    {"OpticGet",
     "through a lens (a field), a prism (a case, as an option) or a traversal (items, as a list)"},
    {"OpticSet", "a prism ignores what it is set on"},
    {"RegexMatches", "the whole text"},
    {"RegexReplaceAllIn", "the tuple is text and replacement with `$1` and `${name}`"},
    {"RegexReplaceFirstIn", "the tuple is text and replacement with `$1` and `${name}`"},
    {"RegexSplit", "no empty parts at the end"},
    {"RegexUnapplySeq", "the groups of a match of the whole text; an absent group is an empty string"},
    {"StringToCharList", "UTF-16 units"},
    {"TupleAccess", "longer tuples are nested to the left: ((a, b), c)"},
    {"UnCons", "head and rest, or none"},
};

// `Int, Int -> Int` as `A, A -> A` for operators on many types.
std::string general(std::string_view types, std::string_view type) {
    static const std::map<std::string_view, std::string> names{{"NumericBigInt", "BigInteger"},
                                                               {"NumericBigDecimal", "BigDecimal"},
                                                               {"FractionalBigDecimal", "BigDecimal"}};
    const auto known = names.find(type);
    const std::string name =
        known != names.end() ? known->second : std::string(type.substr(type.starts_with("Numeric") ? 7 : 10));
    return std::regex_replace(std::string(types), std::regex("\\b" + name + "\\b"), "A");
}

// An operator that is the same on all its types is one row.
std::string page() {
    std::string text = R"(# Operators

Every operator and every strict node of the language, made from the table that evaluates them. `A` is the type
of the second column. Where an operator has no answer the run ends as Died with the JVM's message. Arithmetic,
texts and times are those of JDK 17; reals are printed with the shortest digits (as JDK 19). Regular
expressions are Java's, run by PCRE2: what it cannot do is refused, and a search that takes too many steps
ends the run.

| operator | on | types | note |
|---|---|---|---|
)";
    const auto rows = all_operators();
    for (std::size_t first = 0; first < rows.size();) {
        std::size_t last = first;
        std::string on;
        while (last < rows.size() && rows[last].path == rows[first].path) {
            on += (on.empty() ? "" : " ") + std::string(rows[last].type);
            ++last;
        }
        // Of conversions between numbers the row of another type shows what comes out.
        const bool many =
            rows[first].type.starts_with("Numeric") || rows[first].type.starts_with("Fractional");
        std::string types(rows[first].types);
        if (many) {
            const auto other =
                std::find_if(rows.begin() + static_cast<std::ptrdiff_t>(first),
                             rows.begin() + static_cast<std::ptrdiff_t>(last), [](const OperatorRow& row) {
                                 const auto arrow = row.types.find(" -> ");
                                 return row.types.substr(arrow + 4) != row.types.substr(0, arrow);
                             });
            const bool found = other != rows.begin() + static_cast<std::ptrdiff_t>(last);
            types = general(found ? other->types : rows[first].types, found ? other->type : rows[first].type);
        }
        const auto note = notes.find(rows[first].path);
        text += fmt::format("| `{}` | {} | {} | {} |\n", rows[first].path, on, types,
                            note == notes.end() ? "" : note->second);
        first = last;
    }
    return text;
}

TEST(OperatorsPage, is_what_the_table_says) {
    const char* path = ZFLOW_OPERATORS_PAGE;
    if (std::getenv("ZFLOW_WRITE_PAGES") != nullptr) {
        std::ofstream(path) << page();
    }
    std::ifstream file(path);
    const std::string there{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(there, page()) << "run this test with ZFLOW_WRITE_PAGES=1 to write " << path;
}

TEST(OperatorsPage, notes_are_about_operators_that_there_are) {
    for (const auto& [path, note] : notes) {
        EXPECT_TRUE(std::ranges::any_of(all_operators(), [&](const OperatorRow& row) {
            return row.path == path;
        })) << path;
    }
}

}  // namespace
}  // namespace zflow::interpreter::test
