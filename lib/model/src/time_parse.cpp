#include <zflow/model/time.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace zflow::model {

namespace {

constexpr std::int64_t second_nanos = 1'000'000'000;
constexpr Instant least_instant{-31'557'014'167'219'200, 0};
constexpr Instant greatest_instant{31'556'889'864'403'199, 999'999'999};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Reads a text from left to right; what does not fit turns `good` off, and nothing is read any more.
struct Reader {
    std::string_view text;
    std::size_t at = 0;
    bool good = true;

    bool done() const { return good && at == text.size(); }
    char peek() const { return at < text.size() ? text[at] : '\0'; }

    bool take(char c) {
        const bool here = good && at < text.size() && text[at] == c;
        at += static_cast<std::size_t>(here);
        return here;
    }
    bool take_any_case(char upper) { return take(upper) || take(static_cast<char>(upper + 32)); }
    void expect(char c) { good = take(c) && good; }

    std::string_view digits(std::size_t most) {
        const std::size_t from = at;
        while (good && at < text.size() && at - from < most && is_digit(text[at])) {
            ++at;
        }
        return text.substr(from, at - from);
    }

    // Exactly `count` digits, a number of `least` to `most`.
    int number(std::size_t count, int least, int most) {
        const auto taken = digits(count);
        int value = 0;
        for (const char c : taken) {
            value = value * 10 + (c - '0');
        }
        good = good && taken.size() == count && value >= least && value <= most;
        return value;
    }

    template <class T>
    std::optional<T> answer(const T& value) const {
        return done() ? std::optional<T>(value) : std::nullopt;
    }
};

// Four to ten digits: more than four have a sign, 0 has no minus.
std::int64_t read_year(Reader& in) {
    const bool negative = in.take('-');
    const bool positive = !negative && in.take('+');
    const auto digits = in.digits(10);
    std::int64_t year = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), year);
    in.good = in.good && digits.size() >= 4 && (!positive || digits.size() > 4) && (!negative || year != 0) &&
              (negative || positive || digits.size() == 4);
    return negative ? -year : year;
}

std::int32_t read_calendar_year(Reader& in) {
    const std::int64_t year = read_year(in);
    in.good = in.good && year >= -999'999'999 && year <= 999'999'999;
    return in.good ? static_cast<std::int32_t>(year) : 0;
}

LocalDate read_date(Reader& in) {
    LocalDate date;
    date.year = read_calendar_year(in);
    in.expect('-');
    date.month = static_cast<std::uint8_t>(in.number(2, 1, 12));
    in.expect('-');
    date.day = static_cast<std::uint8_t>(in.number(2, 1, 31));
    in.good = in.good && is_valid(date);
    return date;
}

// A point and up to nine digits, if there is a point. As the JVM, a point alone is nothing.
std::int64_t read_fraction(Reader& in) {
    if (!in.take('.')) {
        return 0;
    }
    std::int64_t nanos = 0;
    const auto digits = in.digits(9);
    for (std::size_t i = 0; i < 9; ++i) {
        nanos = nanos * 10 + (i < digits.size() ? digits[i] - '0' : 0);
    }
    return nanos;
}

LocalTime read_time(Reader& in) {
    std::int64_t seconds = in.number(2, 0, 23) * 3600;
    in.expect(':');
    seconds += in.number(2, 0, 59) * 60;
    if (!in.take(':')) {
        return {seconds * second_nanos};
    }
    seconds += in.number(2, 0, 59);
    return {seconds * second_nanos + read_fraction(in)};
}

LocalDateTime read_date_time(Reader& in) {
    const LocalDate date = read_date(in);
    in.good = in.take_any_case('T') && in.good;
    return {date, read_time(in)};
}

// Z, +hh:mm or +hh:mm:ss; +hh alone where the JVM is lenient about it.
ZoneOffset read_offset(Reader& in, bool hour_alone) {
    if (in.take_any_case('Z')) {
        return {};
    }
    const bool negative = in.take('-');
    in.good = in.good && (negative || in.take('+'));
    int seconds = in.number(2, 0, 18) * 3600;
    if (!hour_alone || in.peek() == ':') {
        in.expect(':');
        seconds += in.number(2, 0, 59) * 60;
        if (in.take(':')) {
            seconds += in.number(2, 0, 59);
        }
    }
    in.good = in.good && seconds <= 64'800;
    return {negative ? -seconds : seconds};
}

bool is_zone_name(std::string_view name) {
    const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    return name.size() >= 2 && is_letter(name.front()) && std::ranges::all_of(name, [&](char c) {
               return is_letter(c) || is_digit(c) ||
                      std::string_view("~/._+-").find(c) != std::string_view::npos;
           });
}

bool add(std::int64_t& sum, std::int64_t part, std::int64_t factor = 1) {
    std::int64_t product = 0;
    return !__builtin_mul_overflow(part, factor, &product) && !__builtin_add_overflow(sum, product, &sum);
}

// A signed whole number in front of its unit, as in `-5D`.
struct Part {
    std::string_view digits;
    char unit;
    bool negative;

