#include <zflow/dsl/described.hpp>
#include <zflow/dsl/literals.hpp>
#include <zflow/model/sequence.hpp>
#include <zflow/model/text.hpp>
#include <zflow/model/value.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace zflow {
inline namespace dsl {
namespace detail {

using model::Value;

void write(Value& out, Unit) {
    out = Value::unit();
}
void write(Value& out, bool x) {
    out = Value::boolean(x);
}
void write(Value& out, char16_t x) {
    out = Value::character(x);
}
void write(Value& out, std::int8_t x) {
    out = Value::byte(x);
}
void write(Value& out, std::int16_t x) {
    out = Value::short_(x);
}
void write(Value& out, std::int32_t x) {
    out = Value::int_(x);
}
void write(Value& out, std::int64_t x) {
    out = Value::long_(x);
}
void write(Value& out, float x) {
    out = Value::float_(x);
}
void write(Value& out, double x) {
    out = Value::double_(x);
}
void write(Value& out, const std::string& x) {
    if (!model::is_utf8(x)) {
        throw BuildError(
            "a string is not UTF-8, and flows carry text: bytes are a std::vector<std::int8_t>, or encode "
            "them");
    }
    out = Value::string(x);
}
void write(Value& out, const Uuid& x) {
    out = Value::uuid(x);
}

namespace {

constexpr std::int64_t billion = 1'000'000'000;

/// Whole seconds and the nanoseconds after them.
template <class T>
T split(std::int64_t nanoseconds) {
    auto seconds = nanoseconds / billion;
    auto rest = nanoseconds % billion;
    if (rest < 0) {
        rest += billion;
        --seconds;
    }
    return {seconds, static_cast<std::int32_t>(rest)};
}

/// Nothing if it does not fit in 64 bits.
std::optional<std::int64_t> join(std::int64_t seconds, std::int32_t nanos) {
    std::int64_t whole = 0;
    // Counted down from the second above, so that the least number fits, too.
    const auto up = seconds < 0 ? 1 : 0;
    if (__builtin_mul_overflow(seconds + up, billion, &whole) ||
        __builtin_add_overflow(whole, nanos - up * billion, &whole)) {
        return std::nullopt;
    }
    return whole;
}

template <class Model, class T>
void read_time(const Model& in, T& out, Reading& reading) {
    if (const auto all = join(in.seconds, in.nanos)) {
        out = T(Duration(*all));
    } else if (reading.problem.empty()) {
        reading.problem =
            fmt::format("{} s is beyond what 64 bits of nanoseconds hold, 292 years", in.seconds);
    }
}

}  // namespace

void write(Value& out, Duration x) {
    out = Value::duration(split<model::Duration>(x.count()));
}
void write(Value& out, Instant x) {
    out = Value::instant(split<model::Instant>(x.time_since_epoch().count()));
}

void read(const Value&, Unit&, Reading&) {}
void read(const Value& in, bool& out, Reading&) {
    out = in.as_boolean();
}
void read(const Value& in, char16_t& out, Reading&) {
    out = in.as_character();
}
void read(const Value& in, std::int8_t& out, Reading&) {
    out = static_cast<std::int8_t>(in.as_integer());
}
void read(const Value& in, std::int16_t& out, Reading&) {
    out = static_cast<std::int16_t>(in.as_integer());
}
void read(const Value& in, std::int32_t& out, Reading&) {
    out = static_cast<std::int32_t>(in.as_integer());
}
void read(const Value& in, std::int64_t& out, Reading&) {
    out = in.as_integer();
}
void read(const Value& in, float& out, Reading&) {
    out = in.as_float();
}
void read(const Value& in, double& out, Reading&) {
    out = in.as_double();
}
void read(const Value& in, std::string& out, Reading&) {
    out = in.as_string();
}
void read(const Value& in, Uuid& out, Reading&) {
    out = in.as_uuid();
}
void read(const Value& in, Duration& out, Reading& reading) {
    read_time(in.as_duration(), out, reading);
}
void read(const Value& in, Instant& out, Reading& reading) {
    read_time(in.as_instant(), out, reading);
}

struct Parts::Values {
    std::vector<Value> all;
};

Parts::Parts() : values_(std::make_unique<Values>()) {}
Parts::~Parts() = default;

Value& Parts::add() {
    return values_->all.emplace_back();
}
void Parts::some(Value& out) {
    out = Value::some(std::move(values_->all.front()));
}
void Parts::left(Value& out) {
    out = Value::left(std::move(values_->all.front()));
}
void Parts::right(Value& out) {
    out = Value::right(std::move(values_->all.front()));
}
void Parts::tuple(Value& out) {
    out = Value::tuple(std::span<const Value>(values_->all));
}
void Parts::sequence(Value& out) {
    out = Value::sequence(std::move(values_->all));
}
void Parts::set(Value& out) {
    out = Value::set(values_->all);
}
void Parts::dictionary(Value& out) {
    out = Value::dictionary(values_->all);
}
void Parts::record(Value& out, const model::Ref<const model::Shared>& shape) {
    model::Ref<const model::RecordShape> typed(static_cast<const model::RecordShape*>(shape.get()));
    out = Value::record(std::move(typed), std::move(values_->all));
}
void Parts::enumeration(Value& out, const model::Ref<const model::Shared>& case_name) {
    model::Ref<const model::CaseName> typed(static_cast<const model::CaseName*>(case_name.get()));
    out = Value::enumeration(std::move(typed), std::move(values_->all.front()));
}

void write_none(Value& out) {
    out = Value::none();
}
bool is_none(const Value& value) {
    return value.is(model::Kind::none);
}
bool is_right(const Value& value) {
    return value.is(model::Kind::right);
}
const Value& inner(const Value& value) {
    return value.inner();
}
const Value& left_of(const Value& value) {
    return value.as_tuple().left;
}
const Value& right_of(const Value& value) {
    return value.as_tuple().right;
}
std::size_t size_of(const Value& value) {
    return value.as_sequence().size();
}
const Value& item_of(const Value& value, std::size_t index) {
    return value.as_sequence()[index];
}

model::Ref<const model::Shared> case_of(std::string_view id, std::string_view name) {
    return model::make<const model::CaseName>(std::string(id), std::string(name));
}
void write_singleton(Value& out, std::string_view id, std::string_view name) {
    auto shape =
        model::make<const model::RecordShape>(fmt::format("{}.{}", id, name), std::vector<std::string>());
    out = Value::enumeration(model::make<const model::CaseName>(std::string(id), std::string(name)),
                             Value::record(std::move(shape), {}));
}
const std::string& case_of(const Value& value) {
    return value.as_enumeration().name->name;
}
const Value& inside_case(const Value& value) {
    return value.as_enumeration().inner;
}
const Value& field_of(const Value& value, std::string_view name) {
    return *value.as_record().find(name);
}

void refuse_enumerator(std::string_view id, long long number) {
    throw BuildError(fmt::format("{} has no described enumerator with the value {}", id, number));
}
void refuse_member(std::string_view type_id) {
    throw BuildError(fmt::format("a member of {} that is not described", type_id));
}
void refuse_number(long long value, bool exact, std::string_view type) {
    throw BuildError(exact ? fmt::format("the literal {} is not exact as {}", value, type)
                           : fmt::format("the literal {} does not fit in a Remote<{}>", value, type));
}
void refuse_time() {
    throw BuildError("a time is beyond what 64 bits of nanoseconds hold, 292 years");
}

}  // namespace detail
}  // namespace dsl
}  // namespace zflow
