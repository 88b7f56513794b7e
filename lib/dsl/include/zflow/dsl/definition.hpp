#pragma once

#include <zflow/dsl/activity.hpp>

#include <memory>
#include <string>
#include <type_traits>

namespace zflow {
inline namespace dsl {

struct FlowOptions {
    int version = 1;
};

/// A complete, checked flow without the C++ types of its input and result: what is stored, shown and run.
class AnyDefinition {
 public:
    [[nodiscard]] const std::string& name() const;
    [[nodiscard]] int version() const;
    /// The program. (Include zflow/model/node.hpp to look inside.)
    [[nodiscard]] const model::Ref<const model::Node>& node() const;
    /// ZIO Flow's JSON of the program.
    [[nodiscard]] std::string json() const;
    /// The flow for people: an indented list of its steps with their labels and places in the source.
    [[nodiscard]] std::string show() const;
    [[nodiscard]] const model::Ref<const model::Schema>& input_schema() const;
    [[nodiscard]] const model::Ref<const model::Schema>& result_schema() const;
    [[nodiscard]] const model::Ref<const model::Schema>& error_schema() const;

    /// For hosts: what they make of the program before they can run it. Made at the first call, kept with the
    /// definition and its copies. Thread-safety: any number of calls at once, all with the same function.
    using Prepare = std::shared_ptr<const void> (*)(const AnyDefinition& definition);
    [[nodiscard]] std::shared_ptr<const void> prepared(Prepare prepare) const;

    struct Parts;
    explicit AnyDefinition(std::shared_ptr<const Parts> parts);

 private:
    std::shared_ptr<const Parts> parts_;
};

/// A complete, checked flow: a name, a version, an input, a result, an error. This is what an engine starts.
template <class In, class Out, class Error>
class Definition : public AnyDefinition {
 public:
    using input_type = In;
    using result_type = Out;
    using error_type = Error;
    using AnyDefinition::AnyDefinition;
};

namespace detail {

/// A function that builds a flow, without <functional>, which takes long to compile.
struct BuildFlow {
    const void* object;
    Tree (*call)(const void* object);
};

/// Build, check, build again, compare. Throws BuildError.
[[nodiscard]] std::shared_ptr<const AnyDefinition::Parts> define(std::string name, int version,
                                                                 BuildFlow build, const Type& in,
                                                                 const Type& out, const Type& error);

/// The type of what a function of Remotes takes.
template <class... A>
struct InputOf {
    static constexpr bool right = (IsRemote<A> && ...);
    using type = typename Arguments<typename Literal<std::remove_cvref_t<A>>::type...>::type;
};
template <class F>
struct Signature : Signature<decltype(&F::operator())> {};
template <class R, class... A>
struct Signature<R (*)(A...)> : InputOf<A...> {};
template <class C, class R, class... A>
struct Signature<R (C::*)(A...) const> : InputOf<A...> {};
template <class C, class R, class... A>
struct Signature<R (C::*)(A...)> : InputOf<A...> {};

}  // namespace detail

/// Make a flow of a function of Remotes: a flow coroutine, or any function that gives a flow, a Remote or a
/// literal.
///
/// Parameters: what the run is started with is the function's one parameter, or the tuple of several. The
/// function is called here, twice. Errors: BuildError, with the place, if a value is used outside of the
/// branch, lambda or flow that made it; if the two builds differ (the function looks at a clock, at random
/// numbers, at anything that changes); if the program written out has more than 1,000,000 nodes; if a
/// coroutine ended without co_return.
template <class F>
auto flow(std::string name, F&& f, FlowOptions options = {}) {
    using Input = detail::Signature<std::decay_t<F>>;
    static_assert(
        ::zflow::detail::holds<(Input::right)>,
        "zflow::flow: the function takes zflow::Remotes: flow(\"buy\", [](zflow::Remote<Order> order) -> "
        "zflow::Flow<Receipt> { ... })");
    using In = typename Input::type;
    using Result = decltype(detail::as_flow(detail::call<In>(f, detail::Tree())));
    const auto build = [&]() -> detail::Tree {
        const auto symbol = detail::fresh();
        const auto argument = detail::tree::symbol(symbol, {{}, "input"});
        const auto whole = detail::as_flow(detail::call<In>(f, argument));
        if constexpr (std::same_as<In, Unit>) {
            return detail::tree_of(whole);
        } else {
            return detail::tree::fold(
                detail::tree::input(), {},
                detail::tree::function(symbol, detail::tree::flow(detail::tree_of(whole))));
        }
    };
    constexpr auto call = [](const void* object) { return (*static_cast<decltype(&build)>(object))(); };
    using Out = detail::value_of<Result>;
    using Error = detail::error_of<Result>;
    return Definition<In, Out, Error>(detail::define(std::move(name), options.version, {&build, call},
                                                     detail::type_of<In>(), detail::type_of<Out>(),
                                                     detail::type_of<Error>()));
}

}  // namespace dsl
}  // namespace zflow
