#pragma once

#include <zflow/dsl/activity.hpp>
#include <zflow/dsl/conversions.hpp>

#include <concepts>
#include <expected>
#include <type_traits>
#include <utility>

namespace zflow {
inline namespace dsl {

/// How an operation ends: with its result, or with the error of its activity, both as values.
using OperationResult = std::expected<model::Value, model::Value>;

/// What a host registers for an activity: a C++ function with the activity's types, as a function of values.
///
/// It can be called with the input, or with anything that has a member `input`, such as a call of a runner.
template <class Out, class F, class... In>
class TypedOperation {
 public:
    explicit TypedOperation(F f) : f_(std::move(f)) {}

    OperationResult operator()(const model::Value& input) const {
        auto argument = from_value<typename detail::Arguments<In...>::type>(input);
        if (!argument) {
            return std::unexpected(
                to_value(ActivityError{"the input does not fit: " + argument.error().text(), {}}));
        }
        return answer(call(std::move(*argument)));
    }
    template <class Call>
        requires requires(const Call& call) {
            { call.input } -> std::convertible_to<const model::Value&>;
        }
    OperationResult operator()(const Call& call) const {
        return (*this)(call.input);
    }

 private:
    template <class Argument>
    auto call(Argument argument) const {
        const auto invoke = [&](auto&&... parts) {
            if constexpr (std::is_void_v<std::invoke_result_t<const F&, decltype(parts)...>>) {
                f_(std::forward<decltype(parts)>(parts)...);
                return unit;
            } else {
                return f_(std::forward<decltype(parts)>(parts)...);
            }
        };
        if constexpr (sizeof...(In) == 0) {
            return invoke();
        } else if constexpr (sizeof...(In) == 1) {
            return invoke(std::move(argument));
        } else {
            return std::apply(invoke, std::move(argument));
        }
    }
    static OperationResult answer(const Out& result) { return to_value(result); }
    static OperationResult answer(const std::expected<Out, ActivityError>& result) {
        return result ? OperationResult(to_value(*result)) : std::unexpected(to_value(result.error()));
    }

    F f_;
};

/// The operation of an activity: `operation(charge, [](const Order& order) { return std::string("paid"); })`.
///
/// Parameters: `f` takes what the activity takes and gives its result, or std::expected of it and an
/// ActivityError. An input that does not fit fails the activity with an ActivityError that says why.
template <class Out, class... In, class Check, class Undo, class F>
[[nodiscard]] auto operation(const Activity<Out(In...), Check, Undo>&, F f) {
    static_assert(::zflow::detail::holds<(std::invocable<const F&, In...>)>,
                  "operation: the function takes what the activity takes, as C++ values");
    return TypedOperation<Out, F, In...>(std::move(f));
}

}  // namespace dsl
}  // namespace zflow
