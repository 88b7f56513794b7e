#include <zflow/base/assert.hpp>
#include <zflow/model/environment.hpp>
#include <zflow/model/sequence.hpp>
#include <zflow/model/value.hpp>

#include <array>
#include <bit>
#include <unordered_map>
#include <utility>

namespace zflow::model {
namespace {

constexpr std::array<std::string_view, 42> names{
    "Unit",       "Boolean",       "Byte",       "Short",          "Int",
    "Long",       "Float",         "Double",     "Char",           "String",
    "BigInteger", "BigDecimal",    "UUID",       "Binary",         "Instant",
    "Duration",   "DayOfWeek",     "Month",      "MonthDay",       "Period",
    "Year",       "YearMonth",     "ZoneId",     "ZoneOffset",     "LocalDate",
    "LocalTime",  "LocalDateTime", "OffsetTime", "OffsetDateTime", "ZonedDateTime",
    "NoneValue",  "SomeValue",     "LeftValue",  "RightValue",     "Tuple",
    "Sequence",   "SetValue",      "Dictionary", "Record",         "Enumeration",
    "Flow",       "Remote"};

template <class T>
const Shared* box(T value) {
    return new Boxed<T>(std::move(value));
}

/// For hash tables of values.
struct HashOf {
    std::size_t operator()(const Value* value) const { return static_cast<std::size_t>(hash(*value)); }
};
struct EqualTo {
    bool operator()(const Value* a, const Value* b) const { return equal(*a, *b); }
};

}  // namespace

std::string_view to_string(Kind kind) noexcept {
    return names[static_cast<std::size_t>(kind)];
}

Value::Value(Kind kind, const Shared* shared) noexcept : kind_(kind) {
    payload_.shared = shared;
    shared->retain();
}

Value Value::float_(float x) noexcept {
    Value value(Kind::float_, std::int64_t{0});
    value.payload_.real = static_cast<double>(x);
    // The bits of a NaN survive the way through a double only if they are kept beside it.
    value.small_ = std::bit_cast<std::int32_t>(x);
    return value;
}

Value Value::double_(double x) noexcept {
    Value value(Kind::double_, std::int64_t{0});
    value.payload_.real = x;
    return value;
}

Value Value::string(std::string utf8) {
    return {Kind::string, box(std::move(utf8))};
}
Value Value::big_integer(BigInteger x) {
    return {Kind::big_integer, box(std::move(x))};
}
Value Value::big_decimal(BigDecimal x) {
    return {Kind::big_decimal, box(std::move(x))};
}
Value Value::uuid(const Uuid& x) {
    return {Kind::uuid, box(x)};
}
Value Value::binary(std::string bytes) {
    return {Kind::binary, box(std::move(bytes))};
}

Value Value::instant(const Instant& x) noexcept {
    Value value(Kind::instant, x.seconds);
    value.small_ = x.nanos;
    return value;
}

Value Value::duration(const Duration& x) noexcept {
    Value value(Kind::duration, x.seconds);
    value.small_ = x.nanos;
    return value;
}

Value Value::month_day(const MonthDay& x) noexcept {
    return {Kind::month_day, x.month * 32 + x.day};
}
Value Value::period(const Period& x) {
    return {Kind::period, box(x)};
}
Value Value::year_month(const YearMonth& x) noexcept {
    return {Kind::year_month, std::int64_t{x.year} * 16 + x.month};
}
Value Value::zone_id(std::string name) {
    return {Kind::zone_id, box(std::move(name))};
}

Value Value::local_date(const LocalDate& x) noexcept {
    return {Kind::local_date, (std::int64_t{x.year} * 16 + x.month) * 32 + x.day};
}

Value Value::local_date_time(const LocalDateTime& x) {
    return {Kind::local_date_time, box(x)};
}
Value Value::offset_time(const OffsetTime& x) {
    return {Kind::offset_time, box(x)};
}
Value Value::offset_date_time(const OffsetDateTime& x) {
    return {Kind::offset_date_time, box(x)};
}
Value Value::zoned_date_time(ZonedDateTime x) {
    return {Kind::zoned_date_time, box(std::move(x))};
}
Value Value::some(Value inner) {
    return {Kind::some, box(std::move(inner))};
}
Value Value::left(Value inner) {
    return {Kind::left, box(std::move(inner))};
}
Value Value::right(Value inner) {
    return {Kind::right, box(std::move(inner))};
}
Value Value::tuple(Value left, Value right) {
    return {Kind::tuple, new Pair(std::move(left), std::move(right))};
}

Value Value::tuple(std::span<const Value> parts) {
    ZFLOW_ASSERT(parts.size() >= 2, "a tuple has two parts or more");
    auto all = parts[0];
    for (const auto& part : parts.subspan(1)) {
        all = tuple(std::move(all), part);
    }
    return all;
}

Value Value::sequence(std::vector<Value> items) {
    return sequence(Sequence::of(std::move(items)));
}
Value Value::sequence(Ref<const Sequence> items) {
    return {Kind::sequence, items.get()};
}
Value Value::set_of_distinct(Ref<const Sequence> items) {
    return {Kind::set, items.get()};
}
Value Value::dictionary_of_distinct(Ref<const Sequence> pairs) {
    return {Kind::dictionary, pairs.get()};
}

Value Value::set(std::span<const Value> items) {
    std::unordered_map<const Value*, bool, HashOf, EqualTo> seen;
    std::vector<Value> kept;
    for (const auto& item : items) {
        if (seen.emplace(&item, true).second) {
            kept.push_back(item);
        }
    }
    return set_of_distinct(Sequence::of(std::move(kept)));
}

Value Value::dictionary(std::span<const Value> pairs) {
    std::unordered_map<const Value*, std::size_t, HashOf, EqualTo> places;
    std::vector<Value> kept;
    for (const auto& pair : pairs) {
        const auto [place, is_new] = places.emplace(&pair.as_tuple().left, kept.size());
        if (is_new) {
            kept.push_back(pair);
        } else {
            kept[place->second] = pair;
        }
    }
    return dictionary_of_distinct(Sequence::of(std::move(kept)));
}

Value Value::record(Ref<const RecordShape> shape, std::vector<Value> values) {
    ZFLOW_ASSERT(shape->names.size() == values.size(), "a record has a value for each name of its shape");
    return {Kind::record, new Record(std::move(shape), std::move(values))};
}

Value Value::enumeration(Ref<const CaseName> name, Value inner) {
    return {Kind::enumeration, new Enumeration(std::move(name), std::move(inner))};
}

Value Value::flow_code(std::uint32_t node, Ref<const Environment> captured) {
    return {Kind::flow_code, new Code(node, std::move(captured))};
}

Value Value::remote_code(std::uint32_t node, Ref<const Environment> captured) {
    return {Kind::remote_code, new Code(node, std::move(captured))};
}

template <class T>
const T& Value::part(Kind kind) const {
    ZFLOW_ASSERT(kind_ == kind, "who reads a value has asked for its kind");
    return static_cast<const T&>(*payload_.shared);
}

bool Value::as_boolean() const {
    ZFLOW_ASSERT(kind_ == Kind::boolean, "who reads a value has asked for its kind");
    return payload_.number != 0;
}

std::int64_t Value::as_integer() const {
    ZFLOW_ASSERT((kind_ >= Kind::byte && kind_ <= Kind::long_) || kind_ == Kind::character ||
                     kind_ == Kind::day_of_week || kind_ == Kind::month || kind_ == Kind::year,
                 "who reads a value has asked for its kind");
    return payload_.number;
}

float Value::as_float() const {
    ZFLOW_ASSERT(kind_ == Kind::float_, "who reads a value has asked for its kind");
    return std::bit_cast<float>(small_);
}

double Value::as_double() const {
    ZFLOW_ASSERT(kind_ == Kind::double_, "who reads a value has asked for its kind");
    return payload_.real;
}

char16_t Value::as_character() const {
    ZFLOW_ASSERT(kind_ == Kind::character, "who reads a value has asked for its kind");
    return static_cast<char16_t>(payload_.number);
}

const std::string& Value::as_string() const {
    return part<Boxed<std::string>>(kind_ == Kind::zone_id ? Kind::zone_id : Kind::string).value;
}

const BigInteger& Value::as_big_integer() const {
    return part<Boxed<BigInteger>>(Kind::big_integer).value;
}
const BigDecimal& Value::as_big_decimal() const {
    return part<Boxed<BigDecimal>>(Kind::big_decimal).value;
}
const Uuid& Value::as_uuid() const {
    return part<Boxed<Uuid>>(Kind::uuid).value;
}
const std::string& Value::as_binary() const {
    return part<Boxed<std::string>>(Kind::binary).value;
}

Instant Value::as_instant() const {
    ZFLOW_ASSERT(kind_ == Kind::instant, "who reads a value has asked for its kind");
    return {payload_.number, small_};
}

Duration Value::as_duration() const {
    ZFLOW_ASSERT(kind_ == Kind::duration, "who reads a value has asked for its kind");
    return {payload_.number, small_};
}

MonthDay Value::as_month_day() const {
    ZFLOW_ASSERT(kind_ == Kind::month_day, "who reads a value has asked for its kind");
    return {static_cast<std::uint8_t>(payload_.number / 32), static_cast<std::uint8_t>(payload_.number % 32)};
}

const Period& Value::as_period() const {
    return part<Boxed<Period>>(Kind::period).value;
}

YearMonth Value::as_year_month() const {
    ZFLOW_ASSERT(kind_ == Kind::year_month, "who reads a value has asked for its kind");
    return {static_cast<std::int32_t>(payload_.number >> 4), static_cast<std::uint8_t>(payload_.number & 15)};
}

ZoneOffset Value::as_zone_offset() const {
    ZFLOW_ASSERT(kind_ == Kind::zone_offset, "who reads a value has asked for its kind");
    return {static_cast<std::int32_t>(payload_.number)};
}

LocalDate Value::as_local_date() const {
    ZFLOW_ASSERT(kind_ == Kind::local_date, "who reads a value has asked for its kind");
    return {static_cast<std::int32_t>(payload_.number >> 9),
            static_cast<std::uint8_t>((payload_.number >> 5) & 15),
            static_cast<std::uint8_t>(payload_.number & 31)};
}

LocalTime Value::as_local_time() const {
    ZFLOW_ASSERT(kind_ == Kind::local_time, "who reads a value has asked for its kind");
    return {payload_.number};
}

const LocalDateTime& Value::as_local_date_time() const {
    return part<Boxed<LocalDateTime>>(Kind::local_date_time).value;
}
const OffsetTime& Value::as_offset_time() const {
    return part<Boxed<OffsetTime>>(Kind::offset_time).value;
}
const OffsetDateTime& Value::as_offset_date_time() const {
    return part<Boxed<OffsetDateTime>>(Kind::offset_date_time).value;
}
const ZonedDateTime& Value::as_zoned_date_time() const {
    return part<Boxed<ZonedDateTime>>(Kind::zoned_date_time).value;
}

const Value& Value::inner() const {
    ZFLOW_ASSERT(kind_ == Kind::some || kind_ == Kind::left || kind_ == Kind::right,
                 "who reads a value has asked for its kind");
    return static_cast<const Boxed<Value>&>(*payload_.shared).value;
}

const Pair& Value::as_tuple() const {
    return part<Pair>(Kind::tuple);
}

const Sequence& Value::as_sequence() const {
    ZFLOW_ASSERT(kind_ == Kind::sequence || kind_ == Kind::set || kind_ == Kind::dictionary,
                 "who reads a value has asked for its kind");
    return static_cast<const Sequence&>(*payload_.shared);
}

Ref<const Sequence> Value::share_sequence() const {
    return Ref<const Sequence>(&as_sequence());
}
const Record& Value::as_record() const {
    return part<Record>(Kind::record);
}
const Enumeration& Value::as_enumeration() const {
    return part<Enumeration>(Kind::enumeration);
}

const Code& Value::as_code() const {
    ZFLOW_ASSERT(kind_ == Kind::flow_code || kind_ == Kind::remote_code,
                 "who reads a value has asked for its kind");
    return static_cast<const Code&>(*payload_.shared);
}

const Value* Record::find(std::string_view name) const noexcept {
    for (std::size_t i = 0; i < shape->names.size(); ++i) {
        if (shape->names[i] == name) {
            return &values[i];
        }
    }
    return nullptr;
}

Code::Code(std::uint32_t n, Ref<const Environment> e) : node(n), captured(std::move(e)) {}
Code::~Code() = default;

}  // namespace zflow::model
