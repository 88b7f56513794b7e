#include "operators/decimal.hpp"
#include "operators/families.hpp"

#include <cmath>
#include <concepts>
#include <limits>

// Numeric.* and NumericPredicate.*: arithmetic as on the JVM. Whole numbers of fixed size wrap around.
namespace zflow::interpreter {

namespace {

template <class T>
concept FixedWhole = std::integral<T>;
template <class T>
concept Real = std::floating_point<T>;

// Arithmetic without sign, cut to T's size: what the JVM's whole numbers do.
template <FixedWhole T>
T wrapped(std::uint64_t bits) {
    return static_cast<T>(bits);
}
template <FixedWhole T>
std::uint64_t extended(T x) {
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(x));
}

struct Add {
    template <FixedWhole T>
    T operator()(T a, T b) const {
        return wrapped<T>(extended(a) + extended(b));
    }
    template <Real T>
    T operator()(T a, T b) const {
        return a + b;
    }
    Or<BigInteger> operator()(const BigInteger& a, const BigInteger& b) const { return bounded(a + b); }
    Or<BigDecimal> operator()(const BigDecimal& a, const BigDecimal& b) const { return add(a, b); }
};

struct Sub {
    template <FixedWhole T>
    T operator()(T a, T b) const {
        return wrapped<T>(extended(a) - extended(b));
    }
    template <Real T>
    T operator()(T a, T b) const {
        return a - b;
    }
    Or<BigInteger> operator()(const BigInteger& a, const BigInteger& b) const { return bounded(a - b); }
    Or<BigDecimal> operator()(const BigDecimal& a, const BigDecimal& b) const { return subtract(a, b); }
};

struct Mul {
    template <FixedWhole T>
    T operator()(T a, T b) const {
        return wrapped<T>(extended(a) * extended(b));
    }
    template <Real T>
    T operator()(T a, T b) const {
        return a * b;
    }
    Or<BigInteger> operator()(const BigInteger& a, const BigInteger& b) const { return bounded(a * b); }
    Or<BigDecimal> operator()(const BigDecimal& a, const BigDecimal& b) const { return multiply(a, b); }
};

struct Div {
    template <FixedWhole T>
    Or<T> operator()(T a, T b) const {
        if (b == 0) {
            return failed("/ by zero");
        }
        // The least number divided by -1 is itself again; in C++ it has no result.
        return static_cast<std::int64_t>(b) == -1 ? wrapped<T>(0 - extended(a)) : static_cast<T>(a / b);
    }
    template <Real T>
    T operator()(T a, T b) const {
        return a / b;
    }
    Or<BigInteger> operator()(const BigInteger& a, const BigInteger& b) const {
        if (b.is_zero()) {
            return failed("BigInteger divide by zero");
        }
        return BigInteger(a / b);
    }
    Or<BigDecimal> operator()(const BigDecimal& a, const BigDecimal& b) const { return divide(a, b); }
};

struct Mod {
    template <FixedWhole T>
    Or<T> operator()(T a, T b) const {
        if (b == 0) {
            return failed("/ by zero");
        }
        return static_cast<std::int64_t>(b) == -1 ? T{0} : static_cast<T>(a % b);
    }
    template <Real T>
    T operator()(T a, T b) const {
        return std::fmod(a, b);
    }
    Or<BigInteger> operator()(const BigInteger& a, const BigInteger& b) const {
        if (b.is_zero()) {
            return failed("BigInteger divide by zero");
        }
        return BigInteger(a % b);
    }
    Or<BigDecimal> operator()(const BigDecimal& a, const BigDecimal& b) const { return remainder(a, b); }
};

struct Neg {
    template <FixedWhole T>
    T operator()(T a) const {
        return wrapped<T>(0 - extended(a));
    }
    template <Real T>
    T operator()(T a) const {
        return -a;
    }
    BigInteger operator()(const BigInteger& a) const { return -a; }
    Or<BigDecimal> operator()(const BigDecimal& a) const { return negate(a); }
};

struct Abs {
    template <FixedWhole T>
    T operator()(T a) const {
        return a < 0 ? Neg{}(a) : a;
    }
    template <Real T>
    T operator()(T a) const {
        return std::fabs(a);
    }
    BigInteger operator()(const BigInteger& a) const { return abs(a); }
    Or<BigDecimal> operator()(const BigDecimal& a) const { return a.unscaled.sign() < 0 ? negate(a) : a; }
};

// As ZIO Flow: 1 for NaN, which is neither 0 nor less than it.
struct Sign {
    template <class T>
        requires FixedWhole<T> || Real<T>
    T operator()(T a) const {
        return static_cast<T>(a == 0 ? 0 : a < 0 ? -1 : 1);
    }
    BigInteger operator()(const BigInteger& a) const { return a.sign(); }
    BigDecimal operator()(const BigDecimal& a) const { return {a.unscaled.sign(), 0}; }
};

// For reals as java.lang.Math: NaN if one is NaN, and -0.0 is less than 0.0.
struct Min {
    template <FixedWhole T>
    T operator()(T a, T b) const {
        return std::min(a, b);
    }
    template <Real T>
    T operator()(T a, T b) const {
        if (std::isnan(a) || std::isnan(b)) {
            return std::numeric_limits<T>::quiet_NaN();
        }
        return a < b || (a == b && std::signbit(a)) ? a : b;
    }
    BigInteger operator()(const BigInteger& a, const BigInteger& b) const { return a <= b ? a : b; }
    BigDecimal operator()(const BigDecimal& a, const BigDecimal& b) const {
        return compare(a, b) <= 0 ? a : b;
    }
};

struct Max {
    template <FixedWhole T>
    T operator()(T a, T b) const {
        return std::max(a, b);
    }
    template <Real T>
    T operator()(T a, T b) const {
        if (std::isnan(a) || std::isnan(b)) {
            return std::numeric_limits<T>::quiet_NaN();
        }
        return a > b || (a == b && !std::signbit(a)) ? a : b;
    }
    BigInteger operator()(const BigInteger& a, const BigInteger& b) const { return a >= b ? a : b; }
    BigDecimal operator()(const BigDecimal& a, const BigDecimal& b) const {
        return compare(a, b) >= 0 ? a : b;
    }
};

struct IsWhole {
    template <FixedWhole T>
    bool operator()(T) const {
        return true;
    }
    template <Real T>
    bool operator()(T a) const {
        return std::isfinite(a) && std::trunc(a) == a;
    }
    bool operator()(const BigInteger&) const { return true; }
    bool operator()(const BigDecimal& a) const { return is_whole(a); }
};

// Whether the number is one of T.
template <class T>
struct IsValid {
    static constexpr T least = std::numeric_limits<T>::min();
    static constexpr T most = std::numeric_limits<T>::max();

