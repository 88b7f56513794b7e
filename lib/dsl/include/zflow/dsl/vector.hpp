#pragma once

#include <zflow/dsl/numbers.hpp>
#include <zflow/dsl/optional.hpp>

#include <concepts>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace zflow {
inline namespace dsl {
namespace detail {

[[nodiscard]] Tree list_size(const Tree& list);
[[nodiscard]] Tree list_front(const Tree& list);
[[nodiscard]] Tree list_concat(const Tree& front, const Tree& back);
[[nodiscard]] Tree list_drop(const Tree& list, const Tree& count);
[[nodiscard]] Tree list_take(const Tree& list, const Tree& count);
/// Goes along the list until `condition`, which looks at `cell` (item and rest), is `stop_at`: then the
/// answer is `found`, at the end of the list `otherwise`.
[[nodiscard]] Tree list_search(const Tree& list, Symbol cell, const Tree& condition, bool stop_at,
                               const Tree& found, const Tree& otherwise);
/// The pairs of the items of two lists, as long as both have one.
[[nodiscard]] Tree list_zip(const Tree& a, const Tree& b);

#define ZFLOW_TAKES_ITEM(F, T, NAME)                                      \
    static_assert(::zflow::detail::holds<(std::invocable<F, Remote<T>>)>, \
                  NAME ": the function takes a Remote of the element: write [](auto item) { ... }")

/// Lists. Everything gives a new list; C++ range-for is refused, since it would run while the flow is being
/// built.
template <class T>
struct Operators<std::vector<T>> : NoRange {
    using NoRange::NoRange;
    using List = Remote<std::vector<T>>;

    template <class F>
    [[nodiscard]] auto transform(F&& f) const {
        ZFLOW_TAKES_ITEM(F, T, "transform");
        if constexpr (std::invocable<F, Remote<T>>) {
            using B = carried_t<std::invoke_result_t<F, Remote<T>>>;
            using Result = std::vector<B>;
            return Remote<Result>(tree::reversed(
                fold_items<Result, T>(zflow_tree, tree::empty_list(), [&](auto all, auto item) {
                    return Remote<Result>(tree::cons(tree_of(all), tree_of(as_remote(f(item)))));
                })));
        }
    }
    template <class F>
    [[nodiscard]] List filter(F&& f) const {
        ZFLOW_TAKES_ITEM(F, T, "filter");
        return List(fold_items<std::vector<T>, T>(
            tree::reversed(zflow_tree), tree::empty_list(), [&](auto all, auto item) {
                const Remote<bool> keep = f(item);
                return List(
                    tree::branch(tree_of(keep), tree::cons(tree_of(all), tree_of(item)), tree_of(all)));
            }));
    }
    /// The lists that the function gives, one after the other.
    template <class F>
    [[nodiscard]] auto flat_map(F&& f) const {
        ZFLOW_TAKES_ITEM(F, T, "flat_map");
        using Result = carried_t<std::invoke_result_t<F, Remote<T>>>;
        return Remote<Result>(fold_items<Result, T>(zflow_tree, tree::empty_list(), [&](auto all, auto item) {
            return Remote<Result>(list_concat(tree_of(all), tree_of(as_remote(f(item)))));
        }));
    }
    template <class U, class F>
    [[nodiscard]] auto fold_left(const U& initial, F&& f) const {
        using A = literal_t<U>;
        static_assert(::zflow::detail::holds<(std::invocable<F, Remote<A>, Remote<T>>)>,
                      "fold_left: the function takes what was folded so far and the element, both as "
                      "Remotes: write [](auto "
                      "sum, auto item) { ... }");
        return Remote<A>(
            fold_items<A, T>(zflow_tree, tree_of(as_remote(initial)), [&](auto so_far, auto item) {
                static_assert(
                    ::zflow::detail::holds<(std::convertible_to<decltype(f(so_far, item)), Remote<A>>)>,
                    "fold_left: the function must give what it starts from: say its type, as in "
                    "fold_left(std::int64_t{0}, ...)");
                return Remote<A>(f(so_far, item));
            }));
    }
    template <class U, class F>
    [[nodiscard]] auto fold_right(const U& initial, F&& f) const {
        return reversed().fold_left(initial, [&](auto so_far, auto item) { return f(item, so_far); });
    }

    [[nodiscard]] Remote<std::int32_t> size() const { return Remote<std::int32_t>(list_size(zflow_tree)); }
    [[nodiscard]] Remote<bool> empty() const { return !front().has_value(); }
    [[nodiscard]] Remote<T> sum() const
        requires IsNumber<T>
    {
        return fold_left(T{}, [](auto so_far, auto item) { return so_far + item; });
    }
    template <class F>
    [[nodiscard]] Remote<std::int32_t> count_if(F&& f) const {
        ZFLOW_TAKES_ITEM(F, T, "count_if");
        return fold_left(std::int32_t{0}, [&](auto so_far, auto item) {
            return Remote<std::int32_t>(
                tree::branch(tree_of(Remote<bool>(f(item))), tree_of(so_far + 1), tree_of(so_far)));
        });
    }
    template <class F>
    [[nodiscard]] Remote<bool> any_of(F&& f) const {
        ZFLOW_TAKES_ITEM(F, T, "any_of");
        return Remote<bool>(search(f, true, tree::boolean(true), tree::boolean(false)));
    }
    template <class F>
    [[nodiscard]] Remote<bool> all_of(F&& f) const {
        ZFLOW_TAKES_ITEM(F, T, "all_of");
        return Remote<bool>(search(f, false, tree::boolean(false), tree::boolean(true)));
    }
    [[nodiscard]] Remote<bool> contains(const Remote<T>& wanted) const {
        return any_of([&](auto item) { return item == wanted; });
    }
    /// The first element that satisfies the predicate.
    template <class F>
    [[nodiscard]] Remote<std::optional<T>> find_if(F&& f) const {
        ZFLOW_TAKES_ITEM(F, T, "find_if");
        const auto cell = fresh();
        const auto item = tree::access(tree::symbol(cell), 0, 2);
        const Remote<bool> condition = f(Remote<T>(item));
        return Remote<std::optional<T>>(
            list_search(zflow_tree, cell, tree_of(condition), true, tree::some(item), tree::none()));
    }
    [[nodiscard]] Remote<std::optional<T>> front() const {
        return Remote<std::optional<T>>(list_front(zflow_tree));
    }
    [[nodiscard]] Remote<std::optional<T>> back() const { return reversed().front(); }
    /// Nothing beyond the end.
    [[nodiscard]] Remote<std::optional<T>> at(const Remote<std::int32_t>& index) const {
        return drop(index).front();
    }

    [[nodiscard]] List reversed() const { return List(tree::reversed(zflow_tree)); }
    [[nodiscard]] List prepend(const Remote<T>& item) const {
        return List(tree::cons(zflow_tree, tree_of(item)));
    }
    [[nodiscard]] List append(const Remote<T>& item) const { return reversed().prepend(item).reversed(); }
    [[nodiscard]] List concat(const List& back) const { return List(list_concat(zflow_tree, tree_of(back))); }
    [[nodiscard]] List take(const Remote<std::int32_t>& count) const {
        return List(list_take(zflow_tree, tree_of(count)));
    }
    [[nodiscard]] List drop(const Remote<std::int32_t>& count) const {
        return List(list_drop(zflow_tree, tree_of(count)));
    }
    template <class U>
    [[nodiscard]] Remote<std::vector<std::pair<T, U>>> zip(const Remote<std::vector<U>>& other) const {
        return Remote<std::vector<std::pair<T, U>>>(list_zip(zflow_tree, tree_of(other)));
    }
    /// Those that satisfy the predicate, and the others.
    template <class F>
    [[nodiscard]] auto partition(F&& f) const {
        using Both = std::pair<std::vector<T>, std::vector<T>>;
        const auto others = filter([&](auto item) { return !Remote<bool>(f(item)); });
        return Remote<Both>(tree::tuple({tree_of(filter(f)), tree_of(others)}));
    }
    [[nodiscard]] Remote<std::set<T>> to_set() const {
        return Remote<std::set<T>>(tree::list_to_set(zflow_tree));
    }
    /// Of pairs: a later pair of the same key counts.
    [[nodiscard]] auto to_map() const
        requires(is_tuple<T> && std::tuple_size_v<T> == 2)
    {
        using Map = std::map<std::tuple_element_t<0, T>, std::tuple_element_t<1, T>>;
        return Remote<Map>(tree::list_to_map(zflow_tree));
    }
    [[nodiscard]] Remote<std::string> join(const Remote<std::string>& separator) const
        requires std::same_as<T, std::string>
    {
        return Remote<std::string>(
            tree::list_to_text(zflow_tree, tree::text(""), tree_of(separator), tree::text("")));
    }

 private:
    template <class F>
    [[nodiscard]] Tree search(F&& f, bool stop_at, const Tree& found, const Tree& otherwise) const {
        const auto cell = fresh();
        const Remote<bool> condition = f(Remote<T>(tree::access(tree::symbol(cell), 0, 2)));
        return list_search(zflow_tree, cell, tree_of(condition), stop_at, found, otherwise);
    }
};

/// Sets: each operation gives a new one.
template <class T>
struct Operators<std::set<T>> : NoRange {
    using NoRange::NoRange;
    using Set = Remote<std::set<T>>;
    [[nodiscard]] Remote<std::vector<T>> to_vector() const {
        return Remote<std::vector<T>>(tree::set_to_list(zflow_tree));
    }
    [[nodiscard]] Remote<bool> contains(const Remote<T>& item) const { return to_vector().contains(item); }
    [[nodiscard]] Remote<std::int32_t> size() const { return to_vector().size(); }
    [[nodiscard]] Remote<bool> empty() const { return to_vector().empty(); }
    [[nodiscard]] Set insert(const Remote<T>& item) const { return to_vector().prepend(item).to_set(); }
    [[nodiscard]] Set erase(const Remote<T>& item) const {
        return to_vector().filter([&](auto other) { return other != item; }).to_set();
    }
    friend Set operator|(const Set& a, const Set& b) { return a.to_vector().concat(b.to_vector()).to_set(); }
    friend Set operator&(const Set& a, const Set& b) {
        return a.to_vector().filter([&](auto item) { return b.contains(item); }).to_set();
    }
    friend Set operator-(const Set& a, const Set& b) {
        return a.to_vector().filter([&](auto item) { return !b.contains(item); }).to_set();
    }
};

/// Maps: each operation gives a new one.
template <class K, class V>
struct Operators<std::map<K, V>> : NoRange {
    using NoRange::NoRange;
    using Map = Remote<std::map<K, V>>;
    using Pairs = Remote<std::vector<std::pair<K, V>>>;
    [[nodiscard]] Pairs to_vector() const { return Pairs(tree::map_to_list(zflow_tree)); }
    [[nodiscard]] Remote<std::optional<V>> find(const Remote<K>& key) const {
        return to_vector()
            .find_if([&](const auto& pair) { return Remote<K>(tree::access(tree_of(pair), 0, 2)) == key; })
            .transform([](const auto& pair) { return Remote<V>(tree::access(tree_of(pair), 1, 2)); });
    }
    [[nodiscard]] Remote<bool> contains(const Remote<K>& key) const { return find(key).has_value(); }
    [[nodiscard]] Remote<std::int32_t> size() const { return to_vector().size(); }
    [[nodiscard]] Remote<bool> empty() const { return to_vector().empty(); }
    [[nodiscard]] Map insert_or_assign(const Remote<K>& key, const Remote<V>& value) const {
        return Pairs(list_concat(tree::map_to_list(zflow_tree),
                                 tree::cons(tree::empty_list(), tree::tuple({tree_of(key), tree_of(value)}))))
            .to_map();
    }
    [[nodiscard]] Map erase(const Remote<K>& key) const {
        return to_vector()
            .filter([&](const auto& pair) { return Remote<K>(tree::access(tree_of(pair), 0, 2)) != key; })
            .to_map();
    }
};

}  // namespace detail
}  // namespace dsl
}  // namespace zflow
