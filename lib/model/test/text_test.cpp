#include <zflow/model/text.hpp>
#include <zflow/model/uuid.hpp>

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace zflow::model {
namespace {

TEST(Text, characters_beyond_the_basic_plane_are_two_units) {
    EXPECT_EQ(to_utf16("aé€😀"), u"aé€😀");
    EXPECT_EQ(to_utf8(u"aé€😀"), "aé€😀");
    EXPECT_EQ(utf16_length("aé€😀"), 5U);
    EXPECT_EQ(utf16_length(""), 0U);
}

TEST(Text, what_is_not_utf8_is_refused) {
    for (const std::string_view bad :
         {"\x80", "\xC0\x80", "\xC1\xBF", "\xC3", "\xE0\x80\x80", "\xE2\x82", "\xED\xA0\x80",
          "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "a\xC3("}) {
        EXPECT_FALSE(is_utf8(bad));
        EXPECT_EQ(to_utf16(bad), std::nullopt);
    }
    EXPECT_TRUE(is_utf8(std::string_view("\0", 1)));
    EXPECT_TRUE(is_utf8("\xF4\x8F\xBF\xBF"));
}

TEST(Text, half_a_surrogate_pair_is_no_text) {
    EXPECT_EQ(to_utf8(std::u16string(1, char16_t{0xD83D})), std::nullopt);
    EXPECT_EQ(to_utf8(std::u16string(1, char16_t{0xDE00})), std::nullopt);
    EXPECT_EQ(to_utf8(std::u16string{char16_t{0xDE00}, char16_t{0xD83D}}), std::nullopt);
    EXPECT_EQ(to_utf8(std::u16string{char16_t{0xD83D}, u'x'}), std::nullopt);
}

TEST(Text, the_order_is_that_of_utf16_units) {
    const std::vector<std::string_view> ascending{"",       "A",  "AA",  "B",  "a",      "é",
                                                  "\uD7FF", "😀", "😀a", "😁", "\uE000", "\uFFFD"};
    for (std::size_t i = 0; i < ascending.size(); ++i) {
        for (std::size_t j = 0; j < ascending.size(); ++j) {
            const int order = compare_utf16(ascending[i], ascending[j]);
            EXPECT_EQ(order < 0, i < j) << i << " " << j;
            EXPECT_EQ(order == 0, i == j) << i << " " << j;
        }
    }
}

// Code points of all sizes, never half a pair.
rc::Gen<std::u32string> characters() {
    const auto character =
        rc::gen::oneOf(rc::gen::inRange<char32_t>(0, 0x80), rc::gen::inRange<char32_t>(0x80, 0xD800),
                       rc::gen::inRange<char32_t>(0xE000, 0x110000));
    return rc::gen::container<std::u32string>(character);
}

std::u16string units_of(const std::u32string& characters) {
    std::u16string units;
    for (const char32_t c : characters) {
        if (c >= 0x10000) {
            units.push_back(static_cast<char16_t>(0xD7C0 + (c >> 10)));
            units.push_back(static_cast<char16_t>(0xDC00 + (c & 0x3FF)));
        } else {
            units.push_back(static_cast<char16_t>(c));
        }
    }
    return units;
}

RC_GTEST_PROP(Text, both_encodings_hold_the_same, ()) {
    const std::u16string a = units_of(*characters());
    const std::u16string b = units_of(*characters());
    const auto text = to_utf8(a);
    const auto other = to_utf8(b);
    RC_ASSERT(text && other);
    // NOLINTNEXTLINE(bugprone-unchecked-optional-access): a test that has nothing here fails
    RC_ASSERT(is_utf8(*text));
    // NOLINTNEXTLINE(bugprone-unchecked-optional-access): a test that has nothing here fails
    RC_ASSERT(to_utf16(*text) == a);
    // NOLINTNEXTLINE(bugprone-unchecked-optional-access): a test that has nothing here fails
    RC_ASSERT(utf16_length(*text) == a.size());
    // NOLINTNEXTLINE(bugprone-unchecked-optional-access): a test that has nothing here fails
    RC_ASSERT((compare_utf16(*text, *other) < 0) == (a < b));
    // NOLINTNEXTLINE(bugprone-unchecked-optional-access): a test that has nothing here fails
    RC_ASSERT((compare_utf16(*text, *other) == 0) == (a == b));
}

RC_GTEST_PROP(Text, bytes_that_are_no_text_never_become_one, (const std::string& bytes)) {
    const auto units = to_utf16(bytes);
    RC_ASSERT(units.has_value() == is_utf8(bytes));
    if (units) {
        RC_ASSERT(to_utf8(*units) == bytes);
    }
}

TEST(UuidText, has_36_characters) {
    const Uuid id{0x123e4567e89b12d3, 0xa456426614174000};
    EXPECT_EQ(to_text(id), "123e4567-e89b-12d3-a456-426614174000");
    EXPECT_EQ(parse_uuid("123e4567-e89b-12d3-a456-426614174000"), id);
    EXPECT_EQ(parse_uuid("123E4567-E89B-12D3-A456-426614174000"), id);
    EXPECT_EQ(to_text(Uuid{}), "00000000-0000-0000-0000-000000000000");
}

TEST(UuidText, anything_else_is_none) {
    for (const std::string_view bad :
         {"", "1-2-3-4-5", "123e4567-e89b-12d3-a456-42661417400", "123e4567-e89b-12d3-a456-4266141740000",
          "123e4567-e89b-12d3-a4561426614174000", "123e4567-e89b-12d3-a456-42661417400g",
          "123e4567-e89b-12d3-a456--26614174000", "{23e4567-e89b-12d3-a456-426614174000"}) {
        EXPECT_EQ(parse_uuid(bad), std::nullopt) << bad;
    }
}

RC_GTEST_PROP(UuidText, reads_back_the_same, (std::uint64_t high, std::uint64_t low)) {
    const Uuid id{high, low};
    RC_ASSERT(parse_uuid(to_text(id)) == id);
}

}  // namespace
}  // namespace zflow::model
