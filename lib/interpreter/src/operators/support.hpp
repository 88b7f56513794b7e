#pragma once

#include "operators/operator.hpp"

#include <zflow/interpreter/difference.hpp>
#include <zflow/model/limits.hpp>
#include <zflow/model/outcome.hpp>
#include <zflow/model/sequence.hpp>
#include <zflow/model/value.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// What the families of operators are written with: types that check and read operands, and rows made from
/// plain functions, e.g. `row<[](std::int32_t a, std::int32_t b) { return a < b; }, Boolean, Int,
/// Int>("Less", "")`.
namespace zflow::interpreter {

using model::Death;
using model::Kind;
using model::Node;
using model::Value;

/// A result, or why there is none.
template <class T>
using Or = std::expected<T, Death>;

using Rows = std::span<const OperatorRow>;

/// An operand that the operator does not take. Names the operator, what it takes and what it got.
[[nodiscard]] std::unexpected<Death> wrong_operands(const Node& node, std::string_view types,
                                                    std::span<const Value> operands);

/// The operator has no answer, in the JVM's words.
[[nodiscard]] std::unexpected<Death> failed(std::string message);

/// The answer would pass a limit of model/limits.hpp.
[[nodiscard]] std::unexpected<Death> too_large(std::string_view what, std::string_view limit,
                                               std::uint64_t bound);

/// What messages call a node: the operator with its type, or the node's name.
[[nodiscard]] std::string name_of(const Node& node);

/// A scalar type of the language. `make` and `read` convert between `type` and a Value of the kind.
template <Kind K>
struct Scalar {
    static constexpr Kind kind = K;
    static bool is(const Value& value) { return value.is(K); }
};

struct Boolean : Scalar<Kind::boolean> {
    using type = bool;
    static constexpr std::string_view name = "Boolean";
    static bool read(const Value& value) { return value.as_boolean(); }
    static Value make(bool x) { return Value::boolean(x); }
};

/// The whole numbers of fixed size; a character is one, too.
template <Kind K, class T>
struct Whole : Scalar<K> {
    using type = T;
    static T read(const Value& value) { return static_cast<T>(value.as_integer()); }
};

struct Byte : Whole<Kind::byte, std::int8_t> {
    static constexpr std::string_view name = "Byte";
    static constexpr std::string_view tag = "NumericByte";
    static Value make(type x) { return Value::byte(x); }
};
struct Short : Whole<Kind::short_, std::int16_t> {
    static constexpr std::string_view name = "Short";
    static constexpr std::string_view tag = "NumericShort";
    static Value make(type x) { return Value::short_(x); }
};
struct Int : Whole<Kind::int_, std::int32_t> {
    static constexpr std::string_view name = "Int";
    static constexpr std::string_view tag = "NumericInt";
    static Value make(type x) { return Value::int_(x); }
};
struct Long : Whole<Kind::long_, std::int64_t> {
    static constexpr std::string_view name = "Long";
    static constexpr std::string_view tag = "NumericLong";
    static Value make(type x) { return Value::long_(x); }
};
struct Char : Whole<Kind::character, char16_t> {
    static constexpr std::string_view name = "Char";
    static constexpr std::string_view tag = "NumericChar";
    static Value make(type x) { return Value::character(x); }
};
struct Float : Scalar<Kind::float_> {
    using type = float;
    static constexpr std::string_view name = "Float";
    static constexpr std::string_view tag = "NumericFloat";
    static constexpr std::string_view fractional_tag = "FractionalFloat";
    static float read(const Value& value) { return value.as_float(); }
    static Value make(float x) { return Value::float_(x); }
};
struct Double : Scalar<Kind::double_> {
    using type = double;
    static constexpr std::string_view name = "Double";
    static constexpr std::string_view tag = "NumericDouble";
    static constexpr std::string_view fractional_tag = "FractionalDouble";
    static double read(const Value& value) { return value.as_double(); }
    static Value make(double x) { return Value::double_(x); }
};
struct BigInt : Scalar<Kind::big_integer> {
    using type = model::BigInteger;
    static constexpr std::string_view name = "BigInteger";
    static constexpr std::string_view tag = "NumericBigInt";
    static const type& read(const Value& value) { return value.as_big_integer(); }
    static Value make(type x) { return Value::big_integer(std::move(x)); }
};
struct BigDec : Scalar<Kind::big_decimal> {
    using type = model::BigDecimal;
    static constexpr std::string_view name = "BigDecimal";
    static constexpr std::string_view tag = "NumericBigDecimal";
    static constexpr std::string_view fractional_tag = "FractionalBigDecimal";
    static const type& read(const Value& value) { return value.as_big_decimal(); }
    static Value make(type x) { return Value::big_decimal(std::move(x)); }
};
struct String : Scalar<Kind::string> {
    using type = std::string;
    static constexpr std::string_view name = "String";
    static const std::string& read(const Value& value) { return value.as_string(); }
    static Value make(std::string x) { return Value::string(std::move(x)); }
};
struct InstantType : Scalar<Kind::instant> {
    using type = model::Instant;
    static constexpr std::string_view name = "Instant";
    static type read(const Value& value) { return value.as_instant(); }
    static Value make(const type& x) { return Value::instant(x); }
};
struct DurationType : Scalar<Kind::duration> {
    using type = model::Duration;
    static constexpr std::string_view name = "Duration";
    static type read(const Value& value) { return value.as_duration(); }
    static Value make(const type& x) { return Value::duration(x); }
};
struct OffsetDateTimeType : Scalar<Kind::offset_date_time> {
    using type = model::OffsetDateTime;
    static constexpr std::string_view name = "OffsetDateTime";
    static const type& read(const Value& value) { return value.as_offset_date_time(); }
    static Value make(const type& x) { return Value::offset_date_time(x); }
};
struct ZoneOffsetType : Scalar<Kind::zone_offset> {
    using type = model::ZoneOffset;
    static constexpr std::string_view name = "ZoneOffset";
    static type read(const Value& value) { return value.as_zone_offset(); }
};

/// Values as they are, of one kind or of any.
struct Any {
    static constexpr std::string_view name = "A";
    static bool is(const Value&) { return true; }
    static const Value& read(const Value& value) { return value; }
    static Value make(Value x) { return x; }
};
struct Other : Any {
    static constexpr std::string_view name = "B";
};
template <Kind K>
struct Of : Scalar<K> {
    static const Value& read(const Value& value) { return value; }
    static Value make(Value x) { return x; }
};
struct List : Of<Kind::sequence> {
    static constexpr std::string_view name = "List";
};
struct Set : Of<Kind::set> {
    static constexpr std::string_view name = "Set";
};
struct Map : Of<Kind::dictionary> {
    static constexpr std::string_view name = "Map";
};
struct Tuple : Of<Kind::tuple> {
    static constexpr std::string_view name = "Tuple";
};
struct Option : Of<Kind::some> {
    static constexpr std::string_view name = "Option";
    static bool is(const Value& value) { return value.is(Kind::some) || value.is(Kind::none); }
};
struct Either : Of<Kind::right> {
    static constexpr std::string_view name = "Either";
};
struct Enum : Of<Kind::enumeration> {
    static constexpr std::string_view name = "Enumeration";
};

/// The text of an operator's types for people, e.g. `Int, Int -> Int`.
template <class R, class... A>
struct Signature {
    static constexpr std::size_t size =
        (A::name.size() + ... + 0) + 2 * (sizeof...(A) - 1) + 4 + R::name.size();
    static constexpr std::array<char, size> storage = [] {
        std::array<char, size> text{};
        auto at = text.begin();
        const auto put = [&](std::string_view part) { at = std::ranges::copy(part, at).out; };
        std::size_t index = 0;
        ((put(index++ == 0 ? "" : ", "), put(A::name)), ...);
        put(" -> ");
        put(R::name);
        return text;
    }();
    static constexpr std::string_view text{storage.data(), size};
};

template <class T>
inline constexpr bool is_or = false;
template <class T>
inline constexpr bool is_or<Or<T>> = true;

/// Checks and reads the operands, applies F to them and makes a Value of the result.
template <auto F, class R, class... A>
Answer apply(const Node& node, const Value* operands) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) -> Answer {
        if (!(A::is(operands[I]) && ...)) {
            return wrong_operands(node, Signature<R, A...>::text, {operands, sizeof...(A)});
        }
        auto result = F(A::read(operands[I])...);
        if constexpr (is_or<decltype(result)>) {
            if (!result) {
                return std::unexpected(std::move(result).error());
            }
            return R::make(*std::move(result));
        } else {
            return R::make(std::move(result));
        }
    }(std::make_index_sequence<sizeof...(A)>{});
}

/// The row of the operator `path` on `type` that F computes.
template <auto F, class R, class... A>
constexpr OperatorRow row(std::string_view path, std::string_view type = {}) {
    return {path, type, static_cast<std::uint8_t>(sizeof...(A)), Signature<R, A...>::text,
            &apply<F, R, A...>};
}

/// One row for each numeric type T, T -> T or T, T -> T.
template <auto F, class... T>
constexpr std::array<OperatorRow, sizeof...(T)> unary_rows(std::string_view path) {
    return {row<F, T, T>(path, T::tag)...};
}
template <auto F, class... T>
constexpr std::array<OperatorRow, sizeof...(T)> binary_rows(std::string_view path) {
    return {row<F, T, T, T>(path, T::tag)...};
}

/// All elements of some arrays of rows in one.
template <std::size_t... N>
constexpr std::array<OperatorRow, (N + ...)> joined(const std::array<OperatorRow, N>&... parts) {
    std::array<OperatorRow, (N + ...)> all{};
    auto at = all.begin();
    ((at = std::ranges::copy(parts, at).out), ...);
    return all;
}

}  // namespace zflow::interpreter