    template <class Whole>
    std::optional<Whole> value() const {
        Whole number{};
        const std::string text = (negative ? "-" : "") + std::string(digits);
        const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
        return read.ec == std::errc{} ? std::optional<Whole>(number) : std::nullopt;
    }
};

// The next part whose unit is in `units`; nothing if none follows. A fraction may stand before S.
std::optional<Part> take_part(Reader& in, std::string_view& units, std::string_view* fraction = nullptr) {
    Reader ahead = in;
    const bool negative = ahead.take('-');
    if (!negative) {
        ahead.take('+');
    }
    const auto digits = ahead.digits(std::string_view::npos);
    const bool point = fraction != nullptr && (ahead.take('.') || ahead.take(','));
    const auto behind = point ? ahead.digits(9) : std::string_view{};
    const char unit = static_cast<char>(ahead.peek() & ~0x20);
    const std::size_t where = ahead.at < ahead.text.size() ? units.find(unit) : std::string_view::npos;
    if (digits.empty() || where == std::string_view::npos || (point && unit != 'S')) {
        return std::nullopt;
    }
    ++ahead.at;
    in = ahead;
    units.remove_prefix(where + 1);
    if (fraction != nullptr) {
        *fraction = behind;
    }
    return Part{digits, unit, negative};
}

int index_of(std::string_view text, int count, std::string (*name)(int)) {
    for (int i = 1; i <= count; ++i) {
        if (name(i) == text) {
            return i;
        }
    }
    return 0;
}

}  // namespace

std::optional<Instant> parse_instant(std::string_view text) {
    Reader in{text};
    LocalDate date;
    // Instants reach a year beyond the calendar of LocalDate at both ends, so the year is read as a number.
    const std::int64_t year = read_year(in);
    in.expect('-');
    date.month = static_cast<std::uint8_t>(in.number(2, 1, 12));
    in.expect('-');
    date.day = static_cast<std::uint8_t>(in.number(2, 1, 31));
    in.good = in.take_any_case('T') && in.good;
    const int hour = in.number(2, 0, 24);
    in.expect(':');
    const int minute = in.number(2, 0, 59);
    in.expect(':');
    int second = in.number(2, 0, 60);
    const std::int64_t nanos = read_fraction(in);
    const ZoneOffset offset = read_offset(in, false);
    if (hour == 24 && (minute != 0 || second != 0 || nanos != 0)) {
        return std::nullopt;
    }
    if (second == 60) {  // a leap second
        in.good = in.good && hour == 23 && minute == 59;
        second = 59;
    }
    if (!in.done() || year < -1'000'000'000 || year > 1'000'000'000) {
        return std::nullopt;
    }
    // The calendar repeats every 400 years.
    date.year = static_cast<std::int32_t>(year % 400);
    if (!is_valid(date)) {
        return std::nullopt;
    }
    date.year = static_cast<std::int32_t>(year);
    Instant instant = to_instant({date, {}}, offset);
    instant.seconds += hour * 3600 + minute * 60 + second;
    instant.nanos = static_cast<std::int32_t>(nanos);
    if (instant < least_instant || instant > greatest_instant) {
        return std::nullopt;
    }
    return instant;
}

