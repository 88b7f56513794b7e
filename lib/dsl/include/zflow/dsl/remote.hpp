#pragma once

#include <zflow/dsl/literals.hpp>
#include <zflow/dsl/operators.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace zflow {
inline namespace dsl {
namespace detail {

template <class T>
constexpr bool is_remote_v = false;
template <class T>
constexpr bool is_remote_v<Remote<T>> = true;
template <class T>
concept IsRemote = is_remote_v<std::remove_cvref_t<T>>;

/// A Remote<U> is a Remote<T> without being asked: a case its variant, a value its optional.
template <class U, class T>
concept Widens = is_case_of<U, T> || std::same_as<T, std::optional<U>> || std::same_as<U, Never>;

template <class T>
const Tree& tree_of(const Remote<T>& remote) {
    return static_cast<const Held&>(remote).zflow_tree;
}
template <class U, class T>
Tree widen(const Tree& tree) {
    if constexpr (std::same_as<U, T> || std::same_as<U, Never>) {
        return tree;
    } else if constexpr (std::same_as<T, std::optional<U>>) {
        return tree::some(tree);
    } else {
        return tree::make_case(tree, type_id<T>(), case_name<U>());
    }
}

template <class T>
concept Adds = IsNumber<T> || std::same_as<T, std::string> || std::same_as<T, Duration>;
template <class T>
concept Orders =
    IsNumber<T> || std::same_as<T, std::string> || std::same_as<T, Duration> || std::same_as<T, Instant> ||
    std::same_as<T, bool> || std::same_as<T, char16_t> || is_tuple<T>;

template <class T>
Tree add(const Tree& a, const Tree& b) {
    if constexpr (std::same_as<T, std::string>) {
        return tree::concat(std::initializer_list<Tree>{a, b});
    } else if constexpr (std::same_as<T, Duration>) {
        return tree::duration_plus(a, b);
    } else {
        return tree::binary(a, b, "Numeric.Add", Number<T>::tag);
    }
}
template <class T>
Tree subtract(const Tree& a, const Tree& b) {
    if constexpr (std::same_as<T, Duration>) {
        return tree::duration_minus(a, b);
    } else {
        return tree::binary(a, b, "Numeric.Sub", Number<T>::tag);
    }
}
template <class T>
Tree less(const Tree& a, const Tree& b) {
    return tree::less(a, b, type_of<T>(), std::is_floating_point_v<T>);
}

}  // namespace detail

/// A value of type T that exists when the flow runs. Copy it freely; it never changes.
///
/// Literals become Remotes by themselves where nothing can be lost: `amount + 1`, `name == "x"`,
/// `sleep(24h)`. C++ `if`, `while`, `?:`, `switch`, `for` and assignment act while the flow is being built,
/// so they do not compile on a Remote: `zflow::when`, `zflow::match`, `zflow::for_each`,
/// `zflow::repeat_while` are their counterparts.
template <class T>
class Remote : public detail::Operators<T> {
    static_assert(::zflow::detail::holds<(!std::is_reference_v<T> && !std::is_const_v<T>)>,
                  "Remote<T>: T is a plain type, no reference, no const");
    static_assert(::zflow::detail::holds<(!(std::is_integral_v<T> && std::is_unsigned_v<T> &&
                                            !std::same_as<T, bool> && !std::same_as<T, char16_t>))>,
                  "Remote of an unsigned type: flows have signed numbers only, use std::int64_t");
    static_assert(::zflow::detail::holds<(!detail::is_remote_v<T>)>,
                  "Remote<Remote<T>>: a Remote of a Remote is just the Remote");
    static_assert(::zflow::detail::holds<(!std::is_class_v<T> || detail::IsCarried<T>)>,
                  "Remote<T>: this struct is not described; write ZFLOW_STRUCT(Order, id, amount) after it");

 public:
    using value_type = T;

    explicit Remote(detail::Tree tree) : detail::Operators<T>(std::move(tree)) {}
    Remote(const Remote&) = default;

    template <class U>
        requires detail::Becomes<U, T>
    Remote(const U& literal) : Remote(detail::literal_as<T>(literal)) {}
    template <class U>
        requires(!std::same_as<U, T> && detail::Widens<U, T>)
    Remote(const Remote<U>& other) : Remote(detail::widen<U, T>(detail::tree_of(other))) {}
    template <class U>
        requires(!detail::Becomes<U, T> && !detail::IsRemote<U> &&
                 !std::same_as<std::remove_cvref_t<U>, detail::Tree>)
    Remote(const U&) ZFLOW_DELETED(
        "this C++ value does not become this Remote by itself (wrong type, or something could be lost): "
        "convert it first");
    template <class R, class P>
        requires(std::same_as<T, Duration> && std::ratio_greater_equal_v<P, std::chrono::months::period>)
    Remote(const std::chrono::duration<R, P>&) ZFLOW_DELETED(
        "a month or a year is no fixed time: use days, or a point in time from a monthly schedule");

    Remote& operator=(const Remote&) ZFLOW_DELETED(
        "a Remote never changes: give the new value a new name, or keep what changes in a zflow::variable");
    explicit operator bool() const ZFLOW_DELETED(
        "the value is not known while the flow is being built, so C++ if, while, ?: and bool cannot ask for "
        "it: use "
        "zflow::when(condition, then, otherwise) or zflow::repeat_while");
    template <class U>
        requires((std::is_arithmetic_v<U> || std::is_enum_v<U> || std::same_as<U, std::string>) &&
                 !std::same_as<U, bool>)
    explicit operator U() const ZFLOW_DELETED(
        "the value is not known while the flow is being built: stay with Remotes; zflow::to<T>(remote) "
        "converts numbers, "
        "zflow::format makes text");
    template <class U>
    Remote& operator+=(const U&)
        ZFLOW_DELETED("a Remote never changes: give the new value a new name, or update a zflow::variable");
    template <class U>
    Remote& operator-=(const U&)
        ZFLOW_DELETED("a Remote never changes: give the new value a new name, or update a zflow::variable");
    template <class U>
    Remote& operator*=(const U&)
        ZFLOW_DELETED("a Remote never changes: give the new value a new name, or update a zflow::variable");
    template <class U>
    Remote& operator/=(const U&)
        ZFLOW_DELETED("a Remote never changes: give the new value a new name, or update a zflow::variable");
    Remote& operator++()
        ZFLOW_DELETED("a Remote never changes: give the new value a new name, or update a zflow::variable");
    Remote operator++(int)
        ZFLOW_DELETED("a Remote never changes: give the new value a new name, or update a zflow::variable");
    Remote& operator--()
        ZFLOW_DELETED("a Remote never changes: give the new value a new name, or update a zflow::variable");
    Remote operator--(int)
        ZFLOW_DELETED("a Remote never changes: give the new value a new name, or update a zflow::variable");

    friend Remote operator+(const Remote& a, const Remote& b)
        requires detail::Adds<T>
    {
        return Remote(detail::add<T>(a.zflow_tree, b.zflow_tree));
    }
    friend Remote operator-(const Remote& a, const Remote& b)
        requires(detail::IsNumber<T> || std::same_as<T, Duration>)
    {
        return Remote(detail::subtract<T>(a.zflow_tree, b.zflow_tree));
    }
    friend Remote operator*(const Remote& a, const Remote& b)
        requires detail::IsNumber<T>
    {
        return Remote(
            detail::tree::binary(a.zflow_tree, b.zflow_tree, "Numeric.Mul", detail::Number<T>::tag));
    }
    friend Remote operator/(const Remote& a, const Remote& b)
        requires detail::IsNumber<T>
    {
        return Remote(
            detail::tree::binary(a.zflow_tree, b.zflow_tree, "Numeric.Div", detail::Number<T>::tag));
    }
    friend Remote operator%(const Remote& a, const Remote& b)
        requires detail::IsNumber<T>
    {
        return Remote(
            detail::tree::binary(a.zflow_tree, b.zflow_tree, "Numeric.Mod", detail::Number<T>::tag));
    }
    friend Remote operator-(const Remote& a)
        requires detail::IsNumber<T>
    {
        return Remote(detail::tree::unary(a.zflow_tree, "Numeric.Neg", detail::Number<T>::tag));
    }

    friend Remote<bool> operator==(const Remote& a, const Remote& b) {
        return Remote<bool>(detail::tree::equal(a.zflow_tree, b.zflow_tree));
    }
    friend Remote<bool> operator!=(const Remote& a, const Remote& b) {
        return Remote<bool>(detail::tree::not_(detail::tree::equal(a.zflow_tree, b.zflow_tree)));
    }
    friend Remote<bool> operator<=(const Remote& a, const Remote& b)
        requires detail::Orders<T>
    {
        return Remote<bool>(detail::tree::less_equal(a.zflow_tree, b.zflow_tree, detail::type_of<T>()));
    }
    friend Remote<bool> operator>=(const Remote& a, const Remote& b)
        requires detail::Orders<T>
    {
        return Remote<bool>(detail::tree::less_equal(b.zflow_tree, a.zflow_tree, detail::type_of<T>()));
    }
    friend Remote<bool> operator<(const Remote& a, const Remote& b)
        requires detail::Orders<T>
    {
        return Remote<bool>(detail::less<T>(a.zflow_tree, b.zflow_tree));
    }
    friend Remote<bool> operator>(const Remote& a, const Remote& b)
        requires detail::Orders<T>
    {
        return Remote<bool>(detail::less<T>(b.zflow_tree, a.zflow_tree));
    }

    friend Remote operator&&(const Remote& a, const Remote& b)
        requires std::same_as<T, bool>
    {
        return Remote(detail::tree::branch(a.zflow_tree, b.zflow_tree, detail::tree::boolean(false)));
    }
    friend Remote operator||(const Remote& a, const Remote& b)
        requires std::same_as<T, bool>
    {
        return Remote(detail::tree::branch(a.zflow_tree, detail::tree::boolean(true), b.zflow_tree));
    }
    friend Remote operator!(const Remote& a)
        requires std::same_as<T, bool>
    {
        return Remote(detail::tree::not_(a.zflow_tree));
    }
};

namespace detail {
template <class A, class B>
concept DoNotMix = !std::same_as<A, B> && !Widens<A, B> && !Widens<B, A> &&
                   !((std::same_as<A, Instant> || IsNumber<A>) && std::same_as<B, Duration>) &&
                   !(std::same_as<A, Duration> && IsNumber<B>);
}  // namespace detail

#define ZFLOW_MIXED(OPERATOR)                                                            \
    template <class A, class B>                                                          \
        requires detail::DoNotMix<A, B>                                                  \
    void operator OPERATOR(const Remote<A>&, const Remote<B>&) ZFLOW_DELETED(            \
        "the two Remotes have different types, and flows convert nothing silently: use " \
        "zflow::to<T>(remote) on one of them");
ZFLOW_MIXED(+)
ZFLOW_MIXED(-)
ZFLOW_MIXED(*)
ZFLOW_MIXED(/)
ZFLOW_MIXED(%)
ZFLOW_MIXED(==)
ZFLOW_MIXED(!=)
ZFLOW_MIXED(<)
ZFLOW_MIXED(<=)
ZFLOW_MIXED(>)
ZFLOW_MIXED(>=)
ZFLOW_MIXED(&&)
ZFLOW_MIXED(||)
#undef ZFLOW_MIXED

template <class Stream, class T>
    requires requires(Stream& stream) { stream << "text"; }
Stream& operator<<(Stream&, const Remote<T>&) ZFLOW_DELETED(
    "a Remote has no text while the flow is being built: log it with zflow::log(zflow::format(\"...{}\", "
    "remote))");

namespace detail {

template <class U>
auto as_remote(const U& value) {
    if constexpr (IsRemote<U>) {
        return value;
    } else {
        return Remote<literal_t<U>>(value);
    }
}
template <class U>
using carried_t = typename decltype(as_remote(std::declval<const std::remove_cvref_t<U>&>()))::value_type;

template <class T>
Remote<T> remote_symbol(Symbol symbol, Note note = {}) {
    return Remote<T>(tree::symbol(symbol, note));
}

/// A C++ function, run once on a symbol: what it built, as a function of the flow language.
template <class Result>
struct Built {
    Tree function;
    Result result;
};
template <class T, class F>
auto function_of(F&& f) {
    const auto symbol = fresh();
    auto result = as_remote(f(remote_symbol<T>(symbol)));
    auto function = tree::function(symbol, tree_of(result));
    return Built<decltype(result)>{std::move(function), std::move(result)};
}
/// A fold over a list: `step` makes the next Remote<A> from a Remote<A> and a Remote<Item>.
template <class A, class Item, class F>
Tree fold_items(const Tree& list, const Tree& initial, F&& step) {
    const auto symbol = fresh();
    const auto state = tree::symbol(symbol);
    const Remote<A> next =
        step(Remote<A>(tree::access(state, 0, 2)), Remote<Item>(tree::access(state, 1, 2)));
    return tree::fold_list(list, initial, tree::function(symbol, tree_of(next)));
}

}  // namespace detail

/// What the run's log shows when the value is computed; gives the value.
template <class T>
[[nodiscard]] Remote<T> debug(const Remote<T>& value, std::string_view text) {
    return Remote<T>(detail::tree::debug(detail::tree_of(value), text));
}

/// Evaluate once, use often; in a coroutine `auto x = co_await value(expression)` does the same.
template <class U, class F>
[[nodiscard]] auto let(const U& value, F&& f) {
    const auto symbol = detail::fresh();
    const auto inner = detail::as_remote(f(detail::remote_symbol<detail::literal_t<U>>(symbol)));
    return std::remove_cvref_t<decltype(inner)>(
        detail::tree::bind(symbol, detail::tree_of(detail::as_remote(value)), detail::tree_of(inner)));
}

}  // namespace dsl
}  // namespace zflow
