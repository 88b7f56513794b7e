#pragma once

#include <zflow/model/numbers.hpp>
#include <zflow/model/shared.hpp>
#include <zflow/model/time.hpp>
#include <zflow/model/uuid.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace zflow::model {

class Sequence;
class Environment;
struct Pair;
struct Record;
struct RecordShape;
struct Enumeration;
struct Code;
struct CaseName;

/// What a value is. The numbers are those of the binary form (docs/formats/value.md) and are never reused.
enum class Kind : std::uint8_t {
    unit = 0,
    boolean = 1,
    byte = 2,
    short_ = 3,
    int_ = 4,
    long_ = 5,
    float_ = 6,
    double_ = 7,
    character = 8,  ///< one UTF-16 unit
    string = 9,
    big_integer = 10,
    big_decimal = 11,
    uuid = 12,
    binary = 13,
    instant = 14,
    duration = 15,
    day_of_week = 16,
    month = 17,
    month_day = 18,
    period = 19,
    year = 20,
    year_month = 21,
    zone_id = 22,
    zone_offset = 23,
    local_date = 24,
    local_time = 25,
    local_date_time = 26,
    offset_time = 27,
    offset_date_time = 28,
    zoned_date_time = 29,
    none = 30,
    some = 31,
    left = 32,
    right = 33,
    tuple = 34,
    sequence = 35,
    set = 36,
    dictionary = 37,
    record = 38,
    enumeration = 39,
    flow_code = 40,    ///< a flow with what it captured: lives inside a run only
    remote_code = 41,  ///< a pure expression with what it captured: lives inside a run only
};

/// The kind's name as ZIO Flow's JSON writes it, e.g. "Int", "SomeValue", "Sequence".
[[nodiscard]] std::string_view to_string(Kind kind) noexcept;

/// The kinds that are held by reference, a bit each.
inline constexpr std::uint64_t shared_kinds = [] {
    using enum Kind;
    std::uint64_t all = 0;
    for (const auto kind : {string,
                            big_integer,
                            big_decimal,
                            uuid,
                            binary,
                            period,
                            zone_id,
                            local_date_time,
                            offset_time,
                            offset_date_time,
                            zoned_date_time,
                            some,
                            left,
                            right,
                            tuple,
                            sequence,
                            set,
                            dictionary,
                            record,
                            enumeration,
                            flow_code,
                            remote_code}) {
        all |= std::uint64_t{1} << static_cast<unsigned>(kind);
    }
    return all;
}();

/// A value of the flow language: immutable, shared, 16 bytes, cheap to copy.
///
/// A scalar is held in place, anything else by a counted reference. Reading a value as another kind than it
/// has is a broken invariant (ZFLOW_ASSERT): ask `kind()` first.
///
/// Thread-safety: a Value is as a std::shared_ptr: what it refers to may be shared between threads.
class Value {
 public:
    /// The unit value.
    Value() noexcept = default;

    Value(const Value& other) noexcept : kind_(other.kind_), small_(other.small_), payload_(other.payload_) {
        if (is_shared(kind_)) {
            payload_.shared->retain();
        }
    }

    Value(Value&& other) noexcept
        : kind_(std::exchange(other.kind_, Kind::unit)), small_(other.small_), payload_(other.payload_) {}

    Value& operator=(Value other) noexcept {
        std::swap(kind_, other.kind_);
        std::swap(small_, other.small_);
        std::swap(payload_, other.payload_);
        return *this;
    }

    ~Value() {
        if (is_shared(kind_)) {
            payload_.shared->release();
        }
    }

