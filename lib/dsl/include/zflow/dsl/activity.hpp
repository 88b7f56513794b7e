#pragma once

#include <zflow/dsl/choice.hpp>

#include <string_view>
#include <tuple>
#include <type_traits>

namespace zflow {
inline namespace dsl {
namespace detail {

/// What a function of several parameters takes: their tuple; of none: Unit.
template <class... A>
struct Arguments {
    using type = std::tuple<A...>;
};
template <class A>
struct Arguments<A> {
    using type = A;
};
template <>
struct Arguments<> {
    using type = Unit;
};

struct NoCheck {};
struct NoUndo {};

/// A flow from what the environment holds: the input of the activity, or its result.
template <class T, class F>
Tree from_input(const F& f) {
    const auto symbol = fresh();
    const auto flow = as_flow(call<T>(f, tree::symbol(symbol)));
    return tree::fold(tree::input(), {}, tree::function(symbol, tree::flow(tree_of(flow))));
}

}  // namespace detail

/// Work that is done outside, by the operation that your program registers under this name. Called as a
/// function, it gives the flow that has it done.
///
/// constexpr, so it can be a global of any translation unit:
/// `constexpr auto charge = zflow::activity<Payment(Order)>("charge-card");`
///
/// Parameters: the operation's input is the one parameter, or the tuple of several.
template <class Signature, class Check = detail::NoCheck, class Undo = detail::NoUndo>
class Activity;
template <class Out, class... In, class Check, class Undo>
class Activity<Out(In...), Check, Undo> {
    using Argument = typename detail::Arguments<In...>::type;

 public:
    constexpr Activity(std::string_view name, std::string_view description, Check check = {}, Undo undo = {})
        : name_(name), description_(description), check_(check), undo_(undo) {}

    Flow<Out, ActivityError> operator()(const Remote<In>&... in,
                                        detail::Place place = detail::Place::current()) const {
        detail::Tree check;
        detail::Tree undo;
        if constexpr (!std::same_as<Check, detail::NoCheck>) {
            check = detail::from_input<Argument>(check_);
        }
        if constexpr (!std::same_as<Undo, detail::NoUndo>) {
            undo = detail::from_input<Out>(undo_);
        }
        return Flow<Out, ActivityError>(detail::tree::run_activity(
            name_, description_, argument(in...), detail::type_of<Argument>(), detail::type_of<Out>(),
            std::move(check), std::move(undo), {place, name_}));
    }

    /// How to find out, after an unknown outcome, whether it was done: a flow from the input to the result.
    template <class F>
    constexpr auto check(F f) const {
        static_assert(::zflow::detail::holds<(detail::takes<const F&, Argument>)>,
                      "check: the function takes what the activity takes, as a Remote");
        return Activity<Out(In...), F, Undo>(name_, description_, f, undo_);
    }
    /// How to undo it when the transaction around it fails or starts again: a flow from the result.
    template <class F>
    constexpr auto compensate(F f) const {
        static_assert(::zflow::detail::holds<(detail::takes<const F&, Out>)>,
                      "compensate: the function takes the result of the activity, as a Remote");
        return Activity<Out(In...), Check, F>(name_, description_, check_, f);
    }
    [[nodiscard]] constexpr std::string_view name() const { return name_; }

 private:
    static detail::Tree argument(const Remote<In>&... in) {
        if constexpr (sizeof...(In) == 0) {
            return detail::tree::unit();
        } else if constexpr (sizeof...(In) == 1) {
            return (detail::tree_of(in), ...);
        } else {
            return detail::tree::tuple({detail::tree_of(in)...});
        }
    }

    std::string_view name_;
    std::string_view description_;
    [[no_unique_address]] Check check_;
    [[no_unique_address]] Undo undo_;
};
template <class Signature>
constexpr Activity<Signature> activity(std::string_view name, std::string_view description = "") {
    return {name, description};
}

}  // namespace dsl
}  // namespace zflow
