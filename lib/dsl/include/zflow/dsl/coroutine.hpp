#pragma once

#include <zflow/dsl/flow.hpp>

#include <coroutine>
#include <cstddef>
#include <memory>
#include <utility>

/// Flows as coroutines. The body runs once, straight through, when the function is called: nothing ever
/// suspends. Each `co_await` notes a flow and hands out a symbol; `co_return` folds the notes, from the last
/// to the first, into `Fold(flow1, x1 -> Fold(flow2, x2 -> .. Return(value)))`.

namespace zflow {
inline namespace dsl {
namespace detail {

/// How many steps one coroutine may have; a longer sequence is a loop.
inline constexpr std::size_t max_steps = 1000;

/// The steps of a coroutine while its body runs.
class Steps {
 public:
    Steps();
    ~Steps();
    Steps(const Steps&) = delete;
    Steps& operator=(const Steps&) = delete;

    /// Note a flow. Returns: the symbol that stands for its value.
    [[nodiscard]] Tree add(const Tree& flow, Tree on_error, const Place& place);
    /// The body has come to its end, which is this flow.
    void finish(Tree last);
    /// The whole flow. Its inside is there only after `finish`.
    [[nodiscard]] Tree root() const;

 private:
    struct State;
    Depth depth_;
    std::unique_ptr<State> state_;
};

template <class T>
struct Awaited {
    Tree symbol;
    bool await_ready() const noexcept { return true; }
    void await_suspend(std::coroutine_handle<>) const noexcept {}
    Remote<T> await_resume() const { return Remote<T>(symbol); }
};
template <>
struct Awaited<Unit> {
    Tree symbol;
    bool await_ready() const noexcept { return true; }
    void await_suspend(std::coroutine_handle<>) const noexcept {}
    void await_resume() const noexcept {}
};

/// What coroutines of this library await: a flow with the place of its user. Gives a Remote even of a Unit.
template <class T, class E>
struct Step {
    Flow<T, E> flow;
    Place place;
};
template <class T>
struct AwaitedStep : Awaited<T> {
    Remote<T> await_resume() const { return Remote<T>(this->symbol); }
};
template <class A>
constexpr bool is_step = false;
template <class T, class E>
constexpr bool is_step<Step<T, E>> = true;

/// What a flow coroutine hands out until its body has run. Important: it must be another type than Flow, else
/// Clang 19 leaks the Flow when the body throws.
template <class T, class E>
struct Pending {
    Tree root;
    operator Flow<T, E>() const { return Flow<T, E>(root); }
};

template <class T, class E>
struct PromiseBase {
    Steps steps;

    Pending<T, E> get_return_object() { return {steps.root()}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void unhandled_exception() {
        throw;
    }  // an exception while building leaves the call, as from any function

    template <class A, class E2>
    Awaited<A> await_transform(const Flow<A, E2>& flow, Place place = Place::current()) {
        static_assert(::zflow::detail::holds<(ErrorFits<E2, E>)>,
                      "co_await: this flow can fail with an error type that the coroutine does not declare: "
                      "catch it, use "
                      ".map_error, or write it in Flow<T, Error>");
        if constexpr (ErrorFits<E2, E>) {
            return {steps.add(tree_of(flow), error_case<E2, E>(place), place)};
        } else {
            return {};
        }
    }
    template <class A, class E2>
        requires ErrorFits<E2, E>
    AwaitedStep<A> await_transform(const Step<A, E2>& step) {
        return {{steps.add(tree_of(step.flow), error_case<E2, E>(step.place), step.place)}};
    }
    template <class A>
    void await_transform(const Remote<A>&)
        ZFLOW_DELETED("a Remote is a value already, there is nothing to await: use it as it is");
    template <class A>
        requires(!IsFlow<A> && !IsRemote<A> && !is_step<std::remove_cvref_t<A>>)
    void await_transform(A&&) ZFLOW_DELETED(
        "only a zflow::Flow can be awaited here: work outside of the flow is a zflow::activity");
    template <class A>
    void yield_value(A&&) ZFLOW_DELETED("a flow has no co_yield");
};

template <class T, class E>
struct Promise : PromiseBase<T, E> {
    void return_value(const Remote<T>& value) { this->steps.finish(tree::succeed(tree_of(value))); }
    /// The rest of this flow is that flow.
    template <class E2>
    void return_value(const Flow<T, E2>& flow) {
        tail(flow);
    }
    template <class E2>
        requires(!std::same_as<T, Never>)
    void return_value(const Flow<Never, E2>& flow) {
        tail(flow);
    }
    template <class U>
        requires Becomes<U, T>
    void return_value(const U& literal) {
        return_value(Remote<T>(literal));
    }
    template <class U>
        requires(!IsFlow<U> && !IsRemote<U> && !Becomes<U, T>)
    void return_value(const U&) ZFLOW_DELETED(
        "co_return: this C++ value does not become the flow's value by itself: convert it first");
    template <class U>
        requires(!std::same_as<U, T> && !Widens<U, T>)
    void return_value(const Remote<U>&)
        ZFLOW_DELETED("co_return: the Remote has another type than the flow's value");

 private:
    template <class A, class E2>
    void tail(const Flow<A, E2>& flow) {
        static_assert(::zflow::detail::holds<(ErrorFits<E2, E>)>,
                      "co_return: this flow can fail with an error type that the coroutine does not declare");
        if constexpr (ErrorFits<E2, E>) {
            this->steps.finish(tree_as<T, E>(flow, Place::current()));
        }
    }
};
template <class E>
struct Promise<Unit, E> : PromiseBase<Unit, E> {
    void return_void() { this->steps.finish(tree::succeed(tree::unit())); }
};

}  // namespace detail
}  // namespace dsl
}  // namespace zflow