    [[nodiscard]] static Value unit() noexcept { return {}; }
    [[nodiscard]] static Value boolean(bool x) noexcept { return {Kind::boolean, x ? 1 : 0}; }
    [[nodiscard]] static Value byte(std::int8_t x) noexcept { return {Kind::byte, x}; }
    [[nodiscard]] static Value short_(std::int16_t x) noexcept { return {Kind::short_, x}; }
    [[nodiscard]] static Value int_(std::int32_t x) noexcept { return {Kind::int_, x}; }
    [[nodiscard]] static Value long_(std::int64_t x) noexcept { return {Kind::long_, x}; }
    [[nodiscard]] static Value float_(float x) noexcept;
    [[nodiscard]] static Value double_(double x) noexcept;
    [[nodiscard]] static Value character(char16_t unit) noexcept { return {Kind::character, unit}; }
    /// Parameters: valid UTF-8 (the codecs check it).
    [[nodiscard]] static Value string(std::string utf8);
    [[nodiscard]] static Value big_integer(BigInteger x);
    [[nodiscard]] static Value big_decimal(BigDecimal x);
    [[nodiscard]] static Value uuid(const Uuid& x);
    [[nodiscard]] static Value binary(std::string bytes);
    [[nodiscard]] static Value instant(const Instant& x) noexcept;
    [[nodiscard]] static Value duration(const Duration& x) noexcept;
    /// 1 (Monday) to 7.
    [[nodiscard]] static Value day_of_week(int x) noexcept { return {Kind::day_of_week, x}; }
    /// 1 (January) to 12.
    [[nodiscard]] static Value month(int x) noexcept { return {Kind::month, x}; }
    [[nodiscard]] static Value month_day(const MonthDay& x) noexcept;
    [[nodiscard]] static Value period(const Period& x);
    [[nodiscard]] static Value year(std::int32_t x) noexcept { return {Kind::year, x}; }
    [[nodiscard]] static Value year_month(const YearMonth& x) noexcept;
    [[nodiscard]] static Value zone_id(std::string name);
    [[nodiscard]] static Value zone_offset(ZoneOffset x) noexcept { return {Kind::zone_offset, x.seconds}; }
    [[nodiscard]] static Value local_date(const LocalDate& x) noexcept;
    [[nodiscard]] static Value local_time(LocalTime x) noexcept { return {Kind::local_time, x.nanos}; }
    [[nodiscard]] static Value local_date_time(const LocalDateTime& x);
    [[nodiscard]] static Value offset_time(const OffsetTime& x);
    [[nodiscard]] static Value offset_date_time(const OffsetDateTime& x);
    [[nodiscard]] static Value zoned_date_time(ZonedDateTime x);
    [[nodiscard]] static Value none() noexcept { return {Kind::none, std::int64_t{0}}; }
    [[nodiscard]] static Value some(Value inner);
    [[nodiscard]] static Value left(Value inner);
    [[nodiscard]] static Value right(Value inner);
    /// A pair. Longer tuples are nested to the left: ((a, b), c).
    [[nodiscard]] static Value tuple(Value left, Value right);
    /// A tuple of two or more, nested to the left.
    [[nodiscard]] static Value tuple(std::span<const Value> parts);
    [[nodiscard]] static Value sequence(std::vector<Value> items);
    [[nodiscard]] static Value sequence(Ref<const Sequence> items);
    /// Keeps the first of equal items, in order.
    [[nodiscard]] static Value set(std::span<const Value> items);
    /// Parameters: `items` without equal ones.
    [[nodiscard]] static Value set_of_distinct(Ref<const Sequence> items);
    /// A map from pairs (tuples of key and value). A later pair of the same key replaces the value in place.
    [[nodiscard]] static Value dictionary(std::span<const Value> pairs);
    /// Parameters: `pairs` are tuples without equal keys.
    [[nodiscard]] static Value dictionary_of_distinct(Ref<const Sequence> pairs);
    /// Parameters: `values`, one for each of the shape's names, in order.
    [[nodiscard]] static Value record(Ref<const RecordShape> shape, std::vector<Value> values);
    [[nodiscard]] static Value enumeration(Ref<const CaseName> name, Value inner);
    [[nodiscard]] static Value flow_code(std::uint32_t node, Ref<const Environment> captured);
    [[nodiscard]] static Value remote_code(std::uint32_t node, Ref<const Environment> captured);

    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    [[nodiscard]] bool is(Kind kind) const noexcept { return kind_ == kind; }

