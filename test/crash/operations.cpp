#include "operations.hpp"

#include <zflow/base/clock.hpp>
#include <zflow/base/entropy.hpp>
#include <zflow/codec/json.hpp>
#include <zflow/dsl/conversions.hpp>
#include <zflow/interpreter/apply.hpp>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>

namespace zflow::crash {
namespace {

namespace asio = boost::asio;
using engine::OperationCall;
using engine::OperationResult;
using namespace std::chrono_literals;

/// What all operations know.
struct Surroundings {
    Ledger& ledger;
    std::string life;
    std::atomic<std::uint64_t> calls{0};
};
using Known = std::shared_ptr<Surroundings>;

std::uint64_t random_below(std::uint64_t bound) {
    return base::system_entropy().number() % bound;
}

std::int64_t to_nanos(std::int64_t seconds, std::int64_t nanos) {
    return seconds * 1'000'000'000 + nanos;
}

std::int64_t wall_nanos() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               base::system_clock().wall_now().time_since_epoch())
        .count();
}

std::string input_text(const model::Value& input) {
    if (input.is(model::Kind::string)) {
        return input.as_string();
    }
    const auto time = input.as_instant();
    return fmt::format("{}", to_nanos(time.seconds, time.nanos));
}

/// How an operation of the name ends.
enum class End : std::uint8_t { result, nothing, business_error, failed_attempt };

/// The run's number, the last part of its id.
std::uint64_t number_of(const std::string& run_id) {
    return std::stoull(run_id.substr(run_id.rfind('-') + 1));
}

End end_of(const OperationCall& call) {
    if (call.name == "refund") {
        return End::nothing;
    }
    if (call.name == "ship" && number_of(call.run_id) % 2 == 1) {
        return End::business_error;
    }
    if (call.name == "flaky") {
        return call.attempt < 3 ? End::failed_attempt : End::result;
    }
    return random_below(12) == 0 ? End::failed_attempt : End::result;
}

std::chrono::microseconds delay_of(const OperationCall& call) {
    const std::uint64_t longest = call.name == "slow" ? 200'000 : 4'000;
    return std::chrono::microseconds(random_below(2) == 0 ? 0 : random_below(longest));
}

asio::awaitable<OperationResult> operate(Known known, OperationCall call) {
    if (const auto delay = delay_of(call); delay != 0us) {
        asio::steady_timer timer(co_await asio::this_coro::executor, delay);
        co_await timer.async_wait(asio::use_awaitable);
    }
    const auto end = end_of(call);
    const auto input = input_text(call.input);
    const auto value =
        fmt::format("{}@{}.{}.{}", call.operation_id, call.attempt, known->life, ++known->calls);
    const auto* const what = end == End::failed_attempt   ? "failed"
                             : end == End::business_error ? "error"
                                                          : "done";
    known->ledger.write({"call", call.operation_id, fmt::format("{}", call.attempt), call.name, input, value,
                         what, fmt::format("{}", wall_nanos())});
    if (end == End::failed_attempt) {
        throw std::runtime_error("try again");
    }
    if (end == End::business_error) {
        co_return std::unexpected(interpreter::activity_error("no stock for " + input));
    }
    co_return end == End::nothing ? to_value(Unit{}) : to_value(value);
}

}  // namespace

void add_operations(engine::Engine& engine, Ledger& ledger, const std::string& life) {
    const auto known = std::make_shared<Surroundings>(ledger, life);
    const engine::OperationOptions options{.retry = {.first_delay = 15ms, .factor = 1}};
    for (const auto* const name :
         {"work", "flaky", "slow", "ship", "refund", "charge", "after", "finalize"}) {
        engine.operation(
            name, [known](OperationCall call) { return operate(known, std::move(call)); }, options);
    }
}

std::string show(const model::Outcome& outcome) {
    const auto* const succeeded = std::get_if<model::Succeeded>(&outcome);
    if (succeeded != nullptr && succeeded->value.is(model::Kind::string)) {
        return "S " + succeeded->value.as_string();
    }
    return codec::outcome_to_json(outcome).value_or("?");
}

}  // namespace zflow::crash
