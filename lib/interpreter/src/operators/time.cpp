#include "operators/decimal.hpp"
#include "operators/families.hpp"

#include <fmt/format.h>

#include <array>

// Durations, instants and times with an offset, in the words of java.time where there is no answer.
namespace zflow::interpreter {

namespace {

using model::Duration;
using model::Instant;
using model::OffsetDateTime;
using model::ZoneOffset;

constexpr std::int64_t second_nanos = 1'000'000'000;
constexpr Instant least_instant{-31'557'014'167'219'200, 0};
constexpr Instant greatest_instant{31'556'889'864'403'199, 999'999'999};

struct Unit {
    std::string_view name;
    std::int64_t seconds;
    std::int64_t nanos;
};

// java.time.temporal.ChronoUnit; those of 0 seconds and 0 nanoseconds have only an estimated length.
constexpr std::array<Unit, 16> units{{{"NANOS", 0, 1},
                                      {"MICROS", 0, 1'000},
                                      {"MILLIS", 0, 1'000'000},
                                      {"SECONDS", 1, 0},
                                      {"MINUTES", 60, 0},
                                      {"HOURS", 3'600, 0},
                                      {"HALF_DAYS", 43'200, 0},
                                      {"DAYS", 86'400, 0},
                                      {"WEEKS", 0, 0},
                                      {"MONTHS", 0, 0},
                                      {"YEARS", 0, 0},
                                      {"DECADES", 0, 0},
                                      {"CENTURIES", 0, 0},
                                      {"MILLENNIA", 0, 0},
                                      {"ERAS", 0, 0},
                                      {"FOREVER", 0, 0}}};

// seconds and any number of nanoseconds.
Or<Duration> duration_of(std::int64_t seconds, std::int64_t nanos) {
    std::int64_t whole = nanos / second_nanos;
    std::int64_t rest = nanos % second_nanos;
    if (rest < 0) {
        rest += second_nanos;
        --whole;
    }
    if (__builtin_add_overflow(seconds, whole, &seconds)) {
        return failed("long overflow");
    }
    return Duration{seconds, static_cast<std::int32_t>(rest)};
}

Or<Duration> duration_from_amount(std::int64_t amount, const std::string& name) {
    const auto unit = std::ranges::find(units, name, &Unit::name);
    if (unit == units.end()) {
        return failed("No enum constant java.time.temporal.ChronoUnit." + name);
    }
    if (unit->seconds == 0 && unit->nanos == 0) {
        return failed("Unit must not have an estimated duration");
    }
    if (unit->nanos != 0) {
        const std::int64_t in_second = second_nanos / unit->nanos;
        return duration_of(amount / in_second, amount % in_second * unit->nanos);
    }
    std::int64_t seconds = 0;
    if (__builtin_mul_overflow(amount, unit->seconds, &seconds)) {
        return failed("long overflow");
    }
    return Duration{seconds, 0};
}

// Whole seconds and nanoseconds; what is behind them is cut off.
Or<Duration> big_decimal_to_duration(const BigDecimal& amount) {
    using Limits = std::numeric_limits<std::int64_t>;
    if (compare(amount, {Limits::min(), 0}) < 0 || compare(amount, {Limits::max(), 0}) > 0) {
        return failed("Exceeds capacity of Duration: " + to_text(amount));
    }
    const std::int64_t seconds = low_bits(amount);
    const BigInteger whole = seconds;
    // What is left has no digit before the point, so many of its digits may be in front of the nanoseconds'
    // place.
    const std::int64_t digits = std::clamp<std::int64_t>(amount.scale, 0, model::max_number_bits);
    const BigInteger ten = 10;
    const BigInteger rest =
        amount.scale <= 0 ? BigInteger(0)
        : amount.scale > digits
            ? BigInteger(0)
            : BigInteger(amount.unscaled - whole * pow(ten, static_cast<unsigned>(digits)));
    const BigInteger nanos =
        rest * second_nanos / pow(ten, static_cast<unsigned>(amount.scale > digits ? 0 : digits));
    return duration_of(seconds, nanos.convert_to<std::int64_t>());
}

Or<Duration> string_to_duration(const std::string& text) {
    const auto duration = model::parse_duration(text);
    if (!duration) {
        return failed("Text cannot be parsed to a Duration");
    }
    return *duration;
}

// Where DateTimeFormatter.ISO_INSTANT gives up on a text: at a field without its digits, or at the beginning
// if the fields are there and mean nothing.
struct Instants {
    std::string_view text;
    std::size_t at = 0;

    bool digits(std::size_t least, std::size_t most) {
        std::size_t count = 0;
        while (count < most && at + count < text.size() && text[at + count] >= '0' &&
               text[at + count] <= '9') {
            ++count;
        }
        at += count >= least ? count : 0;
        return count >= least;
    }
    bool literal(char c) {
        const bool here = at < text.size() && (text[at] == c || (c == 'T' && text[at] == 't'));
        at += here ? 1 : 0;
        return here;
    }
    bool year() {
        const bool sign = at < text.size() && (text[at] == '-' || text[at] == '+');
        const std::size_t begin = at;
        at += sign ? 1 : 0;
        if (!digits(4, 10)) {
            return false;
        }
        const std::string_view number = text.substr(begin, at - begin);
        const bool fits = sign ? (number[0] == '-' ? number.find_first_not_of("-0") != std::string_view::npos
                                                   : number.size() > 5)
                               : number.size() == 4;
        at = fits ? at : begin;
        return fits;
    }
    bool fraction() { return !literal('.') || digits(0, 9); }
    // Two digits that are at most 59.
    bool sixty() { return at < text.size() && text[at] <= '5' && digits(2, 2); }
    bool offset() {
        const std::size_t begin = at;
        if (literal('Z') || literal('z')) {
            return true;
        }
        const bool good = (literal('+') || literal('-')) && sixty() && literal(':') && sixty();
        at = good ? at : begin;
        return good;
    }
    bool all() {
        return year() && literal('-') && digits(2, 2) && literal('-') && digits(2, 2) && literal('T') &&
               digits(2, 2) && literal(':') && digits(2, 2) && literal(':') && digits(2, 2) && fraction() &&
               offset();
    }
};

Or<Instant> string_to_instant(const std::string& text) {
    if (const auto instant = model::parse_instant(text)) {
        return *instant;
    }
    Instants scan{text};
    if (!scan.all()) {
        return failed(fmt::format("Text '{}' could not be parsed at index {}", text, scan.at));
    }
    if (scan.at < text.size()) {
        return failed(
            fmt::format("Text '{}' could not be parsed, unparsed text found at index {}", text, scan.at));
    }
    return failed(fmt::format("Text '{}' could not be parsed at index 0", text));
}

Answer tuple_to_instant(const Node& node, const Value* operands) {
    const Value& tuple = operands[0];
    if (!Tuple::is(tuple) || !Long::is(tuple.as_tuple().left) || !Int::is(tuple.as_tuple().right)) {
        return wrong_operands(node, "a tuple of Long and Int", {operands, 1});
    }
    const auto instant = duration_of(tuple.as_tuple().left.as_integer(), tuple.as_tuple().right.as_integer());
    if (!instant) {
        return std::unexpected(instant.error());
    }
    const Instant result{instant->seconds, instant->nanos};
    if (result < least_instant || result > greatest_instant) {
        return failed("Instant exceeds minimum or maximum instant");
    }
    return Value::instant(result);
}

template <class Time>
Value seconds_and_nanos(const Time& time) {
    return Value::tuple(Value::long_(time.seconds), Value::int_(time.nanos));
}

Or<OffsetDateTime> instant_to_offset_date_time(const Instant& instant, ZoneOffset offset) {
    constexpr std::int64_t least_day = -365'243'219'162;
    constexpr std::int64_t greatest_day = 365'241'780'471;
    const std::int64_t seconds = instant.seconds + offset.seconds;
    const std::int64_t day = seconds / 86'400 - static_cast<std::int64_t>(seconds % 86'400 < 0);
    if (day < least_day || day > greatest_day) {
        return failed(fmt::format("Invalid value for EpochDay (valid values {} - {}): {}", least_day,
                                  greatest_day, day));
    }
    return OffsetDateTime{at_offset(instant, offset), offset};
}

struct Field {
    std::string_view name;
    std::int64_t least;
    std::int64_t most;
    std::string_view valid;  // how messages write the range
};

constexpr std::array<Field, 7> fields{{{"Year", -999'999'999, 999'999'999, "-999999999 - 999999999"},
                                       {"MonthOfYear", 1, 12, "1 - 12"},
                                       {"DayOfMonth", 1, 31, "1 - 28/31"},
                                       {"HourOfDay", 0, 23, "0 - 23"},
                                       {"MinuteOfHour", 0, 59, "0 - 59"},
                                       {"SecondOfMinute", 0, 59, "0 - 59"},
                                       {"NanoOfSecond", 0, 999'999'999, "0 - 999999999"}}};

// Year, month, day, hour, minute, second, nanosecond and offset of a left-nested tuple; nothing if it is
// another.
std::optional<std::array<Value, 8>> eight_parts(const Value& tuple) {
    std::array<Value, 8> parts;
    const Value* at = &tuple;
    for (std::size_t i = parts.size(); i-- > 1;) {
        if (!Tuple::is(*at)) {
            return std::nullopt;
        }
        parts[i] = at->as_tuple().right;
        at = &at->as_tuple().left;
    }
    parts[0] = *at;
    const bool fits = std::all_of(parts.begin(), parts.end() - 1, Int::is) && ZoneOffsetType::is(parts[7]);
    return fits ? std::optional(parts) : std::nullopt;
}

Answer tuple_to_offset_date_time(const Node& node, const Value* operands) {
    const auto parts = eight_parts(operands[0]);
    if (!parts) {
        return wrong_operands(node, "a tuple of 7 Int and a ZoneOffset", {operands, 1});
    }
    std::array<std::int64_t, 7> numbers{};
    model::LocalDate date;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        numbers[i] = (*parts)[i].as_integer();
        if (numbers[i] < fields[i].least || numbers[i] > fields[i].most) {
            return failed(fmt::format("Invalid value for {} (valid values {}): {}", fields[i].name,
                                      fields[i].valid, numbers[i]));
        }
        if (i == 2) {  // the date is looked at before the time of day
            date = {static_cast<std::int32_t>(numbers[0]), static_cast<std::uint8_t>(numbers[1]),
                    static_cast<std::uint8_t>(numbers[2])};
            if (!is_valid(date)) {
                return date.month == 2 && date.day == 29
                           ? failed(fmt::format("Invalid date 'February 29' as '{}' is not a leap year",
                                                date.year))
                           : failed(fmt::format("Invalid date '{} {}'", model::month_text(date.month),
                                                date.day));
            }
        }
    }
    const std::int64_t seconds = numbers[3] * 3600 + numbers[4] * 60 + numbers[5];
    return Value::offset_date_time(
        {{date, {seconds * second_nanos + numbers[6]}}, (*parts)[7].as_zone_offset()});
}

Value offset_date_time_to_tuple(const OffsetDateTime& time) {
    const std::int64_t seconds = time.local.time.nanos / second_nanos;
    const auto part = [](std::int64_t number) { return Value::int_(static_cast<std::int32_t>(number)); };
    const std::array<Value, 8> parts{part(time.local.date.year),
                                     part(time.local.date.month),
                                     part(time.local.date.day),
                                     part(seconds / 3600),
                                     part(seconds / 60 % 60),
                                     part(seconds % 60),
                                     part(time.local.time.nanos % second_nanos),
                                     Value::zone_offset(time.offset)};
    return Value::tuple(parts);
}

constexpr std::array rows{
    row<big_decimal_to_duration, DurationType, BigDec>("Conversion.BigDecimalToDuration"),
    row<seconds_and_nanos<Duration>, Tuple, DurationType>("Conversion.DurationToTuple"),
    row<seconds_and_nanos<Instant>, Tuple, InstantType>("Conversion.InstantToTuple"),
    row<[](const OffsetDateTime& t) { return to_instant(t.local, t.offset); }, InstantType,
        OffsetDateTimeType>("Conversion.OffsetDateTimeToInstant"),
    row<offset_date_time_to_tuple, Tuple, OffsetDateTimeType>("Conversion.OffsetDateTimeToTuple"),
    row<string_to_duration, DurationType, String>("Conversion.StringToDuration"),
    row<string_to_instant, InstantType, String>("Conversion.StringToInstant"),
    OperatorRow{"Conversion.TupleToInstant", "", 1, Signature<InstantType, Tuple>::text, &tuple_to_instant},
    OperatorRow{"Conversion.TupleToOffsetDateTime", "", 1, Signature<OffsetDateTimeType, Tuple>::text,
                &tuple_to_offset_date_time},
    row<duration_from_amount, DurationType, Long, String>("DurationFromAmount"),
    row<instant_to_offset_date_time, OffsetDateTimeType, InstantType, ZoneOffsetType>(
        "InstantToOffsetDateTime"),
};

}  // namespace

Rows time_rows() noexcept {
    return rows;
}

}  // namespace zflow::interpreter
