#include "signals.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <csignal>

namespace zflow::app {

namespace asio = boost::asio;

asio::awaitable<bool> stop_signal() {
    asio::signal_set signals(co_await asio::this_coro::executor, SIGINT, SIGTERM);
    const auto [status, number] = co_await signals.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return !status;
}

}  // namespace zflow::app
