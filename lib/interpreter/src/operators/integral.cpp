#include "operators/decimal.hpp"
#include "operators/families.hpp"

#include <concepts>
#include <limits>

// Integral.*: bits, shifts, floor division and exact arithmetic of whole numbers.
//
// Exact arithmetic is that of Int for Byte, Short and Char, then cut to size, as ZIO Flow does it: 32767 + 1
// is -32768.
namespace zflow::interpreter {

namespace {

template <std::integral T>
constexpr std::string_view overflow = sizeof(T) == 8 ? "long overflow" : "integer overflow";

// What the JVM computes with: Int for anything up to 32 bits.
template <std::integral T>
using Wide = std::conditional_t<sizeof(T) == 8, std::int64_t, std::int32_t>;

struct AddExact {
    template <std::integral T>
    Or<T> operator()(T a, T b) const {
        Wide<T> sum{};
        if (__builtin_add_overflow(Wide<T>{a}, Wide<T>{b}, &sum)) {
            return failed(std::string(overflow<T>));
        }
        return static_cast<T>(sum);
    }
    Or<BigInteger> operator()(const BigInteger& a, const BigInteger& b) const { return bounded(a + b); }
};

struct SubExact {
    template <std::integral T>
    Or<T> operator()(T a, T b) const {
        Wide<T> difference{};
        if (__builtin_sub_overflow(Wide<T>{a}, Wide<T>{b}, &difference)) {
            return failed(std::string(overflow<T>));
        }
        return static_cast<T>(difference);
    }
    Or<BigInteger> operator()(const BigInteger& a, const BigInteger& b) const { return bounded(a - b); }
};

struct MulExact {
    template <std::integral T>
    Or<T> operator()(T a, T b) const {
        Wide<T> product{};
        if (__builtin_mul_overflow(Wide<T>{a}, Wide<T>{b}, &product)) {
            return failed(std::string(overflow<T>));
        }
        return static_cast<T>(product);
    }
    Or<BigInteger> operator()(const BigInteger& a, const BigInteger& b) const { return bounded(a * b); }
};

struct IncExact {
    template <std::integral T>
    Or<T> operator()(T a) const {
        return AddExact{}(a, T{1});
    }
    Or<BigInteger> operator()(const BigInteger& a) const { return bounded(a + 1); }
};

struct DecExact {
    template <std::integral T>
    Or<T> operator()(T a) const {
        return SubExact{}(a, T{1});
    }
    Or<BigInteger> operator()(const BigInteger& a) const { return bounded(a - 1); }
};

struct NegExact {
    template <std::integral T>
    Or<T> operator()(T a) const {
        return SubExact{}(T{0}, a);
    }
    BigInteger operator()(const BigInteger& a) const { return -a; }
};

struct BitwiseNeg {
    template <std::integral T>
    T operator()(T a) const {
        return static_cast<T>(~a);
    }
    BigInteger operator()(const BigInteger& a) const { return -a - 1; }
};

struct And {
    template <std::integral T>
    T operator()(T a, T b) const {
        return static_cast<T>(a & b);
    }
    BigInteger operator()(const BigInteger& a, const BigInteger& b) const { return a & b; }
};
struct Or_ {
    template <std::integral T>
    T operator()(T a, T b) const {
        return static_cast<T>(a | b);
    }
    BigInteger operator()(const BigInteger& a, const BigInteger& b) const { return a | b; }
};
struct Xor {
    template <std::integral T>
    T operator()(T a, T b) const {
        return static_cast<T>(a ^ b);
    }
    BigInteger operator()(const BigInteger& a, const BigInteger& b) const { return a ^ b; }
};

// `a * 2^distance`, or `a / 2^-distance` towards minus infinity.
Or<BigInteger> shifted(const BigInteger& a, const BigInteger& distance) {
    if (a.is_zero() || distance.is_zero()) {
        return a;
    }
    const BigInteger size = abs(distance);
    const bool far = size > model::max_number_bits;
    if (distance.sign() > 0) {
        if (far || bits(a) + size.convert_to<std::uint64_t>() > model::max_number_bits) {
            return too_large("a BigInteger", "max_number_bits", model::max_number_bits);
        }
        return BigInteger(a << size.convert_to<unsigned>());
    }
    if (far || size >= bits(a)) {
        return BigInteger(a.sign() < 0 ? -1 : 0);
    }
    return BigInteger(a >> size.convert_to<unsigned>());
}

// How far the JVM shifts: only the lowest bits of the distance count.
template <std::integral T>
unsigned distance_of(T b) {
    return static_cast<unsigned>(static_cast<std::int64_t>(b)) & (sizeof(T) == 8 ? 63U : 31U);
}

struct LeftShift {
    template <std::integral T>
    T operator()(T a, T b) const {
        using Unsigned = std::make_unsigned_t<Wide<T>>;
        return static_cast<T>(static_cast<Unsigned>(Wide<T>{a}) << distance_of(b));
    }
    Or<BigInteger> operator()(const BigInteger& a, const BigInteger& b) const { return shifted(a, b); }
};
struct RightShift {
    template <std::integral T>
    T operator()(T a, T b) const {
        return static_cast<T>(Wide<T>{a} >> distance_of(b));
    }
    Or<BigInteger> operator()(const BigInteger& a, const BigInteger& b) const { return shifted(a, -b); }
};
struct UnsignedRightShift {
    template <std::integral T>
    T operator()(T a, T b) const {
        using Unsigned = std::make_unsigned_t<Wide<T>>;
        return static_cast<T>(static_cast<Unsigned>(Wide<T>{a}) >> distance_of(b));
    }
    // There is no highest bit to shift in from, so this is `>>`, as in ZIO Flow.
    Or<BigInteger> operator()(const BigInteger& a, const BigInteger& b) const { return shifted(a, -b); }
};

struct FloorDiv {
    template <std::integral T>
    Or<T> operator()(T a, T b) const {
        if (b == 0) {
            return failed("/ by zero");
        }
        const auto x = std::int64_t{a};
        const auto y = std::int64_t{b};
        if (y == -1) {
            return static_cast<T>(0 - static_cast<std::uint64_t>(x));
        }
        const std::int64_t quotient = x / y;
        return static_cast<T>(x % y != 0 && (x < 0) != (y < 0) ? quotient - 1 : quotient);
    }
    Or<BigInteger> operator()(const BigInteger& a, const BigInteger& b) const {
        if (b.is_zero()) {
            return failed("BigInteger divide by zero");
        }
        BigInteger quotient;
        BigInteger rest;
        divide_qr(a, b, quotient, rest);
        if (!rest.is_zero() && (a.sign() < 0) != (b.sign() < 0)) {
            --quotient;
        }
        return quotient;
    }
};

struct FloorMod {
    template <std::integral T>
    Or<T> operator()(T a, T b) const {
        if (b == 0) {
            return failed("/ by zero");
        }
        const auto x = std::int64_t{a};
        const auto y = std::int64_t{b};
        const std::int64_t rest = y == -1 ? 0 : x % y;
        return static_cast<T>(rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest);
    }
    Or<BigInteger> operator()(const BigInteger& a, const BigInteger& b) const {
        if (b.is_zero()) {
            return failed("BigInteger divide by zero");
        }
        BigInteger rest = a % b;
        if (!rest.is_zero() && (rest.sign() < 0) != (b.sign() < 0)) {
            rest += b;
        }
        return rest;
    }
};

template <auto F>
constexpr auto unary(std::string_view path) {
    return unary_rows<F, BigInt, Byte, Char, Int, Long, Short>(path);
}
template <auto F>
constexpr auto binary(std::string_view path) {
    return binary_rows<F, BigInt, Byte, Char, Int, Long, Short>(path);
}

constexpr auto rows =
    joined(binary<AddExact{}>("Integral.AddExact"), binary<And{}>("Integral.And"),
           unary<BitwiseNeg{}>("Integral.BitwiseNeg"), unary<DecExact{}>("Integral.DecExact"),
           binary<FloorDiv{}>("Integral.FloorDiv"), binary<FloorMod{}>("Integral.FloorMod"),
           unary<IncExact{}>("Integral.IncExact"), binary<LeftShift{}>("Integral.LeftShift"),
           binary<MulExact{}>("Integral.MulExact"), unary<NegExact{}>("Integral.NegExact"),
           binary<Or_{}>("Integral.Or"), binary<RightShift{}>("Integral.RightShift"),
           binary<SubExact{}>("Integral.SubExact"),
           binary<UnsignedRightShift{}>("Integral.UnsignedRightShift"), binary<Xor{}>("Integral.Xor"));

}  // namespace

Rows integral_rows() noexcept {
    return rows;
}

}  // namespace zflow::interpreter
