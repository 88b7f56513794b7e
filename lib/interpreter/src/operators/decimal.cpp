#include "operators/decimal.hpp"

#include <cmath>
#include <limits>

namespace zflow::interpreter {

namespace {

using boost::multiprecision::pow;

constexpr std::int64_t digits_kept = 34;
constexpr std::int64_t least_scale = std::numeric_limits<std::int32_t>::min();
constexpr std::int64_t greatest_scale = std::numeric_limits<std::int32_t>::max();

BigInteger power_of_ten(std::int64_t exponent) {
    return pow(BigInteger(10), static_cast<unsigned>(exponent));
}

// How many decimal digits a number has; 1 for 0.
std::int64_t precision(const BigInteger& number) {
    if (number.is_zero()) {
        return 1;
    }
    const BigInteger magnitude = abs(number);
    const auto most = static_cast<std::int64_t>(bits(magnitude)) * 30103 / 100000 + 1;
    return magnitude < power_of_ten(most - 1) ? most - 1 : most;
}

Or<BigDecimal> with_scale(BigInteger unscaled, std::int64_t scale) {
    if (scale < least_scale || scale > greatest_scale) {
        if (!unscaled.is_zero()) {
            return failed(scale > 0 ? "Underflow" : "Overflow");
        }
        scale = std::clamp(scale, least_scale, greatest_scale);
    }
    return BigDecimal{std::move(unscaled), static_cast<std::int32_t>(scale)};
}

// number / divisor, rounded half to even; both positive.
BigInteger divide_half_even(const BigInteger& number, const BigInteger& divisor) {
    BigInteger quotient;
    BigInteger rest;
    divide_qr(number, divisor, quotient, rest);
    const int half = BigInteger(rest * 2).compare(divisor);
    if (half > 0 || (half == 0 && bit_test(quotient, 0))) {
        ++quotient;
    }
    return quotient;
}

// Rounds to the digits that are kept.
Or<BigDecimal> kept(BigInteger unscaled, std::int64_t scale) {
    for (std::int64_t drop = precision(unscaled) - digits_kept; drop > 0;
         drop = precision(unscaled) - digits_kept) {
        const int sign = unscaled.sign();
        unscaled = divide_half_even(abs(unscaled), power_of_ten(drop)) * sign;
        scale -= drop;
    }
    return with_scale(std::move(unscaled), scale);
}

// Drops zeros at the end until the scale is the wanted one or there are none.
void strip_zeros(BigInteger& unscaled, std::int64_t& scale, std::int64_t wanted) {
    BigInteger quotient;
    BigInteger rest;
    while (scale > wanted && !bit_test(unscaled, 0) && abs(unscaled) >= 10) {
        divide_qr(unscaled, BigInteger(10), quotient, rest);
        if (!rest.is_zero()) {
            break;
        }
        unscaled.swap(quotient);
        --scale;
    }
}

// The sum when one of the two is zero: the other, at the greater scale if its digits allow it.
Or<BigDecimal> add_zero(const BigDecimal& number, std::int64_t wanted) {
    auto result = rounded(number);
    if (!result || result->scale == wanted) {
        return result;
    }
    BigInteger unscaled = result->unscaled;
    std::int64_t scale = result->scale;
    if (scale > wanted) {
        strip_zeros(unscaled, scale, wanted);
    } else {
        const std::int64_t more = std::min(digits_kept - precision(unscaled), wanted - scale);
        unscaled *= power_of_ten(more);
        scale += more;
    }
    return with_scale(std::move(unscaled), scale);
}

struct Quotient {
    BigInteger digits;  // 34 of them, cut off; without sign
    std::int64_t scale = 0;
    int next = 0;       // the digit behind them
    bool rest = false;  // whether there is more behind that
};

// The first digits of |a / b|; neither is 0.
Quotient first_digits(const BigDecimal& a, const BigDecimal& b) {
    const BigInteger number = abs(a.unscaled);
    const BigInteger divisor = abs(b.unscaled);
    const std::int64_t shift = digits_kept + 1 + precision(divisor) - precision(number);
    Quotient result;
    BigInteger rest;
    if (shift >= 0) {
        divide_qr(BigInteger(number * power_of_ten(shift)), divisor, result.digits, rest);
    } else {
        divide_qr(number, BigInteger(divisor * power_of_ten(-shift)), result.digits, rest);
    }
    result.scale = std::int64_t{a.scale} - b.scale + shift;
    result.rest = !rest.is_zero();
    // There are 35 or 36 digits.
    for (std::int64_t extra = precision(result.digits) - digits_kept; extra > 0; --extra) {
        BigInteger cut;
        divide_qr(result.digits, BigInteger(10), cut, rest);
        result.rest = result.rest || result.next != 0;
        result.next = rest.convert_to<int>();
        result.digits.swap(cut);
        --result.scale;
    }
    return result;
}

// a - b, both exact. The scales are near enough to each other: the digits of the two overlap.
Or<BigDecimal> exact_difference(const BigDecimal& a, const BigInteger& b, std::int64_t b_scale) {
    const std::int64_t scale = std::max<std::int64_t>(a.scale, b_scale);
    return with_scale(a.unscaled * power_of_ten(scale - a.scale) - b * power_of_ten(scale - b_scale), scale);
}

BigDecimal magnitude(const BigDecimal& x) {
    return {abs(x.unscaled), x.scale};
}

}  // namespace

std::uint64_t bits(const BigInteger& x) {
    return x.is_zero() ? 0 : msb(abs(x)) + 1;
}

Or<BigInteger> bounded(BigInteger x) {
    if (bits(x) > model::max_number_bits) {
        return too_large("a BigInteger", "max_number_bits", model::max_number_bits);
    }
    return x;
}

Or<BigDecimal> rounded(const BigDecimal& a) {
    return kept(a.unscaled, a.scale);
}

Or<BigDecimal> negate(const BigDecimal& a) {
    return kept(-a.unscaled, a.scale);
}

Or<BigDecimal> add(const BigDecimal& a, const BigDecimal& b) {
    if (a.unscaled.is_zero() || b.unscaled.is_zero()) {
        const std::int64_t scale = std::max(a.scale, b.scale);
        if (a.unscaled.is_zero() && b.unscaled.is_zero()) {
            return with_scale(0, scale);
        }
        return add_zero(a.unscaled.is_zero() ? b : a, scale);
    }
    if (a.scale == b.scale) {
        return kept(a.unscaled + b.unscaled, a.scale);
    }
    const BigDecimal& big = a.scale < b.scale ? a : b;
    BigInteger small = (a.scale < b.scale ? b : a).unscaled;
    std::int64_t small_scale = std::max(a.scale, b.scale);
    // A number too small to be seen in the result only says on which side of the other the sum lies: a 1
    // three places behind the last place that counts does that.
    const std::int64_t last_place = std::int64_t{big.scale} - precision(big.unscaled) + digits_kept;
    const std::int64_t first_place = small_scale - precision(small) + 1;
    if (first_place > std::int64_t{big.scale} + 2 && first_place > last_place + 2) {
        small = small.sign();
        small_scale = std::max<std::int64_t>(big.scale, last_place) + 3;
    }
    return kept(big.unscaled * power_of_ten(small_scale - big.scale) + small, small_scale);
}

Or<BigDecimal> subtract(const BigDecimal& a, const BigDecimal& b) {
    return add(a, {-b.unscaled, b.scale});
}

Or<BigDecimal> multiply(const BigDecimal& a, const BigDecimal& b) {
    return kept(a.unscaled * b.unscaled, std::int64_t{a.scale} + b.scale);
}

Or<BigDecimal> divide(const BigDecimal& a, const BigDecimal& b) {
    const std::int64_t wanted = std::int64_t{a.scale} - b.scale;
    if (b.unscaled.is_zero()) {
        return failed(a.unscaled.is_zero() ? "Division undefined" : "Division by zero");
    }
    if (a.unscaled.is_zero()) {
        return with_scale(0, wanted);
    }
    auto [digits, scale, next, rest] = first_digits(a, b);
    if (next == 0 && !rest) {
        strip_zeros(digits, scale, wanted);
    } else if (next > 5 || (next == 5 && (rest || bit_test(digits, 0)))) {
        ++digits;
    }
    return kept(digits * (a.unscaled.sign() * b.unscaled.sign()), scale);
}

Or<BigDecimal> remainder(const BigDecimal& a, const BigDecimal& b) {
    if (b.unscaled.is_zero()) {
        return failed(a.unscaled.is_zero() ? "Division undefined" : "Division by zero");
    }
    if (model::compare(magnitude(a), magnitude(b)) < 0) {
        return a;
    }
    const std::int64_t wanted = std::int64_t{a.scale} - b.scale;
    auto [digits, scale, next, rest] = first_digits(a, b);
    if (next == 0 && !rest) {
        strip_zeros(digits, scale, wanted);
    }
    const int sign = a.unscaled.sign() * b.unscaled.sign();
    if (scale < 0) {
        // Whole, but perhaps not to the last digit.
        const auto left = exact_difference(a, digits * sign * b.unscaled, scale + b.scale);
        if (!left || model::compare(magnitude(*left), magnitude(b)) >= 0) {
            return failed("Division impossible");
        }
    } else if (scale > 0) {
        digits /= power_of_ten(scale);
        scale = 0;
    }
    if (wanted > scale) {
        const std::int64_t more = std::min(digits_kept - precision(digits), wanted - scale);
        digits *= power_of_ten(std::max<std::int64_t>(more, 0));
        scale += std::max<std::int64_t>(more, 0);
    } else {
        strip_zeros(digits, scale, wanted);
    }
    return exact_difference(a, digits * sign * b.unscaled, scale + b.scale);
}

Or<BigDecimal> to_decimal(double x) {
    if (!std::isfinite(x)) {
        // What java.math.BigDecimal says of the text "NaN" or "Infinity".
        return failed(
            std::string("Character ") + (std::isnan(x) ? 'N' : 'I') +
            " is neither a decimal digit number, decimal point, nor \"e\" notation exponential mark.");
    }
    // NOLINTNEXTLINE(bugprone-unchecked-optional-access): what to_text prints of a finite number is read
    return *model::parse_big_decimal(model::to_text(x));
}

double to_double(const BigDecimal& x) {
    return model::parse_double(model::to_text(x)).value_or(0);
}

float to_float(const BigDecimal& x) {
    return model::parse_float(model::to_text(x)).value_or(0);
}

double to_double(const BigInteger& x) {
    if (bits(x) > 1100) {
        return x.sign() * std::numeric_limits<double>::infinity();
    }
    return model::parse_double(x.str()).value_or(0);
}

float to_float(const BigInteger& x) {
    if (bits(x) > 200) {
        return static_cast<float>(x.sign()) * std::numeric_limits<float>::infinity();
    }
    return model::parse_float(x.str()).value_or(0);
}

std::int64_t low_bits(const BigInteger& x) {
    constexpr auto mask = std::numeric_limits<std::uint64_t>::max();
    const auto low = BigInteger(abs(x) & mask).convert_to<std::uint64_t>();
    return static_cast<std::int64_t>(x.sign() < 0 ? 0 - low : low);
}

std::int64_t low_bits(const BigDecimal& x) {
    if (x.unscaled.is_zero() || x.scale <= -64 || x.scale >= precision(x.unscaled)) {
        return 0;  // 10^64 is a multiple of 2^64
    }
    if (x.scale <= 0) {
        return low_bits(BigInteger(x.unscaled * power_of_ten(-std::int64_t{x.scale})));
    }
    return low_bits(BigInteger(x.unscaled / power_of_ten(x.scale)));
}

bool is_whole(const BigDecimal& x) {
    if (x.scale <= 0 || x.unscaled.is_zero()) {
        return true;
    }
    return x.scale < precision(x.unscaled) && BigInteger(x.unscaled % power_of_ten(x.scale)).is_zero();
}

}  // namespace zflow::interpreter
