#include <zflow/dsl/dsl.hpp>
#include <zflow/engine/typed.hpp>
#include <zflow/store/block_on.hpp>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <iostream>

using namespace zflow;
using namespace std::chrono_literals;
using engine::Engine;
using engine::OperationCall;
namespace asio = engine::asio;

constexpr auto print_label = activity<std::string(std::string)>("print-label");
constexpr auto find_truck = activity<std::string(std::string)>("find-truck");
constexpr auto weigh = activity<std::int64_t(std::string)>("weigh");
constexpr auto ask_for_signature = activity<std::string(std::string)>("ask-for-signature");

// [flow]
Flow<std::string> deliver(Remote<std::string> parcel) {
    auto label = co_await print_label(parcel);  // throws: the engine tries it again
    auto truck =
        co_await find_truck(parcel).retry({.attempts = 3, .first_delay = 20ms});  // fails: the flow does
    auto grams = co_await weigh(parcel).catch_([](auto error) {                   // gives up: nobody does
        return log(format("no weight: {}", error.failure)).then(value(std::int64_t{0}));
    });
    co_await sleep(20ms);  // could be a month: nothing stays in memory, and a restart does not matter
    auto signature = co_await ask_for_signature(parcel).timeout(50ms);  // does not answer
    co_return format("{}, {}, {} g, {}", label, truck, grams, signature.value_or("left at the door"));
}
// [flow end]

// [operations]
void give_operations(Engine& engine) {
    operation(engine, print_label,
              [](const OperationCall& call, const std::string& parcel) {
                  if (call.attempt < 3) {
                      throw std::runtime_error("out of paper");  // another attempt may help
                  }
                  return "label of " + parcel;
              },
              {.retry = {.max_attempts = 5, .first_delay = 10ms, .factor = 2, .max_delay = 1s}});
    operation(
        engine, find_truck,
        [tries = std::make_shared<int>()](const std::string&) -> std::expected<std::string, ActivityError> {
            if (++*tries < 3) {
                return std::unexpected(ActivityError{"all trucks are out", {}});  // an answer, no accident
            }
            return "truck 7";
        });
    operation(engine, weigh, [](const std::string&) -> std::int64_t {
        throw engine::GiveUp("the scales are broken");  // an ActivityError, without another attempt
    });
    operation(
        engine, ask_for_signature,
        [](std::string) -> asio::awaitable<std::string> {
            asio::steady_timer never(co_await asio::this_coro::executor, 1h);
            co_await never.async_wait(asio::use_awaitable);  // is cancelled when the flow waits no longer
            co_return "";
        },
        {.timeout = 10min, .concurrency = 4});
}
// [operations end]

void show(const engine::Step& step) {
    using Kind = engine::Step::Kind;
    switch (step.kind) {
        case Kind::operation_called:
            std::cout << step.name << ", attempt " << step.attempt << "\n";
            break;
        case Kind::attempt_failed:
            std::cout << "  tried again later: " << step.text << "\n";
            break;
        case Kind::operation_failed:
            std::cout << "  failed\n";
            break;
        case Kind::log:
            std::cout << step.text << "\n";
            break;
        default:
            break;
    }
}

asio::awaitable<void> run() {
    auto engine = co_await Engine::open("memory:", {.on_step = show});
    give_operations(*engine);
    const auto delivery = co_await start(*engine, flow("deliver", deliver), "parcel 9");
    const auto delivered = co_await delivery.result();
    std::cout << delivered.value() << "\n";
    co_await engine->stop();
}

int main() {
    store::block_on(run());
}
