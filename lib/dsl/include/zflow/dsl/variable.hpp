#pragma once

#include <zflow/dsl/transaction.hpp>

#include <string>
#include <string_view>

namespace zflow {
inline namespace dsl {
namespace detail {

/// A variable of the run: the one thing that changes. Each call gives a flow.
template <class T>
struct Operators<Variable<T>> : Held {
    using Held::Held;

    Flow<T, Never> get(Place place = Place::current()) const {
        return Flow<T, Never>(tree::read(zflow_tree, {place}));
    }

    Flow<Unit, Never> set(const Remote<T>& value, Place place = Place::current()) const {
        return Flow<Unit, Never>(
            tree::modify(zflow_tree, tree::constant(tree::tuple({tree::unit(), tree_of(value)})), {place}));
    }
    /// Atomically the new value from the old one; gives the new value.
    template <class F>
    Flow<T, Never> update(F&& f, Place place = Place::current()) const {
        static_assert(
            ::zflow::detail::holds<(std::invocable<F, Remote<T>>)>,
            "update: the function takes the old value as a Remote: write [](auto x) { return x + 1; }");
        if constexpr (std::invocable<F, Remote<T>>) {
            const auto symbol = fresh();
            const Remote<T> next = f(remote_symbol<T>(symbol));
            return Flow<T, Never>(tree::modify(
                zflow_tree, tree::function(symbol, tree::tuple({tree_of(next), tree_of(next)})), {place}));
        }
    }
    /// Atomically: the function gives `zflow::tuple(result, new value)`.
    template <class F>
    auto modify(F&& f, Place place = Place::current()) const {
        auto made = function_of<T>(f);
        using Both = typename decltype(made.result)::value_type;
        static_assert(::zflow::detail::holds<(is_tuple<Both>)>,
                      "modify: the function gives zflow::tuple(result, new value of the variable)");
        return Flow<std::tuple_element_t<0, Both>, Never>(tree::modify(zflow_tree, made.function, {place}));
    }
    /// Sleep until the variable satisfies the predicate, then give its value. A change from outside wakes it.
    template <class F>
    Flow<T, Never> wait_until(F&& f, Place place = Place::current()) const {
        const Remote<Variable<T>> self(zflow_tree);
        return transaction(
                   [&](Transaction tx) -> Flow<T, Never> {
                       auto now = co_await Step{self.get(place), place};
                       co_await Step{tx.retry_until(f(now), place), place};
                       co_return now;
                   },
                   place)
            .named("wait for " + std::string(tree::label(zflow_tree)));
    }
};

}  // namespace detail

template <class T>
using Var = Remote<Variable<T>>;

/// A variable of the run, known outside by its name.
template <class U>
auto variable(std::string_view name, const U& initial, detail::Place place = detail::Place::current()) {
    return Flow<Variable<detail::literal_t<U>>, Never>(
        detail::tree::new_variable(name, detail::tree_of(detail::as_remote(initial)), false, {place, name}));
}
template <class T, class U>
auto variable(std::string_view name, const U& initial, detail::Place place = detail::Place::current()) {
    return variable(name, Remote<T>(initial), place);
}
/// A variable whose name gets a number, so that each time another one is made.
template <class U>
auto temporary(std::string_view name, const U& initial, detail::Place place = detail::Place::current()) {
    return Flow<Variable<detail::literal_t<U>>, Never>(
        detail::tree::new_variable(name, detail::tree_of(detail::as_remote(initial)), true, {place, name}));
}
template <class T, class U>
auto temporary(std::string_view name, const U& initial, detail::Place place = detail::Place::current()) {
    return temporary(name, Remote<T>(initial), place);
}

}  // namespace dsl
}  // namespace zflow
