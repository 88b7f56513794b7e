#pragma once

#include "routes.hpp"

#include <zflow/control/server.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/basic_stream.hpp>

namespace zflow::control {

using Protocol = asio::local::stream_protocol;
using Stream = boost::beast::basic_stream<Protocol>;

/// What all sessions of a server share.
struct Served {
    Runs& runs;
    StepFeed& steps;
    ServerOptions options;
    std::size_t request_bytes = 0;  ///< of all requests that are being read or answered
};

/// One connection: how it is told that the server stops.
class Session {
 public:
    explicit Session(asio::io_context& context) : stopping_(context, asio::steady_timer::time_point::max()) {}

    /// Let it end soon: what waits for a client, or for a run, is given up.
    void stop() {
        stopped_ = true;
        stopping_.cancel();
    }

    [[nodiscard]] bool stopped() const noexcept { return stopped_; }

    /// Comes back when the server stops.
    asio::awaitable<bool> until_stopped();

 private:
    asio::steady_timer stopping_;
    bool stopped_ = false;
};

/// Read one request, answer it, and close the connection.
///
/// Lifetime: `served` and `session` outlive it.
asio::awaitable<void> serve(Served& served, Session& session, Stream stream);

/// Tell a client that there are too many, if it listens.
void turn_away(Protocol::socket socket);

}  // namespace zflow::control
