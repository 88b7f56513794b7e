#pragma once

#include <zflow/dsl/conversions.hpp>
#include <zflow/dsl/numbers.hpp>
#include <zflow/model/numbers.hpp>

/// Numbers of any size in flows. A header of its own, because Boost.Multiprecision takes longer to compile
/// than all else.

namespace zflow {
inline namespace dsl {

using BigInteger = model::BigInteger;
/// `unscaled * 10^-scale`; `BigDecimal{1995, 2}` is 19.95.
using BigDecimal = model::BigDecimal;

namespace detail {

ZFLOW_NUMBER(BigInteger, "BigInt")
ZFLOW_NUMBER(BigDecimal, "BigDecimal")

/// A C++ number becomes a big one: nothing is lost.
template <PlainNumber U>
    requires std::integral<U>
constexpr bool becomes_v<U, BigInteger> = true;

template <>
struct Carried<BigInteger> {
    static Type type() { return scalar_type("bigInteger"); }
    static void write(const BigInteger& value, model::Value& out) { out = model::Value::big_integer(value); }
    static BigInteger read(const model::Value& in, Reading&) { return in.as_big_integer(); }
};
template <>
struct Carried<BigDecimal> {
    static Type type() { return scalar_type("bigDecimal"); }
    static void write(const BigDecimal& value, model::Value& out) { out = model::Value::big_decimal(value); }
    static BigDecimal read(const model::Value& in, Reading&) { return in.as_big_decimal(); }
};

}  // namespace detail
}  // namespace dsl
}  // namespace zflow
