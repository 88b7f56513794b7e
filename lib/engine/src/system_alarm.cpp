#include <zflow/engine/alarm.hpp>

#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>

namespace zflow::engine {
namespace {

class SystemAlarm final : public Alarm {
 public:
    asio::awaitable<void> wait_until(std::chrono::steady_clock::time_point when) override {
        const auto cancellation = co_await asio::this_coro::cancellation_state;
        if (cancellation.cancelled() != asio::cancellation_type::none) {
            co_return;
        }
        asio::steady_timer timer(co_await asio::this_coro::executor, when);
        boost::system::error_code ignored;
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
};

}  // namespace

Alarm& system_alarm() noexcept {
    static SystemAlarm alarm;
    return alarm;
}

}  // namespace zflow::engine
