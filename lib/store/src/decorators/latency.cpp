#include <zflow/store/decorators/latency.hpp>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace zflow::store {
namespace {

class LatencyInterceptor final : public Interceptor {
 public:
    explicit LatencyInterceptor(Latency latency) : latency_(latency) {}

    asio::awaitable<void> before(Call call) override {
        asio::steady_timer timer(co_await asio::this_coro::executor);
        timer.expires_after(is_write(call.operation) ? latency_.write : latency_.read);
        boost::system::error_code stopped;
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, stopped));
        if (stopped) {
            throw Error(errc::cancelled, {"latency", std::string(to_string(call.operation))},
                        "the call was cancelled before it was made");
        }
    }

    asio::awaitable<void> after_success(Call) override { co_return; }
    void after_failure(Call, const Error&) override {}

 private:
    Latency latency_;
};

}  // namespace

Stores with_latency(Stores stores, Latency latency) {
    return intercept(std::move(stores), std::make_shared<LatencyInterceptor>(latency));
}

}  // namespace zflow::store
