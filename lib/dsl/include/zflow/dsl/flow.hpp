#pragma once

#include <zflow/dsl/errors.hpp>

#include <concepts>
#include <expected>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace zflow {
inline namespace dsl {
namespace detail {

template <class F>
constexpr bool is_flow_v = false;
template <class T, class E>
constexpr bool is_flow_v<Flow<T, E>> = true;
template <class F>
concept IsFlow = is_flow_v<std::remove_cvref_t<F>>;
template <class F>
using value_of = typename std::remove_cvref_t<F>::value_type;
template <class F>
using error_of = typename std::remove_cvref_t<F>::error_type;

template <class T, class E>
const Tree& tree_of(const Flow<T, E>& flow);

/// What a function may return where a flow is wanted: a Flow, a Remote, a literal.
template <class R>
auto as_flow(const R& result) {
    if constexpr (IsFlow<R>) {
        return result;
    } else {
        const auto value = as_remote(result);
        return Flow<carried_t<R>, Never>(tree::succeed(tree_of(value)));
    }
}

/// How a function takes a value of T: as one Remote, not at all if it is a Unit, or as the parts of a tuple.
template <class F, class T>
constexpr bool takes = [] {
    if constexpr (std::invocable<F, Remote<T>>) {
        return true;
    } else if constexpr (std::same_as<T, Unit>) {
        return std::invocable<F>;
    } else if constexpr (is_tuple<T>) {
        return []<std::size_t... I>(std::index_sequence<I...>) {
            return std::invocable<F, Remote<std::tuple_element_t<I, T>>...>;
        }(std::make_index_sequence<std::tuple_size_v<T>>{});
    } else {
        return false;
    }
}();
template <class T, class F>
decltype(auto) call(F&& f, const Tree& value) {
    const Depth guard;
    if constexpr (std::invocable<F, Remote<T>>) {
        return f(Remote<T>(value));
    } else if constexpr (std::same_as<T, Unit> && std::invocable<F>) {
        return f();
    } else if constexpr (is_tuple<T>) {
        return [&]<std::size_t... I>(std::index_sequence<I...>) {
            return f(get<I>(Remote<T>(value))...);
        }(std::make_index_sequence<std::tuple_size_v<T>>{});
    }
}
/// A Flow, or a function without parameters that builds one.
template <class F>
auto built(F&& f) {
    if constexpr (IsFlow<F>) {
        return f;
    } else if constexpr (std::invocable<F>) {
        static_assert(::zflow::detail::holds<(!std::is_void_v<std::invoke_result_t<F>>)>,
                      "this function builds no flow: it returns nothing; return a Flow (or write it as a "
                      "coroutine: []() -> "
                      "zflow::Flow<T> { co_await ...; })");
        const Depth guard;
        return as_flow(f());
    } else {
        return as_flow(f);
    }
}
template <class F>
concept BuildsFlow = IsFlow<F> || std::invocable<F>;

template <class T, class E>
struct Promise;

}  // namespace detail

/// How often and how soon a flow that fails is tried again.
struct RetryPolicy {
    std::int32_t attempts;  ///< in all, the first one included
    Duration first_delay = std::chrono::seconds(1);
    std::int64_t factor = 2;  ///< each delay is so many times the one before
};

/// A piece of a program that, when it runs, succeeds with a T, fails with an E, or dies.
///
/// It is a value: copy it, keep it, pass it on; it runs where it is awaited, returned, or handed to another
/// flow, as often as it is. A function that returns a Flow may be a coroutine: its body runs once, while the
/// flow is being built, and each `co_await` writes one step.
template <class T, class E>
class [[nodiscard(
    "a Flow does nothing by itself: co_await it, return it, or hand it to another flow")]] Flow {
    static_assert(::zflow::detail::holds<(!detail::is_remote_v<T>)>,
                  "Flow<Remote<T>>: write Flow<T>; awaiting it gives a Remote<T>");
    static_assert(::zflow::detail::holds<(std::is_void_v<T> || detail::IsCarried<T>)>,
                  "Flow<T>: this struct is not described; write ZFLOW_STRUCT(Order, id, amount) after it");
    static_assert(::zflow::detail::holds<(!std::is_void_v<T>)>, "Flow<void>: write Flow<zflow::Unit>");
    using Place = detail::Place;
    using Tree = detail::Tree;

 public:
    using value_type = T;
    using error_type = E;
    using promise_type = detail::Promise<T, E>;

    explicit Flow(Tree tree) : tree_(std::move(tree)) {}
    Flow(const Flow&) = default;
    Flow& operator=(const Flow&) = default;
    template <class U, class E2>
        requires((!std::same_as<U, T> || !std::same_as<E2, E>) &&
                 (std::same_as<U, T> || std::same_as<U, Never>) && detail::ErrorFits<E2, E>)
    Flow(const Flow<U, E2>& other, Place place = Place::current()) : tree_(detail::tree_of(other)) {
        if (auto change = detail::error_case<E2, E>(place)) {
            tree_ = detail::tree::fold(tree_, std::move(change), {}, {place});
        }
    }
    template <class E2>
        requires(!detail::ErrorFits<E2, E>)
    Flow(const Flow<T, E2>&) ZFLOW_DELETED(
        "this flow can fail with an error type that the other one does not have: catch it, use .map_error, "
        "or name it in "
        "Flow<T, Error>");

    explicit operator bool() const ZFLOW_DELETED(
        "a Flow is not run while the program is being built: co_await it, then use zflow::when(value, then, "
        "otherwise)");

    /// Then, with the value: a function of Remote<T> that returns a Flow, a Remote or a literal; or a Flow.
    template <class F>
    auto then(F&& f, Place place = Place::current()) const;

    /// If it fails: a function of Remote<E> that returns a Flow, a Remote or a literal of the same type.
    template <class F>
    auto catch_(F&& f, Place place = Place::current()) const;

    /// Both cases: `fold(on_error, on_value)`, each a function that returns a Flow, a Remote or a literal.
    template <class OnError, class OnValue>
    auto fold(OnError&& on_error, OnValue&& on_value, Place place = Place::current()) const;

    /// If it fails, another error: a function of Remote<E> that returns a Remote or a literal.
    template <class F>
    auto map_error(F&& f, Place place = Place::current()) const;

    /// If it fails, this flow (or a function that builds it).
    template <class F>
    auto or_else(F&& f, Place place = Place::current()) const {
        return catch_([&](const Remote<E>&) { return detail::built(f); }, place);
    }
    /// If it fails, the run dies: nothing catches that.
    Flow<T, Never> or_die(Place place = Place::current()) const {
        return Flow<T, Never>(detail::tree::or_die(tree_, {place}));
    }
    /// Success or failure as a value.
    Flow<std::expected<T, E>, Never> result(Place place = Place::current()) const {
        return Flow<std::expected<T, E>, Never>(detail::tree::result(tree_, {place}));
    }
    /// Run the finalizer afterwards, however this ends: success, failure, interrupt, death.
    template <class F>
    Flow ensuring(F&& finalizer, Place place = Place::current()) const {
        const auto last = detail::built(finalizer);
        static_assert(::zflow::detail::holds<(std::same_as<detail::error_of<decltype(last)>, Never>)>,
                      "ensuring: the finalizer can fail, and nobody would hear of it: end it with "
                      ".catch_(...) or .or_die()");
        return Flow(detail::tree::ensuring(tree_, detail::tree_of(last), {place}));
    }
    Flow<Unit, E> ignore(Place place = Place::current()) const {
        return Flow<Unit, E>(detail::tree::then(tree_, detail::tree::succeed(detail::tree::unit()), {place}));
    }
    /// Nothing if it did not end in time; then it is interrupted.
    Flow<std::optional<T>, E> timeout(const Remote<Duration>& limit, Place place = Place::current()) const {
        return Flow<std::optional<T>, E>(detail::tree::timeout(tree_, detail::tree_of(limit), {place}));
    }
    /// Start it and go on beside it.
    Flow<Fiber<T, E>, Never> fork(Place place = Place::current()) const {
        return Flow<Fiber<T, E>, Never>(detail::tree::fork(tree_, {place}));
    }
    /// Inside of a transaction: if this asks to be tried again, undo it and run the other one.
    template <class F>
    auto or_try(F&& f, Place place = Place::current()) const;

    /// Try again while it fails; the last error is the result.
    Flow retry(RetryPolicy policy, Place place = Place::current()) const;

    /// What `zflow::input<In>()` gives inside of this flow.
    template <class U>
    Flow provide(const U& value, Place place = Place::current()) const {
        return Flow(detail::tree::provide(detail::tree_of(detail::as_remote(value)), tree_, {place}));
    }
    /// What people read in `show` and in pictures; no part of the program's identity.
    Flow named(std::string_view label) const { return Flow(detail::tree::named(tree_, label)); }

 private:
    template <class A, class B>
    friend const Tree& detail::tree_of(const Flow<A, B>& flow);
    Tree tree_;
};

namespace detail {

template <class T, class E>
const Tree& tree_of(const Flow<T, E>& flow) {
    return flow.tree_;
}
/// A flow widened to what it is joined with, as a node.
template <class T, class E, class F>
Tree tree_as(const F& flow, const Place& place) {
    return tree_of(Flow<T, E>(flow, place));
}
template <class T, class E>
Tree tree_as(const Flow<T, E>& flow, const Place&) {
    return tree_of(flow);
}

template <class To, class F>
To widened(const F& flow, const Place& place) {
    return To(tree_as<typename To::value_type, typename To::error_type>(flow, place));
}

}  // namespace detail

template <class T, class E>
template <class F>
auto Flow<T, E>::then(F&& f, Place place) const {
    namespace tree = detail::tree;
    const auto next_of = [&](detail::Symbol symbol, const auto& next) {
        using Next = std::remove_cvref_t<decltype(next)>;
        ZFLOW_ERRORS_JOIN(E, detail::error_of<Next>);
        using Joined = detail::join_t<E, detail::error_of<Next>>;
        using Result = Flow<detail::value_of<Next>, Joined>;
        return Result(tree::fold(
            tree_, detail::error_case<E, Joined>(place),
            tree::function(symbol, tree::flow(detail::tree_as<detail::value_of<Next>, Joined>(next, place))),
            {place}));
    };
    if constexpr (detail::IsFlow<F>) {
        return next_of(detail::fresh(), f);
    } else {
        static_assert(::zflow::detail::holds<(detail::takes<F, T>)>,
                      "then: the function must take the value as a Remote (or nothing after a Unit): write "
                      "[=](auto x) { ... } "
                      "or [=](zflow::Remote<T> x) { ... }");
        if constexpr (detail::takes<F, T>) {
            const auto symbol = detail::fresh();
            const auto value = tree::symbol(symbol, {place, tree::label(tree_)});
            constexpr bool nothing = std::is_void_v<decltype(detail::call<T>(f, value))>;
            static_assert(::zflow::detail::holds<(!nothing)>,
                          "then: the function returns nothing; return a Flow or a Remote");
            if constexpr (!nothing) {
                return next_of(symbol, detail::as_flow(detail::call<T>(f, value)));
            }
        }
    }
}

template <class T, class E>
template <class F>
auto Flow<T, E>::catch_(F&& f, Place place) const {
    namespace tree = detail::tree;
    static_assert(::zflow::detail::holds<(!std::same_as<E, Never>)>,
                  "catch_: this flow cannot fail, so there is nothing to catch");
    static_assert(::zflow::detail::holds<(std::same_as<E, Never> || detail::takes<F, E>)>,
                  "catch_: the function must take the error as a Remote: write [=](auto error) { ... } or "
                  "[=](zflow::Remote<zflow::ActivityError> error) { ... }");
    if constexpr (!std::same_as<E, Never> && detail::takes<F, E>) {
        const auto symbol = detail::fresh();
        const auto repair = detail::as_flow(detail::call<E>(f, tree::symbol(symbol, {place, "error"})));
        using U = detail::value_of<decltype(repair)>;
        static_assert(::zflow::detail::holds<(std::same_as<U, T> || std::same_as<U, Never> ||
                                              std::same_as<T, Never> || detail::Widens<U, T>)>,
                      "catch_: the function must return the same type of value as the flow that it repairs");
        using Result = Flow<detail::either_value_t<T, U>, detail::error_of<decltype(repair)>>;
        return Result(
            tree::fold(tree_, tree::function(symbol, tree::flow(detail::tree_of(repair))), {}, {place}));
    }
}

template <class T, class E>
template <class OnError, class OnValue>
auto Flow<T, E>::fold(OnError&& on_error, OnValue&& on_value, Place place) const {
    namespace tree = detail::tree;
    static_assert(::zflow::detail::holds<(detail::takes<OnError, E> && detail::takes<OnValue, T>)>,
                  "fold: on_error takes the error, on_value the value, each as a Remote");
    const auto error = detail::fresh(), value = detail::fresh();
    const auto a = detail::as_flow(detail::call<E>(on_error, tree::symbol(error, {place, "error"})));
    const auto b =
        detail::as_flow(detail::call<T>(on_value, tree::symbol(value, {place, tree::label(tree_)})));
    using A = std::remove_cvref_t<decltype(a)>;
    using B = std::remove_cvref_t<decltype(b)>;
    using Value = detail::either_value_t<detail::value_of<A>, detail::value_of<B>>;
    static_assert(::zflow::detail::holds<(std::same_as<detail::value_of<B>, Value> ||
                                          std::same_as<detail::value_of<B>, Never>)>,
                  "fold: both functions must give the same type of value");
    ZFLOW_ERRORS_JOIN(detail::error_of<A>, detail::error_of<B>);
    using Joined = detail::join_t<detail::error_of<A>, detail::error_of<B>>;
    return Flow<Value, Joined>(
        tree::fold(tree_, tree::function(error, tree::flow(detail::tree_as<Value, Joined>(a, place))),
                   tree::function(value, tree::flow(detail::tree_as<Value, Joined>(b, place))), {place}));
}

template <class T, class E>
template <class F>
auto Flow<T, E>::map_error(F&& f, Place place) const {
    namespace tree = detail::tree;
    static_assert(::zflow::detail::holds<(!std::same_as<E, Never>)>,
                  "map_error: this flow cannot fail, so there is no error to change");
    static_assert(::zflow::detail::holds<(std::same_as<E, Never> || detail::takes<F, E>)>,
                  "map_error: the function must take the error as a Remote: write [=](auto error) { ... }");
    if constexpr (!std::same_as<E, Never> && detail::takes<F, E>) {
        const auto symbol = detail::fresh();
        const auto changed = detail::as_remote(detail::call<E>(f, tree::symbol(symbol, {place, "error"})));
        return Flow<T, detail::carried_t<decltype(changed)>>(tree::fold(
            tree_, tree::function(symbol, tree::flow(tree::fail(detail::tree_of(changed), {place}))), {},
            {place}));
    }
}

template <class T, class E>
template <class F>
auto Flow<T, E>::or_try(F&& f, Place place) const {
    const auto other = detail::built(f);
    using Other = std::remove_cvref_t<decltype(other)>;
    using Value = detail::either_value_t<T, detail::value_of<Other>>;
    static_assert(::zflow::detail::holds<(std::same_as<detail::value_of<Other>, Value> ||
                                          std::same_as<detail::value_of<Other>, Never>)>,
                  "or_try: both flows must give the same type of value");
    ZFLOW_ERRORS_JOIN(E, detail::error_of<Other>);
    using Joined = detail::join_t<E, detail::error_of<Other>>;
    return Flow<Value, Joined>(detail::tree::or_try(detail::tree_as<Value, Joined>(*this, place),
                                                    detail::tree_as<Value, Joined>(other, place), {place}));
}

/// A flow that gives a value.
template <class U>
auto value(const U& value) {
    return detail::as_flow(detail::as_remote(value));
}
/// A flow that does nothing.
inline Flow<Unit, Never> done() {
    return Flow<Unit, Never>(detail::tree::succeed(detail::tree::ignore()));
}
/// A flow that fails with a value.
template <class U>
auto fail(const U& error, detail::Place place = detail::Place::current()) {
    return Flow<Never, detail::carried_t<U>>(
        detail::tree::fail(detail::tree_of(detail::as_remote(error)), {place}));
}
/// A flow that ends the run as Died, with this text.
inline Flow<Never, Never> die(std::string_view why, detail::Place place = detail::Place::current()) {
    return Flow<Never, Never>(detail::tree::unwrap(detail::tree::fail_with(why), {place}));
}
/// The time at which the run is.
inline Flow<Instant, Never> now(detail::Place place = detail::Place::current()) {
    return Flow<Instant, Never>(detail::tree::now({place}));
}
inline Flow<Unit, Never> wait_until(const Remote<Instant>& time,
                                    detail::Place place = detail::Place::current()) {
    return Flow<Unit, Never>(detail::tree::wait_till(detail::tree_of(time), {place}));
}
inline Flow<Unit, Never> sleep(const Remote<Duration>& length,
                               detail::Place place = detail::Place::current()) {
    return Flow<Unit, Never>(detail::tree::sleep(detail::tree_of(length), {place}));
}
/// A line in the run's log.
inline Flow<Unit, Never> log(const Remote<std::string>& text,
                             detail::Place place = detail::Place::current()) {
    return Flow<Unit, Never>(detail::tree::log(detail::tree_of(text), {place}));
}
/// From 0 to 1, 1 excluded.
inline Flow<double, Never> random_number(detail::Place place = detail::Place::current()) {
    return Flow<double, Never>(detail::tree::random({place}));
}
inline Flow<Uuid, Never> random_uuid(detail::Place place = detail::Place::current()) {
    return Flow<Uuid, Never>(detail::tree::random_uuid({place}));
}
/// What the flow was started with, or what `.provide` gave.
template <class T>
Flow<T, Never> input(detail::Place place = detail::Place::current()) {
    return Flow<T, Never>(detail::tree::input({place}));
}

}  // namespace dsl
}  // namespace zflow
