#include "operators/java_math.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <utility>

namespace zflow::interpreter::java_math {

namespace {

// The upper 32 bits of a number: sign, exponent and the first 20 bits of the fraction.
std::int32_t high(double x) {
    return static_cast<std::int32_t>(std::bit_cast<std::uint64_t>(x) >> 32);
}
std::uint32_t low(double x) {
    return static_cast<std::uint32_t>(std::bit_cast<std::uint64_t>(x));
}

double from_words(std::int32_t upper, std::uint32_t lower) {
    return std::bit_cast<double>(static_cast<std::uint64_t>(static_cast<std::uint32_t>(upper)) << 32 | lower);
}

constexpr double half_pi_high = 1.57079632679489655800e+00;
constexpr double half_pi_low = 6.12323399573676603587e-17;
constexpr double quarter_pi_high = 7.85398163397448278999e-01;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// The rational function R(t) of asin(x) = x + x * R(x^2) for |x| < 0.5.
double asin_ratio(double t) {
    const double p =
        t * (1.66666666666666657415e-01 +
             t * (-3.25565818622400915405e-01 +
                  t * (2.01212532134862925881e-01 +
                       t * (-4.00555345006794114027e-02 +
                            t * (7.91534994289814532176e-04 + t * 3.47933107596021167570e-05)))));
    const double q = 1.0 + t * (-2.40339491173441421878e+00 +
                                t * (2.02094576023350569471e+00 +
                                     t * (-6.88283971605453293030e-01 + t * 7.70381505559019352791e-02)));
    return p / q;
}

// fdlibm's exp, which its cosh is made of.
double strict_exp(double x) {
    constexpr double ln2_high = 6.93147180369123816490e-01;
    constexpr double ln2_low = 1.90821492927058770002e-10;
    constexpr double inverse_ln2 = 1.44269504088896338700e+00;
    if (x > 7.09782712893383973096e+02) {
        return std::numeric_limits<double>::infinity();
    }
    const std::int32_t hx = high(x) & 0x7fffffff;
    double upper = 0;
    double lower = 0;
    int k = 0;
    if (hx > 0x3fd62e42) {  // beyond ln2 / 2
        k = hx < 0x3FF0A2B2 ? (x < 0 ? -1 : 1) : static_cast<int>(inverse_ln2 * x + (x < 0 ? -0.5 : 0.5));
        upper = x - k * ln2_high;
        lower = k * ln2_low;
        x = upper - lower;
    } else if (hx < 0x3e300000) {
        return 1.0 + x;
    }
    const double t = x * x;
    const double c = x - t * (1.66666666666666019037e-01 +
                              t * (-2.77777777770155933842e-03 +
                                   t * (6.61375632143793436117e-05 +
                                        t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))));
    if (k == 0) {
        return 1.0 - ((x * c) / (c - 2.0) - x);
    }
    return std::ldexp(1.0 - ((lower - (x * c) / (2.0 - c)) - upper), k);
}

}  // namespace

// The JVM computes these with intrinsics whose error is little more than half a unit in the last place.
double sin(double x) {
    return static_cast<double>(std::sin(static_cast<long double>(x)));
}
double cos(double x) {
    return static_cast<double>(std::cos(static_cast<long double>(x)));
}
double tan(double x) {
    return static_cast<double>(std::tan(static_cast<long double>(x)));
}
double exp(double x) {
    return std::exp(x);
}
double log(double x) {
    return std::log(x);
}
double log10(double x) {
    return static_cast<double>(std::log10(static_cast<long double>(x)));
}

double pow(double x, double y) {
    // Where IEEE 754 says 1, the JVM says NaN.
    if (std::isnan(y) || (std::isinf(y) && std::fabs(x) == 1)) {
        return nan;
    }
    return static_cast<double>(std::pow(static_cast<long double>(x), static_cast<long double>(y)));
}

// The rest is what fdlibm 5.3 (Sun Microsystems, 1993) defines; java.lang.StrictMath is bound to its results.
double expm1(double x) {
    return std::expm1(x);
}
double log1p(double x) {
    return std::log1p(x);
}
double tanh(double x) {
    return std::tanh(x);
}

