#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <memory>
#include <type_traits>
#include <utility>

namespace zflow::engine {

namespace asio = boost::asio;

/// Run a coroutine on another executor and come back with what it gives.
///
/// As asio::co_spawn with use_awaitable, but a cancellation may come from any thread at any time: Asio 1.81
/// hands the other executor a pointer that may be dangling when it gets there. The caller comes back when the
/// coroutine has ended, also when it was cancelled.
template <class T>
class Crossing {
 public:
    static asio::awaitable<T> run(asio::any_io_executor executor, asio::awaitable<T> work) {
        return asio::async_initiate<const asio::use_awaitable_t<>, Signature>(
            [](auto handler, asio::any_io_executor there, asio::awaitable<T> each) {
                begin(std::move(handler), std::move(there), std::move(each));
            },
            asio::use_awaitable, std::move(executor), std::move(work));
    }

 private:
    template <class U>
    struct SignatureOf {
        using type = void(std::exception_ptr, U);
    };
    template <class U>
        requires std::is_void_v<U>
    struct SignatureOf<U> {
        using type = void(std::exception_ptr);
    };
    using Signature = typename SignatureOf<T>::type;

    template <class Handler>
    static void begin(Handler handler, asio::any_io_executor there, asio::awaitable<T> work) {
        const auto back = asio::prefer(asio::any_io_executor(asio::get_associated_executor(handler)),
                                       asio::execution::outstanding_work.tracked);
        const auto cancel = std::make_shared<asio::cancellation_signal>();
        auto slot = asio::get_associated_cancellation_slot(handler);
        if (slot.is_connected()) {
            slot.assign([cancel, there](asio::cancellation_type type) {
                asio::post(there, [cancel, type] { cancel->emit(type); });
            });
        }
        const auto waiting = std::make_shared<Handler>(std::move(handler));
        asio::co_spawn(
            there, std::move(work),
            asio::bind_cancellation_slot(
                cancel->slot(), [waiting, back, cancel](std::exception_ptr error, auto... result) {
                    asio::post(
                        back, [waiting, error = std::move(error), ... values = std::move(result)]() mutable {
                            auto own = std::move(*waiting);
                            if (auto its = asio::get_associated_cancellation_slot(own); its.is_connected()) {
                                its.clear();
                            }
                            std::move(own)(std::move(error), std::move(values)...);
                        });
                }));
    }
};

/// Example: `co_await cross(partition.executor(), partition.poll(id))`.
template <class T>
asio::awaitable<T> cross(asio::any_io_executor executor, asio::awaitable<T> work) {
    return Crossing<T>::run(std::move(executor), std::move(work));
}

}  // namespace zflow::engine
