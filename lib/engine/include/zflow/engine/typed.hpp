#pragma once

#include <zflow/dsl/conversions.hpp>
#include <zflow/dsl/definition.hpp>
#include <zflow/dsl/literals.hpp>
#include <zflow/engine/engine.hpp>

#include <concepts>
#include <expected>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

/// The engine for flows and operations that are written in C++: nothing here is more than a cast around
/// Engine.

namespace zflow::engine {

/// A run ended in a way that its program cannot catch.
class RunDied : public std::runtime_error {
 public:
    RunDied(std::string run, model::Death death);

    [[nodiscard]] const std::string& run() const noexcept { return run_; }
    [[nodiscard]] const model::Death& death() const noexcept { return death_; }

 private:
    std::string run_;
    model::Death death_;
};

/// The program of a definition, loaded at the first call and kept with it.
///
/// Errors: invalid_argument if it cannot be loaded; the message says why.
[[nodiscard]] std::shared_ptr<const interpreter::Program> program_of(const AnyDefinition& definition);

namespace detail {

[[noreturn]] void refuse_value(const std::string& what, const std::string& why);
[[noreturn]] void refuse_outcome(const std::string& run, const std::string& what, const std::string& why);

/// What becomes a T in a flow by itself, as a value.
template <class T, class U>
model::Value value_for_call(const U& value, const char* what) {
    try {
        return to_value(::zflow::detail::convert_literal<T>(value));
    } catch (const BuildError& error) {
        refuse_value(what, error.what());
    }
}

template <class T>
T part_of_outcome(const std::string& run, const char* what, const model::Value& value) {
    if constexpr (std::same_as<T, Never>) {
        refuse_outcome(run, what, "it is declared to have none (zflow::Never)");
    } else {
        auto read = from_value<T>(value);
        if (!read) {
            refuse_outcome(run, what, read.error().text());
        }
        return std::move(*read);
    }
}

template <class Out, class E>
std::expected<Out, E> ended(const std::string& run, const model::Outcome& outcome) {
    if (const auto* succeeded = std::get_if<model::Succeeded>(&outcome)) {
        return part_of_outcome<Out>(run, "result", succeeded->value);
    }
    if (const auto* failed = std::get_if<model::Failed>(&outcome)) {
        return std::unexpected(part_of_outcome<E>(run, "error", failed->value));
    }
    throw RunDied(run, std::get<model::Died>(outcome).death);
}

template <class Out, class E>
asio::awaitable<std::expected<Out, E>> result_of(Engine& engine, std::string id) {
    const auto outcome = co_await engine.result(id);
    co_return ended<Out, E>(id, outcome);
}

template <class Out, class E>
asio::awaitable<std::optional<std::expected<Out, E>>> poll_of(Engine& engine, std::string id) {
    const auto outcome = co_await engine.poll(id);
    if (!outcome) {
        co_return std::nullopt;
    }
    co_return ended<Out, E>(id, *outcome);
}

template <class T>
asio::awaitable<T> variable_of(Engine& engine, std::string id, std::string name) {
    const auto value = co_await engine.get_variable(id, name);
    co_return part_of_outcome<T>(id, ("variable '" + name + "'").c_str(), value);
}

}  // namespace detail

/// A run whose result is an Out, or an error of type E.
///
/// `engine::Run run(engine, definition, "order-7");` is a handle on a run that was started before, perhaps by
/// another process. Lifetime: the engine outlives it. Errors of all calls: engine::Error.
template <class Out, class E = ActivityError>
class Run {
 public:
    Run(Engine& engine, std::string id, bool attached = true)
        : engine_(&engine), id_(std::move(id)), attached_(attached) {}
    template <class In>
    Run(Engine& engine, const Definition<In, Out, E>&, std::string id) : Run(engine, std::move(id)) {}

    [[nodiscard]] const std::string& id() const noexcept { return id_; }
    /// The run was there before.
    [[nodiscard]] bool attached() const noexcept { return attached_; }

    /// Wait until it has ended.
    ///
    /// Errors: RunDied; not_found, parked; invalid_argument if what it ended with is of another type.
    [[nodiscard]] asio::awaitable<std::expected<Out, E>> result() const {
        return detail::result_of<Out, E>(*engine_, id_);
    }

