#pragma once

#include <zflow/dsl/described.hpp>
#include <zflow/model/error.hpp>
#include <zflow/model/schema.hpp>
#include <zflow/model/value.hpp>

#include <expected>

namespace zflow {
inline namespace dsl {

/// The schema of a type that flows carry: what a value of it must fit.
template <class T>
[[nodiscard]] model::Ref<const model::Schema> schema_of() {
    return model::Ref<const model::Schema>(
        static_cast<const model::Schema*>(detail::type_of<T>().schema.get()));
}

/// A C++ value as a value of the flow language.
///
/// Errors: BuildError for what flows cannot carry: a string that is not UTF-8, an enumerator that is not
/// described.
template <class T>
[[nodiscard]] model::Value to_value(const T& value) {
    model::Value out;
    detail::Carried<T>::write(value, out);
    return out;
}

/// A value of the flow language as a C++ value.
///
/// Errors: the value does not fit the type's schema (where, and what would); a time that 64 bits of
/// nanoseconds cannot hold. Never throws for a value that does not fit.
template <class T>
[[nodiscard]] std::expected<T, model::Error> from_value(const model::Value& value) {
    if (auto fit = model::fits(value, *schema_of<T>()); !fit) {
        return std::unexpected(std::move(fit.error()));
    }
    detail::Reading reading;
    auto out = detail::Carried<T>::read(value, reading);
    if (!reading.problem.empty()) {
        return std::unexpected(model::Error{std::move(reading.problem)});
    }
    return out;
}

}  // namespace dsl
}  // namespace zflow
