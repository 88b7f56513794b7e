#include "operators/evaluate.hpp"

namespace zflow::interpreter::test {
namespace {

struct Sum {
    std::string_view path;
    std::uint64_t answers;
};

// The answers of java.lang.Character (JDK 17) to all 65,536 units, as one hash each.
constexpr Sum sums[] = {
    {"CharPredicate.IsControl", 0x4c5e682e28427d0U},
    {"CharPredicate.IsDigit", 0xc1bdb6bfc481b6bdU},
    {"CharPredicate.IsHighSurrogate", 0xff3184c4203f8783U},
    {"CharPredicate.IsIdentifierIgnorable", 0xfe52119ba5d30934U},
    {"CharPredicate.IsLetter", 0x181c9274cc6eece0U},
    {"CharPredicate.IsLetterOrDigit", 0x992fde39b884534aU},
    {"CharPredicate.IsLowSurrogate", 0x4bbdf977a7ff8783U},
    {"CharPredicate.IsLower", 0x9d94c2aeeac80a00U},
    {"CharPredicate.IsMirrored", 0x8a36ee72c8258fa1U},
    {"CharPredicate.IsSpaceChar", 0x28ed0880cd6b73b2U},
    {"CharPredicate.IsSurrogate", 0x4c7cfcf6b3960b83U},
    {"CharPredicate.IsTitleCase", 0xf1c9eb0a9ec55a96U},
    {"CharPredicate.IsUnicodeIdentifierPart", 0x5b7eca6d3f5bde40U},
    {"CharPredicate.IsUnicodeIdentifierStart", 0x379a0440fb686895U},
    {"CharPredicate.IsUpper", 0x8292bf3b58dfe1fU},
    {"CharPredicate.IsWhitespace", 0x1e6437b274682404U},
    {"Conversion.CharToChar.ReverseBytes", 0x8dd56f44fe57d383U},
    {"Conversion.CharToChar.ToLower", 0xceb78227bffb32d0U},
    {"Conversion.CharToChar.ToTitleCase", 0xf8b9552da1be5c3U},
    {"Conversion.CharToChar.ToUpper", 0xbce52de23be1133U},
    {"Conversion.CharToCode.AsDigit", 0xd1cddfbe70cc5d52U},
    {"Conversion.CharToCode.GetDirectionality", 0x7261676d0fe23f9U},
    {"Conversion.CharToCode.GetNumericValue", 0x4acbb233000ca151U},
    {"Conversion.CharToCode.GetType", 0x653faa40eefdb340U},
};

TEST(CharacterOperators, answer_for_every_unit_as_the_jvm) {
    for (const auto& [path, answers] : sums) {
        std::uint64_t hash = 1469598103934665603U;
        for (std::int32_t unit = 0; unit < 65'536; ++unit) {
            const Answer answer = evaluate(path, "", {c(static_cast<char16_t>(unit))});
            const std::int64_t number =
                answer->is(Kind::boolean) ? answer->as_boolean() : answer->as_integer();
            hash = (hash ^ static_cast<std::uint32_t>(number)) * 1099511628211U;
        }
        EXPECT_EQ(hash, answers) << path;
    }
}

}  // namespace
}  // namespace zflow::interpreter::test
