#include "json_value.hpp"
#include "utf8.hpp"

#include <zflow/model/sequence.hpp>

#include <fmt/format.h>

#include <cmath>
#include <vector>

namespace zflow::codec {
namespace {

using model::Kind;
using model::Value;

/// Half a surrogate pair has no text.
void write_character(JsonText& out, char16_t unit) {
    if (unit >= 0xD800 && unit < 0xE000) {
        out.raw(fmt::format_int(static_cast<unsigned>(unit)).c_str());
        return;
    }
    std::string text;
    append_character(text, unit);
    out.string(text);
}

template <class Real>
void write_real(JsonText& out, Real number) {
    const auto text = model::to_text(number);
    if (std::isfinite(number)) {
        out.raw(text);
    } else {
        out.string(text);
    }
}

/// Four digits at least; a sign beyond them.
std::string year_text(std::int64_t year) {
    if (year < 0) {
        return fmt::format("-{:04}", -year);
    }
    return year > 9999 ? fmt::format("+{}", year) : fmt::format("{:04}", year);
}

void write_binary(JsonText& out, std::string_view bytes) {
    out.raw('[');
    for (std::size_t i = 0; i < bytes.size() && !out.is_too_long(); ++i) {
        if (i > 0) {
            out.raw(',');
        }
        out.raw(fmt::format_int(static_cast<int>(static_cast<signed char>(bytes[i]))).c_str());
    }
    out.raw(']');
}

/// ZIO writes a time of day with its seconds, and as many digits after them as it needs; the JVM in groups of
/// three.
std::string clock_text(model::LocalTime time) {
    constexpr std::int64_t second = 1'000'000'000;
    const auto seconds = time.nanos / second;
    auto text = fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if (const auto nanos = time.nanos % second; nanos != 0) {
        text += fmt::format(".{:09}", nanos);
        text.resize(text.find_last_not_of('0') + 1);
    }
    return text;
}

std::string clock_text(const model::LocalDateTime& time) {
    return model::to_text(time.date) + 'T' + clock_text(time.time);
}

std::string clock_text(const model::ZonedDateTime& time) {
    const auto offset = model::to_text(time.offset);
    const auto text = clock_text(time.local) + offset;
    return time.zone == offset ? text : text + '[' + time.zone + ']';
}

std::string time_text(const Value& value) {
    switch (value.kind()) {
        case Kind::instant:
            return model::to_text(value.as_instant());
        case Kind::duration:
            return model::to_text(value.as_duration());
        case Kind::day_of_week:
            return model::day_of_week_text(static_cast<int>(value.as_integer()));
        case Kind::month:
            return model::month_text(static_cast<int>(value.as_integer()));
        case Kind::month_day:
            return model::to_text(value.as_month_day());
        case Kind::period:
            return model::to_text(value.as_period());
        case Kind::year:
            return year_text(value.as_integer());
        case Kind::year_month:
            return model::to_text(value.as_year_month());
        case Kind::zone_offset:
            return model::to_text(value.as_zone_offset());
        case Kind::local_date:
            return model::to_text(value.as_local_date());
        case Kind::local_time:
            return clock_text(value.as_local_time());
        case Kind::local_date_time:
            return clock_text(value.as_local_date_time());
        case Kind::offset_time:
            return clock_text(value.as_offset_time().time) + model::to_text(value.as_offset_time().offset);
        case Kind::offset_date_time:
            return clock_text(value.as_offset_date_time().local) +
                   model::to_text(value.as_offset_date_time().offset);
        default:
            return clock_text(value.as_zoned_date_time());
    }
}

/// Writes values with a stack of its own: each place on it is a value of which some parts are written.
class Writer {
 public:
    explicit Writer(JsonText& out) : out_(out) {}

    std::string run(const Value& value) {
        begin(value);
        while (!open_.empty() && sentence_.empty()) {
            if (out_.is_too_long()) {
                return too_long_sentence();
            }
            step(open_.back());
        }
        return out_.is_too_long() ? too_long_sentence() : std::move(sentence_);
    }

 private:
    struct Place {
        const Value* value;
        std::size_t next = 0;
    };

