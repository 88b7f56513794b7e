#include "generators.hpp"

#include <zflow/model/sequence.hpp>
#include <zflow/model/time.hpp>

#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <ostream>
#include <string>

namespace zflow::codec::test {

std::string make_text(Choices& choices) {
    static constexpr std::array<std::string_view, 12> pieces{
        "", "a", "name", "\"", "\\", "\n", "\x01", "/.", "ü", "€", "😀", "long enough for the heap"};
    std::string all;
    for (auto count = choices.below(4); count > 0; --count) {
        all += pieces[choices.below(pieces.size())];
    }
    return all;
}

namespace {

using model::Environment;
using model::Kind;
using model::Ref;
using model::Sequence;
using model::Value;

std::int64_t integer(Choices& choices) {
    static constexpr std::array<std::int64_t, 8> edges{0,
                                                       -1,
                                                       127,
                                                       -128,
                                                       std::numeric_limits<std::int32_t>::max(),
                                                       255,
                                                       std::numeric_limits<std::int64_t>::min(),
                                                       std::numeric_limits<std::int64_t>::max()};
    const auto choice = choices.below(16);
    return choice < edges.size()
               ? edges[choice]
               : static_cast<std::int64_t>(std::uint64_t{choices.next()} << choices.below(32));
}

double real(Choices& choices) {
    static constexpr std::array<double, 8> edges{0.0,
                                                 -0.0,
                                                 1.5,
                                                 std::numeric_limits<double>::infinity(),
                                                 -std::numeric_limits<double>::infinity(),
                                                 std::numeric_limits<double>::quiet_NaN(),
                                                 std::numeric_limits<double>::denorm_min(),
                                                 std::numeric_limits<double>::max()};
    const auto choice = choices.below(12);
    if (choice < edges.size()) {
        return edges[choice];
    }
    const auto number = std::bit_cast<double>(std::uint64_t{choices.next()} << 32U | choices.next());
    // NaN has many forms, and JSON one name for all of them.
    return std::isnan(number) ? 1.0 : number;
}

float small_real(Choices& choices) {
    const auto number = std::bit_cast<float>(choices.next());
    return std::isnan(number) ? std::numeric_limits<float>::quiet_NaN() : number;
}

model::BigInteger big(Choices& choices) {
    auto number = model::BigInteger(integer(choices));
    for (auto count = choices.below(4); count > 0; --count) {
        number = number * 4'294'967'296 + choices.next();
    }
    return number;
}

model::LocalDate date(Choices& choices) {
    const auto year = static_cast<std::int32_t>(choices.below(1'999'999'999)) - 999'999'999;
    return {choices.below(2) == 0 ? 2000 : year, static_cast<std::uint8_t>(1 + choices.below(12)),
            static_cast<std::uint8_t>(1 + choices.below(28))};
}

std::int32_t nanos(Choices& choices) {
    static constexpr std::array<std::int32_t, 4> edges{0, 500'000'000, 8'009'010, 999'999'999};
    return edges[choices.below(edges.size())];
}

model::LocalTime time(Choices& choices) {
    return {std::int64_t{choices.below(86'400)} * 1'000'000'000 + nanos(choices)};
}

model::LocalDateTime date_time(Choices& choices) {
    const auto day = date(choices);
    return {day, time(choices)};
}

model::ZoneOffset offset(Choices& choices) {
    return {(static_cast<std::int32_t>(choices.below(145)) - 72) * 900};
}

Value time_value(Choices& choices, Kind kind) {
    switch (kind) {
        case Kind::instant:
            return Value::instant(
                {static_cast<std::int64_t>(choices.next()) * 7'000'000 - 15'000'000'000'000'000,
                 nanos(choices)});
        case Kind::duration:
            return Value::duration({integer(choices) / 2, nanos(choices)});
        case Kind::day_of_week:
            return Value::day_of_week(1 + static_cast<int>(choices.below(7)));
        case Kind::month:
            return Value::month(1 + static_cast<int>(choices.below(12)));
        case Kind::month_day:
            return Value::month_day({static_cast<std::uint8_t>(1 + choices.below(12)), 29});
        case Kind::period:
            return Value::period({static_cast<std::int32_t>(choices.next()), 2,
                                  -static_cast<std::int32_t>(choices.below(99))});
        case Kind::year:
            return Value::year(date(choices).year);
        case Kind::year_month:
            return Value::year_month({date(choices).year, static_cast<std::uint8_t>(1 + choices.below(12))});
        case Kind::zone_offset:
            return Value::zone_offset(offset(choices));
        case Kind::local_date:
            return Value::local_date(date(choices));
        case Kind::local_time:
            return Value::local_time(time(choices));
        case Kind::local_date_time:
            return Value::local_date_time(date_time(choices));
        case Kind::offset_time: {
            const auto local = time(choices);
            return Value::offset_time({local, offset(choices)});
        }
        case Kind::offset_date_time: {
            const auto local = date_time(choices);
            return Value::offset_date_time({local, offset(choices)});
        }
        default: {
            const auto local = date_time(choices);
            return Value::zoned_date_time({local, offset(choices), "Europe/Paris"});
        }
    }
}

Value scalar(Choices& choices, Kind kind) {
    switch (kind) {
        case Kind::unit:
            return Value::unit();
        case Kind::none:
            return Value::none();
        case Kind::boolean:
            return Value::boolean(choices.below(2) == 1);
        case Kind::byte:
            return Value::byte(static_cast<std::int8_t>(integer(choices)));
        case Kind::short_:
            return Value::short_(static_cast<std::int16_t>(integer(choices)));
        case Kind::int_:
            return Value::int_(static_cast<std::int32_t>(integer(choices)));
        case Kind::long_:
            return Value::long_(integer(choices));
        case Kind::float_:
            return Value::float_(small_real(choices));
        case Kind::double_:
            return Value::double_(real(choices));
        case Kind::character:
            return Value::character(static_cast<char16_t>(choices.next()));
        case Kind::string:
            return Value::string(make_text(choices));
        case Kind::zone_id:
            return Value::zone_id("Europe/" + make_text(choices));
        case Kind::binary:
            return Value::binary(make_text(choices) + std::string("\xff\x00", 2));
        case Kind::big_integer:
            return Value::big_integer(big(choices));
        case Kind::big_decimal: {
            const auto scale = static_cast<std::int32_t>(choices.below(40)) - 20;
            return Value::big_decimal({big(choices), scale});
        }
        case Kind::uuid: {
            const auto high = std::uint64_t{choices.next()} << 32U;
            return Value::uuid({high, choices.next()});
        }
        default:
            return time_value(choices, kind);
    }
}

/// Makes values; keeps what it made, to use it again.
class Maker {
 public:
    Maker(Choices& choices, bool with_code) : choices_(choices), with_code_(with_code) {
        shape_ = model::make<const model::RecordShape>("shop.Order", std::vector<std::string>{"id", "lines"});
        name_ = model::make<const model::CaseName>("shop.Shape", "Dot");
    }

    Value make() {
        if (choices_.is_empty()) {
            return Value::unit();
        }
        if (!made_.empty() && choices_.below(6) == 5) {
            return made_[choices_.below(static_cast<std::uint32_t>(made_.size()))];
        }
        const auto kinds = static_cast<std::uint32_t>(with_code_ ? Kind::remote_code : Kind::enumeration) + 1;
        auto value = of(static_cast<Kind>(choices_.below(kinds)));
        made_.push_back(value);
        return value;
    }

 private:
    Value of(Kind kind) {
        switch (kind) {
            case Kind::some:
                return Value::some(make());
            case Kind::left:
                return Value::left(make());
            case Kind::right:
                return Value::right(make());
            case Kind::tuple: {
                auto left = make();
                return Value::tuple(std::move(left), make());
            }
            case Kind::sequence:
                return Value::sequence(list());
            case Kind::set:
                return Value::set(list()->items());
            case Kind::dictionary: {
                std::vector<Value> pairs;
                for (auto count = choices_.below(4); count > 0; --count) {
                    auto key = make();
                    pairs.push_back(Value::tuple(std::move(key), make()));
                }
                return Value::dictionary(pairs);
            }
            case Kind::record: {
                if (choices_.below(3) == 0) {
                    return Value::record(model::make<const model::RecordShape>(make_text(choices_),
                                                                               std::vector<std::string>{}),
                                         {});
                }
                std::vector<Value> values{make()};
                values.push_back(make());
                return Value::record(shape_, std::move(values));
            }
            case Kind::enumeration:
                return Value::enumeration(
                    choices_.below(2) == 0
                        ? name_
                        : model::make<const model::CaseName>(make_text(choices_), make_text(choices_)),
                    make());
            case Kind::flow_code:
                return Value::flow_code(choices_.next(), environment());
            case Kind::remote_code:
                return Value::remote_code(choices_.next(), environment());
            default:
                return scalar(choices_, kind);
        }
    }

    /// A new list of anything, or one that was there with scalars added or cut: a list that gets an item with
    /// a part of itself inside would never be freed.
    Ref<const Sequence> list() {
        const auto is_new = lists_.empty() || choices_.below(2) == 0;
        auto list =
            is_new ? Sequence::empty() : lists_[choices_.below(static_cast<std::uint32_t>(lists_.size()))];
        std::vector<Ref<const Sequence>> versions;
        for (auto count = choices_.below(6); count > 0; --count) {
            const auto item = [&] {
                return is_new ? make()
                              : scalar(choices_, static_cast<Kind>(
                                                     choices_.below(static_cast<std::uint32_t>(Kind::some))));
            };
            switch (choices_.below(4)) {
                case 0:
                    list = list->prepended(item());
                    break;
                case 1:
                    if (list->size() > 1) {
                        const auto from = choices_.below(list->size());
                        list = list->view(from, 1 + choices_.below(list->size() - from));
                        break;
                    }
                    [[fallthrough]];
                default:
                    list = list->appended(item());
            }
            versions.push_back(list);
        }
        lists_.insert(lists_.end(), versions.begin(), versions.end());
        return list;
    }

    Ref<const Environment> environment() {
        Ref<const Environment> top;
        if (!environments_.empty() && choices_.below(3) != 0) {
            top = environments_[choices_.below(static_cast<std::uint32_t>(environments_.size()))];
        }
        for (auto count = choices_.below(4); count > 0; --count) {
            top = Environment::push(make(), top);
            environments_.push_back(top);
        }
        return top;
    }

    Choices& choices_;
    bool with_code_;
    std::vector<Value> made_;
    std::vector<Ref<const Sequence>> lists_;
    std::vector<Ref<const Environment>> environments_;
    Ref<const model::RecordShape> shape_;
    Ref<const model::CaseName> name_;
};

}  // namespace

Value make_scalar(Choices& choices, Kind kind) {
    return scalar(choices, kind);
}

Value make_value(Choices& choices) {
    return Maker(choices, false).make();
}

Value make_state_value(Choices& choices) {
    return Maker(choices, true).make();
}

Value make_big_value(Choices& choices) {
    Maker maker(choices, false);
    std::vector<Value> all;
    while (!choices.is_empty()) {
        all.push_back(maker.make());
    }
    return Value::sequence(std::move(all));
}

Value make_state(Choices& choices) {
    Maker maker(choices, true);
    std::vector<Value> all;
    while (!choices.is_empty()) {
        all.push_back(maker.make());
    }
    return Value::sequence(std::move(all));
}

}  // namespace zflow::codec::test
