#pragma once

#include <zflow/dsl/described.hpp>

#include <chrono>
#include <concepts>
#include <limits>
#include <optional>
#include <ratio>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

/// Which C++ values become Remotes by themselves: those that cannot lose anything on the way.

namespace zflow {
inline namespace dsl {
namespace detail {

/// Which type a C++ value has in a flow when nothing says so: 1 -> int32, "x" -> string, 24h -> Duration.
template <class U>
struct Literal {
    using type = U;
};
template <class U>
    requires(std::convertible_to<U, std::string_view> && !std::same_as<U, std::nullptr_t>)
struct Literal<U> {
    using type = std::string;
};
template <class R, class P>
struct Literal<std::chrono::duration<R, P>> {
    using type = Duration;
};
template <class D>
struct Literal<std::chrono::time_point<std::chrono::system_clock, D>> {
    using type = Instant;
};
template <class T>
struct Literal<Remote<T>> {
    using type = T;
};
template <class U>
using literal_t = typename Literal<std::decay_t<U>>::type;

template <class T>
constexpr bool is_character = std::same_as<T, char> || std::same_as<T, wchar_t> || std::same_as<T, char8_t> ||
                              std::same_as<T, char16_t> || std::same_as<T, char32_t>;
/// Numbers that C++ writes as literals.
template <class T>
concept PlainNumber = std::is_arithmetic_v<T> && !std::same_as<T, bool> && !is_character<T>;
/// Numbers that flows calculate with: their name in the operators of ZIO Flow.
template <class T>
struct Number {
    static constexpr const char* name = nullptr;
    static constexpr const char* tag = nullptr;
};
#define ZFLOW_NUMBER(T, NAME)                              \
    template <>                                            \
    struct Number<T> {                                     \
        static constexpr const char* name = NAME;          \
        static constexpr const char* tag = "Numeric" NAME; \
    };
ZFLOW_NUMBER(std::int8_t, "Byte")
ZFLOW_NUMBER(std::int16_t, "Short")
ZFLOW_NUMBER(std::int32_t, "Int")
ZFLOW_NUMBER(std::int64_t, "Long")
ZFLOW_NUMBER(float, "Float")
ZFLOW_NUMBER(double, "Double")
template <class T>
concept IsNumber = Number<T>::name != nullptr;

/// Whether a value of U becomes a Remote<T>.
template <class U, class T>
constexpr bool becomes_v = std::same_as<U, T>;
template <PlainNumber U, IsNumber T>
    requires(!std::same_as<U, T> && PlainNumber<T>)
constexpr bool becomes_v<U, T> =
    std::is_integral_v<U> || (std::is_floating_point_v<T> && sizeof(U) <= sizeof(T));
template <class U>
    requires(std::convertible_to<U, std::string_view> && !std::same_as<U, std::string> &&
             !std::same_as<U, std::nullptr_t>)
constexpr bool becomes_v<U, std::string> = true;
template <class R, class P>
    requires(!std::same_as<std::chrono::duration<R, P>, Duration>)
constexpr bool becomes_v<std::chrono::duration<R, P>, Duration> =
    std::ratio_less_v<P, std::chrono::months::period> &&
    std::convertible_to<std::chrono::duration<R, P>, Duration>;
template <class D>
    requires(!std::same_as<D, std::chrono::nanoseconds>)
constexpr bool becomes_v<std::chrono::time_point<std::chrono::system_clock, D>, Instant> = true;
template <class T>
constexpr bool becomes_v<std::nullopt_t, std::optional<T>> = true;
template <class U, class T>
    requires(!std::same_as<U, std::optional<T>> && !std::same_as<U, std::nullopt_t>)
constexpr bool becomes_v<U, std::optional<T>> = becomes_v<U, T>;
template <class U, class... Ts>
    requires(!std::same_as<U, std::variant<Ts...>>)
constexpr bool becomes_v<U, std::variant<Ts...>> = (std::same_as<U, Ts> || ...);
template <class U, class T>
concept Becomes = becomes_v<std::decay_t<U>, T>;

[[noreturn]] void refuse_number(long long value, bool exact, std::string_view type);
[[noreturn]] void refuse_time();

template <class T>
constexpr bool is_optional = false;
template <class T>
constexpr bool is_optional<std::optional<T>> = true;
template <class T>
constexpr bool is_time = false;
template <class R, class P>
constexpr bool is_time<std::chrono::duration<R, P>> = true;
template <class C, class D>
constexpr bool is_time<std::chrono::time_point<C, D>> = true;

/// 64 bits of nanoseconds are 292 years.
template <class T, class U>
T convert_time(const U& value) {
    using Exact = std::chrono::duration<long double, std::nano>;
    const auto since = [](const auto& time) {
        if constexpr (requires { time.time_since_epoch(); }) {
            return Exact(time.time_since_epoch());
        } else {
            return Exact(time);
        }
    };
    if (since(value) > since(T::max()) || since(value) < since(T::min())) {
        refuse_time();
    }
    return T(value);
}

template <class T, class U>
T convert_literal(const U& value) {
    if constexpr (IsNumber<T> && std::is_integral_v<U> && !std::same_as<U, T>) {
        if constexpr (std::is_integral_v<T>) {
            if (!std::in_range<T>(value)) {
                refuse_number(static_cast<long long>(value), false, raw_name<T>());
            }
        } else if (static_cast<T>(value) >= static_cast<T>(std::numeric_limits<U>::max()) ||
                   static_cast<U>(static_cast<T>(value)) != value) {
            if (value != U{}) {
                refuse_number(static_cast<long long>(value), true, raw_name<T>());
            }
        }
        return static_cast<T>(value);
    } else if constexpr (std::same_as<T, std::string>) {
        return std::string(std::string_view(value));
    } else if constexpr (is_time<T> && !std::same_as<U, T>) {
        return convert_time<T>(value);
    } else if constexpr (is_optional<T> && !std::same_as<U, T>) {
        return T(convert_literal<typename T::value_type>(value));
    } else {
        return T(value);
    }
}

template <class T, class U>
Tree literal_as(const U& value) {
    if constexpr (std::same_as<U, std::nullopt_t>) {
        return tree::none();
    } else {
        return literal<T>(convert_literal<T>(value));
    }
}

}  // namespace detail
}  // namespace dsl
}  // namespace zflow
