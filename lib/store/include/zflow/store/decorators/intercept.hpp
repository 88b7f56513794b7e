#pragma once

#include <zflow/store/open.hpp>

#include <array>
#include <string_view>

namespace zflow::store {

/// The calls of both stores, as decorators name them.
enum class Operation {
    put,
    get_latest,
    get_latest_timestamp,
    get_all_timestamps,
    scan_all,
    scan_all_keys,
    remove,
    remove_marker,
    remove_through,
    append,
    append_expected,
    position,
    scan,
    trim,
    remove_topic,
};
inline constexpr std::size_t operation_count = 15;

/// The call's name, e.g. "get_latest".
[[nodiscard]] std::string_view to_string(Operation operation) noexcept;

/// Whether the call changes the store.
[[nodiscard]] bool is_write(Operation operation) noexcept;

/// Which of the two stores a call belongs to: "key-value-store" or "indexed-store".
[[nodiscard]] std::string_view store_name(Operation operation) noexcept;

/// One call on its way through a decorator.
struct Call {
    Operation operation;
    /// The how many-th call this is, over both stores, from 1.
    std::uint64_t number;
    /// When the call came in.
    std::chrono::steady_clock::time_point started;
};

/// What a decorator does around every call of a store.
///
/// Thread-safety: called by any number of calls at once.
class Interceptor {
 public:
    virtual ~Interceptor() = default;

    /// Runs before the call. An exception of it ends the call, which was then not made.
    virtual asio::awaitable<void> before(Call call) = 0;

    /// Runs after the call has succeeded. An exception of it is the call's outcome.
    virtual asio::awaitable<void> after_success(Call call) = 0;

    /// Runs after the call, or `before`, has failed; the error goes on to the caller.
    virtual void after_failure(Call call, const Error& error) = 0;
};

/// Put an interceptor around both stores (either may be missing).
///
/// Parameters: `clock` outlives the stores.
[[nodiscard]] Stores intercept(Stores stores, std::shared_ptr<Interceptor> interceptor,
                               const base::Clock& clock = base::system_clock());

}  // namespace zflow::store