double asin(double x) {
    const double size = std::fabs(x);
    if (!(size < 1)) {
        return size == 1 ? x * half_pi_high + x * half_pi_low : nan;
    }
    if (size < 0.5) {
        return high(size) < 0x3e400000 ? x : x + x * asin_ratio(x * x);
    }
    const double t = (1.0 - size) * 0.5;
    const double r = asin_ratio(t);
    const double s = std::sqrt(t);
    if (high(size) >= 0x3FEF3333) {  // near 1
        return std::copysign(half_pi_high - (2.0 * (s + s * r) - half_pi_low), x);
    }
    const double w = from_words(high(s), 0);
    const double c = (t - w * w) / (s + w);
    const double p = 2.0 * s * r - (half_pi_low - 2.0 * c);
    const double q = quarter_pi_high - 2.0 * w;
    return std::copysign(quarter_pi_high - (p - q), x);
}

double acos(double x) {
    const double size = std::fabs(x);
    if (!(size < 1)) {
        return size != 1 ? nan : x > 0 ? 0.0 : std::numbers::pi + 2.0 * half_pi_low;
    }
    if (size < 0.5) {
        if (high(size) <= 0x3c600000) {
            return half_pi_high + half_pi_low;
        }
        return half_pi_high - (x - (half_pi_low - x * asin_ratio(x * x)));
    }
    const double z = (1.0 - size) * 0.5;
    const double s = std::sqrt(z);
    const double r = asin_ratio(z);
    if (x < 0) {
        return std::numbers::pi - 2.0 * (s + (r * s - half_pi_low));
    }
    const double df = from_words(high(s), 0);
    const double c = (z - df * df) / (s + df);
    return 2.0 * (df + (r * s + c));
}

double atan(double x) {
    static constexpr std::array upper{4.63647609000806093515e-01, 7.85398163397448278999e-01,
                                      9.82793723247329054082e-01, 1.57079632679489655800e+00};
    static constexpr std::array lower{2.26987774529616870924e-17, 3.06161699786838301793e-17,
                                      1.39033110312309984516e-17, 6.12323399573676603587e-17};
    static constexpr std::array c{
        3.33333333333329318027e-01,  -1.99999999998764832476e-01, 1.42857142725034663711e-01,
        -1.11111104054623557880e-01, 9.09088713343650656196e-02,  -7.69187620504482999495e-02,
        6.66107313738753120669e-02,  -5.83357013379057348645e-02, 4.97687799461593236017e-02,
        -3.65315727442169155270e-02, 1.62858201153657823623e-02};
    if (std::isnan(x)) {
        return nan;
    }
    const std::int32_t ix = high(x) & 0x7fffffff;
    if (ix >= 0x44100000) {  // 2^66 and beyond
        return std::copysign(upper[3] + lower[3], x);
    }
    if (ix < 0x3e200000) {
        return x;
    }
    int id = -1;
    double t = x;
    if (ix >= 0x3fdc0000) {  // 0.4375
        const double size = std::fabs(x);
        id = ix < 0x3fe60000 ? 0 : ix < 0x3ff30000 ? 1 : ix < 0x40038000 ? 2 : 3;
        t = id == 0   ? (2.0 * size - 1.0) / (2.0 + size)
            : id == 1 ? (size - 1.0) / (size + 1.0)
            : id == 2 ? (size - 1.5) / (1.0 + 1.5 * size)
                      : -1.0 / size;
    }
    const double z = t * t;
    const double w = z * z;
    const double odd = z * (c[0] + w * (c[2] + w * (c[4] + w * (c[6] + w * (c[8] + w * c[10])))));
    const double even = w * (c[1] + w * (c[3] + w * (c[5] + w * (c[7] + w * c[9]))));
    if (id < 0) {
        return t - t * (odd + even);
    }
    const auto i = static_cast<std::size_t>(id);
    return std::copysign(upper[i] - ((t * (odd + even) - lower[i]) - t), x);
}

double atan2(double y, double x) {
    constexpr double pi_low = 1.2246467991473531772E-16;
    if (std::isnan(x) || std::isnan(y)) {
        return nan;
    }
    if (x == 1.0) {
        return atan(y);
    }
    if (y == 0) {
        return std::signbit(x) ? std::copysign(std::numbers::pi, y) : y;
    }
    if (x == 0) {
        return std::copysign(half_pi_high, y);
    }
    if (std::isinf(x) || std::isinf(y)) {
        return std::atan2(y, x);  // multiples of pi / 4
    }
    const int k = ((high(y) & 0x7fffffff) - (high(x) & 0x7fffffff)) >> 20;
    const double z = k > 60 ? half_pi_high + 0.5 * pi_low : (x < 0 && k < -60) ? 0.0 : atan(std::fabs(y / x));
    if (x > 0) {
        return y > 0 ? z : -z;
    }
    return y > 0 ? std::numbers::pi - (z - pi_low) : (z - pi_low) - std::numbers::pi;
}

