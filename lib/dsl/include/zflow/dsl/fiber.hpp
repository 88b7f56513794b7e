#pragma once

#include <zflow/dsl/choice.hpp>

namespace zflow {
inline namespace dsl {
namespace detail {

/// A flow that was forked.
template <class T, class E>
struct Operators<Fiber<T, E>> : Held {
    using Held::Held;

    /// Wait for its end: success or failure as a value.
    Flow<std::expected<T, E>, Never> await(Place place = Place::current()) const {
        return Flow<std::expected<T, E>, Never>(tree::await(zflow_tree, {place}));
    }
    /// Wait for its end, and end in the same way.
    Flow<T, E> join(Place place = Place::current()) const {
        const auto outcome = fresh(), good = fresh(), bad = fresh();
        auto on_error =
            tree::function(bad, tree::flow(tree::fail(tree::symbol(bad, {place, "error"}), {place})));
        auto on_value = tree::function(good, tree::flow(tree::succeed(tree::symbol(good, {place}))));
        auto next = tree::unwrap(
            tree::fold_either(tree::symbol(outcome, {place}), std::move(on_error), std::move(on_value)),
            {place});
        return Flow<T, E>(tree::fold(tree::await(zflow_tree, {place}), {},
                                     tree::function(outcome, tree::flow(std::move(next))), {place, "join"}));
    }
    /// Stop it; nothing happens if it has ended.
    Flow<Unit, Never> interrupt(Place place = Place::current()) const {
        return Flow<Unit, Never>(tree::interrupt(zflow_tree, {place}));
    }
};

}  // namespace detail
}  // namespace dsl
}  // namespace zflow
