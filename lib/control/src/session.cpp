#include "session.hpp"

#include "json_text.hpp"

#include <zflow/control/json.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <fmt/format.h>

#include <expected>
#include <optional>
#include <utility>

namespace zflow::control {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using namespace asio::experimental::awaitable_operators;
using engine::errc;
using engine::Error;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t header_bytes = std::size_t{64} << 10;

Error stopping() {
    return {errc::stopped, "the engine is stopping; nothing was done"};
}

/// A share of what all requests together may take.
class Reservation {
 public:
    explicit Reservation(Served& served) : served_(served) {}
    ~Reservation() { served_.request_bytes -= bytes_; }
    Reservation(const Reservation&) = delete;
    Reservation& operator=(const Reservation&) = delete;

    [[nodiscard]] bool take(std::size_t bytes) {
        if (bytes > served_.options.all_request_bytes - served_.request_bytes) {
            return false;
        }
        served_.request_bytes += bytes;
        bytes_ += bytes;
        return true;
    }

 private:
    Served& served_;
    std::size_t bytes_ = 0;
};

/// A request; an answer if it is none; nothing if the client has gone.
using Read = std::optional<std::expected<Request, Answer>>;

Read refused(Error error) {
    return std::unexpected(answer_of(error));
}

Read read_failed(const Served& served, const beast::error_code& status) {
    if (status == http::error::body_limit) {
        return refused({errc::too_large,
                        fmt::format("the request is larger than {} bytes", served.options.request_bytes)});
    }
    if (status.category() == make_error_code(http::error::bad_method).category() &&
        status != http::error::end_of_stream && status != http::error::partial_message) {
        return refused({errc::invalid_argument, fmt::format("this is not HTTP/1.1: {}", status.message())});
    }
    return {};
}

asio::awaitable<Read> read_request(Served& served, Reservation& reservation, Stream& stream) {
    beast::flat_buffer buffer(header_bytes + (std::size_t{64} << 10));
    http::request_parser<http::string_body> parser;
    parser.header_limit(header_bytes);
    parser.body_limit(served.options.request_bytes);
    stream.expires_after(served.options.patience);
    auto [status, read] = co_await http::async_read_header(stream, buffer, parser, as_result);
    if (status) {
        co_return read_failed(served, status);
    }
    if (parser.chunked()) {
        co_return refused({errc::invalid_argument, "a request says its Content-Length"});
    }
    if (!reservation.take(parser.content_length().value_or(0))) {
        co_return refused({errc::throttled, "too many large requests at once; nothing was done, try again"});
    }
    std::tie(status, read) = co_await http::async_read(stream, buffer, parser, as_result);
    if (status) {
        co_return read_failed(served, status);
    }
    auto message = parser.release();
    try {
        const auto target = message.target();
        co_return Request{.method = message.method(),
                          .target = Target::parse({target.data(), target.size()}),
                          .body = std::move(message.body())};
    } catch (const Error& error) {
        co_return refused(error);
    }
}

asio::awaitable<void> write(Served& served, Stream& stream, Answer answer) {
    http::response<http::string_body> response(answer.status, 11);
    response.set(http::field::content_type, "application/json");
    response.keep_alive(false);
    response.body() = std::move(answer.body);
    response.body() += '\n';
    response.prepare_payload();
    stream.expires_after(served.options.patience);
    co_await http::async_write(stream, response, asio::use_awaitable);
}

/// Comes back when the client has gone. It has nothing to say after its request.
asio::awaitable<bool> until_closed(Stream& stream) {
    co_await stream.socket().async_wait(asio::socket_base::wait_read, as_result);
    co_return true;
}

/// Whether to go on is known: the run's answer, or nothing if the client has gone.
asio::awaitable<std::optional<Answer>> wait_for(Served& served, Session& session, Stream& stream,
                                                Request request) {
    auto first = co_await (answer(served.runs, std::move(request)) ||
                           (until_closed(stream) || session.until_stopped()));
    if (auto* const answered = std::get_if<Answer>(&first)) {
        co_return std::move(*answered);
    }
    if (session.stopped()) {
        co_return answer_of(stopping());
    }
    co_return std::nullopt;
}

asio::awaitable<bool> has_ended(Runs& runs, std::string id) {
    try {
        const auto outcome = co_await runs.poll(std::move(id));
        co_return outcome.has_value();
    } catch (const Error&) {
        // It may be started later.
        co_return false;
    }
}

asio::awaitable<void> write_chunk(Served& served, Stream& stream, std::string text) {
    stream.expires_after(served.options.patience);
    co_await asio::async_write(stream, http::make_chunk(asio::buffer(text)), asio::use_awaitable);
    stream.expires_never();
}

/// The steps as lines. Parameters: `ended` is set if the run has.
std::string lines_of(const std::vector<engine::Step>& steps, std::uint64_t dropped, bool& ended) {
    std::string lines;
    for (const auto& step : steps) {
        lines += to_json(step) + "\n";
        ended |= step.kind == engine::Step::Kind::finished || step.kind == engine::Step::Kind::parked;
    }
    if (dropped != 0) {
        JsonWriter writer;
        lines += writer.number("dropped", dropped).take() + "\n";
    }
    return lines;
}

/// Stream steps until the run has ended, the client has gone, or the server stops.
asio::awaitable<void> watch(Served& served, Session& session, Stream& stream, std::string run_id) {
    const auto executor = co_await asio::this_coro::executor;
    const auto subscription = served.steps.subscribe(executor, run_id);
    http::response<http::empty_body> response(http::status::ok, 11);
    response.set(http::field::content_type, "application/x-ndjson");
    response.keep_alive(false);
    response.chunked(true);
    http::response_serializer<http::empty_body> serializer(response);
    stream.expires_after(served.options.patience);
    co_await http::async_write_header(stream, serializer, asio::use_awaitable);
    stream.expires_never();
    bool ended = !run_id.empty() && co_await has_ended(served.runs, run_id);
    while (!ended && !session.stopped()) {
        auto first = co_await (subscription->next() || (until_closed(stream) || session.until_stopped()));
        if (const auto* const steps = std::get_if<0>(&first)) {
            auto lines = lines_of(*steps, subscription->take_dropped(), ended);
            ended = ended && !run_id.empty();
            co_await write_chunk(served, stream, std::move(lines));
        } else if (!session.stopped()) {
            co_return;
        }
    }
    if (!ended) {
        co_await write_chunk(served, stream, to_json(stopping()) + "\n");
    }
    co_await asio::async_write(stream, http::make_chunk_last(), asio::use_awaitable);
}

}  // namespace

