#include "flows.hpp"

#include <zflow/dsl/dsl.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace zflow::crash {
namespace {

using namespace std::chrono_literals;
using Text = Remote<std::string>;

constexpr auto work = activity<std::string(std::string)>("work");
constexpr auto flaky = activity<std::string(std::string)>("flaky");
constexpr auto slow = activity<std::string(std::string)>("slow");
constexpr auto ship = activity<std::string(std::string)>("ship");
constexpr auto refund = activity<Unit(std::string)>("refund");
constexpr auto charge = activity<std::string(std::string)>("charge").compensate(refund);
constexpr auto after = activity<std::string(Instant)>("after");
constexpr auto finalize = activity<std::string(std::string)>("finalize");

Flow<std::string> three(Text id) {
    auto a = co_await work(id);
    auto b = co_await work(a);
    auto c = co_await work(b);
    co_return format("{} {} {}", a, b, c);
}

Text joined(const Remote<std::vector<std::string>>& words) {
    return words.fold_left(std::string(), [](auto all, auto word) { return all + " " + word; });
}

Remote<std::vector<std::string>> five(const Text& id) {
    const Remote<std::vector<std::string>> numbers(std::vector<std::string>{"1", "2", "3", "4", "5"});
    return numbers.transform([&](auto number) { return id + "/" + number; });
}

Flow<std::string> forks(Text id) {
    auto results = co_await for_each_parallel(five(id), [](auto each) { return work(each); });
    auto last = co_await work(joined(results));
    co_return joined(results) + " " + last;
}

/// Whether the parcel can be shipped follows from the run's id. The error names what was charged.
Flow<std::string> saga(Text id) {
    co_return co_await transaction([=]() -> Flow<std::string> {
        auto charged = co_await charge(id);
        auto shipped = co_await ship(charged);
        co_return format("{} {}", charged, shipped);
    }).catch_([](auto error) { return value("undone " + error.failure); });
}

Flow<std::string> sleeps(Text id) {
    auto a = co_await work(id);
    auto begin = co_await now();
    co_await sleep(60ms);
    co_await sleep(140ms);
    auto end = co_await now();
    auto b = co_await after(begin + Remote<Duration>(200ms));
    auto maybe = co_await slow(id).timeout(100ms);
    co_await sleep(50ms);
    co_return format("{} {} {} {}", when(end >= begin + Remote<Duration>(200ms), "kept", "early"), a, b,
                     maybe.value_or("late"));
}

Flow<std::string> retries(Text id) {
    auto a = co_await flaky(id);
    auto b = co_await flaky(a);
    co_return format("{} {}", a, b);
}

Flow<std::string> loop(Text id) {
    auto first = co_await work(id);
    auto n = co_await recurse<std::int64_t, Never>(
        std::int64_t{0}, [](auto again, auto n) { return when(n >= 12'000, value(n), again(n + 1)); });
    auto last = co_await work(first);
    co_return format("{} {} {}", n, first, last);
}

/// Five fibers count, each in a transaction with an operation inside.
Flow<std::string> counters(Text id) {
    auto count = co_await variable<std::int64_t>("count", 0);
    auto results = co_await for_each_parallel(five(id), [&](auto each) {
        return transaction([&]() -> Flow<std::string> {
            auto before = co_await count.get();
            auto result = co_await work(each);
            co_await count.set(before + 1);
            co_return result;
        });
    });
    auto counted = co_await count.get();
    co_return format("{} {}", counted, joined(results));
}

/// Gathers the numbers that it is sent, until one of a million or more.
Flow<std::string> signals(Text id) {
    auto inbox = co_await variable<std::int64_t>("inbox", 0);
    auto seen = co_await variable<std::string>("seen", "");
    auto first = co_await work(id);
    co_await repeat_while([&]() -> Flow<bool, Never> {
        auto got = co_await inbox.wait_until([](auto n) { return n != 0; });
        co_await seen.update([&](auto all) { return format("{} {}", all, got); });
        co_await inbox.set(0);
        co_return got < 1'000'000;
    });
    auto all = co_await seen.get();
    co_return format("{} {}", first, all);
}

/// Ends only if it is aborted.
Flow<std::string> endless(Text id) {
    auto body = work(id).then([](auto done) { return sleep(24h).then(value(done)); });
    co_return co_await body.ensuring(finalize(id).ignore().or_die());
}

template <class F>
std::shared_ptr<const interpreter::Program> load(const char* name, F f) {
    return interpreter::Program::load(flow(name, f).node()).value();
}

}  // namespace

Programs programs() {
    return {{"three", load("three", three)},
            {"forks", load("forks", forks)},
            {"saga", load("saga", saga)},
            {"sleeps", load("sleeps", sleeps)},
            {"retries", load("retries", retries)},
            {"loop", load("loop", loop)},
            {"counters", load("counters", counters)},
            {"signals", load("signals", signals)},
            {"endless", load("endless", endless)},
            {"again", load("again", three)}};
}

}  // namespace zflow::crash