    /// How it ended, nothing while it runs. Errors: as `result`.
    [[nodiscard]] asio::awaitable<std::optional<std::expected<Out, E>>> poll() const {
        return detail::poll_of<Out, E>(*engine_, id_);
    }

    /// What `zflow::variable(name, ..)` holds in the main fiber.
    ///
    /// Errors: not_found (which of both, the message says), parked; invalid_argument if it is no T.
    template <class T>
    [[nodiscard]] asio::awaitable<T> get_variable(std::string name) const {
        return detail::variable_of<T>(*engine_, id_, std::move(name));
    }

    /// Set a variable of the main fiber: the signal from outside.
    ///
    /// Parameters: a value has the type that it would have in a flow: 1 is an int32, "x" a string. The type
    /// must be the variable's: name it if in doubt, `set_variable<std::int64_t>("count", 1)`.
    template <class T = void, class U>
    [[nodiscard]] asio::awaitable<void> set_variable(std::string name, const U& value) const {
        using Carried = std::conditional_t<std::is_void_v<T>, ::zflow::detail::literal_t<U>, T>;
        static_assert(::zflow::detail::holds<(::zflow::detail::Becomes<U, Carried>)>,
                      "set_variable: this C++ value does not become a value of the named type by itself: "
                      "convert it first");
        return engine_->set_variable(id_, std::move(name),
                                     detail::value_for_call<Carried>(value, "the variable's value"));
    }

