#include "operators/decimal.hpp"
#include "operators/families.hpp"
#include "operators/java_math.hpp"

#include <cmath>
#include <concepts>
#include <limits>

// Fractional.*, FractionalPredicate.* and the exponent: java.lang.Math's functions. Float and BigDecimal go
// through Double, as in ZIO Flow, save where the JVM has a function of its own for Float.
namespace zflow::interpreter {

namespace {

using Function = double (*)(double);
using Function2 = double (*)(double, double);

constexpr double radians = 0.017453292519943295;  // as Math.toRadians(1.0)
constexpr double degrees = 57.29577951308232;

double floor(double x) {
    return std::floor(x);
}
double ceil(double x) {
    return std::ceil(x);
}
double rint(double x) {
    return std::nearbyint(x);
}
double sqrt(double x) {
    return std::sqrt(x);
}

// A function of Double for all three types.
template <Function F>
struct Through {
    double operator()(double x) const { return F(x); }
    float operator()(float x) const { return static_cast<float>(F(x)); }
    Or<BigDecimal> operator()(const BigDecimal& x) const { return to_decimal(F(to_double(x))); }
};
template <Function2 F>
struct Through2 {
    double operator()(double x, double y) const { return F(x, y); }
    float operator()(float x, float y) const { return static_cast<float>(F(x, y)); }
    Or<BigDecimal> operator()(const BigDecimal& x, const BigDecimal& y) const {
        return to_decimal(F(to_double(x), to_double(y)));
    }
};

// A function that exists for Float and for Double.
template <auto F>
struct Each {
    double operator()(double x) const { return F(x); }
    float operator()(float x) const { return F(x); }
    Or<BigDecimal> operator()(const BigDecimal& x) const { return to_decimal(F(to_double(x))); }
};
template <auto F>
struct Each2 {
    double operator()(double x, double y) const { return F(x, y); }
    float operator()(float x, float y) const { return F(x, y); }
    Or<BigDecimal> operator()(const BigDecimal& x, const BigDecimal& y) const {
        return to_decimal(F(to_double(x), to_double(y)));
    }
};

template <std::floating_point T>
T next_up(T x) {
    return std::nextafter(x, std::numeric_limits<T>::infinity());
}

template <std::floating_point T>
T next_down(T x) {
    return std::nextafter(x, -std::numeric_limits<T>::infinity());
}

// The distance to the next greater magnitude.
template <std::floating_point T>
T ulp(T x) {
    const T size = std::fabs(x);
    if (!std::isfinite(size)) {
        return size;
    }
    if (size == std::numeric_limits<T>::max()) {
        return size - next_down(size);
    }
    return next_up(size) - size;
}

// x * 2^n; n as the JVM casts it to Int.
template <std::floating_point T>
T scalb(T x, T n) {
    constexpr T far = 5000;  // beyond any exponent
    return std::ldexp(x, std::isnan(n) ? 0 : static_cast<int>(std::clamp(n, -far, far)));
}

template <std::floating_point T>
T ieee_remainder(T x, T y) {
    return std::remainder(x, y);
}

struct Round {
    double operator()(double x) const { return java_math::round(x); }
    float operator()(float x) const { return java_math::round(x); }
    // To 34 digits, not to a whole number, as in ZIO Flow.
    Or<BigDecimal> operator()(const BigDecimal& x) const { return rounded(x); }
};

struct ToRadians {
    double operator()(double x) const { return x * radians; }
    float operator()(float x) const { return static_cast<float>(static_cast<double>(x) * radians); }
    Or<BigDecimal> operator()(const BigDecimal& x) const { return multiply(x, *to_decimal(radians)); }
};

struct ToDegrees {
    double operator()(double x) const { return x * degrees; }
    float operator()(float x) const { return static_cast<float>(static_cast<double>(x) * degrees); }
    Or<BigDecimal> operator()(const BigDecimal& x) const { return multiply(x, *to_decimal(degrees)); }
};

// As Math.getExponent: one beyond the greatest for NaN and infinity, one below the least for subnormal
// numbers and 0.
struct GetExponent {
    template <std::floating_point T>
    std::int32_t operator()(T x) const {
        using Limits = std::numeric_limits<T>;
        if (!std::isfinite(x)) {
            return Limits::max_exponent;
        }
        return std::fabs(x) < Limits::min() ? Limits::min_exponent - 2 : std::ilogb(x);
    }
    std::int32_t operator()(const BigDecimal& x) const { return (*this)(to_double(x)); }
};

// Predicates of reals; a BigDecimal is always finite.
template <auto F>
struct Predicate {
    bool operator()(double x) const { return F(x); }
    bool operator()(float x) const { return F(static_cast<double>(x)); }
    bool operator()(const BigDecimal&) const { return F(0.0); }
};

template <auto F>
constexpr std::array<OperatorRow, 3> unary(std::string_view path) {
    return {row<F, BigDec, BigDec>(path, BigDec::fractional_tag),
            row<F, Double, Double>(path, Double::fractional_tag),
            row<F, Float, Float>(path, Float::fractional_tag)};
}
template <auto F>
constexpr std::array<OperatorRow, 3> binary(std::string_view path) {
    return {row<F, BigDec, BigDec, BigDec>(path, BigDec::fractional_tag),
            row<F, Double, Double, Double>(path, Double::fractional_tag),
            row<F, Float, Float, Float>(path, Float::fractional_tag)};
}
template <auto F, class R>
constexpr std::array<OperatorRow, 3> to(std::string_view path) {
    return {row<F, R, BigDec>(path, BigDec::fractional_tag), row<F, R, Double>(path, Double::fractional_tag),
            row<F, R, Float>(path, Float::fractional_tag)};
}
template <Function F>
constexpr auto through(std::string_view path) {
    return unary<Through<F>{}>(path);
}

constexpr auto up = [](auto x) { return next_up(x); };
constexpr auto down = [](auto x) { return next_down(x); };
constexpr auto last_place = [](auto x) { return ulp(x); };
constexpr auto scaled = [](auto x, auto n) { return scalb(x, n); };
constexpr auto sign_copied = [](auto x, auto sign) { return std::copysign(x, sign); };
constexpr auto next_after = [](auto x, auto towards) { return std::nextafter(x, towards); };

constexpr auto rows = joined(
    to<GetExponent{}, Int>("Conversion.FractionalGetExponent"), through<java_math::acos>("Fractional.ArcCos"),
    through<java_math::asin>("Fractional.ArcSin"), through<java_math::atan>("Fractional.ArcTan"),
    binary<Through2<java_math::atan2>{}>("Fractional.ArcTan2"), through<java_math::cbrt>("Fractional.Cbrt"),
    through<ceil>("Fractional.Ceil"), binary<Each2<sign_copied>{}>("Fractional.CopySign"),
    through<java_math::cos>("Fractional.Cos"), through<java_math::cosh>("Fractional.Cosh"),
    through<java_math::exp>("Fractional.Exp"), through<java_math::expm1>("Fractional.Expm1"),
    through<floor>("Fractional.Floor"), binary<Through2<java_math::hypot>{}>("Fractional.Hypot"),
    binary<Through2<ieee_remainder<double>>{}>("Fractional.IEEEremainder"),
    through<java_math::log>("Fractional.Log"), through<java_math::log10>("Fractional.Log10"),
    through<java_math::log1p>("Fractional.Log1p"), binary<Each2<next_after>{}>("Fractional.NextAfter"),
    unary<Each<down>{}>("Fractional.NextDown"), unary<Each<up>{}>("Fractional.NextUp"),
    binary<Through2<java_math::pow>{}>("Fractional.Pow"), through<rint>("Fractional.Rint"),
    unary<Round{}>("Fractional.Round"), binary<Each2<scaled>{}>("Fractional.Scalb"),
    through<java_math::sin>("Fractional.Sin"), through<java_math::sinh>("Fractional.Sinh"),
    through<sqrt>("Fractional.Sqrt"), through<java_math::tan>("Fractional.Tan"),
    through<java_math::tanh>("Fractional.Tanh"), unary<ToDegrees{}>("Fractional.ToDegrees"),
    unary<ToRadians{}>("Fractional.ToRadians"), unary<Each<last_place>{}>("Fractional.Ulp"),
    to<Predicate<[](double x) { return std::isfinite(x); }>{}, Boolean>("FractionalPredicate.IsFinite"),
    to<Predicate<[](double x) { return std::isinf(x); }>{}, Boolean>("FractionalPredicate.IsInfinity"),
    to<Predicate<[](double x) { return std::isnan(x); }>{}, Boolean>("FractionalPredicate.IsNaN"),
    // The name is ZIO Flow's.
    to<Predicate<[](double x) { return std::isinf(x) && x < 0; }>{}, Boolean>(
        "FractionalPredicate.IsNegInifinty"),
    to<Predicate<[](double x) { return std::isinf(x) && x > 0; }>{}, Boolean>(
        "FractionalPredicate.IsPosInfinity"));

}  // namespace

Rows fractional_rows() noexcept {
    return rows;
}

}  // namespace zflow::interpreter