    void begin(const Value& value) {
        switch (value.kind()) {
            case Kind::some:
                return open(value, R"({"SomeValue":{"value":)");
            case Kind::left:
                return open(value, R"({"LeftValue":{"value":)");
            case Kind::right:
                return open(value, R"({"RightValue":{"value":)");
            case Kind::tuple:
                return open(value, R"({"Tuple":{"left":)");
            case Kind::sequence:
                return open(value, R"({"Sequence":{"values":[)");
            case Kind::set:
                return open(value, R"({"SetValue":{"values":[)");
            case Kind::dictionary:
                return open(value, R"({"Dictionary":{"entries":[)");
            case Kind::record:
                open(value, R"({"Record":{"id":)");
                out_.string(value.as_record().shape->id);
                return out_.raw(R"(,"values":[)");
            case Kind::enumeration:
                open(value, R"({"Enumeration":{"id":)");
                out_.string(value.as_enumeration().name->id);
                out_.raw(R"(,"value":[)");
                out_.string(value.as_enumeration().name->name);
                return out_.raw(',');
            case Kind::flow_code:
            case Kind::remote_code:
                sentence_ = "a part of the value is code of a run, which has no JSON outside of the run";
                return;
            default:
                return write_scalar(out_, value);
        }
    }

    void open(const Value& value, std::string_view text) {
        out_.raw(text);
        open_.push_back({&value});
    }

    void close(std::string_view text) {
        out_.raw(text);
        open_.pop_back();
    }

    void step(Place& place) {
        const auto& value = *place.value;
        const auto part = place.next++;
        switch (value.kind()) {
            case Kind::tuple:
                if (part == 1) {
                    out_.raw(R"(,"right":)");
                }
                return part == 2 ? close("}}")
                                 : begin(part == 0 ? value.as_tuple().left : value.as_tuple().right);
            case Kind::sequence:
            case Kind::set:
                return item(value.as_sequence(), part);
            case Kind::dictionary:
                return entry(value.as_sequence(), part);
            case Kind::record:
                return field(value.as_record(), part);
            case Kind::enumeration:
                return part == 0 ? begin(value.as_enumeration().inner) : close("]}}");
            default:
                return part == 0 ? begin(value.inner()) : close("}}");
        }
    }

    void item(const model::Sequence& items, std::size_t part) {
        if (part == items.size()) {
            return close("]}}");
        }
        if (part > 0) {
            out_.raw(',');
        }
        begin(items[part]);
    }

    /// Parameters: `part` counts keys and values.
    void entry(const model::Sequence& entries, std::size_t part) {
        if (part % 2 == 1) {
            out_.raw(',');
            return begin(entries[part / 2].as_tuple().right);
        }
        if (part > 0) {
            out_.raw(']');
        }
        if (part / 2 == entries.size()) {
            return close("]}}");
        }
        out_.raw(part > 0 ? ",[" : "[");
        begin(entries[part / 2].as_tuple().left);
    }

    void field(const model::Record& record, std::size_t part) {
        if (part > 0) {
            out_.raw(']');
        }
        if (part == record.values.size()) {
            return close("]}}");
        }
        out_.raw(part > 0 ? ",[" : "[");
        out_.string(record.shape->names[part]);
        out_.raw(',');
        begin(record.values[part]);
    }

    JsonText& out_;
    std::vector<Place> open_;
    std::string sentence_;
};

}  // namespace

void write_payload(JsonText& out, const Value& value) {
    switch (value.kind()) {
        case Kind::unit:
        case Kind::none:
            return out.raw("{}");
        case Kind::boolean:
            return out.raw(value.as_boolean() ? "true" : "false");
        case Kind::byte:
        case Kind::short_:
        case Kind::int_:
        case Kind::long_:
            return out.raw(fmt::format_int(value.as_integer()).c_str());
        case Kind::float_:
            return write_real(out, value.as_float());
        case Kind::double_:
            return write_real(out, value.as_double());
        case Kind::character:
            return write_character(out, value.as_character());
        case Kind::string:
        case Kind::zone_id:
            return out.string(value.as_string());
        case Kind::big_integer:
            return out.raw(model::to_text(value.as_big_integer()));
        case Kind::big_decimal:
            return out.raw(model::to_text(value.as_big_decimal()));
        case Kind::uuid:
            return out.string(model::to_text(value.as_uuid()));
        case Kind::binary:
            return write_binary(out, value.as_binary());
        default:
            return out.string(time_text(value));
    }
}

void write_scalar(JsonText& out, const Value& value) {
    out.raw(R"({")");
    out.raw(to_string(value.kind()));
    out.raw(R"(":)");
    write_payload(out, value);
    out.raw('}');
}

std::string write_value(JsonText& out, const Value& value) {
    return Writer(out).run(value);
}

}  // namespace zflow::codec
