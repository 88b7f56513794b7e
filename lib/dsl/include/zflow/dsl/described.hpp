#pragma once

#include <zflow/dsl/carried.hpp>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>
#include <boost/describe/modifiers.hpp>
#include <boost/mp11/algorithm.hpp>

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

/// The id of a type in stored programs and values, for when its C++ name may change; a std::variant always
/// needs one.
///
/// Beside the type, in its namespace. One alternative of a variant is a type of that namespace.
#define ZFLOW_NAME(TYPE, ID)                                                      \
    [[maybe_unused]] constexpr const char* zflow_name(std::type_identity<TYPE>) { \
        return ID;                                                                \
    }

namespace zflow {
inline namespace dsl {
namespace detail {

template <class T>
concept DescribedStruct = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;
template <class T>
concept DescribedEnum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;
template <class T>
concept Named = requires { zflow_name(std::type_identity<T>{}); };

template <class T>
using members_of =
    boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;
template <class T, std::size_t I>
using member_t =
    std::remove_cvref_t<decltype(std::declval<T>().*boost::mp11::mp_at_c<members_of<T>, I>::pointer)>;
template <class T>
constexpr std::size_t member_count = boost::mp11::mp_size<members_of<T>>::value;

/// `shop::Order` as `shop.Order`; unnamed namespaces are left out.
[[nodiscard]] std::string dotted(std::string_view raw);
/// What stands after the last dot.
[[nodiscard]] std::string last_name(std::string_view id);

template <class T>
const std::string& type_id() {
    static const std::string id = [] {
        if constexpr (Named<T>) {
            return std::string(zflow_name(std::type_identity<T>{}));
        } else {
            return dotted(raw_name<T>());
        }
    }();
    return id;
}
/// What an alternative is called in its variant.
template <class T>
const std::string& case_name() {
    static const std::string name = last_name(type_id<T>());
    return name;
}

using TypeParts = std::vector<std::pair<std::string, Type>>;
[[nodiscard]] Type struct_type(std::string_view id, const TypeParts& fields);
[[nodiscard]] Type sum_type(std::string_view id, const TypeParts& cases);
[[nodiscard]] model::Ref<const model::Shared> shape_of(const Type& struct_type);
[[nodiscard]] model::Ref<const model::Shared> case_of(std::string_view id, std::string_view name);
void write_singleton(model::Value& out, std::string_view id, std::string_view name);
[[nodiscard]] const std::string& case_of(const model::Value&);
[[nodiscard]] const model::Value& inside_case(const model::Value&);
[[nodiscard]] const model::Value& field_of(const model::Value&, std::string_view name);
[[noreturn]] void refuse_enumerator(std::string_view id, long long number);

template <DescribedStruct T>
struct Carried<T> {
    static Type type() {
        TypeParts parts;
        boost::mp11::mp_for_each<members_of<T>>([&](auto member) {
            parts.emplace_back(member.name,
                               type_of<std::remove_cvref_t<decltype(std::declval<T>().*member.pointer)>>());
        });
        return struct_type(type_id<T>(), parts);
    }
    static void write(const T& value, model::Value& out) {
        static const auto shape = shape_of(type_of<T>());
        Parts parts;
        boost::mp11::mp_for_each<members_of<T>>([&](auto member) {
            using M = std::remove_cvref_t<decltype(value.*member.pointer)>;
            Carried<M>::write(value.*member.pointer, parts.add());
        });
        parts.record(out, shape);
    }
    static T read(const model::Value& in, Reading& reading) {
        return [&]<std::size_t... I>(std::index_sequence<I...>) {
            T out{};
            ((out.*boost::mp11::mp_at_c<members_of<T>, I>::pointer = Carried<member_t<T, I>>::read(
                  field_of(in, boost::mp11::mp_at_c<members_of<T>, I>::name), reading)),
             ...);
            return out;
        }(std::make_index_sequence<member_count<T>>{});
    }
};

template <DescribedEnum T>
struct Carried<T> {
    static Type type() {
        TypeParts parts;
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto enumerator) {
            parts.emplace_back(enumerator.name, struct_type(type_id<T>() + "." + enumerator.name, {}));
        });
        return sum_type(type_id<T>(), parts);
    }
    static void write(T value, model::Value& out) {
        const char* name = nullptr;
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto enumerator) {
            if (enumerator.value == value) {
                name = enumerator.name;
            }
        });
        if (name == nullptr) {
            refuse_enumerator(type_id<T>(), static_cast<long long>(value));
        }
        write_singleton(out, type_id<T>(), name);
    }
    static T read(const model::Value& in, Reading&) {
        T out{};
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto enumerator) {
            if (case_of(in) == enumerator.name) {
                out = enumerator.value;
            }
        });
        return out;
    }
};

template <class... Ts>
struct Carried<std::variant<Ts...>> {
    using Variant = std::variant<Ts...>;
    static const std::string& id() {
        static_assert(::zflow::detail::holds<(Named<Variant>)>,
                      "a std::variant in a flow needs a name that stays: write ZFLOW_NAME(Payment, "
                      "\"shop.Payment\") beside it");
        return type_id<Variant>();
    }
    static Type type() { return sum_type(id(), {{case_name<Ts>(), type_of<Ts>()}...}); }
    static void write(const Variant& value, model::Value& out) {
        std::visit(
            [&]<class A>(const A& alternative) {
                static const auto name = detail::case_of(id(), case_name<A>());
                Parts parts;
                Carried<A>::write(alternative, parts.add());
                parts.enumeration(out, name);
            },
            value);
    }
    static Variant read(const model::Value& in, Reading& reading) {
        std::optional<Variant> out;
        const auto one = [&]<class A>(std::type_identity<A>) {
            if (!out && case_of(in) == case_name<A>()) {
                out.emplace(std::in_place_type<A>, Carried<A>::read(inside_case(in), reading));
            }
            return out.has_value();
        };
        (void)(one(std::type_identity<Ts>{}) || ...);
        return std::move(out).value();  // the value fits the schema, so it is one of the cases
    }
};

// --- families of types
template <class T>
constexpr bool is_tuple = false;
template <class... T>
constexpr bool is_tuple<std::tuple<T...>> = true;
template <class A, class B>
constexpr bool is_tuple<std::pair<A, B>> = true;
template <class A, class V>
constexpr bool is_case_of = false;
template <class A, class... T>
constexpr bool is_case_of<A, std::variant<T...>> = (std::same_as<A, T> || ...);

}  // namespace detail
}  // namespace dsl
}  // namespace zflow
