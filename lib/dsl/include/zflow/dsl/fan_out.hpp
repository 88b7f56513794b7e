#pragma once

#include <zflow/dsl/fiber.hpp>
#include <zflow/dsl/repetition.hpp>
#include <zflow/dsl/variable.hpp>

#include <tuple>
#include <vector>

namespace zflow {
inline namespace dsl {
namespace detail {

/// One flow for each item, one after the other: a flow that gives all results.
[[nodiscard]] Tree for_each(const Tree& list, const Tree& state, Symbol state_symbol, const Tree& once,
                            const Place&);

}  // namespace detail

/// One after the other; gives all results.
///
/// Parameters: a function of a Remote of the element that returns a Flow, a Remote or a literal.
template <class T, class F>
auto for_each(const Remote<std::vector<T>>& list, F&& body, detail::Place place = detail::Place::current()) {
    static_assert(::zflow::detail::holds<(detail::takes<F, T>)>,
                  "for_each: the function takes a Remote of the element: write [&](auto item) { ... }");
    const auto symbol = detail::fresh();
    const auto state = detail::tree::symbol(symbol, {place});
    const auto once = detail::as_flow(detail::call<T>(body, detail::tree::access(state, 1, 2)));
    using B = detail::value_of<decltype(once)>;
    using E = detail::error_of<decltype(once)>;
    return Flow<std::vector<B>, E>(
        detail::for_each(detail::tree_of(list), state, symbol, detail::tree_of(once), place));
}
/// All at once, each in a fiber of its own; gives all results in the order of the list.
///
/// The first failure in that order is the result; the others go on.
template <class T, class F>
auto for_each_parallel(const Remote<std::vector<T>>& list, F&& body,
                       detail::Place place = detail::Place::current()) {
    static_assert(
        ::zflow::detail::holds<(detail::takes<F, T>)>,
        "for_each_parallel: the function takes a Remote of the element: write [&](auto item) { ... }");
    return for_each(
               list,
               [&](const Remote<T>& item) {
                   return detail::as_flow(detail::call<T>(body, detail::tree_of(item))).fork(place);
               },
               place)
        .then(
            [&](auto fibers) {
                return for_each(
                           fibers, [&](auto fiber) { return fiber.join(place); }, place)
                    .named("join all");
            },
            place);
}

/// A C++ vector of flows, built with a C++ loop, one after the other; gives all results.
template <class T, class E>
Flow<std::vector<T>, E> collect_all(std::vector<Flow<T, E>> flows,
                                    detail::Place place = detail::Place::current()) {
    // Not a coroutine: there may be more flows than a coroutine may have steps.
    std::vector<detail::Symbol> symbols;
    auto all = detail::tree::empty_list();
    for (std::size_t i = 0; i < flows.size(); ++i) {
        symbols.push_back(detail::fresh());
    }
    for (auto i = flows.size(); i-- > 0;) {
        all = detail::tree::cons(all, detail::tree::symbol(symbols[i], {place}));
    }
    auto rest = detail::tree::succeed(all);
    for (auto i = flows.size(); i-- > 0;) {
        rest = detail::tree::fold(detail::tree_of(flows[i]), {},
                                  detail::tree::function(symbols[i], detail::tree::flow(rest)), {place});
    }
    return Flow<std::vector<T>, E>(rest);
}

namespace detail {

template <class T, class E>
Flow<T, E> race(const Flow<T, E>& a, const Flow<T, E>& b, Place place) {
    using Outcome = std::optional<std::expected<T, E>>;
    auto first = co_await Step{temporary<Outcome>("race", std::nullopt, place), place};
    const auto runner = [&](const Flow<T, E>& flow) {
        return flow.result(place)
            .then(
                [&](auto outcome) {
                    return first.update(
                        [&](auto old) { return when(old.has_value(), old, Remote<Outcome>(outcome)); },
                        place);
                },
                place)
            .fork(place);
    };
    auto fiber_a = co_await Step{runner(a), place};
    auto fiber_b = co_await Step{runner(b), place};
    auto outcome = co_await Step{first.wait_until([](auto x) { return x.has_value(); }, place), place};
    co_await Step{fiber_a.interrupt(place), place};
    co_await Step{fiber_b.interrupt(place), place};
    if constexpr (std::same_as<E, Never>) {
        co_return outcome.value().value();
    } else {
        co_return match(
            outcome.value(), [](const Remote<T>& good) { return value(good); },
            [&](const Remote<E>& error) { return fail(error, place); }, place);
    }
}

}  // namespace detail

/// The first to succeed or fail; the other one is interrupted.
template <class T, class E, class T2, class E2>
auto race(const Flow<T, E>& a, const Flow<T2, E2>& b, detail::Place place = detail::Place::current()) {
    using Two = detail::Both<Flow<T, E>, Flow<T2, E2>>;
    static_assert(::zflow::detail::holds<(Two::same_value)>,
                  "race: both flows must give the same type of value");
    ZFLOW_ERRORS_JOIN(E, E2);
    using Result = typename Two::Type;
    return detail::race<typename Two::Value, typename Two::Error>(detail::widened<Result>(a, place),
                                                                  detail::widened<Result>(b, place), place)
        .named("race");
}

namespace detail {

/// Important: in braces, because C++ then goes from left to right.
template <class... T, class... E>
auto join_all(Remote<Fiber<T, E>>... fibers) -> Flow<std::tuple<T...>, typename JoinAll<Never, E...>::type> {
    const std::tuple<Remote<T>...> values{(co_await Step{fibers.join({}), {}})...};
    co_return std::apply([](const auto&... value) { return zflow::tuple(value...); }, values);
}

template <class... T, class... E>
auto in_parallel(Flow<T, E>... flows) -> Flow<std::tuple<T...>, typename JoinAll<Never, E...>::type> {
    const std::tuple<Remote<Fiber<T, E>>...> fibers{(co_await Step{flows.fork({}), {}})...};
    co_return std::apply([](const auto&... fiber) { return join_all(fiber...); }, fibers);
}

}  // namespace detail

/// All at once; gives all results as a tuple. The first failure in the order of the arguments is the result.
template <class... T, class... E>
    requires(sizeof...(T) >= 2)
auto in_parallel(const Flow<T, E>&... flows) {
    return detail::in_parallel(flows...).named("in parallel");
}

}  // namespace dsl
}  // namespace zflow
