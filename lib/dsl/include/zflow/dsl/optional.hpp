#pragma once

#include <zflow/dsl/remote.hpp>

#include <expected>
#include <optional>

namespace zflow {
inline namespace dsl {
namespace detail {

/// Optionals, with the names of std::optional. Both cases at once: `zflow::match`.
template <class T>
struct Operators<std::optional<T>> : Held {
    using Held::Held;
    [[nodiscard]] Remote<bool> has_value() const {
        return Remote<bool>(
            tree::fold_option(zflow_tree, tree::boolean(false), tree::constant(tree::boolean(true))));
    }
    /// Nothing ends the run as Died.
    [[nodiscard]] Remote<T> value() const {
        return Remote<T>(value_or_tree(tree::fail_with("get called on empty Option")));
    }
    template <class U>
    [[nodiscard]] Remote<T> value_or(const U& other) const {
        return Remote<T>(value_or_tree(tree_of(Remote<T>(other))));
    }
    template <class F>
    [[nodiscard]] auto transform(F&& f) const {
        const auto symbol = fresh();
        const auto made = as_remote(f(remote_symbol<T>(symbol)));
        using B = typename std::remove_cvref_t<decltype(made)>::value_type;
        return Remote<std::optional<B>>(
            tree::fold_option(zflow_tree, tree::none(), tree::function(symbol, tree::some(tree_of(made)))));
    }
    template <class F>
    [[nodiscard]] auto and_then(F&& f) const {
        auto built = function_of<T>(f);
        static_assert(::zflow::detail::holds<(is_optional<typename decltype(built.result)::value_type>)>,
                      "and_then: the function gives an optional; to give a plain value use .transform");
        return decltype(built.result)(tree::fold_option(zflow_tree, tree::none(), built.function));
    }
    template <class F>
    [[nodiscard]] Remote<std::optional<T>> filter(F&& f) const {
        const auto symbol = fresh();
        const auto item = tree::symbol(symbol);
        const Remote<bool> keep = f(Remote<T>(item));
        return Remote<std::optional<T>>(tree::fold_option(
            zflow_tree, tree::none(),
            tree::function(symbol, tree::branch(tree_of(keep), tree::some(item), tree::none()))));
    }

 private:
    [[nodiscard]] Tree value_or_tree(Tree other) const {
        const auto symbol = fresh();
        return tree::fold_option(zflow_tree, std::move(other), tree::function(symbol, tree::symbol(symbol)));
    }
};

/// Expecteds, with the names of std::expected. Both cases at once: `zflow::match`.
template <class T, class E>
struct Operators<std::expected<T, E>> : Held {
    using Held::Held;
    [[nodiscard]] Remote<bool> has_value() const {
        return Remote<bool>(tree::fold_either(zflow_tree, tree::constant(tree::boolean(false)),
                                              tree::constant(tree::boolean(true))));
    }
    template <class U>
    [[nodiscard]] Remote<T> value_or(const U& other) const {
        const auto symbol = fresh();
        return Remote<T>(tree::fold_either(zflow_tree, tree::constant(tree_of(Remote<T>(other))),
                                           tree::function(symbol, tree::symbol(symbol))));
    }
    /// An error ends the run as Died.
    [[nodiscard]] Remote<T> value() const {
        const auto symbol = fresh();
        return Remote<T>(tree::fold_either(
            zflow_tree, tree::constant(tree::fail_with("value() of an expected that holds an error")),
            tree::function(symbol, tree::symbol(symbol))));
    }
    template <class F>
    [[nodiscard]] auto transform(F&& f) const {
        const auto bad = fresh(), good = fresh();
        const auto made = as_remote(f(remote_symbol<T>(good)));
        using B = typename std::remove_cvref_t<decltype(made)>::value_type;
        return Remote<std::expected<B, E>>(
            tree::fold_either(zflow_tree, tree::function(bad, tree::left(tree::symbol(bad))),
                              tree::function(good, tree::right(tree_of(made)))));
    }
    template <class F>
    [[nodiscard]] auto transform_error(F&& f) const {
        const auto bad = fresh(), good = fresh();
        const auto made = as_remote(f(remote_symbol<E>(bad)));
        using B = typename std::remove_cvref_t<decltype(made)>::value_type;
        return Remote<std::expected<T, B>>(
            tree::fold_either(zflow_tree, tree::function(bad, tree::left(tree_of(made))),
                              tree::function(good, tree::right(tree::symbol(good)))));
    }
    template <class F>
    [[nodiscard]] auto and_then(F&& f) const {
        const auto bad = fresh();
        auto built = function_of<T>(f);
        return decltype(built.result)(tree::fold_either(
            zflow_tree, tree::function(bad, tree::left(tree::symbol(bad))), built.function));
    }
    [[nodiscard]] Remote<std::optional<T>> to_optional() const {
        const auto good = fresh();
        return Remote<std::optional<T>>(tree::fold_either(
            zflow_tree, tree::constant(tree::none()), tree::function(good, tree::some(tree::symbol(good)))));
    }
};

}  // namespace detail
}  // namespace dsl
}  // namespace zflow
