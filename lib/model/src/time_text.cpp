#include <zflow/model/time.hpp>

#include <fmt/format.h>

#include <array>
#include <cstdlib>

namespace zflow::model {

namespace {

constexpr std::int64_t day_seconds = 86'400;
constexpr std::int64_t second_nanos = 1'000'000'000;

// Days of 400 years, after which the calendar repeats, and from 0000-03-01 to 1970-01-01.
constexpr std::int64_t era_days = 146'097;
constexpr std::int64_t epoch_shift = 719'468;

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
    return a / b - static_cast<std::int64_t>(a % b < 0);
}

bool is_leap(std::int64_t year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

// Four digits at least; `+` before more than four if `plus`.
std::string year_text(std::int64_t year, bool plus) {
    const char* sign = year < 0 ? "-" : plus && year > 9999 ? "+" : "";
    return fmt::format("{}{:04}", sign, std::llabs(year));
}

// In groups of three digits, as few as there is need for; with the point, nothing for 0.
std::string fraction_text(std::int64_t nanos) {
    if (nanos == 0) {
        return "";
    }
    if (nanos % 1'000'000 == 0) {
        return fmt::format(".{:03}", nanos / 1'000'000);
    }
    return nanos % 1'000 == 0 ? fmt::format(".{:06}", nanos / 1'000) : fmt::format(".{:09}", nanos);
}

struct TimeOfDay {
    std::int64_t hour;
    std::int64_t minute;
    std::int64_t second;
    std::int64_t nano;
};

TimeOfDay split(LocalTime time) {
    const std::int64_t seconds = time.nanos / second_nanos;
    return {seconds / 3600, seconds / 60 % 60, seconds % 60, time.nanos % second_nanos};
}

}  // namespace

std::string to_text(const Instant& instant) {
    const LocalDateTime utc = at_offset(instant, {});
    const auto [hour, minute, second, nano] = split(utc.time);
    return fmt::format("{}T{:02}:{:02}:{:02}{}Z", to_text(utc.date), hour, minute, second,
                       fraction_text(nano));
}

std::string to_text(const Duration& duration) {
    if (duration == Duration{}) {
        return "PT0S";
    }
    // -0.5 seconds are held as -1 second and +0.5: written with the sign on the whole part.
    const bool negative_fraction = duration.seconds < 0 && duration.nanos > 0;
    const std::int64_t total = duration.seconds + (negative_fraction ? 1 : 0);
    const std::int64_t hours = total / 3600;
    const std::int64_t minutes = total % 3600 / 60;
    const std::int64_t seconds = total % 60;
    std::string text = "PT";
    if (hours != 0) {
        text += fmt::format("{}H", hours);
    }
    if (minutes != 0) {
        text += fmt::format("{}M", minutes);
    }
    if (seconds == 0 && duration.nanos == 0) {
        return text;
    }
    text += negative_fraction && seconds == 0 ? "-0" : std::to_string(seconds);
    if (duration.nanos > 0) {
        text += fmt::format(".{:09}", negative_fraction ? second_nanos - duration.nanos : duration.nanos);
        text.erase(text.find_last_not_of('0') + 1);
    }
    return text + "S";
}

std::string to_text(const LocalDate& date) {
    return fmt::format("{}-{:02}-{:02}", year_text(date.year, true), date.month, date.day);
}

std::string to_text(const LocalTime& time) {
    const auto [hour, minute, second, nano] = split(time);
    if (second == 0 && nano == 0) {
        return fmt::format("{:02}:{:02}", hour, minute);
    }
    return fmt::format("{:02}:{:02}:{:02}{}", hour, minute, second, fraction_text(nano));
}

std::string to_text(const LocalDateTime& local) {
    return to_text(local.date) + "T" + to_text(local.time);
}

std::string to_text(const ZoneOffset& offset) {
    if (offset.seconds == 0) {
        return "Z";
    }
    const int size = std::abs(offset.seconds);
    const std::string text =
        fmt::format("{}{:02}:{:02}", offset.seconds < 0 ? '-' : '+', size / 3600, size / 60 % 60);
    return size % 60 == 0 ? text : text + fmt::format(":{:02}", size % 60);
}