std::optional<Duration> parse_duration(std::string_view text) {
    Reader in{text};
    const bool negate = in.take('-');
    if (!negate) {
        in.take('+');
    }
    in.good = in.take_any_case('P');
    std::array<std::int64_t, 4> parts{};  // seconds of D, H, M, S
    std::string_view units = "D";
    bool any = false;
    bool fits = true;
    const auto keep = [&](const Part& part) {
        static constexpr std::string_view order = "DHMS";
        static constexpr std::array<std::int64_t, 4> factors{86'400, 3600, 60, 1};
        const std::size_t index = order.find(part.unit);
        const auto value = part.value<std::int64_t>();
        fits = fits && value && add(parts[index], *value, factors[index]);
        any = true;
    };
    if (const auto days = take_part(in, units)) {
        keep(*days);
    }
    std::int64_t nanos = 0;
    if (const bool upper = in.take('T'); upper || in.take('t')) {
        // Something must follow T. As the JVM, nothing need follow t.
        any = any && !upper;
        units = "HMS";
        std::string_view fraction;
        while (const auto part = take_part(in, units, &fraction)) {
            keep(*part);
            for (std::size_t i = 0; part->unit == 'S' && i < 9; ++i) {
                nanos = nanos * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
            }
            nanos = part->negative ? -nanos : nanos;
        }
    }
    // From the small parts to the large: the order decides what overflows.
    std::int64_t seconds = 0;
    for (std::size_t i = parts.size(); i-- > 0;) {
        fits = fits && add(seconds, parts[i]);
    }
    if (!any || !fits || !in.done()) {
        return std::nullopt;
    }
    if (negate) {
        if (seconds == std::numeric_limits<std::int64_t>::min()) {
            return std::nullopt;
        }
        seconds = -seconds;
        nanos = -nanos;
    }
    if (nanos < 0) {
        nanos += second_nanos;
        if (!add(seconds, -1)) {
            return std::nullopt;
        }
    }
    return Duration{seconds, static_cast<std::int32_t>(nanos)};
}

std::optional<LocalDate> parse_local_date(std::string_view text) {
    Reader in{text};
    return in.answer(read_date(in));
}

std::optional<LocalTime> parse_local_time(std::string_view text) {
    Reader in{text};
    const LocalTime time = read_time(in);
    return in.answer(time);
}

std::optional<LocalDateTime> parse_local_date_time(std::string_view text) {
    Reader in{text};
    const LocalDateTime time = read_date_time(in);
    return in.answer(time);
}

std::optional<ZoneOffset> parse_zone_offset(std::string_view text) {
    if (text == "Z") {
        return ZoneOffset{};
    }
    Reader in{text};
    const bool negative = in.take('-');
    in.good = negative || in.take('+');
    // +h, +hh, +hhmm, +hh:mm, +hhmmss, +hh:mm:ss
    int seconds = in.number(text.size() == 2 ? 1 : 2, 0, 18) * 3600;
    const bool colons = text.size() == 6 || text.size() == 9;
    for (const int unit : {60, 1}) {
        if (!in.done()) {
            in.good = in.good && (!colons || in.take(':'));
            seconds += in.number(2, 0, 59) * unit;
        }
    }
    in.good = in.good && seconds <= 64'800;
    return in.answer(ZoneOffset{negative ? -seconds : seconds});
}

std::optional<OffsetTime> parse_offset_time(std::string_view text) {
    Reader in{text};
    const LocalTime time = read_time(in);
    const ZoneOffset offset = read_offset(in, false);
    return in.answer(OffsetTime{time, offset});
}

std::optional<OffsetDateTime> parse_offset_date_time(std::string_view text) {
    Reader in{text};
    const LocalDateTime local = read_date_time(in);
    const ZoneOffset offset = read_offset(in, true);
    return in.answer(OffsetDateTime{local, offset});
}

std::optional<ZonedDateTime> parse_zoned_date_time(std::string_view text) {
    Reader in{text};
    const LocalDateTime local = read_date_time(in);
    const ZoneOffset offset = read_offset(in, true);
    if (in.done()) {
        return ZonedDateTime{local, offset, to_text(offset)};
    }
    in.expect('[');
    if (!in.good || !text.ends_with(']')) {
        return std::nullopt;
    }
    const std::string_view zone = text.substr(in.at, text.size() - in.at - 1);
    if (const auto fixed = parse_zone_offset(zone)) {
        return ZonedDateTime{at_offset(to_instant(local, offset), *fixed), *fixed, to_text(*fixed)};
    }
    if (!is_zone_name(zone)) {
        return std::nullopt;
    }
    return ZonedDateTime{local, offset, std::string(zone)};
}

std::optional<Period> parse_period(std::string_view text) {
    Reader in{text};
    const bool negate = in.take('-');
    if (!negate) {
        in.take('+');
    }
    in.good = in.take_any_case('P');
    std::string_view units = "YMWD";
    Period period;
    bool any = false;
    while (const auto part = take_part(in, units)) {
        any = true;
        const auto value = part->value<std::int32_t>();
        const std::int32_t factor = (negate ? -1 : 1) * (part->unit == 'W' ? 7 : 1);
        std::int32_t& field = part->unit == 'Y'   ? period.years
                              : part->unit == 'M' ? period.months
                                                  : period.days;
        std::int32_t number = 0;
        if (!value || __builtin_mul_overflow(*value, factor, &number) ||
            __builtin_add_overflow(field, number, &field)) {
            return std::nullopt;
        }
    }
    return any ? in.answer(period) : std::nullopt;
}

std::optional<YearMonth> parse_year_month(std::string_view text) {
    // The JVM prints years beyond 9999 without a sign but refuses to read them so: both forms are taken.
    const std::size_t digits = std::min(text.find('-'), text.size());
    const bool unsigned_year = digits > 4 && is_digit(text.front());
    const std::string with_sign = unsigned_year ? "+" + std::string(text) : std::string(text);
    Reader in{with_sign};
    YearMonth month;
    month.year = read_calendar_year(in);
    in.expect('-');
    month.month = static_cast<std::uint8_t>(in.number(2, 1, 12));
    return in.answer(month);
}

std::optional<MonthDay> parse_month_day(std::string_view text) {
    Reader in{text};
    in.expect('-');
    in.expect('-');
    LocalDate date{2000, 1, 1};
    date.month = static_cast<std::uint8_t>(in.number(2, 1, 12));
    in.expect('-');
    date.day = static_cast<std::uint8_t>(in.number(2, 1, 31));
    in.good = in.good && is_valid(date);
    return in.answer(MonthDay{date.month, date.day});
}

std::optional<int> parse_day_of_week(std::string_view text) {
    const int day = index_of(text, 7, day_of_week_text);
    return day == 0 ? std::nullopt : std::optional(day);
}

std::optional<int> parse_month(std::string_view text) {
    const int month = index_of(text, 12, month_text);
    return month == 0 ? std::nullopt : std::optional(month);
}

}  // namespace zflow::model
