#include "operators/evaluate.hpp"

#include <rapidcheck/gtest.h>

namespace zflow::interpreter::test {
namespace {

Answer ask(model::NodeKind kind, Value value) {
    return evaluate(model::Node(kind), {std::move(value)});
}

TEST(TextOperators, a_string_is_a_list_of_utf16_units) {
    EXPECT_EQ(text_of(ask(model::NodeKind::string_to_chars, s("a😀"))), "['a', 'U+D83D', 'U+DE00']");
    EXPECT_EQ(text_of(ask(model::NodeKind::string_to_chars, s(""))), "[]");
    EXPECT_EQ(text_of(ask(model::NodeKind::chars_to_string, list({c(u'a'), c(0xD83D), c(0xDE00)}))),
              "\"a😀\"");
}

TEST(TextOperators, half_a_surrogate_pair_dies_with_its_place) {
    const auto answer = ask(model::NodeKind::chars_to_string, list({c(u'a'), c(0xDE00), c(0xD83D)}));
    EXPECT_EQ(text_of(answer),
              "! CharListToString got half of a surrogate pair, U+DE00 at index 1, which no string can hold");
}

TEST(TextOperators, other_items_than_characters_are_named) {
    EXPECT_THAT(text_of(ask(model::NodeKind::chars_to_string, list({c(u'a'), i(1)}))),
                testing::HasSubstr("item 1 is a Int"));
}

TEST(TextOperators, base64_is_that_of_rfc_4648) {
    for (const auto& [text, encoded] : {std::pair{"", ""},
                                        {"f", "Zg=="},
                                        {"fo", "Zm8="},
                                        {"foo", "Zm9v"},
                                        {"foob", "Zm9vYg=="},
                                        {"fooba", "Zm9vYmE="},
                                        {"foobar", "Zm9vYmFy"},
                                        {"é", "w6k="}}) {
        EXPECT_EQ(evaluate("Str.Base64", "", {s(text)})->as_string(), encoded);
    }
}

RC_GTEST_PROP(TextOperators, a_string_comes_back_from_its_units, ()) {
    const auto ascii = *rc::gen::container<std::string>(rc::gen::inRange('\x01', '\x7F'));
    const std::string bytes = ascii + "é😀" + ascii;
    const auto units = ask(model::NodeKind::string_to_chars, s(bytes));
    RC_ASSERT(ask(model::NodeKind::chars_to_string, *units)->as_string() == bytes);
}

}  // namespace
}  // namespace zflow::interpreter::test
