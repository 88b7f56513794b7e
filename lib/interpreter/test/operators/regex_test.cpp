#include "operators/evaluate.hpp"

#include <rapidcheck/gtest.h>

namespace zflow::interpreter::test {
namespace {

std::string find(const char* regex, const char* text) {
    return text_of(evaluate("RegexFindFirstIn", "", {s(regex), s(text)}));
}

std::string matches(const char* regex, const char* text) {
    return text_of(evaluate("RegexMatches", "", {s(regex), s(text)}));
}

std::string split(const char* regex, const char* text) {
    return text_of(evaluate("RegexSplit", "", {s(regex), s(text)}));
}

std::string replace(const char* regex, const char* text, const char* by,
                    const char* which = "RegexReplaceAllIn") {
    return text_of(evaluate(which, "", {s(regex), Value::tuple(s(text), s(by))}));
}

std::string compile(const char* regex) {
    return text_of(evaluate("Conversion.StringToRegex", "", {s(regex)}));
}

TEST(Regex, finds_the_first_match) {
    EXPECT_EQ(find("\\d+", "ab12cd345"), "some(\"12\")");
    EXPECT_EQ(find("\\d+", "abcd"), "None");
    EXPECT_EQ(find("a(?=b)", "ab"), "some(\"a\")");
    EXPECT_EQ(find(".", "😀"), "some(\"😀\")");
    EXPECT_EQ(find("[b&&[^c]]+|x", "abba"), "some(\"bb\")");
    EXPECT_EQ(find("[a-c[x-z]]+", "1axz2"), "some(\"axz\")");
    EXPECT_EQ(find("\\p{Lower}+\\u0041", "abA"), "some(\"abA\")");
    EXPECT_EQ(find("(a)\\11", "aa1"), "some(\"aa1\")");
    EXPECT_EQ(find("(?<n>b)\\k<n>", "abb"), "some(\"bb\")");
    EXPECT_EQ(find("\\Qa.c\\E", "abc a.c"), "some(\"a.c\")");
}

TEST(Regex, matches_the_whole_text) {
    EXPECT_EQ(matches("(?i)abc", "ABC"), "true");
    EXPECT_EQ(matches("a|ab", "ab"), "true");
    EXPECT_EQ(matches("a", "ab"), "false");
    EXPECT_EQ(text_of(evaluate("RegexUnapplySeq", "", {s("([a-z]+)(\\d+)"), s("ab12")})),
              "some([\"ab\", \"12\"])");
    EXPECT_EQ(text_of(evaluate("RegexUnapplySeq", "", {s("(a)?(b)"), s("b")})), "some([\"\", \"b\"])");
    EXPECT_EQ(text_of(evaluate("RegexUnapplySeq", "", {s("(a)"), s("b")})), "None");
}

TEST(Regex, line_ends_are_those_of_java) {
    EXPECT_EQ(find("a$", "a\r\n"), "some(\"a\")");
    EXPECT_EQ(find("a$", "a\nb"), "None");
    EXPECT_EQ(find("(?m)^b$", "a\r\nb\u2028c"), "some(\"b\")");
    EXPECT_EQ(find(".+", "\u0085\v\f"), "some(\"\v\f\")");
    EXPECT_EQ(find("(?s).+", "a\nb"), "some(\"a\nb\")");
    EXPECT_EQ(replace("(?m)^", "a\nb\n", "> "), "\"> a\n> b\n\"");
}

TEST(Regex, splits_as_java) {
    EXPECT_EQ(split(",", ",a,"), "[\"\", \"a\"]");
    EXPECT_EQ(split(",", ""), "[\"\"]");
    EXPECT_EQ(split(",", ",,"), "[]");
    EXPECT_EQ(split("", "abc"), "[\"a\", \"b\", \"c\"]");
    EXPECT_EQ(split("x*", "axb"), "[\"a\", \"\", \"b\"]");
    EXPECT_EQ(split("x", "abc"), "[\"abc\"]");
}

TEST(Regex, replaces_with_groups) {
    EXPECT_EQ(replace("([a-z]+)(\\d+)", "ab12 c3", "$2$1"), "\"12ab 3c\"");
    EXPECT_EQ(replace("a", "aa", "b", "RegexReplaceFirstIn"), "\"ba\"");
    EXPECT_EQ(replace("(?<word>[a-z]+)", "ab", "<${word}>"), "\"<ab>\"");
    EXPECT_EQ(replace("a", "a", "\\$1"), "\"$1\"");
    EXPECT_EQ(replace("(a)", "a", "$12"), "\"a2\"");
    EXPECT_EQ(replace("x*", "ab", "-"), "\"-a-b-\"");
    EXPECT_EQ(replace("a", "a", "$9"), "! No group 9");
    EXPECT_EQ(replace("a", "a", "${x}"), "! No group with name {x}");
    EXPECT_EQ(replace("a", "a", "$"), "! Illegal group reference: group index is missing");
    EXPECT_EQ(replace("a", "a", "$x"), "! Illegal group reference");
    EXPECT_EQ(replace("a", "a", "\\"), "! character to be escaped is missing");
    EXPECT_EQ(replace("a", "a", "${x"), "! named capturing group is missing trailing '}'");
}

TEST(Regex, what_java_refuses_is_refused_in_its_words) {
    EXPECT_EQ(compile("("), "! Unclosed group near index 1\n(");
    EXPECT_EQ(compile("[a"), "! Unclosed character class near index 1\n[a\n ^");
    EXPECT_EQ(compile("a)"), "! Unmatched closing ')' near index 0\na)\n^");
    EXPECT_EQ(compile("*a"), "! Dangling meta character '*' near index 0\n*a\n^");
    EXPECT_EQ(compile("a{b"), "! Illegal repetition near index 2\na{b\n  ^");
    EXPECT_EQ(compile("\\q"), "! Illegal/unsupported escape sequence near index 1\n\\q\n ^");
    EXPECT_EQ(compile("(?Zx)"), "! Unknown inline modifier near index 2\n(?Zx)\n  ^");
    EXPECT_EQ(compile("(*FAIL)"), "! Dangling meta character '*' near index 1\n(*FAIL)\n ^");
}

TEST(Regex, what_pcre2_cannot_do_is_refused_in_a_sentence) {
    for (const char* regex : {"\\N{DIGIT ONE}", "\\p{InGreek}", "(?d)a", "(?U)a", "(?<=a+)b", "\\p{Nope}"}) {
        EXPECT_THAT(compile(regex), testing::HasSubstr("is not supported")) << regex;
    }
}

TEST(Regex, a_search_without_end_ends_at_the_limit) {
    const std::string text(40, 'a');
    const auto answer = evaluate("RegexMatches", "", {s("(a+)+[bd]"), s(text + "c")});
    EXPECT_THAT(text_of(answer), testing::HasSubstr("regex_match_limit"));
    EXPECT_THAT(compile(std::string(200'000, 'a').c_str()), testing::HasSubstr("regex_pattern_limit"));
    EXPECT_EQ(matches("(?:a|b)*", std::string(1'000'000, 'a').c_str()), "true");
}

RC_GTEST_PROP(Regex, any_text_compiles_or_is_refused, ()) {
    const auto characters =
        rc::gen::oneOf(rc::gen::elementOf(std::string("()[]{}*+?\\\\^$.|&-,<>=!:QEpux019ab ")),
                       rc::gen::inRange('\x01', '\x7F'));
    const auto regex = *rc::gen::container<std::string>(characters);
    const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab01 \n\\")));
    // NOLINTNEXTLINE(bugprone-unused-return-value): only that it ends matters
    static_cast<void>(evaluate("RegexFindFirstIn", "", {s(regex), s(text)}));
    // NOLINTNEXTLINE(bugprone-unused-return-value): only that it ends matters
    static_cast<void>(evaluate("RegexReplaceAllIn", "", {s("a"), Value::tuple(s(text), s(regex))}));
}

TEST(Regex, is_a_text) {
    EXPECT_EQ(compile("([a-z]+)(\\d+)"), "\"([a-z]+)(\\d+)\"");
    EXPECT_EQ(text_of(evaluate("Conversion.RegexToString", "", {s("a+")})), "\"a+\"");
    EXPECT_THAT(text_of(evaluate("RegexReplaceAllIn", "", {s("a"), s("b")})),
                testing::HasSubstr("a tuple of two strings"));
}

}  // namespace
}  // namespace zflow::interpreter::test
