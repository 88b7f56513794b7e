#pragma once

#include <zflow/dsl/remote.hpp>

#include <string>

namespace zflow {
inline namespace dsl {
namespace detail {

template <IsNumber T>
struct Operators<T> : Held {
    using Held::Held;
    /// As the JVM prints it, e.g. `1.0`.
    [[nodiscard]] Remote<std::string> to_string() const {
        return Remote<std::string>(tree::to_text(zflow_tree, type_of<T>()));
    }
};

}  // namespace detail

/// Numbers, explicitly: `to<double>(amount)`. What does not fit wraps, as the operator of the flow language
/// does.
template <class U, class T>
    requires(detail::IsNumber<U> && detail::IsNumber<T>)
[[nodiscard]] Remote<U> to(const Remote<T>& number) {
    return Remote<U>(detail::tree::unary(detail::tree_of(number),
                                         std::string("Conversion.NumericTo") + detail::Number<U>::name,
                                         detail::Number<T>::tag));
}
/// A number from text: nothing if it is none.
template <class U>
    requires detail::IsNumber<U>
[[nodiscard]] Remote<std::optional<U>> parse(const Remote<std::string>& text) {
    return Remote<std::optional<U>>(
        detail::tree::unary(detail::tree_of(text), "Conversion.StringToNumeric", detail::Number<U>::tag));
}

template <class T>
    requires detail::IsNumber<T>
[[nodiscard]] Remote<T> abs(const Remote<T>& number) {
    return Remote<T>(detail::tree::unary(detail::tree_of(number), "Numeric.Abs", detail::Number<T>::tag));
}
template <class T>
    requires detail::IsNumber<T>
[[nodiscard]] Remote<T> min(const Remote<T>& a, const std::type_identity_t<Remote<T>>& b) {
    return Remote<T>(
        detail::tree::binary(detail::tree_of(a), detail::tree_of(b), "Numeric.Min", detail::Number<T>::tag));
}
template <class T>
    requires detail::IsNumber<T>
[[nodiscard]] Remote<T> max(const Remote<T>& a, const std::type_identity_t<Remote<T>>& b) {
    return Remote<T>(
        detail::tree::binary(detail::tree_of(a), detail::tree_of(b), "Numeric.Max", detail::Number<T>::tag));
}

}  // namespace dsl
}  // namespace zflow
