#pragma once

#include <zflow/dsl/choice.hpp>

namespace zflow {
inline namespace dsl {

/// What `recurse` hands to its body: call it to go round again. It costs no space as the last thing of the
/// body.
template <class A, class T, class E>
class Again {
 public:
    Again(detail::Symbol symbol, detail::Place place) : symbol_(symbol), place_(place) {}
    Flow<T, E> operator()(const Remote<A>& next) const
        requires(!std::same_as<A, Unit>)
    {
        return go(detail::tree_of(next));
    }
    Flow<T, E> operator()() const
        requires std::same_as<A, Unit>
    {
        return go(detail::tree::unit());
    }

 private:
    Flow<T, E> go(const detail::Tree& next) const {
        return Flow<T, E>(detail::tree::unwrap(detail::tree::recurse_with(symbol_, next), {place_}));
    }
    detail::Symbol symbol_;
    detail::Place place_;
};

/// `recurse<T>(initial, [](auto again, auto x) { return when(x < 10, again(x + 1), value(x)); })`
template <class T, class E = ActivityError, class U, class F>
Flow<T, E> recurse(const U& initial, F&& body, detail::Place place = detail::Place::current()) {
    namespace tree = detail::tree;
    using A = detail::literal_t<U>;
    const auto symbol = detail::fresh(), argument = detail::fresh();
    const detail::Depth guard;
    const Flow<T, E> inside =
        detail::as_flow(body(Again<A, T, E>(symbol, place), detail::remote_symbol<A>(argument, {place})));
    return Flow<T, E>(
        tree::unwrap(tree::recurse(symbol, detail::tree_of(detail::as_remote(initial)),
                                   tree::function(argument, tree::flow(detail::tree_of(inside)))),
                     {place}));
}

/// `iterate(1, [](auto x) { return x < 10; }, [](auto x) { return step(x); })`: while the predicate holds.
template <class U, class P, class S>
auto iterate(const U& initial, P&& predicate, S&& step, detail::Place place = detail::Place::current()) {
    namespace tree = detail::tree;
    using A = detail::literal_t<U>;
    const auto s = detail::fresh(), p = detail::fresh();
    const auto next = detail::as_flow(detail::call<A>(step, tree::symbol(s, {place})));
    static_assert(::zflow::detail::holds<(std::same_as<detail::value_of<decltype(next)>, A>)>,
                  "iterate: the step must give the type that it starts from: say it, as in "
                  "iterate(std::int64_t{1}, ...)");
    const Remote<bool> again = predicate(detail::remote_symbol<A>(p, {place}));
    return Flow<A, detail::error_of<decltype(next)>>(tree::iterate(
        detail::tree_of(detail::as_remote(initial)), tree::function(s, tree::flow(detail::tree_of(next))),
        tree::function(p, detail::tree_of(again)), {place}));
}

/// Run the body, and again while its value satisfies the predicate. Gives the last value.
template <class B, class P>
auto repeat_while(B&& body, P&& predicate, detail::Place place = detail::Place::current()) {
    const auto once = detail::built(body);
    using T = detail::value_of<decltype(once)>;
    using E = detail::error_of<decltype(once)>;
    return recurse<T, E>(
        unit,
        [&](auto again, auto) {
            return once.then([&](const Remote<T>& x) { return when(predicate(x), again(), value(x), place); },
                             place);
        },
        place);
}
/// Run the body, and again while it gives true.
template <class B>
auto repeat_while(B&& body, detail::Place place = detail::Place::current()) {
    const auto once = detail::built(body);
    using E = detail::error_of<decltype(once)>;
    static_assert(
        ::zflow::detail::holds<(std::same_as<detail::value_of<decltype(once)>, bool>)>,
        "repeat_while: the body gives whether to go on, a bool; or give a predicate over what it gives");
    return recurse<Unit, E>(
        unit,
        [&](auto again, auto) {
            return once.then([&](const Remote<bool>& on) { return when(on, again(), done(), place); }, place);
        },
        place);
}
/// Run the body again and again, until it fails or the run is ended.
template <class B>
auto forever(B&& body, detail::Place place = detail::Place::current()) {
    const auto once = detail::built(body);
    using E = detail::error_of<decltype(once)>;
    return recurse<Never, E>(unit, [&](auto again, auto) { return once.then(again(), place); }, place);
}

template <class T, class E>
Flow<T, E> Flow<T, E>::retry(RetryPolicy policy, Place place) const {
    static_assert(::zflow::detail::holds<(!std::same_as<E, Never>)>,
                  "retry: this flow cannot fail, so there is nothing to retry");
    if (policy.attempts < 1) {
        throw BuildError("retry: attempts is " + std::to_string(policy.attempts) +
                         ", and there is at least one (" + detail::to_text(place) + ")");
    }
    // State: the number of this attempt, and the nanoseconds to wait after it.
    return recurse<T, E>(
               tuple(std::int32_t{1}, std::int64_t{policy.first_delay.count()}),
               [&](auto again, auto state) {
                   const auto attempt = get<0>(state);
                   const auto delay = get<1>(state);
                   return catch_(
                       [&](const Remote<E>& error) {
                           return when(attempt >= policy.attempts, fail(error, place),
                                       sleep(nanoseconds(delay), place)
                                           .then(again(tuple(attempt + 1, delay * policy.factor)), place),
                                       place);
                       },
                       place);
               },
               place)
        .named("retry");
}

}  // namespace dsl
}  // namespace zflow
