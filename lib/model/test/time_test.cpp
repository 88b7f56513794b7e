#include "jdk_times.hpp"

#include <zflow/model/time.hpp>

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <charconv>
#include <string>

namespace zflow::model {
namespace {

template <std::size_t N, class T>
void expect_answers(const jdk::Row (&rows)[N], std::optional<T> (*parse)(std::string_view)) {
    for (const auto& [text, answer] : rows) {
        const auto value = parse(text);
        EXPECT_EQ(value ? to_text(*value) : "-", answer) << text;
    }
}

TEST(Times, texts_are_read_and_printed_as_the_jvm_does) {
    expect_answers(jdk::local_date, parse_local_date);
    expect_answers(jdk::local_time, parse_local_time);
    expect_answers(jdk::local_date_time, parse_local_date_time);
    expect_answers(jdk::offset_time, parse_offset_time);
    expect_answers(jdk::offset_date_time, parse_offset_date_time);
    expect_answers(jdk::zoned_date_time, parse_zoned_date_time);
    expect_answers(jdk::instant, parse_instant);
    expect_answers(jdk::zone_offset, parse_zone_offset);
    expect_answers(jdk::duration, parse_duration);
    expect_answers(jdk::period, parse_period);
    expect_answers(jdk::year_month, parse_year_month);
    expect_answers(jdk::month_day, parse_month_day);
}

std::pair<std::int64_t, std::int32_t> two_numbers(std::string_view text) {
    std::int64_t seconds = 0;
    std::int32_t nanos = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
    std::from_chars(read.ptr + 1, text.data() + text.size(), nanos);
    return {seconds, nanos};
}

TEST(Times, instants_and_durations_are_printed_as_the_jvm_prints_them) {
    for (const auto& [numbers, text] : jdk::instant_text) {
        const auto [seconds, nanos] = two_numbers(numbers);
        EXPECT_EQ(to_text(Instant{seconds, nanos}), text) << numbers;
        EXPECT_EQ(parse_instant(text), (Instant{seconds, nanos})) << text;
    }
    for (const auto& [numbers, text] : jdk::duration_text) {
        const auto [seconds, nanos] = two_numbers(numbers);
        EXPECT_EQ(to_text(Duration{seconds, nanos}), text) << numbers;
        EXPECT_EQ(parse_duration(text), (Duration{seconds, nanos})) << text;
    }
}

TEST(Times, the_ends_of_the_ranges) {
    EXPECT_EQ(to_text(Instant{-31'557'014'167'219'200, 0}), "-1000000000-01-01T00:00:00Z");
    EXPECT_EQ(to_text(Instant{31'556'889'864'403'199, 999'999'999}), "+1000000000-12-31T23:59:59.999999999Z");
    EXPECT_EQ(parse_instant("-1000000000-01-01T00:00:00Z"), (Instant{-31'557'014'167'219'200, 0}));
    EXPECT_EQ(parse_instant("-1000000001-12-31T23:59:59Z"), std::nullopt);
    EXPECT_EQ(parse_instant("+1000000001-01-01T00:00:00Z"), std::nullopt);
    EXPECT_EQ(parse_local_date("+1000000000-01-01"), std::nullopt);
    // NOLINTNEXTLINE(bugprone-unchecked-optional-access): a test that has nothing here fails
    EXPECT_EQ(to_text(*parse_local_date("-999999999-01-01")), "-999999999-01-01");
    EXPECT_EQ(to_text(Duration{INT64_MIN, 0}), "PT-2562047788015215H-30M-8S");
    EXPECT_EQ(to_text(Duration{INT64_MAX, 999'999'999}), "PT2562047788015215H30M7.999999999S");
    EXPECT_EQ(to_text(LocalTime{86'399'999'999'999}), "23:59:59.999999999");
}

TEST(Times, leap_days_and_leap_seconds) {
    EXPECT_TRUE(is_valid({2000, 2, 29}));
    EXPECT_FALSE(is_valid({1900, 2, 29}));
    EXPECT_TRUE(is_valid({-4, 2, 29}));
    EXPECT_FALSE(is_valid({2021, 4, 31}));
    EXPECT_FALSE(is_valid({2021, 0, 1}));
    EXPECT_FALSE(is_valid({2021, 13, 1}));
    EXPECT_EQ(parse_instant("2016-12-31T23:59:60Z"), parse_instant("2016-12-31T23:59:59Z"));
    EXPECT_EQ(parse_instant("2016-12-31T24:00:00Z"), parse_instant("2017-01-01T00:00:00Z"));
    EXPECT_EQ(parse_instant("2016-12-31T24:00:01Z"), std::nullopt);
}

TEST(Times, a_year_month_of_five_digits_reads_back) {
    EXPECT_EQ(to_text(YearMonth{12345, 6}), "12345-06");  // as the JVM, which cannot read it
    EXPECT_EQ(parse_year_month("12345-06"), (YearMonth{12345, 6}));
}

TEST(Times, names_of_days_and_months) {
    EXPECT_EQ(day_of_week_text(1), "MONDAY");
    EXPECT_EQ(day_of_week_text(7), "SUNDAY");
    EXPECT_EQ(month_text(12), "DECEMBER");
    EXPECT_EQ(parse_day_of_week("FRIDAY"), 5);
    EXPECT_EQ(parse_day_of_week("Friday"), std::nullopt);
    EXPECT_EQ(parse_month("MARCH"), 3);
    EXPECT_EQ(parse_month(""), std::nullopt);
}

TEST(Times, a_time_in_a_zone_keeps_its_offset) {
    const auto paris = parse_zoned_date_time("2020-02-29T10:11:12+01:00[Europe/Paris]");
    ASSERT_TRUE(paris);
    // NOLINTNEXTLINE(bugprone-unchecked-optional-access): a test that has nothing here fails
    EXPECT_EQ(paris->zone, "Europe/Paris");
    // NOLINTNEXTLINE(bugprone-unchecked-optional-access): a test that has nothing here fails
    EXPECT_EQ(paris->offset.seconds, 3600);
    // NOLINTNEXTLINE(bugprone-unchecked-optional-access): a test that has nothing here fails
    EXPECT_EQ(to_text(*paris), "2020-02-29T10:11:12+01:00[Europe/Paris]");
    EXPECT_EQ(parse_zoned_date_time("2020-02-29T10:11:12+01:00[Europe/Paris"), std::nullopt);
    EXPECT_EQ(parse_zoned_date_time("2020-02-29T10:11:12+01:00[]"), std::nullopt);
}

RC_GTEST_PROP(Times, days_and_dates_are_one_to_one, ()) {
    const auto day = *rc::gen::inRange<std::int64_t>(-365'243'219'162, 365'241'780'471);
    const LocalDate date = from_epoch_day(day);
    RC_ASSERT(is_valid(date));
    RC_ASSERT(to_epoch_day(date) == day);
    RC_ASSERT(from_epoch_day(day + 1) > date);
    RC_ASSERT(parse_local_date(to_text(date)) == date);
}

RC_GTEST_PROP(Times, what_was_printed_reads_back_the_same, ()) {
    const auto seconds = *rc::gen::inRange<std::int64_t>(-31'557'000'000'000'000, 31'556'000'000'000'000);
    const auto nanos = *rc::gen::inRange(0, 1'000'000'000);
    const Instant instant{seconds, nanos};
    RC_ASSERT(parse_instant(to_text(instant)) == instant);
    const ZoneOffset offset{*rc::gen::inRange(-64'800, 64'801)};
    RC_ASSERT(parse_zone_offset(to_text(offset)) == offset);
    const LocalDateTime local = at_offset(instant, offset);
    RC_ASSERT(to_instant(local, offset) == instant);
    RC_ASSERT(parse_offset_date_time(to_text(OffsetDateTime{local, offset})) ==
              (OffsetDateTime{local, offset}));
    RC_ASSERT(parse_offset_time(to_text(OffsetTime{local.time, offset})) == (OffsetTime{local.time, offset}));
    const Duration duration{*rc::gen::arbitrary<std::int64_t>(), nanos};
    RC_ASSERT(parse_duration(to_text(duration)) == duration);
}

RC_GTEST_PROP(Times, periods_read_back_the_same,
              (std::int32_t years, std::int32_t months, std::int32_t days)) {
    const Period period{years, months, days};
    RC_ASSERT(parse_period(to_text(period)) == period);
}

}  // namespace
}  // namespace zflow::model
