#pragma once

#include <boost/multiprecision/cpp_int.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace zflow::model {

/// A whole number of any size.
using BigInteger = boost::multiprecision::cpp_int;

/// `unscaled * 10^-scale`, as on the JVM: 1.0 and 1.00 are different values with the same order.
struct BigDecimal {
    BigInteger unscaled;
    std::int32_t scale = 0;

    friend bool operator==(const BigDecimal& a, const BigDecimal& b) = default;
};

/// A number as the JVM prints it: `1.0`, `1.0E10`, `NaN`, `-Infinity`; the shortest digits that read back the
/// same.
///
/// Source: Double.toString of JDK 19 and later (shortest form); exponent from 10^7 on and below 10^-3.
[[nodiscard]] std::string to_text(double number);
[[nodiscard]] std::string to_text(float number);
[[nodiscard]] std::string to_text(const BigInteger& number);

/// As BigDecimal.toString: plain, or with an exponent if the scale is negative or the number is below 10^-6.
[[nodiscard]] std::string to_text(const BigDecimal& number);

/// What the JVM's parsers take; nothing if they would throw.
///
/// Parameters: `text` for `parse_double` and `parse_float` may have surrounding white space, a sign, digits,
/// an exponent, `NaN`, `Infinity`, a trailing `d` or `f`, a hexadecimal form; whole numbers take a sign and
/// digits only.
[[nodiscard]] std::optional<double> parse_double(std::string_view text);
[[nodiscard]] std::optional<float> parse_float(std::string_view text);
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text, std::int64_t least,
                                                        std::int64_t most);
[[nodiscard]] std::optional<BigInteger> parse_big_integer(std::string_view text);
[[nodiscard]] std::optional<BigDecimal> parse_big_decimal(std::string_view text);

/// The order of the numbers, whatever their scales: negative, 0 or positive.
[[nodiscard]] int compare(const BigDecimal& a, const BigDecimal& b);

}  // namespace zflow::model
