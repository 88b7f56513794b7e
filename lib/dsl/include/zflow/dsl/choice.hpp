#pragma once

#include <zflow/dsl/coroutine.hpp>

#include <concepts>
#include <expected>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace zflow {
inline namespace dsl {
namespace detail {

/// What two branches give together: flows joined into one type, or values of one type.
template <class A, class B>
struct Both {
    using Value = either_value_t<value_of<A>, value_of<B>>;
    using Error = join_t<error_of<A>, error_of<B>>;
    using Type = Flow<Value, Error>;
    static constexpr bool same_value = std::same_as<value_of<B>, Value> || std::same_as<value_of<B>, Never>;
};
/// The type that two values have: a literal follows the Remote.
template <class A, class B>
using common_value_t = std::conditional_t<!IsRemote<A> && IsRemote<B>, literal_t<B>, literal_t<A>>;

/// An expression that chooses between flows, as a flow.
template <class F>
Tree branch_tree(const auto& branch, const Place& place) {
    return tree::flow(tree_as<typename F::value_type, typename F::error_type>(branch, place));
}

}  // namespace detail

/// `when(condition, then, otherwise)`: both are flows (or functions that build one), or both are values.
template <class A, class B>
auto when(const Remote<bool>& condition, A&& then, B&& otherwise,
          detail::Place place = detail::Place::current()) {
    const auto& asked = detail::tree_of(condition);
    if constexpr (detail::BuildsFlow<A> || detail::BuildsFlow<B>) {
        const auto a = detail::built(then);
        const auto b = detail::built(otherwise);
        using Two = detail::Both<std::remove_cvref_t<decltype(a)>, std::remove_cvref_t<decltype(b)>>;
        static_assert(::zflow::detail::holds<(Two::same_value)>,
                      "when: the two branches must give the same type of value");
        ZFLOW_ERRORS_JOIN(detail::error_of<decltype(a)>, detail::error_of<decltype(b)>);
        if constexpr (Two::same_value && !std::is_void_v<typename Two::Error>) {
            using Result = typename Two::Type;
            return Result(
                detail::tree::unwrap(detail::tree::branch(asked, detail::branch_tree<Result>(a, place),
                                                          detail::branch_tree<Result>(b, place)),
                                     {place}));
        }
    } else {
        using T = detail::common_value_t<A, B>;
        constexpr bool fits = std::convertible_to<A, Remote<T>> && std::convertible_to<B, Remote<T>>;
        static_assert(::zflow::detail::holds<(fits)>, "when: the two values must have the same type");
        if constexpr (fits) {
            return Remote<T>(detail::tree::branch(asked, detail::tree_of(Remote<T>(then)),
                                                  detail::tree_of(Remote<T>(otherwise))));
        }
    }
}
/// `when(condition, then)`: a flow that gives Unit, or one that does not return.
template <class A>
auto when(const Remote<bool>& condition, A&& then, detail::Place place = detail::Place::current()) {
    const auto a = detail::built(then);
    using T = detail::value_of<decltype(a)>;
    constexpr bool gives_nothing = std::same_as<T, Unit> || std::same_as<T, Never>;
    static_assert(::zflow::detail::holds<(gives_nothing)>,
                  "when without otherwise: the flow must give Unit; add the other branch, or .ignore()");
    if constexpr (gives_nothing) {
        return when(condition, a, done(), place);
    }
}

namespace detail {

/// Two cases of a value, of which `choose` makes one expression.
template <class A, class B, class Choose>
auto choose_case(const A& a, const B& b, const Place& place, Choose&& choose) {
    if constexpr (IsFlow<A> || IsFlow<B>) {
        const auto first = as_flow(a);
        const auto second = as_flow(b);
        using Two = Both<std::remove_cvref_t<decltype(first)>, std::remove_cvref_t<decltype(second)>>;
        static_assert(::zflow::detail::holds<(Two::same_value)>,
                      "match: all cases must give the same type of value");
        ZFLOW_ERRORS_JOIN(error_of<decltype(first)>, error_of<decltype(second)>);
        using Result = typename Two::Type;
        return Result(tree::unwrap(
            choose(branch_tree<Result>(first, place), branch_tree<Result>(second, place)), {place}));
    } else {
        using T = common_value_t<A, B>;
        static_assert(
            ::zflow::detail::holds<(std::convertible_to<A, Remote<T>> && std::convertible_to<B, Remote<T>>)>,
            "match: all cases must give the same type of value");
        return Remote<T>(choose(tree_of(Remote<T>(a)), tree_of(Remote<T>(b))));
    }
}
template <class F>
decltype(auto) without_argument(F&& f) {
    if constexpr (std::invocable<F>) {
        const Depth guard;
        return f();
    } else {
        return std::forward<F>(f);
    }
}

template <class... F>
struct Overloaded : F... {
    using F::operator()...;
};

}  // namespace detail

/// An optional's two cases: `match(o, [](auto x) { .. }, [] { .. })`, which give flows, or else values.
template <class T, class Some, class None>
auto match(const Remote<std::optional<T>>& optional, Some&& some, None&& none,
           detail::Place place = detail::Place::current()) {
    static_assert(::zflow::detail::holds<(detail::takes<Some, T>)>,
                  "match: the first function takes what the optional holds: write [](auto value) { ... }");
    const auto symbol = detail::fresh();
    return detail::choose_case(
        detail::call<T>(some, detail::tree::symbol(symbol, {place})), detail::without_argument(none), place,
        [&](const detail::Tree& a, const detail::Tree& b) {
            return detail::tree::fold_option(detail::tree_of(optional), b, detail::tree::function(symbol, a));
        });
}
/// An expected's two cases.
template <class T, class E, class Good, class Bad>
auto match(const Remote<std::expected<T, E>>& expected, Good&& good, Bad&& bad,
           detail::Place place = detail::Place::current()) {
    static_assert(
        ::zflow::detail::holds<(detail::takes<Good, T> && detail::takes<Bad, E>)>,
        "match: the first function takes the value, the second one the error: write [](auto value) { ... }");
    const auto g = detail::fresh(), b = detail::fresh();
    return detail::choose_case(detail::call<T>(good, detail::tree::symbol(g, {place})),
                               detail::call<E>(bad, detail::tree::symbol(b, {place, "error"})), place,
                               [&](const detail::Tree& x, const detail::Tree& y) {
                                   return detail::tree::fold_either(detail::tree_of(expected),
                                                                    detail::tree::function(b, y),
                                                                    detail::tree::function(g, x));
                               });
}

namespace detail {

/// What all functions of a match give together.
template <class... R>
struct AllCases;
template <class R>
struct AllCases<R> {
    using type = R;
};
template <class A, class B, class... More>
struct AllCases<A, B, More...> {
    static constexpr bool flows = IsFlow<A> || IsFlow<B> || (IsFlow<More> || ...);
    static auto joined() {
        if constexpr (flows) {
            using Two = Both<decltype(as_flow(std::declval<A>())), decltype(as_flow(std::declval<B>()))>;
            static_assert(::zflow::detail::holds<(Two::same_value)>,
                          "match: all cases must give the same type of value");
            ZFLOW_ERRORS_JOIN(error_of<decltype(as_flow(std::declval<A>()))>,
                              error_of<decltype(as_flow(std::declval<B>()))>);
            return std::type_identity<typename Two::Type>{};
        } else {
            return std::type_identity<Remote<common_value_t<A, B>>>{};
        }
    }
    using type = typename AllCases<typename decltype(joined())::type, More...>::type;
};

}  // namespace detail

/// A variant's cases, by type, all of them: `match(payment, [](Remote<Card> c) { .. }, [](Remote<Invoice> i)
/// { .. })`.
template <class... Ts, class... F>
auto match(const Remote<std::variant<Ts...>>& variant, F&&... cases) {
    namespace tree = detail::tree;
    using Variant = std::variant<Ts...>;
    using All = detail::Overloaded<std::remove_cvref_t<F>...>;
    constexpr bool complete = (std::invocable<const All&, Remote<Ts>> && ...);
    static_assert(::zflow::detail::holds<(complete)>,
                  "match: an alternative of the variant has no function: give one for every alternative, or "
                  "a generic [](auto "
                  "x) { ... }");
    if constexpr (complete) {
        using Result = typename detail::AllCases<std::invoke_result_t<const All&, Remote<Ts>>...>::type;
        const All all{cases...};
        auto rest = tree::fail_with("match: unknown alternative");
        const auto add = [&]<class A>(std::type_identity<A>) {
            const auto symbol = detail::fresh();
            const detail::Depth guard;
            const auto given = all(detail::remote_symbol<A>(symbol));
            auto branch = [&] {
                if constexpr (detail::IsFlow<Result>) {
                    return detail::branch_tree<Result>(detail::as_flow(given), detail::Place{});
                } else {
                    return detail::tree_of(Result(given));
                }
            }();
            rest = tree::fold_option(
                tree::case_of(detail::tree_of(variant), detail::type_id<Variant>(), detail::case_name<A>()),
                rest, tree::function(symbol, std::move(branch)));
        };
        (add(std::type_identity<Ts>{}), ...);
        if constexpr (detail::IsFlow<Result>) {
            return Result(tree::unwrap(rest));
        } else {
            return Result(rest);
        }
    }
}

}  // namespace dsl
}  // namespace zflow
