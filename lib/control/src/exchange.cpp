#include "exchange.hpp"

#include "socket_place.hpp"

#include <zflow/control/json.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <system_error>
#include <utility>

namespace zflow::control {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using Stream = beast::basic_stream<asio::local::stream_protocol>;
using engine::errc;
using engine::Error;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

/// Longer than an engine's calls take, with its default deadline.
constexpr std::chrono::seconds patience{120};

/// Returns: false if nobody listens.
asio::awaitable<bool> connect(Stream& stream, std::string directory) {
    std::optional<SocketPlace> place;
    try {
        place.emplace(directory);
    } catch (const std::system_error& error) {
        if (error.code() == std::errc::no_such_file_or_directory ||
            error.code() == std::errc::not_a_directory) {
            co_return false;
        }
        throw Error(errc::unavailable, error.what());
    }
    // By hand, because there must be a socket to mark before it is connected.
    stream.socket().open();
    close_on_exec(stream.socket().native_handle());
    const auto [status] = co_await stream.async_connect(place->endpoint(), as_result);
    if (status == std::errc::no_such_file_or_directory || status == std::errc::connection_refused) {
        co_return false;
    }
    if (status) {
        throw Error(errc::unavailable, fmt::format("the control socket of '{}' cannot be reached: {}",
                                                   directory, status.message()));
    }
    co_return true;
}

/// Whether the call came to its server whole is known, and that it has no answer.
Error no_answer(const Call& call, bool sent, const beast::error_code& status) {
    if (call.method == http::verb::get || !sent) {
        return {errc::unavailable,
                fmt::format("the process that has the store open did not answer ({})", status.message())};
    }
    return {
        errc::outcome_unknown,
        fmt::format("the process that has the store open did not answer ({}); it may have done what it was "
                    "asked for",
                    status.message()),
        call.changes_run};
}

asio::awaitable<std::string> ask(Stream& stream, Call call) {
    http::request<http::string_body> request(call.method, call.target, 11);
    request.set(http::field::host, "zflow");
    request.keep_alive(false);
    request.body() = std::move(call.body);
    request.prepare_payload();
    stream.expires_after(patience);
    const auto [sent, written] = co_await http::async_write(stream, request, as_result);
    // A server that refuses a request may answer before it has read it.
    if (call.waits) {
        stream.expires_never();
    } else {
        stream.expires_after(patience);
    }
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(boost::none);
    const auto [status, read] = co_await http::async_read(stream, buffer, parser, as_result);
    if (status) {
        throw no_answer(call, !sent, status);
    }
    auto& response = parser.get();
    if (response.result() != http::status::ok) {
        throw error_from_json(response.body());
    }
    co_return std::move(response.body());
}

/// Hands out the lines of a text that comes in pieces.
class Lines {
 public:
    template <class OnLine>
    void add(std::string_view piece, const OnLine& on_line) {
        rest_ += piece;
        std::size_t begin = 0;
        for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
            on_line(rest_.substr(begin, end - begin));
            begin = end + 1;
        }
        rest_.erase(0, begin);
    }

 private:
    std::string rest_;
};

Error nobody_serves(const std::string& directory) {
    return {errc::unavailable, fmt::format("no process serves the runs in '{}'", directory)};
}

}  // namespace

asio::awaitable<std::optional<std::string>> exchange_if_served(std::string directory, Call call) {
    Stream stream(co_await asio::this_coro::executor);
    if (!co_await connect(stream, std::move(directory))) {
        co_return std::nullopt;
    }
    co_return co_await ask(stream, std::move(call));
}

asio::awaitable<std::string> exchange(std::string directory, Call call) {
    auto answer = co_await exchange_if_served(directory, std::move(call));
    if (!answer) {
        throw nobody_serves(directory);
    }
    co_return *std::move(answer);
}

asio::awaitable<void> stream_lines(std::string directory, std::string target, std::function<void()> ready,
                                   std::function<void(const std::string&)> on_line) {
    Stream stream(co_await asio::this_coro::executor);
    if (!co_await connect(stream, directory)) {
        throw nobody_serves(directory);
    }
    const Call call{.target = std::move(target)};
    http::request<http::string_body> request(call.method, call.target, 11);
    request.set(http::field::host, "zflow");
    auto [status, size] = co_await http::async_write(stream, request, as_result);
    beast::flat_buffer buffer;
    http::response_parser<http::buffer_body> parser;
    parser.body_limit(boost::none);
    if (!status) {
        std::tie(status, size) = co_await http::async_read_header(stream, buffer, parser, as_result);
    }
    if (status) {
        throw no_answer(call, true, status);
    }
    ready();
    Lines lines;
    std::array<char, std::size_t{16} << 10> piece{};
    while (!parser.is_done()) {
        auto& body = parser.get().body();
        body.data = piece.data();
        body.size = piece.size();
        // What there is, not all that will come.
        std::tie(status, size) = co_await http::async_read_some(stream, buffer, parser, as_result);
        if (status && status != http::error::need_buffer) {
            throw no_answer(call, true, status);
        }
        lines.add({piece.data(), piece.size() - body.size}, on_line);
    }
}

}  // namespace zflow::control
