#include "operators/evaluate.hpp"

#include <rapidcheck/gtest.h>

namespace zflow::interpreter::test {
namespace {

std::string ask(std::string path, std::vector<Value> operands) {
    return text_of(evaluate(path, "", std::move(operands)));
}

std::string amount(std::int64_t x, const char* unit) {
    return text_of(evaluate(model::Node(model::NodeKind::duration_from_amount), {l(x), s(unit)}));
}

TEST(TimeOperators, durations_of_units) {
    EXPECT_EQ(amount(1, "DAYS"), "PT24H");
    EXPECT_EQ(amount(3, "HALF_DAYS"), "PT36H");
    EXPECT_EQ(amount(-1'500'001, "MICROS"), "PT-1.500001S");
    EXPECT_EQ(amount(INT64_MIN, "MILLIS"), "PT-2562047788015H-12M-55.808S");
    EXPECT_EQ(amount(INT64_MIN, "NANOS"), "PT-2562047H-47M-16.854775808S");
    EXPECT_EQ(amount(INT64_MAX, "DAYS"), "! long overflow");
    EXPECT_EQ(amount(1, "MONTHS"), "! Unit must not have an estimated duration");
    EXPECT_EQ(amount(1, "WEEKS"), "! Unit must not have an estimated duration");
    EXPECT_EQ(amount(1, "FOO"), "! No enum constant java.time.temporal.ChronoUnit.FOO");
}

TEST(TimeOperators, durations_of_decimals) {
    const auto of = [](const char* number) { return ask("Conversion.BigDecimalToDuration", {m(number)}); };
    EXPECT_EQ(of("1.5"), "PT1.5S");
    EXPECT_EQ(of("-1.5"), "PT-1.5S");
    EXPECT_EQ(of("1E+3"), "PT16M40S");
    EXPECT_EQ(of("0.0000000019"), "PT0.000000001S");
    EXPECT_EQ(of("1E-2000000000"), "PT0S");
    EXPECT_EQ(of("9223372036854775807"), "PT2562047788015215H30M7S");
    EXPECT_EQ(of("9223372036854775808"), "! Exceeds capacity of Duration: 9223372036854775808");
    EXPECT_EQ(of("1E+2000000000"), "! Exceeds capacity of Duration: 1E+2000000000");
}

TEST(TimeOperators, durations_and_instants_of_texts) {
    EXPECT_EQ(ask("Conversion.StringToDuration", {s("PT26H3M4.005S")}), "PT26H3M4.005S");
    EXPECT_EQ(ask("Conversion.StringToDuration", {s("x")}), "! Text cannot be parsed to a Duration");
    EXPECT_EQ(ask("Conversion.StringToInstant", {s("2020-02-29T12:00:00Z")}), "2020-02-29T12:00:00Z");
}

TEST(TimeOperators, instants_that_cannot_be_read_say_where_as_the_jvm_does) {
    struct Case {
        const char* text;
        const char* where;
    };
    for (const auto& [text, where] : std::vector<Case>{{"nope", "at index 0"},
                                                       {"", "at index 0"},
                                                       {"2020", "at index 4"},
                                                       {"2020-13-01T00:00:00Z", "at index 0"},
                                                       {"2020-01-01", "at index 10"},
                                                       {"2020-01-01T", "at index 11"},
                                                       {"2020-01-01T00", "at index 13"},
                                                       {"2020-01-01T00:00Z", "at index 16"},
                                                       {"2020-01-01T00:00:00", "at index 19"},
                                                       {"2020-1-01T00:00:00Z", "at index 5"},
                                                       {"20200-01-01T00:00:00Z", "at index 0"},
                                                       {"+2020-01-01T00:00:00Z", "at index 0"},
                                                       {"2020-01-01 00:00:00Z", "at index 10"},
                                                       {"2020-01-01T00:00:00+1", "at index 19"},
                                                       {"2020-01-01T00:00:00+99:00", "at index 19"},
                                                       {"-2020-01-01T00:00:00Q", "at index 20"},
                                                       {"2020/01/01", "at index 4"},
                                                       {"-0000-01-01T00:00:00Z", "at index 0"},
                                                       {"2020-01-01T00:00:60Z", "at index 0"},
                                                       {"2020-01-01T00:00:00.1234567890Z", "at index 29"}}) {
        EXPECT_EQ(ask("Conversion.StringToInstant", {s(text)}),
                  std::string("! Text '") + text + "' could not be parsed " + where);
    }
    EXPECT_EQ(ask("Conversion.StringToInstant", {s("2020-01-01T00:00:00Zx")}),
              "! Text '2020-01-01T00:00:00Zx' could not be parsed, unparsed text found at index 20");
}

TEST(TimeOperators, instants_of_seconds_and_nanoseconds) {
    const auto of = [](std::int64_t seconds, std::int32_t nanos) {
        return ask("Conversion.TupleToInstant", {Value::tuple(l(seconds), i(nanos))});
    };
    EXPECT_EQ(of(0, -1), "1969-12-31T23:59:59.999999999Z");
    EXPECT_EQ(of(INT64_MAX, 0), "! Instant exceeds minimum or maximum instant");
    EXPECT_EQ(of(INT64_MAX, 2'000'000'000), "! long overflow");
    EXPECT_EQ(of(31'556'889'864'403'199, 1'000'000'000), "! Instant exceeds minimum or maximum instant");
    EXPECT_EQ(ask("Conversion.InstantToTuple", {Value::instant({-1, 5})}), "(-1L, 5)");
    EXPECT_EQ(ask("Conversion.DurationToTuple", {Value::duration({-2, 5})}), "(-2L, 5)");
    EXPECT_THAT(ask("Conversion.TupleToInstant", {Value::tuple(i(0), i(0))}),
                testing::HasSubstr("a tuple of Long and Int"));
}

std::string date(std::array<std::int32_t, 7> x) {
    std::vector<Value> parts;
    for (const std::int32_t number : x) {
        parts.push_back(i(number));
    }
    parts.push_back(Value::zone_offset({9000}));
    return ask("Conversion.TupleToOffsetDateTime", {Value::tuple(parts)});
}

TEST(TimeOperators, dates_that_do_not_exist_say_why) {
    EXPECT_EQ(date({2021, 3, 4, 5, 6, 7, 8}), "2021-03-04T05:06:07.000000008+02:30");
    EXPECT_EQ(date({2021, 2, 29, 0, 0, 0, 0}), "! Invalid date 'February 29' as '2021' is not a leap year");
    EXPECT_EQ(date({2021, 4, 31, 24, 0, 0, 0}), "! Invalid date 'APRIL 31'");
    EXPECT_EQ(date({2021, 13, 1, 0, 0, 0, 0}), "! Invalid value for MonthOfYear (valid values 1 - 12): 13");
    EXPECT_EQ(date({2021, 4, 32, 0, 0, 0, 0}), "! Invalid value for DayOfMonth (valid values 1 - 28/31): 32");
    EXPECT_EQ(date({1'000'000'000, 1, 1, 0, 0, 0, 0}),
              "! Invalid value for Year (valid values -999999999 - 999999999): 1000000000");
    EXPECT_EQ(date({2021, 1, 1, 24, 0, 0, 0}), "! Invalid value for HourOfDay (valid values 0 - 23): 24");
    EXPECT_EQ(date({2021, 1, 1, 0, 60, 0, 0}), "! Invalid value for MinuteOfHour (valid values 0 - 59): 60");
    EXPECT_EQ(date({2021, 1, 1, 0, 0, 60, 0}),
              "! Invalid value for SecondOfMinute (valid values 0 - 59): 60");
    EXPECT_EQ(date({2021, 1, 1, 0, 0, 0, 1'000'000'000}),
              "! Invalid value for NanoOfSecond (valid values 0 - 999999999): 1000000000");
}

TEST(TimeOperators, instants_at_an_offset) {
    EXPECT_EQ(ask("InstantToOffsetDateTime", {Value::instant({0, 0}), Value::zone_offset({3600})}),
              "1970-01-01T01:00+01:00");
    EXPECT_EQ(ask("InstantToOffsetDateTime",
                  {Value::instant({-31'557'014'167'219'200, 0}), Value::zone_offset({0})}),
              "! Invalid value for EpochDay (valid values -365243219162 - 365241780471): -365243219528");
}

RC_GTEST_PROP(TimeOperators, an_offset_date_time_comes_back_from_its_parts, ()) {
    const Value instant = Value::instant({*rc::gen::inRange<std::int64_t>(-100'000'000'000, 100'000'000'000),
                                          *rc::gen::inRange(0, 1'000'000'000)});
    const Value offset = Value::zone_offset({*rc::gen::inRange(-64'800, 64'801)});
    const Value time = *evaluate("InstantToOffsetDateTime", "", {instant, offset});
    const Value parts = *evaluate("Conversion.OffsetDateTimeToTuple", "", {time});
    RC_ASSERT(equal(*evaluate("Conversion.TupleToOffsetDateTime", "", {parts}), time));
    RC_ASSERT(equal(*evaluate("Conversion.OffsetDateTimeToInstant", "", {time}), instant));
}

}  // namespace
}  // namespace zflow::interpreter::test
