#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace zflow::model {

/// Dates and times with the ranges, the order and the text of java.time (ISO-8601). All are plain numbers.
///
/// `to_text` prints as toString does; `parse_*` takes what the JVM's parse takes, else gives nothing.

/// A point in time: seconds since 1970-01-01T00:00:00Z (-31557014167219200 to 31556889864403199) and 0 to
/// 999,999,999 nanoseconds after them.
struct Instant {
    std::int64_t seconds = 0;
    std::int32_t nanos = 0;
    friend auto operator<=>(const Instant&, const Instant&) = default;
};

/// A length of time: any number of seconds, and 0 to 999,999,999 nanoseconds more.
struct Duration {
    std::int64_t seconds = 0;
    std::int32_t nanos = 0;
    friend auto operator<=>(const Duration&, const Duration&) = default;
};

/// A day: year -999,999,999 to 999,999,999, month 1 to 12, day 1 to 31.
struct LocalDate {
    std::int32_t year = 1970;
    std::uint8_t month = 1;
    std::uint8_t day = 1;
    friend auto operator<=>(const LocalDate&, const LocalDate&) = default;
};

/// A time of day in nanoseconds since midnight.
struct LocalTime {
    std::int64_t nanos = 0;
    friend auto operator<=>(const LocalTime&, const LocalTime&) = default;
};

struct LocalDateTime {
    LocalDate date;
    LocalTime time;
    friend auto operator<=>(const LocalDateTime&, const LocalDateTime&) = default;
};

/// Seconds east of Greenwich, -64,800 to 64,800.
struct ZoneOffset {
    std::int32_t seconds = 0;
    /// As the JVM orders them: the greatest offset first.
    friend std::strong_ordering operator<=>(const ZoneOffset& a, const ZoneOffset& b) {
        return b.seconds <=> a.seconds;
    }
    friend bool operator==(const ZoneOffset&, const ZoneOffset&) = default;
};

struct OffsetTime {
    LocalTime time;
    ZoneOffset offset;
    friend bool operator==(const OffsetTime&, const OffsetTime&) = default;
};

struct OffsetDateTime {
    LocalDateTime local;
    ZoneOffset offset;
    friend bool operator==(const OffsetDateTime&, const OffsetDateTime&) = default;
};

/// `zone` is a name such as `Europe/Paris`; what offset it means then is kept beside it, not looked up.
struct ZonedDateTime {
    LocalDateTime local;
    ZoneOffset offset;
    std::string zone;
    friend bool operator==(const ZonedDateTime&, const ZonedDateTime&) = default;
};

struct Period {
    std::int32_t years = 0;
    std::int32_t months = 0;
    std::int32_t days = 0;
    friend bool operator==(const Period&, const Period&) = default;
};

struct YearMonth {
    std::int32_t year = 1970;
    std::uint8_t month = 1;
    friend auto operator<=>(const YearMonth&, const YearMonth&) = default;
};

struct MonthDay {
    std::uint8_t month = 1;
    std::uint8_t day = 1;
    friend auto operator<=>(const MonthDay&, const MonthDay&) = default;
};

[[nodiscard]] std::string to_text(const Instant&);
[[nodiscard]] std::string to_text(const Duration&);
[[nodiscard]] std::string to_text(const LocalDate&);
[[nodiscard]] std::string to_text(const LocalTime&);
[[nodiscard]] std::string to_text(const LocalDateTime&);
[[nodiscard]] std::string to_text(const ZoneOffset&);
[[nodiscard]] std::string to_text(const OffsetTime&);
[[nodiscard]] std::string to_text(const OffsetDateTime&);
[[nodiscard]] std::string to_text(const ZonedDateTime&);
[[nodiscard]] std::string to_text(const Period&);
[[nodiscard]] std::string to_text(const YearMonth&);
[[nodiscard]] std::string to_text(const MonthDay&);

/// `MONDAY` for 1 to `SUNDAY` for 7; `JANUARY` for 1 to `DECEMBER` for 12; the year as java.time.Year prints
/// it.
[[nodiscard]] std::string day_of_week_text(int day);
[[nodiscard]] std::string month_text(int month);

[[nodiscard]] std::optional<Instant> parse_instant(std::string_view);
[[nodiscard]] std::optional<Duration> parse_duration(std::string_view);
[[nodiscard]] std::optional<LocalDate> parse_local_date(std::string_view);
[[nodiscard]] std::optional<LocalTime> parse_local_time(std::string_view);
[[nodiscard]] std::optional<LocalDateTime> parse_local_date_time(std::string_view);
[[nodiscard]] std::optional<ZoneOffset> parse_zone_offset(std::string_view);
[[nodiscard]] std::optional<OffsetTime> parse_offset_time(std::string_view);
[[nodiscard]] std::optional<OffsetDateTime> parse_offset_date_time(std::string_view);
[[nodiscard]] std::optional<ZonedDateTime> parse_zoned_date_time(std::string_view);
[[nodiscard]] std::optional<Period> parse_period(std::string_view);
[[nodiscard]] std::optional<YearMonth> parse_year_month(std::string_view);
[[nodiscard]] std::optional<MonthDay> parse_month_day(std::string_view);
[[nodiscard]] std::optional<int> parse_day_of_week(std::string_view);
[[nodiscard]] std::optional<int> parse_month(std::string_view);

/// Days since 1970-01-01, and back. Proleptic Gregorian calendar.
[[nodiscard]] std::int64_t to_epoch_day(const LocalDate&);
[[nodiscard]] LocalDate from_epoch_day(std::int64_t day);

/// Whether there is such a day.
[[nodiscard]] bool is_valid(const LocalDate&);

/// The point in time that a local time at an offset means, and back.
[[nodiscard]] Instant to_instant(const LocalDateTime& local, ZoneOffset offset);
[[nodiscard]] LocalDateTime at_offset(const Instant& instant, ZoneOffset offset);

}  // namespace zflow::model
