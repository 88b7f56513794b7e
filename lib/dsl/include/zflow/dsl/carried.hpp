#pragma once

#include <zflow/dsl/tree.hpp>

#include <concepts>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace zflow {
inline namespace dsl {
namespace detail {

// --- schemas
[[nodiscard]] Type scalar_type(std::string_view name);
[[nodiscard]] Type known_type(std::string_view id);
[[nodiscard]] Type optional_type(const Type&);
[[nodiscard]] Type list_type(const Type&);
[[nodiscard]] Type set_type(const Type&);
[[nodiscard]] Type map_type(const Type& key, const Type& value);
[[nodiscard]] Type pair_type(const Type& left, const Type& right);
[[nodiscard]] Type either_type(const Type& left, const Type& right);

// --- values, one scalar at a time; their bodies know model::Value
void write(model::Value& out, Unit);
void write(model::Value& out, bool);
void write(model::Value& out, char16_t);
void write(model::Value& out, std::int8_t);
void write(model::Value& out, std::int16_t);
void write(model::Value& out, std::int32_t);
void write(model::Value& out, std::int64_t);
void write(model::Value& out, float);
void write(model::Value& out, double);
void write(model::Value& out, const std::string&);
void write(model::Value& out, const Uuid&);
void write(model::Value& out, Duration);
void write(model::Value& out, Instant);

/// What goes wrong while a value that fits its schema becomes a C++ value: the first sentence counts.
struct Reading {
    std::string problem;
};
void read(const model::Value& in, Unit& out, Reading&);
void read(const model::Value& in, bool& out, Reading&);
void read(const model::Value& in, char16_t& out, Reading&);
void read(const model::Value& in, std::int8_t& out, Reading&);
void read(const model::Value& in, std::int16_t& out, Reading&);
void read(const model::Value& in, std::int32_t& out, Reading&);
void read(const model::Value& in, std::int64_t& out, Reading&);
void read(const model::Value& in, float& out, Reading&);
void read(const model::Value& in, double& out, Reading&);
void read(const model::Value& in, std::string& out, Reading&);
void read(const model::Value& in, Uuid& out, Reading&);
void read(const model::Value& in, Duration& out, Reading&);
void read(const model::Value& in, Instant& out, Reading&);

/// Parts of a value that is being made.
class Parts {
 public:
    Parts();
    ~Parts();
    Parts(const Parts&) = delete;
    Parts& operator=(const Parts&) = delete;

    /// A new last part, to be written before the next call.
    [[nodiscard]] model::Value& add();

    void some(model::Value& out);
    void left(model::Value& out);
    void right(model::Value& out);
    void tuple(model::Value& out);
    void sequence(model::Value& out);
    void set(model::Value& out);
    void dictionary(model::Value& out);
    void record(model::Value& out, const model::Ref<const model::Shared>& shape);
    /// The first part as a case of a sum.
    void enumeration(model::Value& out, const model::Ref<const model::Shared>& case_name);

 private:
    struct Values;
    std::unique_ptr<Values> values_;
};
void write_none(model::Value& out);
[[nodiscard]] bool is_none(const model::Value&);
[[nodiscard]] bool is_right(const model::Value&);
[[nodiscard]] const model::Value& inner(const model::Value&);
[[nodiscard]] const model::Value& left_of(const model::Value&);
[[nodiscard]] const model::Value& right_of(const model::Value&);
[[nodiscard]] std::size_t size_of(const model::Value&);
[[nodiscard]] const model::Value& item_of(const model::Value&, std::size_t index);

/// How a C++ type is carried: its schema, and its values both ways.
///
/// A specialisation has `type()`, `write(value, out)` and `read(in, reading)`; `read` may take for granted
/// that the value fits the schema.
template <class T>
struct Carried;

/// Types that a flow can carry.
template <class T>
concept IsCarried = requires { Carried<T>::type(); };

/// How the compiler writes a type.
template <class T>
constexpr std::string_view raw_name() {
    std::string_view text = __PRETTY_FUNCTION__;
    text.remove_prefix(text.find("T = ") + 4);
    return text.substr(0, text.find_first_of(";]"));
}
[[noreturn]] void refuse_recursive_type(std::string_view raw_name);

template <class T>
const Type& type_of() {
    static thread_local bool building = false;
    if (building) {
        refuse_recursive_type(raw_name<T>());
    }
    static const Type type = [] {
        struct Reset {
            ~Reset() { building = false; }
        } const reset;
        building = true;
        return Carried<T>::type();
    }();
    return type;
}

// --- scalars
template <class T>
struct Scalar {
    static constexpr const char* schema = nullptr;
};
#define ZFLOW_SCALAR(T, SCHEMA)                       \
    template <>                                       \
    struct Scalar<T> {                                \
        static constexpr const char* schema = SCHEMA; \
    };
ZFLOW_SCALAR(Unit, "unit")
ZFLOW_SCALAR(bool, "boolean")
ZFLOW_SCALAR(char16_t, "char")
ZFLOW_SCALAR(std::int8_t, "byte")
ZFLOW_SCALAR(std::int16_t, "short")
ZFLOW_SCALAR(std::int32_t, "int")
ZFLOW_SCALAR(std::int64_t, "long")
ZFLOW_SCALAR(float, "float")
ZFLOW_SCALAR(double, "double")
ZFLOW_SCALAR(std::string, "string")
ZFLOW_SCALAR(Uuid, "uuid")
ZFLOW_SCALAR(Duration, "duration")
ZFLOW_SCALAR(Instant, "instant")
#undef ZFLOW_SCALAR

template <class T>
    requires(Scalar<T>::schema != nullptr)
struct Carried<T> {
    static Type type() { return scalar_type(Scalar<T>::schema); }
    static void write(const T& value, model::Value& out) { detail::write(out, value); }
    static T read(const model::Value& in, Reading& reading) {
        T out{};
        detail::read(in, out, reading);
        return out;
    }
};
template <>
struct Carried<Never> {
    static Type type() { return scalar_type("unit"); }
};
template <class T>
struct Carried<Variable<T>> {
    static Type type() { return known_type("zio.flow.RemoteVariableReference"); }
};
template <class T, class E>
struct Carried<Fiber<T, E>> {
    static Type type() { return known_type("zio.flow.ExecutingFlow"); }
};

// --- templates of std
template <class T>
struct Carried<std::optional<T>> {
    static Type type() { return optional_type(type_of<T>()); }
    static void write(const std::optional<T>& value, model::Value& out) {
        if (!value) {
            return write_none(out);
        }
        Parts parts;
        Carried<T>::write(*value, parts.add());
        parts.some(out);
    }
    static std::optional<T> read(const model::Value& in, Reading& reading) {
        return is_none(in) ? std::nullopt : std::optional<T>(Carried<T>::read(inner(in), reading));
    }
};
template <class T, class E>
struct Carried<std::expected<T, E>> {
    static Type type() { return either_type(type_of<E>(), type_of<T>()); }
    static void write(const std::expected<T, E>& value, model::Value& out) {
        Parts parts;
        if (value) {
            Carried<T>::write(*value, parts.add());
            parts.right(out);
        } else {
            Carried<E>::write(value.error(), parts.add());
            parts.left(out);
        }
    }
    static std::expected<T, E> read(const model::Value& in, Reading& reading) {
        if (is_right(in)) {
            return Carried<T>::read(inner(in), reading);
        }
        return std::unexpected(Carried<E>::read(inner(in), reading));
    }
};
template <class T>
struct Carried<std::vector<T>> {
    static Type type() { return list_type(type_of<T>()); }
    static void write(const std::vector<T>& value, model::Value& out) {
        Parts parts;
        for (const auto& item : value) {
            Carried<T>::write(item, parts.add());
        }
        parts.sequence(out);
    }
    static std::vector<T> read(const model::Value& in, Reading& reading) {
        std::vector<T> out;
        out.reserve(size_of(in));
        for (std::size_t i = 0; i < size_of(in); ++i) {
            out.push_back(Carried<T>::read(item_of(in, i), reading));
        }
        return out;
    }
};
template <class T>
struct Carried<std::set<T>> {
    static Type type() { return set_type(type_of<T>()); }
    static void write(const std::set<T>& value, model::Value& out) {
        Parts parts;
        for (const auto& item : value) {
            Carried<T>::write(item, parts.add());
        }
        parts.set(out);
    }
    static std::set<T> read(const model::Value& in, Reading& reading) {
        std::set<T> out;
        for (std::size_t i = 0; i < size_of(in); ++i) {
            out.insert(Carried<T>::read(item_of(in, i), reading));
        }
        return out;
    }
};
template <class L, class R>
void write_pair(const L& left, const R& right, model::Value& out) {
    Parts parts;
    Carried<L>::write(left, parts.add());
    Carried<R>::write(right, parts.add());
    parts.tuple(out);
}
template <class K, class V>
struct Carried<std::map<K, V>> {
    static Type type() { return map_type(type_of<K>(), type_of<V>()); }
    static void write(const std::map<K, V>& value, model::Value& out) {
        Parts parts;
        for (const auto& [key, mapped] : value) {
            write_pair<K, V>(key, mapped, parts.add());
        }
        parts.dictionary(out);
    }
    static std::map<K, V> read(const model::Value& in, Reading& reading) {
        std::map<K, V> out;
        for (std::size_t i = 0; i < size_of(in); ++i) {
            const auto& entry = item_of(in, i);
            out.insert_or_assign(Carried<K>::read(left_of(entry), reading),
                                 Carried<V>::read(right_of(entry), reading));
        }
        return out;
    }
};

// --- tuples: nested to the left, ((a, b), c)
template <class A, class B>
struct Carried<std::pair<A, B>> {
    static Type type() { return pair_type(type_of<A>(), type_of<B>()); }
    static void write(const std::pair<A, B>& value, model::Value& out) {
        write_pair<A, B>(value.first, value.second, out);
    }
    static std::pair<A, B> read(const model::Value& in, Reading& reading) {
        return {Carried<A>::read(left_of(in), reading), Carried<B>::read(right_of(in), reading)};
    }
};
template <class A, class B, class... More>
struct Carried<std::tuple<A, B, More...>> {
    using Tuple = std::tuple<A, B, More...>;
    static constexpr std::size_t arity = 2 + sizeof...(More);

    static Type type() {
        auto all = pair_type(type_of<A>(), type_of<B>());
        ((all = pair_type(all, type_of<More>())), ...);
        return all;
    }
    static void write(const Tuple& value, model::Value& out) {
        Parts parts;
        std::apply(
            [&](const auto&... part) {
                (Carried<std::remove_cvref_t<decltype(part)>>::write(part, parts.add()), ...);
            },
            value);
        parts.tuple(out);
    }
    static Tuple read(const model::Value& in, Reading& reading) {
        return [&]<std::size_t... I>(std::index_sequence<I...>) {
            return Tuple{Carried<std::tuple_element_t<I, Tuple>>::read(part(in, I), reading)...};
        }(std::make_index_sequence<arity>{});
    }

 private:
    static const model::Value& part(const model::Value& in, std::size_t index) {
        const auto* rest = &in;
        for (auto last = arity - 1; last > std::max<std::size_t>(index, 1); --last) {
            rest = &left_of(*rest);
        }
        return index == 0 ? left_of(*rest) : right_of(*rest);
    }
};

template <class T>
Tree literal(const T& value) {
    return tree::literal(&value, [](const void* from, model::Value& out) {
        Carried<T>::write(*static_cast<const T*>(from), out);
    });
}

}  // namespace detail
}  // namespace dsl
}  // namespace zflow
