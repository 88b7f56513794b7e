#include "socket_place.hpp"

#include <zflow/control/metrics_server.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace zflow::control {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t max_connections = 32;
constexpr std::chrono::seconds patience{10};

tcp::endpoint endpoint_of(const std::string& text) {
    const auto wrong = [&] {
        return std::invalid_argument(fmt::format(
            "'{}' is no address for metrics; right would be 9464, 127.0.0.1:9464 or [::1]:9464", text));
    };
    const auto colon = text.rfind(':');
    const auto port_text = colon == std::string::npos ? text : text.substr(colon + 1);
    auto host = colon == std::string::npos ? std::string() : text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != std::string::npos) {
        throw wrong();
    }
    std::uint16_t port = 0;
    const auto* const end = port_text.data() + port_text.size();
    const auto parsed = std::from_chars(port_text.data(), end, port);
    boost::system::error_code status;
    const auto address =
        asio::ip::make_address(host.empty() || host == "localhost" ? "127.0.0.1" : host, status);
    if (parsed.ec != std::errc{} || parsed.ptr != end || status) {
        throw wrong();
    }
    return {address, port};
}

http::response<http::string_body> answer_to(const http::request<http::empty_body>& request,
                                            const std::function<std::string()>& metrics) {
    http::response<http::string_body> response(http::status::ok, request.version());
    response.keep_alive(false);
    response.set(http::field::content_type, "text/plain; version=0.0.4");
    if (request.method() != http::verb::get) {
        response.result(http::status::method_not_allowed);
        response.set(http::field::allow, "GET");
    } else if (request.target() == "/metrics") {
        response.body() = metrics();
    } else {
        response.result(http::status::not_found);
        response.body() = "metrics are at /metrics\n";
    }
    response.prepare_payload();
    return response;
}

}  // namespace

class MetricsServer::Impl {
 public:
    Impl(asio::any_io_executor executor, const tcp::endpoint& endpoint, std::function<std::string()> metrics)
        : metrics_(std::move(metrics)), acceptor_(std::move(executor)) {
        try {
            acceptor_.open(endpoint.protocol());
            close_on_exec(acceptor_.native_handle());
            acceptor_.set_option(asio::socket_base::reuse_address(true));
            acceptor_.bind(endpoint);
            acceptor_.listen();
        } catch (const boost::system::system_error& error) {
            throw std::system_error(
                error.code(), fmt::format("metrics cannot be served at {}:{}", endpoint.address().to_string(),
                                          endpoint.port()));
        }
        const auto bound = acceptor_.local_endpoint();
        const auto address = bound.address().to_string();
        url_ = fmt::format("http://{}:{}/metrics", bound.address().is_v6() ? "[" + address + "]" : address,
                           bound.port());
    }

    static asio::awaitable<void> accept(std::shared_ptr<Impl> impl) {
        while (impl->acceptor_.is_open()) {
            auto [status, socket] = co_await impl->acceptor_.async_accept(as_result);
            if (status) {
                if (impl->acceptor_.is_open()) {
                    // E.g. there are no descriptors left.
                    asio::steady_timer pause(impl->acceptor_.get_executor(), std::chrono::milliseconds(100));
                    co_await pause.async_wait(as_result);
                }
            } else if (impl->connections_ < max_connections) {
                close_on_exec(socket.native_handle());
                ++impl->connections_;
                asio::co_spawn(impl->acceptor_.get_executor(),
                               serve(impl, beast::tcp_stream(std::move(socket))),
                               [impl](const std::exception_ptr&) { --impl->connections_; });
            }
        }
    }

    void close() {
        boost::system::error_code ignored;
        acceptor_.close(ignored);
        metrics_ = {};
    }

    [[nodiscard]] const std::string& url() const noexcept { return url_; }

 private:
    static asio::awaitable<void> serve(std::shared_ptr<Impl> impl, beast::tcp_stream stream) {
        stream.expires_after(patience);
        beast::flat_buffer buffer(std::size_t{16} << 10);
        http::request<http::empty_body> request;
        co_await http::async_read(stream, buffer, request, asio::use_awaitable);
        if (!impl->metrics_) {
            co_return;
        }
        const auto response = answer_to(request, impl->metrics_);
        co_await http::async_write(stream, response, asio::use_awaitable);
        stream.socket().shutdown(tcp::socket::shutdown_send);
    }

    std::function<std::string()> metrics_;
    tcp::acceptor acceptor_;
    std::size_t connections_ = 0;
    std::string url_;
};

MetricsServer::MetricsServer(asio::any_io_executor executor, const std::string& address,
                             std::function<std::string()> metrics)
    : impl_(std::make_shared<Impl>(executor, endpoint_of(address), std::move(metrics))) {
    asio::co_spawn(executor, Impl::accept(impl_), asio::detached);
}

MetricsServer::~MetricsServer() {
    impl_->close();
}

const std::string& MetricsServer::url() const noexcept {
    return impl_->url();
}

}  // namespace zflow::control
