#pragma once

#include <zflow/control/runs.hpp>

#include <boost/beast/http/verb.hpp>

#include <functional>
#include <optional>
#include <string>

namespace zflow::control {

/// One request to the server of a directory.
struct Call {
    boost::beast::http::verb method = boost::beast::http::verb::get;
    std::string target;
    std::string body = {};         ///< JSON; may be empty
    bool waits = false;            ///< its answer takes as long as it takes
    std::string changes_run = {};  ///< the run that it may have changed if there is no answer
};

/// Ask, on a connection of its own.
///
/// Returns: the JSON of the answer. Errors: what the server tells; unavailable: certainly nothing was done;
/// outcome_unknown: there is no answer, and what was asked for may have been done.
[[nodiscard]] asio::awaitable<std::string> exchange(std::string directory, Call call);

/// As `exchange`; nothing if there is no server.
[[nodiscard]] asio::awaitable<std::optional<std::string>> exchange_if_served(std::string directory,
                                                                             Call call);

/// Read the lines of an answer that does not end by itself.
///
/// Parameters: `ready` is called when the answer has begun. What `on_line` throws ends it.
[[nodiscard]] asio::awaitable<void> stream_lines(std::string directory, std::string target,
                                                 std::function<void()> ready,
                                                 std::function<void(const std::string&)> on_line);

}  // namespace zflow::control
