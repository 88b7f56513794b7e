#pragma once

#include <zflow/model/uuid.hpp>

#include <chrono>
#include <cstdint>
#include <stdexcept>

/// A deleted function that says why. The sentence needs Clang 19 or GCC 15; elsewhere the function is deleted
/// without.
#if defined(__clang__) && __clang_major__ >= 19
#define ZFLOW_DELETED(sentence)                                                                   \
    _Pragma("clang diagnostic push") _Pragma("clang diagnostic ignored \"-Wc++26-extensions\"") = \
        delete (sentence)_Pragma("clang diagnostic pop")
#elif defined(__cpp_deleted_function) && __cpp_deleted_function >= 202403L
#define ZFLOW_DELETED(sentence) = delete (sentence)
#else
#define ZFLOW_DELETED(sentence) = delete
#endif

namespace zflow {
inline namespace dsl {

/// Thrown while a flow is being built, never while it runs. The text has the place in the C++ source.
struct BuildError : std::logic_error {
    using std::logic_error::logic_error;
};

/// The type with one value: what a flow gives that is run for its effect.
struct Unit {
    friend bool operator==(Unit, Unit) = default;
};
inline constexpr Unit unit{};

/// The type without values: what a flow gives that cannot succeed, or the error of one that cannot fail.
struct Never {
    Never() = delete;
};

using Uuid = model::Uuid;
using Duration = std::chrono::nanoseconds;
using Instant = std::chrono::sys_time<std::chrono::nanoseconds>;

struct ActivityError;
template <class T>
class Remote;
template <class T, class E = ActivityError>
class Flow;

/// Names the type of a variable in a flow; used as `Var<T>`.
template <class T>
struct Variable {};

/// Names the type of a forked flow; used as `Remote<Fiber<T, E>>`.
template <class T, class E = ActivityError>
struct Fiber {};

namespace detail {

/// In a static_assert: Clang then prints the sentence alone.
template <bool B>
concept holds = B;

}  // namespace detail
}  // namespace dsl
}  // namespace zflow
