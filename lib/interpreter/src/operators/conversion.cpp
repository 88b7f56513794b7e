#include "operators/decimal.hpp"
#include "operators/families.hpp"

#include <zflow/model/text.hpp>

#include <fmt/format.h>

#include <cmath>
#include <concepts>
#include <limits>

// Conversion.NumericTo*, StringToNumeric: numbers to numbers and texts, as the JVM casts them.
namespace zflow::interpreter {

namespace {

// A real to a whole number: NaN is 0, what is too large is the largest.
template <class T>
T saturated(double x) {
    if (std::isnan(x)) {
        return 0;
    }
    constexpr T least = std::numeric_limits<T>::min();
    constexpr T most = std::numeric_limits<T>::max();
    if (x <= static_cast<double>(least)) {
        return least;
    }
    return x >= static_cast<double>(most) ? most : static_cast<T>(x);
}

// To a whole number of fixed size. Reals go through Int to anything smaller, big numbers keep their lowest
// bits.
template <class T>
struct ToWhole {
    template <std::integral N>
    T operator()(N x) const {
        return static_cast<T>(x);
    }
    template <std::floating_point N>
    T operator()(N x) const {
        if constexpr (sizeof(T) == 8) {
            return saturated<std::int64_t>(static_cast<double>(x));
        } else {
            return static_cast<T>(saturated<std::int32_t>(static_cast<double>(x)));
        }
    }
    T operator()(const BigInteger& x) const { return static_cast<T>(low_bits(x)); }
    T operator()(const BigDecimal& x) const { return static_cast<T>(low_bits(x)); }
};

struct ToFloat {
    template <class N>
        requires std::is_arithmetic_v<N>
    float operator()(N x) const {
        return static_cast<float>(x);
    }
    float operator()(const BigInteger& x) const { return to_float(x); }
    float operator()(const BigDecimal& x) const { return to_float(x); }
};

struct ToDouble {
    template <class N>
        requires std::is_arithmetic_v<N>
    double operator()(N x) const {
        return static_cast<double>(x);
    }
    double operator()(const BigInteger& x) const { return to_double(x); }
    double operator()(const BigDecimal& x) const { return to_double(x); }
};

struct ToBigDecimal {
    template <std::integral N>
    BigDecimal operator()(N x) const {
        return {BigInteger(static_cast<std::int64_t>(x)), 0};
    }
    template <std::floating_point N>
    Or<BigDecimal> operator()(N x) const {
        return to_decimal(static_cast<double>(x));
    }
    // Exact, whatever its size.
    BigDecimal operator()(const BigInteger& x) const { return {x, 0}; }
    BigDecimal operator()(const BigDecimal& x) const { return x; }
};

// In the base 2^Bits: two's complement of Int or Long for numbers of fixed size, a sign for big ones.
template <int Bits>
struct ToRadix {
    template <std::integral N>
    std::string operator()(N x) const {
        using Wide = std::conditional_t<sizeof(N) == 8, std::int64_t, std::int32_t>;
        const auto unsigned_bits = static_cast<std::make_unsigned_t<Wide>>(Wide{x});
        return Bits == 1   ? fmt::format("{:b}", unsigned_bits)
               : Bits == 3 ? fmt::format("{:o}", unsigned_bits)
                           : fmt::format("{:x}", unsigned_bits);
    }
    std::string operator()(const BigInteger& x) const {
        if (x.is_zero()) {
            return "0";
        }
        std::vector<std::uint8_t> digits;
        export_bits(BigInteger(abs(x)), std::back_inserter(digits), Bits);
        std::string text = x.sign() < 0 ? "-" : "";
        for (const std::uint8_t digit : digits) {
            text.push_back("0123456789abcdef"[digit]);
        }
        return text;
    }
};

template <class T>
struct Parse {
    Or<Value> operator()(const std::string& text) const {
        using Number = typename T::type;
        if constexpr (std::same_as<T, Char>) {
            // The first character, as ZIO Flow takes it.
            const auto units = model::to_utf16(text);
            return units && !units->empty() ? Value::some(Value::character(units->front())) : Value::none();
        } else if constexpr (std::integral<Number>) {
            using Limits = std::numeric_limits<Number>;
            const auto number = model::parse_integer(text, Limits::min(), Limits::max());
            return number ? Value::some(T::make(static_cast<Number>(*number))) : Value::none();
        } else if constexpr (std::same_as<T, Float>) {
            return option(model::parse_float(text));
        } else if constexpr (std::same_as<T, Double>) {
            return option(model::parse_double(text));
        } else if constexpr (std::same_as<T, BigInt>) {
            return option(model::parse_big_integer(text));
        } else {
            return option(model::parse_big_decimal(text));
        }
    }

 private:
    template <class Number>
    static Value option(std::optional<Number> number) {
        return number ? Value::some(T::make(*std::move(number))) : Value::none();
    }
};

template <auto F, class R, class... T>
constexpr std::array<OperatorRow, sizeof...(T)> conversion_rows_of(std::string_view path) {
    return {row<F, R, T>(path, T::tag)...};
}
template <auto F, class R>
constexpr auto to(std::string_view path) {
    return conversion_rows_of<F, R, BigDec, BigInt, Byte, Char, Double, Float, Int, Long, Short>(path);
}
template <auto F>
constexpr auto to_radix(std::string_view path) {
    return conversion_rows_of<F, String, BigInt, Byte, Char, Int, Long, Short>(path);
}
template <class... T>
constexpr std::array<OperatorRow, sizeof...(T)> parse_rows(std::string_view path) {
    return {row<Parse<T>{}, Option, String>(path, T::tag)...};
}

constexpr auto rows = joined(
    to<ToBigDecimal{}, BigDec>("Conversion.NumericToBigDecimal"),
    to_radix<ToRadix<1>{}>("Conversion.NumericToBinaryString"),
    to<ToWhole<std::int8_t>{}, Byte>("Conversion.NumericToByte"),
    to<ToWhole<char16_t>{}, Char>("Conversion.NumericToChar"),
    to<ToDouble{}, Double>("Conversion.NumericToDouble"), to<ToFloat{}, Float>("Conversion.NumericToFloat"),
    to_radix<ToRadix<4>{}>("Conversion.NumericToHexString"),
    to<ToWhole<std::int32_t>{}, Int>("Conversion.NumericToInt"),
    to<ToWhole<std::int64_t>{}, Long>("Conversion.NumericToLong"),
    to_radix<ToRadix<3>{}>("Conversion.NumericToOctalString"),
    to<ToWhole<std::int16_t>{}, Short>("Conversion.NumericToShort"),
    parse_rows<BigDec, BigInt, Byte, Char, Double, Float, Int, Long, Short>("Conversion.StringToNumeric"));

}  // namespace

Rows conversion_rows() noexcept {
    return rows;
}

}  // namespace zflow::interpreter