asio::awaitable<bool> Session::until_stopped() {
    if (!stopped_) {
        co_await stopping_.async_wait(as_result);
    }
    co_return true;
}

asio::awaitable<void> serve(Served& served, Session& session, Stream stream) {
    Reservation reservation(served);
    auto first = co_await (read_request(served, reservation, stream) || session.until_stopped());
    if (first.index() != 0) {
        co_await write(served, stream, answer_of(stopping()));
        co_return;
    }
    auto& read = std::get<0>(first);
    if (!read) {
        co_return;
    }
    if (!*read) {
        co_await write(served, stream, std::move(read->error()));
        co_return;
    }
    auto request = std::move(**read);
    stream.expires_never();
    if (const auto run_id = watched_run(request)) {
        co_await watch(served, session, stream, *run_id);
    } else if (is_waiting(request)) {
        if (auto answered = co_await wait_for(served, session, stream, std::move(request))) {
            co_await write(served, stream, std::move(*answered));
        }
    } else {
        co_await write(served, stream, co_await answer(served.runs, std::move(request)));
    }
}

void turn_away(Protocol::socket socket) {
    const auto answer =
        answer_of(Error(errc::throttled, "too many connections; nothing was done, try again"));
    const auto text = fmt::format(
        "HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\nConnection: close\r\n"
        "Content-Length: {}\r\n\r\n{}",
        answer.body.size(), answer.body);
    boost::system::error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(text), ignored);
}

}  // namespace zflow::control
