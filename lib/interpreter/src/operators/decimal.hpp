#pragma once

#include "operators/support.hpp"

/// BigDecimal as Scala's BigDecimal computes with it: results are rounded to 34 digits, half to even
/// (MathContext.DECIMAL128), and have the scale that the JVM gives them. BigInteger conversions.
///
/// Source: java.math.BigDecimal of JDK 17.
namespace zflow::interpreter {

using model::BigDecimal;
using model::BigInteger;

[[nodiscard]] Or<BigDecimal> add(const BigDecimal& a, const BigDecimal& b);
[[nodiscard]] Or<BigDecimal> subtract(const BigDecimal& a, const BigDecimal& b);
[[nodiscard]] Or<BigDecimal> multiply(const BigDecimal& a, const BigDecimal& b);
/// Errors: "Division by zero", "Division undefined" for 0/0, "Overflow", "Underflow" of the scale.
[[nodiscard]] Or<BigDecimal> divide(const BigDecimal& a, const BigDecimal& b);
/// Errors: as `divide`; "Division impossible" if the quotient has more than 34 digits.
[[nodiscard]] Or<BigDecimal> remainder(const BigDecimal& a, const BigDecimal& b);
[[nodiscard]] Or<BigDecimal> rounded(const BigDecimal& a);
[[nodiscard]] Or<BigDecimal> negate(const BigDecimal& a);

/// The shortest decimal that reads back the same.
///
/// Errors: NaN and infinite numbers have none.
[[nodiscard]] Or<BigDecimal> to_decimal(double x);

/// The nearest number, infinite if there is none.
[[nodiscard]] double to_double(const BigDecimal& x);
[[nodiscard]] double to_double(const BigInteger& x);
[[nodiscard]] float to_float(const BigDecimal& x);
[[nodiscard]] float to_float(const BigInteger& x);

/// The whole part's lowest 64 bits, as a two's complement number.
[[nodiscard]] std::int64_t low_bits(const BigDecimal& x);
[[nodiscard]] std::int64_t low_bits(const BigInteger& x);

/// Whether there is nothing behind the point.
[[nodiscard]] bool is_whole(const BigDecimal& x);

/// How many binary digits the magnitude has, 0 for 0.
[[nodiscard]] std::uint64_t bits(const BigInteger& x);

/// The number, unless it passes max_number_bits.
[[nodiscard]] Or<BigInteger> bounded(BigInteger x);

}  // namespace zflow::interpreter
