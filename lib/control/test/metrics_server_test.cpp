#include <zflow/control/metrics_server.hpp>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <gmock/gmock.h>

#include <optional>
#include <system_error>
#include <thread>

namespace zflow::control {
namespace {

using asio::ip::tcp;
using testing::HasSubstr;
using testing::StartsWith;

class MetricsServerTest : public testing::Test {
 protected:
    void serve(const std::string& address) {
        server.emplace(context.get_executor(), address, [] { return "runs 5\n"; });
        thread = std::thread([this] { context.run(); });
    }
    ~MetricsServerTest() override {
        if (thread.joinable()) {
            asio::post(context, [this] { server.reset(); });
            thread.join();
        }
    }

    std::string ask(std::string_view request) {
        const auto& url = server->url();
        const auto colon = url.rfind(':');
        asio::io_context own;
        tcp::socket socket(own);
        socket.connect({asio::ip::make_address("127.0.0.1"),
                        static_cast<std::uint16_t>(std::stoi(url.substr(colon + 1)))});
        asio::write(socket, asio::buffer(request));
        std::string answer;
        boost::system::error_code end;
        asio::read(socket, asio::dynamic_buffer(answer), end);
        return answer;
    }

    asio::io_context context;
    std::optional<MetricsServer> server;
    std::thread thread;
};

TEST_F(MetricsServerTest, it_serves_the_text_at_one_place) {
    serve("0");
    EXPECT_THAT(server->url(), StartsWith("http://127.0.0.1:"));
    const auto answer = ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer, HasSubstr("text/plain; version=0.0.4"));
    EXPECT_THAT(answer, testing::EndsWith("\r\n\r\nruns 5\n"));
    EXPECT_THAT(ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 404"));
    EXPECT_THAT(ask("POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"),
                StartsWith("HTTP/1.1 405"));
}

TEST_F(MetricsServerTest, half_a_request_holds_up_nobody) {
    serve("127.0.0.1:0");
    asio::io_context own;
    tcp::socket slow(own);
    slow.connect({asio::ip::make_address("127.0.0.1"),
                  static_cast<std::uint16_t>(std::stoi(server->url().substr(server->url().rfind(':') + 1)))});
    asio::write(slow, asio::buffer(std::string_view("GET /met")));
    EXPECT_THAT(ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("runs 5"));
}

TEST(MetricsServer, an_address_of_another_form_is_refused) {
    asio::io_context context;
    for (const auto* const address :
         {"", "x", "65536", "127.0.0.1:", "127.0.0.1:-1", "::1:9464", "nowhere:1", "1:2:3"}) {
        EXPECT_THROW(MetricsServer(context.get_executor(), address, [] { return ""; }), std::invalid_argument)
            << address;
    }
}

TEST(MetricsServer, a_port_that_is_taken_is_an_error) {
    asio::io_context context;
    const MetricsServer first(context.get_executor(), "0", [] { return ""; });
    const auto& url = first.url();
    const auto port = url.substr(url.rfind(':') + 1, url.rfind('/') - url.rfind(':') - 1);
    EXPECT_THROW(MetricsServer(context.get_executor(), port, [] { return ""; }), std::system_error);
}

}  // namespace
}  // namespace zflow::control
