#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace zflow::control {

namespace asio = boost::asio;

/// Serves metrics over HTTP at /metrics, for Prometheus.
///
/// It works on the executor that it is given, takes at most 32 connections at once and drops those that are
/// slow. Lifetime: what is under way ends with the server.
class MetricsServer {
 public:
    /// Parameters: `address` is `PORT`, `ADDRESS:PORT` or `[ADDRESS]:PORT`; without an address it is that of
    /// this machine alone (127.0.0.1), and port 0 is any free one. `metrics` gives the text.
    /// Errors: std::invalid_argument for another form; std::system_error if it cannot listen there.
    MetricsServer(asio::any_io_executor executor, const std::string& address,
                  std::function<std::string()> metrics);
    ~MetricsServer();
    MetricsServer(const MetricsServer&) = delete;
    MetricsServer& operator=(const MetricsServer&) = delete;

    /// Where it listens, e.g. "http://127.0.0.1:9464/metrics".
    [[nodiscard]] const std::string& url() const noexcept;

    class Impl;

 private:
    std::shared_ptr<Impl> impl_;
};

}  // namespace zflow::control