    [[nodiscard]] bool as_boolean() const;
    /// Of byte, short, int, long, character, day_of_week, month, year.
    [[nodiscard]] std::int64_t as_integer() const;
    [[nodiscard]] float as_float() const;
    [[nodiscard]] double as_double() const;
    [[nodiscard]] char16_t as_character() const;
    /// Of string and zone_id, UTF-8. Valid while the value lives.
    [[nodiscard]] const std::string& as_string() const;
    [[nodiscard]] const BigInteger& as_big_integer() const;
    [[nodiscard]] const BigDecimal& as_big_decimal() const;
    [[nodiscard]] const Uuid& as_uuid() const;
    [[nodiscard]] const std::string& as_binary() const;
    [[nodiscard]] Instant as_instant() const;
    [[nodiscard]] Duration as_duration() const;
    [[nodiscard]] MonthDay as_month_day() const;
    [[nodiscard]] const Period& as_period() const;
    [[nodiscard]] YearMonth as_year_month() const;
    [[nodiscard]] ZoneOffset as_zone_offset() const;
    [[nodiscard]] LocalDate as_local_date() const;
    [[nodiscard]] LocalTime as_local_time() const;
    [[nodiscard]] const LocalDateTime& as_local_date_time() const;
    [[nodiscard]] const OffsetTime& as_offset_time() const;
    [[nodiscard]] const OffsetDateTime& as_offset_date_time() const;
    [[nodiscard]] const ZonedDateTime& as_zoned_date_time() const;
    /// What is inside of some, left, right.
    [[nodiscard]] const Value& inner() const;
    [[nodiscard]] const Pair& as_tuple() const;
    /// Of sequence, set, dictionary (whose items are tuples of key and value).
    [[nodiscard]] const Sequence& as_sequence() const;
    [[nodiscard]] Ref<const Sequence> share_sequence() const;
    [[nodiscard]] const Record& as_record() const;
    [[nodiscard]] const Enumeration& as_enumeration() const;
    /// Of flow_code, remote_code.
    [[nodiscard]] const Code& as_code() const;

    /// The shared part, nothing for what is held in place: tells writers what to write once.
    [[nodiscard]] const Shared* shared() const noexcept {
        return is_shared(kind_) ? payload_.shared : nullptr;
    }

    /// Another value with the same shared part, for readers of what such writers wrote.
    ///
    /// Parameters: `kind` and `part` are those of one value.
    [[nodiscard]] static Value with_shared(Kind kind, const Shared& part) noexcept { return {kind, &part}; }

    /// Whether values of this kind are held by reference.
    [[nodiscard]] static constexpr bool is_shared(Kind kind) noexcept {
        return ((shared_kinds >> static_cast<unsigned>(kind)) & 1U) != 0;
    }

 private:
    Value(Kind kind, std::int64_t number) noexcept : kind_(kind) { payload_.number = number; }
    Value(Kind kind, const Shared* shared) noexcept;
    template <class T>
    [[nodiscard]] const T& part(Kind kind) const;

    union Payload {
        std::int64_t number = 0;
        double real;
        const Shared* shared;
    };
    Kind kind_ = Kind::unit;
    std::int32_t small_ = 0;  // the nanoseconds of instant and duration
    Payload payload_;
};

static_assert(sizeof(Value) == 16);

struct Pair final : Shared {
    Pair(Value l, Value r) : left(std::move(l)), right(std::move(r)) {}
    Value left;
    Value right;
};

/// The type id and the field names of records, shared by all records of one type.
struct RecordShape final : Shared {
    RecordShape(std::string i, std::vector<std::string> n) : id(std::move(i)), names(std::move(n)) {}
    std::string id;
    std::vector<std::string> names;
};

struct Record final : Shared {
    Record(Ref<const RecordShape> s, std::vector<Value> v) : shape(std::move(s)), values(std::move(v)) {}
    /// Nothing if there is no such field.
    [[nodiscard]] const Value* find(std::string_view name) const noexcept;
    Ref<const RecordShape> shape;
    std::vector<Value> values;
};

/// The type id and the case of an enumeration's values.
struct CaseName final : Shared {
    CaseName(std::string i, std::string c) : id(std::move(i)), name(std::move(c)) {}
    std::string id;
    std::string name;
};

struct Enumeration final : Shared {
    Enumeration(Ref<const CaseName> n, Value i) : name(std::move(n)), inner(std::move(i)) {}
    Ref<const CaseName> name;
    Value inner;
};

/// A place in a program with the values that it may mention.
struct Code final : Shared {
    Code(std::uint32_t n, Ref<const Environment> e);
    ~Code() override;
    std::uint32_t node;
    Ref<const Environment> captured;
};

/// A scalar that does not fit into 16 bytes.
template <class T>
struct Boxed final : Shared {
    explicit Boxed(T v) : value(std::move(v)) {}
    T value;
};

/// Whether two values are the same, as `===` of the language says: same kinds, same parts; sets and
/// dictionaries whatever their order; NaN differs from itself, 0.0 equals -0.0; decimals of another scale
/// differ.
///
/// Cost: linear in the parts that are not shared by both; parts compared once are not compared again.
[[nodiscard]] bool equal(const Value& a, const Value& b);

/// Equal values have equal hashes. The same on every machine.
[[nodiscard]] std::uint64_t hash(const Value& value);

/// Whether two values are written alike, bit by bit: NaN is itself, 0.0 is not -0.0, order in sets counts.
[[nodiscard]] bool identical(const Value& a, const Value& b);

}  // namespace zflow::model