std::string to_text(const OffsetTime& time) {
    return to_text(time.time) + to_text(time.offset);
}

std::string to_text(const OffsetDateTime& time) {
    return to_text(time.local) + to_text(time.offset);
}

std::string to_text(const ZonedDateTime& time) {
    const std::string offset = to_text(time.offset);
    const std::string text = to_text(time.local) + offset;
    return time.zone == offset ? text : text + "[" + time.zone + "]";
}

std::string to_text(const Period& period) {
    if (period == Period{}) {
        return "P0D";
    }
    std::string text = "P";
    for (const auto& [number, unit] :
         {std::pair{period.years, 'Y'}, {period.months, 'M'}, {period.days, 'D'}}) {
        if (number != 0) {
            text += fmt::format("{}{}", number, unit);
        }
    }
    return text;
}

std::string to_text(const YearMonth& month) {
    return fmt::format("{}-{:02}", year_text(month.year, false), month.month);
}

std::string to_text(const MonthDay& day) {
    return fmt::format("--{:02}-{:02}", day.month, day.day);
}

std::string day_of_week_text(int day) {
    static constexpr std::array names{"MONDAY", "TUESDAY",  "WEDNESDAY", "THURSDAY",
                                      "FRIDAY", "SATURDAY", "SUNDAY"};
    return day >= 1 && day <= 7 ? names[static_cast<std::size_t>(day - 1)] : std::to_string(day);
}

std::string month_text(int month) {
    static constexpr std::array names{"JANUARY", "FEBRUARY", "MARCH",     "APRIL",   "MAY",      "JUNE",
                                      "JULY",    "AUGUST",   "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER"};
    return month >= 1 && month <= 12 ? names[static_cast<std::size_t>(month - 1)] : std::to_string(month);
}

// Years begin in March here, so that the leap day is a year's last day (Howard Hinnant, "chrono-compatible
// low-level date algorithms").
std::int64_t to_epoch_day(const LocalDate& date) {
    const std::int64_t year = std::int64_t{date.year} - (date.month <= 2 ? 1 : 0);
    const std::int64_t era = floor_divide(year, 400);
    const std::int64_t year_of_era = year - era * 400;
    const std::int64_t month = (date.month + 9) % 12;
    const std::int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
    return era * era_days + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           epoch_shift;
}

LocalDate from_epoch_day(std::int64_t day) {
    const std::int64_t shifted = day + epoch_shift;
    const std::int64_t era = floor_divide(shifted, era_days);
    const std::int64_t day_of_era = shifted - era * era_days;
    const std::int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t from_march = (5 * day_of_year + 2) / 153;
    const std::int64_t month = from_march < 10 ? from_march + 3 : from_march - 9;
    const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
    return {static_cast<std::int32_t>(year), static_cast<std::uint8_t>(month),
            static_cast<std::uint8_t>(day_of_year - (153 * from_march + 2) / 5 + 1)};
}

bool is_valid(const LocalDate& date) {
    static constexpr std::array<std::uint8_t, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (date.year < -999'999'999 || date.year > 999'999'999 || date.month < 1 || date.month > 12 ||
        date.day < 1) {
        return false;
    }
    const int last = date.month == 2 && is_leap(date.year) ? 29 : days[date.month - 1U];
    return date.day <= last;
}

Instant to_instant(const LocalDateTime& local, ZoneOffset offset) {
    const std::int64_t seconds = to_epoch_day(local.date) * day_seconds + local.time.nanos / second_nanos;
    return {seconds - offset.seconds, static_cast<std::int32_t>(local.time.nanos % second_nanos)};
}

LocalDateTime at_offset(const Instant& instant, ZoneOffset offset) {
    const std::int64_t seconds = instant.seconds + offset.seconds;
    const std::int64_t day = floor_divide(seconds, day_seconds);
    return {from_epoch_day(day), {(seconds - day * day_seconds) * second_nanos + instant.nanos}};
}

}  // namespace zflow::model
