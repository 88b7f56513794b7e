#pragma once

#include <boost/asio/awaitable.hpp>

namespace zflow::app {

/// Wait for SIGINT or SIGTERM. After the first, another one ends the process as it does without this.
boost::asio::awaitable<bool> stop_signal();

}  // namespace zflow::app
