#pragma once

#include <zflow/store/types.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <utility>

namespace zflow::store {

/// Run a coroutine to its end on this thread: for tests, tools, and `main` functions.
///
/// Returns: what the coroutine returns.
/// Errors: what the coroutine throws.
template <class T>
T block_on(asio::awaitable<T> work) {
    asio::io_context context(1);
    auto result = asio::co_spawn(context, std::move(work), asio::use_future);
    context.run();
    return result.get();
}

}  // namespace zflow::store
