#pragma once

#include <zflow/dsl/record.hpp>

#include <concepts>
#include <optional>
#include <string>
#include <type_traits>

namespace zflow {
inline namespace dsl {

/// Why an operation failed, after its retries. The error type of a Flow unless another is named.
struct ActivityError {
    std::string failure;
    std::optional<std::string> details;
    friend bool operator==(const ActivityError&, const ActivityError&) = default;
};
ZFLOW_STRUCT(ActivityError, failure, details)
ZFLOW_NAME(ActivityError, "zio.flow.ActivityError")

namespace detail {

/// Errors: Never joins with everything, equal ones join, a case joins with its variant; nothing else.
template <class E, class To>
concept ErrorFits = std::same_as<E, To> || std::same_as<E, Never> || is_case_of<E, To>;

template <class A, class B>
struct Join {
    using type = void;
};
template <class A, class B>
    requires ErrorFits<A, B>
struct Join<A, B> {
    using type = B;
};
template <class A, class B>
    requires(ErrorFits<B, A> && !ErrorFits<A, B>)
struct Join<A, B> {
    using type = A;
};
template <class A, class B>
using join_t = typename Join<A, B>::type;

template <class A, class... More>
struct JoinAll {
    using type = A;
};
template <class A, class B, class... More>
struct JoinAll<A, B, More...> : JoinAll<join_t<A, B>, More...> {};

#define ZFLOW_ERRORS_JOIN(A, B)                                                                     \
    static_assert(::zflow::detail::holds<(!std::is_void_v<::zflow::detail::join_t<A, B>>)>,         \
                  "these flows fail with different error types: catch one of them, change it with " \
                  ".map_error, or name both in a std::variant")

/// The function that turns an error into what it is a case of; empty when there is nothing to change.
template <class E, class To>
Tree error_case(const Place& place) {
    if constexpr (std::same_as<E, To> || std::same_as<E, Never>) {
        return {};
    } else {
        const auto symbol = fresh();
        return tree::function(symbol,
                              tree::flow(tree::fail(widen<E, To>(tree::symbol(symbol, {place, "error"})))));
    }
}
/// The value that both have, one of them perhaps none.
template <class A, class B>
using either_value_t = std::conditional_t<std::same_as<A, Never>, B, A>;

}  // namespace detail
}  // namespace dsl
}  // namespace zflow
