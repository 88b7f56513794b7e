#include "json_value.hpp"
#include "utf8.hpp"

#include <zflow/model/limits.hpp>
#include <zflow/model/numbers.hpp>
#include <zflow/model/text.hpp>
#include <zflow/model/time.hpp>
#include <zflow/model/uuid.hpp>

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string>

namespace zflow::codec {
namespace {

using model::Kind;
using model::Value;

Read<Value> out_of_range(Tape::Index token, std::string_view text, Kind kind) {
    return failure(token, fmt::format("{} is beyond what {} can hold", text, to_string(kind)));
}

Read<Value> expected(const Tape& tape, Tape::Index token, std::string_view what) {
    return failure(token, fmt::format("expected {}, got {}", what, describe(tape, token)));
}

/// Parameters: `make` takes the number.
template <class Integer, class Make>
Read<Value> whole_number(const Tape& tape, Kind kind, Tape::Index token, Make make) {
    if (tape.type(token) != Tape::Type::number) {
        return expected(tape, token, "a whole number");
    }
    const auto text = tape.raw(token);
    Integer number{};
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (end != text.data() + text.size()) {
        return failure(token, fmt::format("expected a whole number, got {}", text));
    }
    if (code != std::errc()) {
        return out_of_range(token, text, kind);
    }
    return make(number);
}

std::optional<double> parse_beyond(std::string_view text, double /*tells the type*/) {
    return model::parse_double(text);
}
std::optional<float> parse_beyond(std::string_view text, float /*tells the type*/) {
    return model::parse_float(text);
}

template <class Real>
std::optional<Real> special_number(const Tape& tape, Tape::Index token) {
    if (tape.is(token, "NaN")) {
        return std::numeric_limits<Real>::quiet_NaN();
    }
    if (tape.is(token, "Infinity")) {
        return std::numeric_limits<Real>::infinity();
    }
    if (tape.is(token, "-Infinity")) {
        return -std::numeric_limits<Real>::infinity();
    }
    return std::nullopt;
}

template <class Real, class Make>
Read<Value> real_number(const Tape& tape, Kind kind, Tape::Index token, Make make) {
    if (const auto special = special_number<Real>(tape, token)) {
        return make(*special);
    }
    if (tape.type(token) != Tape::Type::number) {
        return expected(tape, token, R"(a number, "NaN", "Infinity" or "-Infinity")");
    }
    const auto text = tape.raw(token);
    Real number{};
    if (std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc()) {
        return make(number);
    }
    // Too small a number is 0 as on the JVM, too big a one would silently become infinite.
    const auto beyond = parse_beyond(text, Real{});
    if (!beyond || std::isinf(*beyond)) {
        return out_of_range(token, text, kind);
    }
    return make(*beyond);
}

/// Digits enough for model::max_number_bits.
constexpr std::size_t most_digits = model::max_number_bits * 3ULL / 10 + 1100;

Read<Value> big_number(const Tape& tape, Kind kind, Tape::Index token) {
    if (tape.type(token) != Tape::Type::number) {
        return expected(tape, token, kind == Kind::big_integer ? "a whole number" : "a number");
    }
    const auto text = tape.raw(token);
    const auto too_long = [&] {
        return failure(token, fmt::format("the number has more than max_number_bits, {}, binary digits",
                                          model::max_number_bits));
    };
    if (text.size() > most_digits) {
        return too_long();
    }
    const auto is_too_long = [](const model::BigInteger& number) {
        return number != 0 && msb(abs(number)) >= model::max_number_bits;
    };
    if (kind == Kind::big_integer) {
        auto number = model::parse_big_integer(text);
        if (!number) {
            return failure(token, fmt::format("expected a whole number, got {}", text));
        }
        return is_too_long(*number) ? too_long() : Read<Value>(Value::big_integer(std::move(*number)));
    }
    auto number = model::parse_big_decimal(text);
    if (!number) {
        return out_of_range(token, text, kind);
    }
    return is_too_long(number->unscaled) ? too_long() : Read<Value>(Value::big_decimal(std::move(*number)));
}

Read<Value> character(const Tape& tape, Tape::Index token) {
    // Half a surrogate pair has no text: it is written as its number.
    if (tape.type(token) == Tape::Type::number) {
        const auto number = whole_number<std::uint16_t>(tape, Kind::character, token, [](std::uint16_t unit) {
            return Value::character(static_cast<char16_t>(unit));
        });
        return number;
    }
    const auto text = read_string(tape, token);
    if (!text) {
        return std::unexpected(text.error());
    }
    const auto units = text->size() <= 3 ? model::to_utf16(*text) : std::nullopt;
    if (!units || units->size() != 1) {
        return failure(token, "expected one character (one UTF-16 unit)");
    }
    return Value::character(units->front());
}

Read<Value> text_value(const Tape& tape, Kind kind, Tape::Index token) {
    auto text = read_string(tape, token);
    if (!text) {
        return std::unexpected(std::move(text.error()));
    }
    if (text->size() > model::max_collection_size &&
        model::utf16_length(*text) > model::max_collection_size) {
        return failure(token, fmt::format("the string has more UTF-16 units than max_collection_size, {}",
                                          model::max_collection_size));
    }
    return kind == Kind::string ? Value::string(std::move(*text)) : Value::zone_id(std::move(*text));
}

Read<Value> binary(const Tape& tape, Tape::Index token) {
    if (auto right = require_array(tape, token); !right) {
        return std::unexpected(std::move(right.error()));
    }
    std::string bytes;
    for (auto at = token + 1; at < tape.after(token); at = tape.after(at)) {
        const auto byte = whole_number<std::int8_t>(tape, Kind::byte, at, Value::byte);
        if (!byte) {
            return std::unexpected(byte.error());
        }
        bytes.push_back(static_cast<char>(byte->as_integer()));
    }
    if (bytes.size() > model::max_collection_size) {
        return failure(token, fmt::format("there are more bytes than max_collection_size, {}",
                                          model::max_collection_size));
    }
    return Value::binary(std::move(bytes));
}

std::optional<std::int32_t> parse_year(std::string_view text) {
    constexpr std::int64_t most = 999'999'999;
    const auto year = model::parse_integer(text, -most, most);
    return year ? std::optional(static_cast<std::int32_t>(*year)) : std::nullopt;
}

/// A kind that is written as a string of its own form.
template <class Parse, class Make>
Read<Value> by_text(const Tape& tape, Kind kind, Tape::Index token, std::string_view example, Parse parse,
                    Make make) {
    const auto text = read_string(tape, token);
    if (!text) {
        return std::unexpected(text.error());
    }
    auto parsed = parse(std::string_view(*text));
    if (!parsed) {
        constexpr std::size_t most_shown = 100;
        const auto shown = text->size() > most_shown ? std::string_view("the text") : std::string_view(*text);
        return failure(token, fmt::format("'{}' is no {}; one is e.g. {}", shown, to_string(kind), example));
    }
    return make(*std::move(parsed));
}

Read<Value> time_value(const Tape& tape, Kind kind, Tape::Index token) {
    const auto read = [&](std::string_view example, auto parse, auto make) {
        return by_text(tape, kind, token, example, parse, make);
    };
    switch (kind) {
        case Kind::instant:
            return read("2020-01-31T10:11:12.5Z", model::parse_instant, Value::instant);
        case Kind::duration:
            return read("PT26H3M4.5S", model::parse_duration, Value::duration);
        case Kind::day_of_week:
            return read("FRIDAY", model::parse_day_of_week, Value::day_of_week);
        case Kind::month:
            return read("MARCH", model::parse_month, Value::month);
        case Kind::month_day:
            return read("--02-29", model::parse_month_day, Value::month_day);
        case Kind::period:
            return read("P1Y2M3D", model::parse_period, Value::period);
        case Kind::year:
            return read("2020", parse_year, Value::year);
        case Kind::year_month:
            return read("2020-02", model::parse_year_month, Value::year_month);
        case Kind::zone_offset:
            return read("+01:00", model::parse_zone_offset, Value::zone_offset);
        case Kind::local_date:
            return read("2020-02-29", model::parse_local_date, Value::local_date);
        case Kind::local_time:
            return read("10:11:12.5", model::parse_local_time, Value::local_time);
        case Kind::local_date_time:
            return read("2020-02-29T10:11:12", model::parse_local_date_time, Value::local_date_time);
        case Kind::offset_time:
            return read("10:11:00+01:00", model::parse_offset_time, Value::offset_time);
        case Kind::offset_date_time:
            return read("2021-03-04T05:06:00Z", model::parse_offset_date_time, Value::offset_date_time);
        default:
            return read("2020-02-29T10:11:12+01:00[Europe/Paris]", model::parse_zoned_date_time,
                        Value::zoned_date_time);
    }
}

}  // namespace

Read<Value> read_scalar(const Tape& tape, Kind kind, Tape::Index payload) {
    switch (kind) {
        case Kind::unit:
        case Kind::none:
            if (auto right = require_object(tape, payload); !right) {
                return std::unexpected(std::move(right.error()));
            }
            return kind == Kind::unit ? Value::unit() : Value::none();
        case Kind::boolean:
            return mapped(read_boolean(tape, payload), Value::boolean);
        case Kind::byte:
            return whole_number<std::int8_t>(tape, kind, payload, Value::byte);
        case Kind::short_:
            return whole_number<std::int16_t>(tape, kind, payload, Value::short_);
        case Kind::int_:
            return whole_number<std::int32_t>(tape, kind, payload, Value::int_);
        case Kind::long_:
            return whole_number<std::int64_t>(tape, kind, payload, Value::long_);
        case Kind::float_:
            return real_number<float>(tape, kind, payload, Value::float_);
        case Kind::double_:
            return real_number<double>(tape, kind, payload, Value::double_);
        case Kind::character:
            return character(tape, payload);
        case Kind::string:
        case Kind::zone_id:
            return text_value(tape, kind, payload);
        case Kind::big_integer:
        case Kind::big_decimal:
            return big_number(tape, kind, payload);
        case Kind::uuid:
            return by_text(tape, kind, payload, "123e4567-e89b-12d3-a456-426614174000", model::parse_uuid,
                           Value::uuid);
        case Kind::binary:
            return binary(tape, payload);
        default:
            return time_value(tape, kind, payload);
    }
}

}  // namespace zflow::codec
