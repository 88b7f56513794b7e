#include "shop.hpp"

#include <zflow/engine/typed.hpp>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <map>

using namespace zflow;
using namespace std::chrono_literals;
using namespace shop;
using engine::Engine;
using engine::OperationCall;
namespace asio = engine::asio;

namespace {

/// A bank that does what it is asked for once per key.
class Bank {
 public:
    struct Answer {
        int code = 200;
        std::string text;
    };
    asio::awaitable<Answer> charge(std::string key, std::int64_t cents) {
        boost::asio::steady_timer line(co_await asio::this_coro::executor, 1ms);
        co_await line.async_wait(asio::use_awaitable);
        if (cents > 1'000'000) {
            co_return Answer{402, "not enough money"};
        }
        const auto number = payments_.emplace(key, payments_.size() + 1).first->second;
        co_return Answer{200, "payment " + std::to_string(number)};
    }

 private:
    std::map<std::string, std::size_t> payments_;
};

}  // namespace

// [operation]
asio::awaitable<std::expected<std::string, ActivityError>> charge_card(Bank* bank, OperationCall call,
                                                                       Order order) {
    // The key says that it is the same charge, however often we ask.
    const auto answer = co_await bank->charge(call.operation_id, order.cents);
    switch (answer.code) {
        case 200:
            co_return answer.text;
        case 402:
            co_return std::unexpected(ActivityError{answer.text, {}});  // an answer: the flow decides
        case 400:
            throw engine::GiveUp("the bank does not understand us");  // asking again would not help
        default:
            throw std::runtime_error(answer.text);  // an accident: there will be another attempt
    }
}
// [operation end]

// [register]
void give_operations(Engine& engine, Bank* bank) {
    operation(engine, charge,
              [bank](OperationCall call, Order order) {
                  return charge_card(bank, std::move(call), std::move(order));
              },
              {.timeout = 10s,
               .retry = {.max_attempts = 20, .first_delay = 500ms, .factor = 2, .max_delay = 60s},
               .concurrency = 8});
    operation(engine, ship, [](const Order& order) { return "parcel of " + order.id; });
    operation(engine, mail, [](const std::string&) {});
}
// [register end]

asio::awaitable<void> guide::run_operations(Engine& engine) {
    Bank bank;
    give_operations(engine, &bank);
    const auto definition = flow("pay", [](Remote<Order> order) { return charge(order); });
    const auto run = co_await start(engine, definition, {"7", 1995, {}});
    expect((co_await run.result()) == "payment 1");
    const auto dear = co_await start(engine, definition, {"8", 2'000'000, {}});
    expect((co_await dear.result()).error().failure == "not enough money");
}
