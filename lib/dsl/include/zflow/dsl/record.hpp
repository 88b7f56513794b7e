#pragma once

#include <zflow/dsl/numbers.hpp>
#include <zflow/dsl/optional.hpp>
#include <zflow/dsl/text.hpp>
#include <zflow/dsl/time.hpp>
#include <zflow/dsl/vector.hpp>

#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace zflow {
inline namespace dsl {
namespace detail {

template <class T>
struct FieldsOf {
    using type = std::monostate;
};
template <DescribedStruct T>
    requires requires { zflow_fields(std::type_identity<T>{}); }
struct FieldsOf<T> {
    using type = typename decltype(zflow_fields(std::type_identity<T>{}))::type;
};
/// The fields of T as Remotes, by their names: what ZFLOW_STRUCT writes.
template <class T>
using fields_t = typename FieldsOf<T>::type;

[[noreturn]] void refuse_member(std::string_view type_id);

template <class T, class M>
const char* member_name(M T::* pointer) {
    const char* found = nullptr;
    boost::mp11::mp_for_each<members_of<T>>([&](auto member) {
        if constexpr (std::same_as<std::remove_cv_t<decltype(member.pointer)>, M T::*>) {
            if (member.pointer == pointer) {
                found = member.name;
            }
        }
    });
    if (found == nullptr) {
        refuse_member(type_id<T>());
    }
    return found;
}

template <class T>
struct RecordOperators : Held {
    using Held::Held;
    /// For structs that only Boost describes, and for generic code.
    template <class M>
    [[nodiscard]] Remote<M> operator[](M T::* member) const {
        return Remote<M>(tree::field(zflow_tree, member_name(member)));
    }
    /// The same struct with another value in one field.
    template <class M, class U>
    [[nodiscard]] Remote<T> with(M T::* member, const U& value) const {
        return Remote<T>(tree::with_field(zflow_tree, member_name(member), tree_of(Remote<M>(value))));
    }
};
template <DescribedStruct T>
struct Operators<T> : RecordOperators<T> {
    using RecordOperators<T>::RecordOperators;
};
template <DescribedStruct T>
    requires requires { zflow_fields(std::type_identity<T>{}); }
struct Operators<T> : RecordOperators<T>, fields_t<T> {
    explicit Operators(Tree tree) : Operators(std::move(tree), std::make_index_sequence<member_count<T>>{}) {}

 private:
    template <std::size_t... I>
    Operators(Tree tree, std::index_sequence<I...>)
        : RecordOperators<T>(tree),
          fields_t<T>{
              Remote<member_t<T, I>>(tree::field(tree, boost::mp11::mp_at_c<members_of<T>, I>::name))...} {}
};

}  // namespace detail

/// A struct from its fields: `make<Order>({.id = id, .amount = amount * 2})`. What is left out is as in
/// `Order{}`.
template <class T>
[[nodiscard]] Remote<T> make(const detail::fields_t<T>& fields) {
    static_assert(
        ::zflow::detail::holds<(std::is_default_constructible_v<T>)>,
        "zflow::make<T>: T needs a default constructor (the tree starts from T{} and sets every field)");
    auto record = detail::literal(T{});
    fields.zflow_each([&](const char* name, const auto& value) {
        if (const auto& tree = detail::tree_of(value)) {
            record = detail::tree::with_field(record, name, tree);
        }
    });
    return Remote<T>(record);
}

/// A part of a tuple: `get<0>(both)`; structured bindings work, too.
template <std::size_t I, class T>
    requires detail::is_tuple<T>
[[nodiscard]] auto get(const Remote<T>& tuple) {
    return Remote<std::tuple_element_t<I, T>>(
        detail::tree::access(detail::tree_of(tuple), I, std::tuple_size_v<T>));
}
/// A tuple of values, Remotes or not.
template <class... U>
    requires(sizeof...(U) >= 2)
[[nodiscard]] auto tuple(const U&... values) {
    return Remote<std::tuple<detail::carried_t<U>...>>(
        detail::tree::tuple({detail::tree_of(detail::as_remote(values))...}));
}

}  // namespace dsl
}  // namespace zflow

template <class T>
    requires zflow::detail::is_tuple<T>
struct std::tuple_size<zflow::Remote<T>> : std::tuple_size<T> {};
template <std::size_t I, class T>
    requires zflow::detail::is_tuple<T>
struct std::tuple_element<I, zflow::Remote<T>> {
    using type = zflow::Remote<std::tuple_element_t<I, T>>;
};

// A recursive macro: each name of a list, without a library and without a bound of its own.
#define ZFLOW_PARENS ()
#define ZFLOW_EXPAND(...) ZFLOW_EXPAND4(ZFLOW_EXPAND4(ZFLOW_EXPAND4(__VA_ARGS__)))
#define ZFLOW_EXPAND4(...) ZFLOW_EXPAND3(ZFLOW_EXPAND3(ZFLOW_EXPAND3(__VA_ARGS__)))
#define ZFLOW_EXPAND3(...) ZFLOW_EXPAND2(ZFLOW_EXPAND2(ZFLOW_EXPAND2(__VA_ARGS__)))
#define ZFLOW_EXPAND2(...) ZFLOW_EXPAND1(ZFLOW_EXPAND1(ZFLOW_EXPAND1(__VA_ARGS__)))
#define ZFLOW_EXPAND1(...) __VA_ARGS__
#define ZFLOW_EACH(MACRO, STRUCT, ...) __VA_OPT__(ZFLOW_EXPAND(ZFLOW_EACH_(MACRO, STRUCT, __VA_ARGS__)))
#define ZFLOW_EACH_(MACRO, STRUCT, NAME, ...) \
    MACRO(STRUCT, NAME) __VA_OPT__(ZFLOW_EACH_AGAIN ZFLOW_PARENS(MACRO, STRUCT, __VA_ARGS__))
#define ZFLOW_EACH_AGAIN() ZFLOW_EACH_
#define ZFLOW_FIELD(STRUCT, NAME) \
    ::zflow::Remote<std::remove_cvref_t<decltype(STRUCT::NAME)>> NAME{::zflow::detail::Tree()};
#define ZFLOW_VISIT(STRUCT, NAME) zflow_visit(#NAME, NAME);

/// Describes a struct for flows, after its definition and in its namespace: `ZFLOW_STRUCT(Order, id, amount,
/// items)`.
///
/// It is BOOST_DESCRIBE_STRUCT and the fields of Remote<Order> by their names: `order.amount`. At most 52
/// fields; a field may not be called `with`.
#define ZFLOW_STRUCT(STRUCT, ...)                        \
    BOOST_DESCRIBE_STRUCT(STRUCT, (), (__VA_ARGS__))     \
    template <class = void>                              \
    struct zflow_fields_of_##STRUCT {                    \
        ZFLOW_EACH(ZFLOW_FIELD, STRUCT, __VA_ARGS__)     \
        template <class Visit>                           \
        void zflow_each(Visit&& zflow_visit) const {     \
            ZFLOW_EACH(ZFLOW_VISIT, STRUCT, __VA_ARGS__) \
        }                                                \
    };                                                   \
    [[maybe_unused]] std::type_identity<zflow_fields_of_##STRUCT<>> zflow_fields(std::type_identity<STRUCT>);