 private:
    Engine* engine_;
    std::string id_;
    bool attached_;
};

/// Start a run of a definition, or attach to it:
/// `auto run = co_await start(engine, buy, Order{"7", 1995}, {.id = "order-7"});`
///
/// Errors: as Engine::start. Lifetime: the engine outlives the run's handle.
template <class In, class Out, class E, class Given = In>
asio::awaitable<Run<Out, E>> start(Engine& engine, Definition<In, Out, E> definition, Given input,
                                   StartOptions options = {}) {
    static_assert(::zflow::detail::holds<(::zflow::detail::Becomes<Given, In>)>,
                  "start: the input is not what the definition takes, and flows convert nothing silently");
    if constexpr (::zflow::detail::Becomes<Given, In>) {
        auto started = co_await engine.start(
            program_of(definition), detail::value_for_call<In>(input, "the input"), std::move(options));
        co_return Run<Out, E>(engine, std::move(started.id), started.attached);
    }
}
template <class Out, class E>
asio::awaitable<Run<Out, E>> start(Engine& engine, Definition<Unit, Out, E> definition,
                                   StartOptions options = {}) {
    return start(engine, std::move(definition), unit, std::move(options));
}
template <class In, class Out, class E>
    requires(!std::same_as<In, Unit>)
void start(Engine& engine, const Definition<In, Out, E>& definition)
    ZFLOW_DELETED("start: the definition takes an input: start(engine, definition, input)");

namespace detail {

template <class T>
struct Awaited {
    using type = T;
    static constexpr bool is_awaitable = false;
};
template <class T>
struct Awaited<asio::awaitable<T>> {
    using type = T;
    static constexpr bool is_awaitable = true;
};

template <class F, class... In>
constexpr bool takes_input = std::invocable<const F&, In...>;
template <class F, class... In>
constexpr bool takes_call = std::invocable<const F&, const OperationCall&, In...>;

/// A function that takes Remotes builds a flow; it does no work. (Generic ones cannot be asked.)
template <class F>
constexpr bool builds_a_flow = false;
template <class F>
    requires requires { &F::operator(); }
constexpr bool builds_a_flow<F> = ::zflow::detail::Signature<F>::right;

template <class F, class... In>
struct Given {
    using type = void;
};
template <class F, class... In>
    requires takes_input<F, In...>
struct Given<F, In...> {
    using type = std::invoke_result_t<const F&, In...>;
};
template <class F, class... In>
    requires(takes_call<F, In...> && !takes_input<F, In...>)
struct Given<F, In...> {
    using type = std::invoke_result_t<const F&, const OperationCall&, In...>;
};

/// What a function may return whose activity gives an Out.
template <class Out, class R>
constexpr bool answers =
    std::convertible_to<R, Out> || std::convertible_to<R, std::expected<Out, ActivityError>>;
template <class R>
    requires(std::is_void_v<R> || std::same_as<R, std::expected<void, ActivityError>>)
constexpr bool answers<Unit, R> = true;

/// Another attempt would give such a value again.
template <class T>
model::Value value_of_operation(const T& value) {
    try {
        return to_value(value);
    } catch (const BuildError& error) {
        throw GiveUp(std::string("the operation's answer cannot be carried: ") + error.what());
    }
}

template <class Out, class R>
OperationResult answer(R result) {
    if constexpr (std::same_as<R, std::expected<void, ActivityError>>) {
        return result ? OperationResult(to_value(unit)) : std::unexpected(value_of_operation(result.error()));
    } else if constexpr (std::convertible_to<R, Out>) {
        const Out whole = std::move(result);
        return value_of_operation(whole);
    } else {
        const std::expected<Out, ActivityError> either = std::move(result);
        return either ? OperationResult(value_of_operation(*either))
                      : std::unexpected(value_of_operation(either.error()));
    }
}

[[nodiscard]] OperationResult input_does_not_fit(const model::Error& error);

/// The function stays as long as the call: it may be a lambda whose coroutine looks into its captures.
template <class Out, class F, class... In>
asio::awaitable<OperationResult> attempt(std::shared_ptr<const F> f, OperationCall call) {
    using Argument = typename ::zflow::detail::Arguments<In...>::type;
    auto input = from_value<Argument>(call.input);
    if (!input) {
        co_return input_does_not_fit(input.error());
    }
    const auto invoke = [&](auto&&... parts) {
        if constexpr (takes_input<F, In...>) {
            return (*f)(std::forward<decltype(parts)>(parts)...);
        } else {
            return (*f)(std::as_const(call), std::forward<decltype(parts)>(parts)...);
        }
    };
    const auto invoke_all = [&] {
        if constexpr (sizeof...(In) == 0) {
            return invoke();
        } else if constexpr (sizeof...(In) == 1) {
            return invoke(std::move(*input));
        } else {
            return std::apply(invoke, std::move(*input));
        }
    };
    using Whole = typename Given<F, In...>::type;
    using R = typename Awaited<Whole>::type;
    if constexpr (Awaited<Whole>::is_awaitable && std::is_void_v<R>) {
        co_await invoke_all();
        co_return to_value(unit);
    } else if constexpr (Awaited<Whole>::is_awaitable) {
        co_return answer<Out>(co_await invoke_all());
    } else if constexpr (std::is_void_v<R>) {
        invoke_all();
        co_return to_value(unit);
    } else {
        co_return answer<Out>(invoke_all());
    }
}

}  // namespace detail

/// Give the operation of an activity, as a C++ function:
/// `operation(engine, charge, [](OperationCall call, Order order) -> asio::awaitable<Payment> { .. });`
///
/// Parameters: `f` takes what the activity takes, perhaps with an OperationCall before it, and is a coroutine
/// or a plain function. It returns the activity's result (nothing for Unit), or std::expected of it and
/// ActivityError. What it throws fails the attempt, and another one follows, except after GiveUp. It runs on
/// the engine's executor and is called by many runs at once: what blocks belongs elsewhere. References that
/// it takes as parameters live until it ends. An input that does not fit fails the activity at once, with an
/// ActivityError that says where.
template <class Out, class... In, class Check, class Undo, class F>
void operation(Engine& engine, const Activity<Out(In...), Check, Undo>& activity, F f,
               OperationOptions options = {}) {
    constexpr bool fits = (sizeof...(In) == 0 || !detail::builds_a_flow<F>) &&
                          (detail::takes_input<F, In...> || detail::takes_call<F, In...>);
    static_assert(::zflow::detail::holds<fits>,
                  "operation: the function takes what the activity takes, as C++ values, perhaps with an "
                  "engine::OperationCall before them");
    if constexpr (fits) {
        using R = typename detail::Awaited<typename detail::Given<F, In...>::type>::type;
        static_assert(
            ::zflow::detail::holds<(detail::answers<Out, R>)>,
            "operation: the function returns the activity's result (nothing for Unit), std::expected "
            "of it and ActivityError, or an asio::awaitable of these");
        if constexpr (detail::answers<Out, R>) {
            auto kept = std::make_shared<const F>(std::move(f));
            engine.operation(
                std::string(activity.name()),
                [kept = std::move(kept)](OperationCall call) {
                    return detail::attempt<Out, F, In...>(kept, std::move(call));
                },
                options);
        }
    }
}

}  // namespace zflow::engine
