#pragma once

#include "target.hpp"

#include <zflow/control/runs.hpp>

#include <boost/beast/http/status.hpp>
#include <boost/beast/http/verb.hpp>

#include <optional>
#include <string>

namespace zflow::control {

/// What a client asks for.
struct Request {
    boost::beast::http::verb method = boost::beast::http::verb::unknown;
    Target target;
    std::string body;
};

struct Answer {
    boost::beast::http::status status = boost::beast::http::status::ok;
    std::string body;  ///< JSON
};

/// The answer that tells an error.
[[nodiscard]] Answer answer_of(const engine::Error& error);

/// Whether a request waits as long as it takes (`GET /v1/runs/ID/result`): its client may go, and it may be
/// told that the server stops. Others come to their end.
[[nodiscard]] bool is_waiting(const Request& request);

/// The run that a request wants to watch (`GET /v1/steps?run=ID`), empty = all; nothing if it is another one.
[[nodiscard]] std::optional<std::string> watched_run(const Request& request);

/// Do what is asked for. Errors: none: they are answers.
[[nodiscard]] asio::awaitable<Answer> answer(Runs& runs, Request request);

}  // namespace zflow::control
