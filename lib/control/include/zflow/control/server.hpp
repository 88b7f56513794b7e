#pragma once

#include <zflow/control/runs.hpp>
#include <zflow/control/step_feed.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace zflow::control {

/// Bounds of what clients may ask for.
struct ServerOptions {
    /// One request: a program of 64 MiB and an input of the same size.
    std::size_t request_bytes = std::size_t{128} << 20;
    /// All requests that are being read or answered.
    std::size_t all_request_bytes = std::size_t{256} << 20;
    /// Further ones are told to come back later.
    std::size_t connections = 256;
    /// How long a client may take to send its request, or to take in a part of the answer.
    std::chrono::milliseconds patience = std::chrono::seconds(30);
};

/// Serves the runs of an embedded store to other processes of the same user, on the unix domain socket
/// `DIRECTORY/control.sock`: docs/formats/control.md.
///
/// It has a thread of its own, so clients that are slow, broken or many hold up nothing but each other.
///
/// Important: only who holds the store's lock serves it: a socket that is there already is that of a dead
/// process and is replaced. Lifetime: `runs` and `steps` outlive the server; stop it before the engine.
class Server {
 public:
    /// Errors: std::system_error if there can be no such socket.
    Server(Runs& runs, StepFeed& steps, const std::string& directory, ServerOptions options = {});

    /// As a crash, if it was not stopped.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Take no more requests, tell those who wait that the engine stops, give the others up to `grace` to
    /// get their answers, and remove the socket. A second call does nothing.
    asio::awaitable<void> stop(std::chrono::milliseconds grace = std::chrono::seconds(5));

    class Impl;

 private:
    std::shared_ptr<Impl> impl_;
};

}  // namespace zflow::control
