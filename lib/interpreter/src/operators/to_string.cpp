#include "operators/decimal.hpp"
#include "operators/families.hpp"

#include <zflow/model/text.hpp>

#include <fmt/format.h>

// Conversion.ToString: the text of any value, as ZIO Flow prints it once a program went through JSON: a list
// is `Chunk(1,2)`, a record `ListMap(name -> a, age -> 1)`, an enumeration the text of what is inside.
namespace zflow::interpreter {

namespace {

std::string binary_text(const std::string& bytes) {
    std::string text = "Chunk(";
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        text += i == 0 ? "" : ",";
        text += std::to_string(static_cast<signed char>(bytes[i]));
    }
    return text + ")";
}

std::string time_text(const Value& value) {
    switch (value.kind()) {
        case Kind::instant:
            return to_text(value.as_instant());
        case Kind::duration:
            return to_text(value.as_duration());
        case Kind::day_of_week:
            return model::day_of_week_text(static_cast<int>(value.as_integer()));
        case Kind::month:
            return model::month_text(static_cast<int>(value.as_integer()));
        case Kind::month_day:
            return to_text(value.as_month_day());
        case Kind::period:
            return to_text(value.as_period());
        case Kind::year:
            return std::to_string(value.as_integer());
        case Kind::year_month:
            return to_text(value.as_year_month());
        case Kind::zone_offset:
            return to_text(value.as_zone_offset());
        case Kind::local_date:
            return to_text(value.as_local_date());
        case Kind::local_time:
            return to_text(value.as_local_time());
        case Kind::local_date_time:
            return to_text(value.as_local_date_time());
        case Kind::offset_time:
            return to_text(value.as_offset_time());
        case Kind::offset_date_time:
            return to_text(value.as_offset_date_time());
        case Kind::zoned_date_time:
            return to_text(value.as_zoned_date_time());
        default:
            return std::string(to_string(value.kind()));
    }
}

// What a value without parts is printed as.
std::string scalar_text(const Value& value) {
    switch (value.kind()) {
        case Kind::unit:
            return "()";
        case Kind::none:
            return "None";
        case Kind::boolean:
            return value.as_boolean() ? "true" : "false";
        case Kind::byte:
        case Kind::short_:
        case Kind::int_:
        case Kind::long_:
            return std::to_string(value.as_integer());
        case Kind::float_:
            return model::to_text(value.as_float());
        case Kind::double_:
            return model::to_text(value.as_double());
        case Kind::character: {
            const char16_t unit = value.as_character();
            // Half of a pair has no text: `?`, as the JVM writes it.
            return model::to_utf8({&unit, 1}).value_or("?");
        }
        case Kind::string:
        case Kind::zone_id:
            return value.as_string();
        case Kind::big_integer:
            return model::to_text(value.as_big_integer());
        case Kind::big_decimal:
            return to_text(value.as_big_decimal());
        case Kind::uuid:
            return model::to_text(value.as_uuid());
        case Kind::binary:
            return binary_text(value.as_binary());
        default:
            return time_text(value);
    }
}

// Writes a value without recursion: what is still to be written lies on a stack, the next part on top.
class Printer {
 public:
    Or<std::string> run(const Value& value) {
        push(value);
        while (!todo_.empty()) {
            const Piece piece = todo_.back();
            todo_.pop_back();
            if (piece.value == nullptr) {
                text_ += piece.text;
            } else {
                print(*piece.value);
            }
            if (text_.size() > model::max_encoded_bytes) {
                return too_large("a string", "max_encoded_bytes", model::max_encoded_bytes);
            }
        }
        return std::move(text_);
    }

 private:
    struct Piece {
        const Value* value = nullptr;
        std::string_view text = {};
    };

    void push(const Value& value) { todo_.push_back({&value, {}}); }
    void push(std::string_view text) { todo_.push_back({nullptr, text}); }

    void print(const Value& value) {
        switch (value.kind()) {
            case Kind::some:
                return wrap("Some(", value.inner());
            case Kind::left:
                return wrap("Left(", value.inner());
            case Kind::right:
                return wrap("Right(", value.inner());
            case Kind::tuple:
                push(")");
                push(value.as_tuple().right);
                push(",");
                push(value.as_tuple().left);
                text_ += "(";
                return;
            case Kind::sequence:
                return items("Chunk(", ",", value.as_sequence().items());
            case Kind::set:
                return items("Set(", ", ", value.as_sequence().items());
            case Kind::dictionary:
                return entries(value.as_sequence().items());
            case Kind::record:
                return fields(value.as_record());
            case Kind::enumeration:
                return push(value.as_enumeration().inner);
            default:
                text_ += scalar_text(value);
        }
    }

    void wrap(std::string_view begin, const Value& inner) {
        text_ += begin;
        push(")");
        push(inner);
    }

    void items(std::string_view begin, std::string_view separator, std::span<const Value> all) {
        text_ += begin;
        push(")");
        for (std::size_t i = all.size(); i-- > 0;) {
            push(all[i]);
            if (i > 0) {
                push(separator);
            }
        }
    }

    void entries(std::span<const Value> all) {
        text_ += "Map(";
        push(")");
        for (std::size_t i = all.size(); i-- > 0;) {
            push(all[i].as_tuple().right);
            push(" -> ");
            push(all[i].as_tuple().left);
            if (i > 0) {
                push(", ");
            }
        }
    }

    void fields(const model::Record& record) {
        text_ += "ListMap(";
        push(")");
        for (std::size_t i = record.values.size(); i-- > 0;) {
            push(record.values[i]);
            push(" -> ");
            push(record.shape->names[i]);
            if (i > 0) {
                push(", ");
            }
        }
    }

    std::string text_;
    std::vector<Piece> todo_;
};

constexpr std::array rows{
    row<[](const Value& value) { return Printer().run(value); }, String, Any>("Conversion.ToString"),
};

}  // namespace

Rows to_string_rows() noexcept {
    return rows;
}

}  // namespace zflow::interpreter