double sinh(double x) {
    const double size = std::fabs(x);
    const double half = x < 0 ? -0.5 : 0.5;
    const std::int32_t ix = high(size);
    if (ix < 0x40360000) {  // 22
        if (ix < 0x3e300000) {
            return x;
        }
        const double t = std::expm1(size);
        return ix < 0x3ff00000 ? half * (2.0 * t - t * t / (t + 1.0)) : half * (t + t / (t + 1.0));
    }
    if (ix < 0x40862E42) {
        return half * strict_exp(size);
    }
    const double w = strict_exp(0.5 * size);
    return half * w * w;
}

double cosh(double x) {
    const double size = std::fabs(x);
    if (!std::isfinite(x)) {
        return size;
    }
    const std::int32_t ix = high(size);
    if (ix < 0x3fd62e43) {  // ln2 / 2
        const double t = std::expm1(size);
        const double w = 1.0 + t;
        return ix < 0x3c800000 ? w : 1.0 + (t * t) / (w + w);
    }
    if (ix < 0x40360000) {  // 22
        const double t = strict_exp(size);
        return 0.5 * t + 0.5 / t;
    }
    if (ix < 0x40862E42) {
        return 0.5 * strict_exp(size);
    }
    const double w = strict_exp(0.5 * size);
    return 0.5 * w * w;
}

double hypot(double x, double y) {
    if (std::isinf(x) || std::isinf(y)) {
        return std::numeric_limits<double>::infinity();
    }
    if (std::isnan(x) || std::isnan(y)) {
        return nan;
    }
    double a = std::fabs(x);
    double b = std::fabs(y);
    if ((high(b) > high(a))) {
        std::swap(a, b);
    }
    if (high(a) - high(b) > 0x3c00000) {
        return a + b;
    }
    int scale = 0;
    if (high(a) > 0x5f300000) {  // 2^500
        scale = 600;
    } else if (high(b) < 0x20b00000) {  // 2^-500
        if (b == 0) {
            return a;
        }
        scale = high(b) <= 0x000fffff ? -1022 : -600;
    }
    a = std::ldexp(a, -scale);
    b = std::ldexp(b, -scale);
    double w = a - b;
    if (w > b) {
        const double t1 = from_words(high(a), 0);
        const double t2 = a - t1;
        w = std::sqrt(t1 * t1 - (b * (-b) - t2 * (a + t1)));
    } else {
        const double twice = a + a;
        const double y1 = from_words(high(b), 0);
        const double y2 = b - y1;
        const double t1 = from_words(high(a) + 0x00100000, 0);
        const double t2 = twice - t1;
        w = std::sqrt(t1 * y1 - (w * (-w) - (t1 * y2 + t2 * b)));
    }
    return std::ldexp(w, scale);
}

double cbrt(double x) {
    if (!std::isfinite(x) || x == 0) {
        return x;
    }
    const double size = std::fabs(x);
    double t = 0;
    if (high(size) < 0x00100000) {  // subnormal
        t = 0x1p54 * size;
        t = from_words(high(t) / 3 + 696'219'795, low(t));
    } else {
        t = from_words(high(size) / 3 + 715'094'163, 0);
    }
    double r = t * t / size;
    double s = 5.42857142857142815906e-01 + r * t;
    t *= 3.57142857142857150787e-01 +
         1.60714285714285720630e+00 / (s + 1.41428571428571436819e+00 + -7.05306122448979611050e-01 / s);
    // Chopped to 20 bits and made larger than the root.
    t = from_words(high(t) + 1, 0);
    s = t * t;
    r = size / s;
    r = (r - t) / (t + t + r);
    return std::copysign(t + t * r, x);
}

namespace {

template <class Whole, class Real>
Real rounded(Real x) {
    if (std::isnan(x)) {
        return 0;
    }
    constexpr auto least = static_cast<Real>(std::numeric_limits<Whole>::min());
    const Real whole = std::floor(x);
    const Real nearest = x - whole >= Real{0.5} ? whole + 1 : whole;
    return nearest <= least    ? least
           : nearest >= -least ? static_cast<Real>(std::numeric_limits<Whole>::max())
                               : nearest + Real{0};
}

}  // namespace

double round(double x) {
    return rounded<std::int64_t>(x);
}
float round(float x) {
    return rounded<std::int32_t>(x);
}

}  // namespace zflow::interpreter::java_math
