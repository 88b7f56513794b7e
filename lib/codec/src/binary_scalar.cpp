#include "binary_scalar.hpp"

#include "utf8.hpp"

#include <zflow/model/limits.hpp>
#include <zflow/model/text.hpp>

#include <bit>
#include <limits>
#include <vector>

namespace zflow::codec {
namespace {

using model::Kind;
using model::Value;

void write_big(ByteWriter& out, const model::BigInteger& number) {
    std::vector<unsigned char> magnitude;
    if (number != 0) {
        export_bits(number, std::back_inserter(magnitude), 8, false);
    }
    out.varint(magnitude.size() * 2 + (number < 0 ? 1 : 0));
    out.raw({reinterpret_cast<const char*>(magnitude.data()), magnitude.size()});
}

model::BigInteger read_big(ByteReader& in) {
    constexpr std::size_t most_bytes = model::max_number_bits / 8;
    const auto header = in.varint_up_to(most_bytes * 2 + 1, "a number's length");
    const auto magnitude = in.raw(header / 2);
    if (magnitude.empty() ? header != 0 : magnitude.back() == 0) {
        in.fail("a whole number has no needless zeros");
    }
    // Boost writes in front of its memory if there are no bits.
    if (magnitude.empty() || !in.ok()) {
        return {};
    }
    model::BigInteger number;
    import_bits(number, magnitude.begin(), magnitude.end(), 8, false);
    return (header & 1U) != 0 ? model::BigInteger(-number) : number;
}

void write_date(ByteWriter& out, const model::LocalDate& date) {
    out.signed_varint(date.year);
    out.byte(date.month);
    out.byte(date.day);
}

void write_date_time(ByteWriter& out, const model::LocalDateTime& time) {
    write_date(out, time.date);
    out.varint(static_cast<std::uint64_t>(time.time.nanos));
}

std::int64_t read_signed(ByteReader& in, std::int64_t least, std::int64_t most, std::string_view what) {
    const auto number = in.signed_varint();
    if (number < least || number > most) {
        in.fail(fmt::format("{} is {}, possible is {} to {}", what, number, least, most));
        return least;
    }
    return number;
}

template <class Integer>
Integer read_integer(ByteReader& in, std::string_view what) {
    return static_cast<Integer>(
        read_signed(in, std::numeric_limits<Integer>::min(), std::numeric_limits<Integer>::max(), what));
}

std::uint8_t read_byte(ByteReader& in, std::uint8_t least, std::uint8_t most, std::string_view what) {
    const auto number = in.byte();
    if (number < least || number > most) {
        in.fail(fmt::format("{} is {}, possible is {} to {}", what, number, least, most));
        return least;
    }
    return number;
}

constexpr std::int32_t most_year = 999'999'999;

std::int32_t read_year(ByteReader& in) {
    return static_cast<std::int32_t>(read_signed(in, -most_year, most_year, "a year"));
}

model::LocalDate read_date(ByteReader& in) {
    const auto year = read_year(in);
    const auto month = read_byte(in, 1, 12, "a month");
    const model::LocalDate date{year, month, read_byte(in, 1, 31, "a day")};
    if (!is_valid(date)) {
        in.fail("there is no such day");
    }
    return date;
}

model::LocalTime read_time(ByteReader& in) {
    constexpr std::uint64_t day = 86'400'000'000'000;
    return {static_cast<std::int64_t>(in.varint_up_to(day - 1, "a time of day"))};
}

model::LocalDateTime read_date_time(ByteReader& in) {
    const auto date = read_date(in);
    return {date, read_time(in)};
}

model::ZoneOffset read_offset(ByteReader& in) {
    constexpr std::int64_t most = 18 * 3600;
    return {static_cast<std::int32_t>(read_signed(in, -most, most, "an offset"))};
}

std::int32_t read_nanos(ByteReader& in) {
    return static_cast<std::int32_t>(in.varint_up_to(999'999'999, "nanoseconds"));
}

std::string read_text(ByteReader& in) {
    const auto text = in.bytes();
    if (find_invalid_utf8(text) != std::string_view::npos) {
        in.fail("the string before here is not UTF-8");
        return {};
    }
    if (text.size() > model::max_collection_size && model::utf16_length(text) > model::max_collection_size) {
        in.fail(fmt::format("the string has more UTF-16 units than max_collection_size, {}",
                            model::max_collection_size));
        return {};
    }
    return std::string(text);
}

Value read_instant(ByteReader& in) {
    constexpr std::int64_t least = -31'557'014'167'219'200;
    constexpr std::int64_t most = 31'556'889'864'403'199;
    const auto seconds = read_signed(in, least, most, "a point in time");
    return Value::instant({seconds, read_nanos(in)});
}

Value read_month_day(ByteReader& in) {
    const auto month = read_byte(in, 1, 12, "a month");
    const auto day = read_byte(in, 1, 31, "a day");
    constexpr std::int32_t leap_year = 2000;
    if (!model::is_valid({leap_year, month, day})) {
        in.fail("there is no such day");
    }
    return Value::month_day({month, day});
}

Value read_period(ByteReader& in) {
    const auto years = read_integer<std::int32_t>(in, "years");
    const auto months = read_integer<std::int32_t>(in, "months");
    return Value::period({years, months, read_integer<std::int32_t>(in, "days")});
}

void write_time(ByteWriter& out, const Value& value) {
    switch (value.kind()) {
        case Kind::instant:
            out.signed_varint(value.as_instant().seconds);
            return out.varint(static_cast<std::uint64_t>(value.as_instant().nanos));
        case Kind::duration:
            out.signed_varint(value.as_duration().seconds);
            return out.varint(static_cast<std::uint64_t>(value.as_duration().nanos));
        case Kind::day_of_week:
        case Kind::month:
            return out.byte(static_cast<std::uint8_t>(value.as_integer()));
        case Kind::month_day:
            out.byte(value.as_month_day().month);
            return out.byte(value.as_month_day().day);
        case Kind::period:
            out.signed_varint(value.as_period().years);
            out.signed_varint(value.as_period().months);
            return out.signed_varint(value.as_period().days);
        case Kind::year_month:
            out.signed_varint(value.as_year_month().year);
            return out.byte(value.as_year_month().month);
        case Kind::zone_offset:
            return out.signed_varint(value.as_zone_offset().seconds);
        case Kind::local_date:
            return write_date(out, value.as_local_date());
        case Kind::local_time:
            return out.varint(static_cast<std::uint64_t>(value.as_local_time().nanos));
        case Kind::local_date_time:
            return write_date_time(out, value.as_local_date_time());
        case Kind::offset_time:
            out.varint(static_cast<std::uint64_t>(value.as_offset_time().time.nanos));
            return out.signed_varint(value.as_offset_time().offset.seconds);
        case Kind::offset_date_time:
            write_date_time(out, value.as_offset_date_time().local);
            return out.signed_varint(value.as_offset_date_time().offset.seconds);
        default:
            write_date_time(out, value.as_zoned_date_time().local);
            out.signed_varint(value.as_zoned_date_time().offset.seconds);
            return out.bytes(value.as_zoned_date_time().zone);
    }
}

Value read_time_value(ByteReader& in, Kind kind) {
    switch (kind) {
        case Kind::instant:
            return read_instant(in);
        case Kind::duration: {
            const auto seconds = in.signed_varint();
            return Value::duration({seconds, read_nanos(in)});
        }
        case Kind::day_of_week:
            return Value::day_of_week(read_byte(in, 1, 7, "a day of the week"));
        case Kind::month:
            return Value::month(read_byte(in, 1, 12, "a month"));
        case Kind::month_day:
            return read_month_day(in);
        case Kind::period:
            return read_period(in);
        case Kind::year_month: {
            const auto year = read_year(in);
            return Value::year_month({year, read_byte(in, 1, 12, "a month")});
        }
        case Kind::zone_offset:
            return Value::zone_offset(read_offset(in));
        case Kind::local_date:
            return Value::local_date(read_date(in));
        case Kind::local_time:
            return Value::local_time(read_time(in));
        case Kind::local_date_time:
            return Value::local_date_time(read_date_time(in));
        case Kind::offset_time: {
            const auto time = read_time(in);
            return Value::offset_time({time, read_offset(in)});
        }
        case Kind::offset_date_time: {
            const auto local = read_date_time(in);
            return Value::offset_date_time({local, read_offset(in)});
        }
        default: {
            const auto local = read_date_time(in);
            const auto offset = read_offset(in);
            return Value::zoned_date_time({local, offset, read_text(in)});
        }
    }
}

}  // namespace

void write_scalar(ByteWriter& out, const Value& value) {
    switch (value.kind()) {
        case Kind::unit:
        case Kind::none:
            return;
        case Kind::boolean:
            return out.byte(value.as_boolean() ? 1 : 0);
        case Kind::byte:
        case Kind::short_:
        case Kind::int_:
        case Kind::long_:
        case Kind::year:
            return out.signed_varint(value.as_integer());
        case Kind::float_:
            return out.fixed32(std::bit_cast<std::uint32_t>(value.as_float()));
        case Kind::double_:
            return out.fixed64(std::bit_cast<std::uint64_t>(value.as_double()));
        case Kind::character:
            return out.varint(value.as_character());
        case Kind::string:
        case Kind::zone_id:
            return out.bytes(value.as_string());
        case Kind::binary:
            return out.bytes(value.as_binary());
        case Kind::big_integer:
            return write_big(out, value.as_big_integer());
        case Kind::big_decimal:
            out.signed_varint(value.as_big_decimal().scale);
            return write_big(out, value.as_big_decimal().unscaled);
        case Kind::uuid:
            out.fixed64(value.as_uuid().high);
            return out.fixed64(value.as_uuid().low);
        default:
            return write_time(out, value);
    }
}

Value read_scalar(ByteReader& in, Kind kind) {
    switch (kind) {
        case Kind::unit:
            return Value::unit();
        case Kind::none:
            return Value::none();
        case Kind::boolean:
            return Value::boolean(read_byte(in, 0, 1, "a boolean") != 0);
        case Kind::byte:
            return Value::byte(read_integer<std::int8_t>(in, "a Byte"));
        case Kind::short_:
            return Value::short_(read_integer<std::int16_t>(in, "a Short"));
        case Kind::int_:
            return Value::int_(read_integer<std::int32_t>(in, "an Int"));
        case Kind::long_:
            return Value::long_(in.signed_varint());
        case Kind::year:
            return Value::year(read_year(in));
        case Kind::float_:
            return Value::float_(std::bit_cast<float>(in.fixed32()));
        case Kind::double_:
            return Value::double_(std::bit_cast<double>(in.fixed64()));
        case Kind::character:
            return Value::character(static_cast<char16_t>(in.varint_up_to(0xFFFF, "a character")));
        case Kind::string:
            return Value::string(read_text(in));
        case Kind::zone_id:
            return Value::zone_id(read_text(in));
        case Kind::binary: {
            const auto bytes = in.bytes();
            if (bytes.size() > model::max_collection_size) {
                in.fail(fmt::format("there are more bytes than max_collection_size, {}",
                                    model::max_collection_size));
            }
            return Value::binary(std::string(bytes));
        }
        case Kind::big_integer:
            return Value::big_integer(read_big(in));
        case Kind::big_decimal: {
            const auto scale = read_integer<std::int32_t>(in, "a scale");
            return Value::big_decimal({read_big(in), scale});
        }
        case Kind::uuid: {
            const auto high = in.fixed64();
            return Value::uuid({high, in.fixed64()});
        }
        default:
            return read_time_value(in, kind);
    }
}

}  // namespace zflow::codec