    template <FixedWhole N>
    bool operator()(N a) const {
        const auto wide = static_cast<std::int64_t>(a);
        return wide >= std::int64_t{least} && wide <= std::int64_t{most};
    }
    template <Real N>
    bool operator()(N a) const {
        // `most` + 1 is a power of two, so it is exact.
        return std::isfinite(a) && std::trunc(a) == a && a >= static_cast<N>(least) &&
               a < static_cast<N>(static_cast<std::uint64_t>(most) + 1);
    }
    bool operator()(const BigInteger& a) const { return a >= least && a <= most; }
    bool operator()(const BigDecimal& a) const {
        return is_whole(a) && compare(a, {least, 0}) >= 0 && compare(a, {most, 0}) <= 0;
    }
};

template <auto F, class... T>
constexpr std::array<OperatorRow, sizeof...(T)> predicate_rows(std::string_view path) {
    return {row<F, Boolean, T>(path, T::tag)...};
}

template <auto F>
constexpr auto unary(std::string_view path) {
    return unary_rows<F, BigDec, BigInt, Byte, Char, Double, Float, Int, Long, Short>(path);
}
template <auto F>
constexpr auto binary(std::string_view path) {
    return binary_rows<F, BigDec, BigInt, Byte, Char, Double, Float, Int, Long, Short>(path);
}
template <auto F>
constexpr auto predicate(std::string_view path) {
    return predicate_rows<F, BigDec, BigInt, Byte, Char, Double, Float, Int, Long, Short>(path);
}

constexpr auto rows =
    joined(unary<Abs{}>("Numeric.Abs"), binary<Add{}>("Numeric.Add"), binary<Div{}>("Numeric.Div"),
           binary<Max{}>("Numeric.Max"), binary<Min{}>("Numeric.Min"), binary<Mod{}>("Numeric.Mod"),
           binary<Mul{}>("Numeric.Mul"), unary<Neg{}>("Numeric.Neg"), unary<Sign{}>("Numeric.Sign"),
           binary<Sub{}>("Numeric.Sub"), predicate<IsValid<std::int8_t>{}>("NumericPredicate.IsValidByte"),
           predicate<IsValid<char16_t>{}>("NumericPredicate.IsValidChar"),
           predicate<IsValid<std::int32_t>{}>("NumericPredicate.IsValidInt"),
           predicate<IsValid<std::int64_t>{}>("NumericPredicate.IsValidLong"),
           predicate<IsValid<std::int16_t>{}>("NumericPredicate.IsValidShort"),
           predicate<IsWhole{}>("NumericPredicate.IsWhole"));

}  // namespace

Rows numeric_rows() noexcept {
    return rows;
}

}  // namespace zflow::interpreter
