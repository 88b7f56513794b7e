#include "flow_programs.hpp"

#include <zflow/dsl/dsl.hpp>

#include <optional>

namespace zflow::bench {
namespace {

constexpr auto add_one = activity<std::int64_t(std::int64_t)>(operation_name);

template <int count>
Flow<std::int64_t> steps(Remote<std::int64_t> from) {
    std::optional<Remote<std::int64_t>> last(from);
    for (int i = 0; i < count; ++i) {
        last.emplace(co_await add_one(*last));
    }
    co_return *last;
}

Flow<std::int64_t> fan(Remote<std::vector<std::int64_t>> numbers) {
    auto answers = co_await for_each_parallel(numbers, [](auto n) { return add_one(n); });
    co_return to<std::int64_t>(answers.size());
}

Flow<std::int64_t, Never> count_by_recursion(Remote<std::int64_t> to) {
    co_return co_await recurse<std::int64_t, Never>(
        std::int64_t{0}, [=](auto again, auto n) { return when(n < to, again(n + 1), value(n)); });
}

Flow<Unit, Never> wait_for(Remote<Instant> time) {
    co_await wait_until(time);
}

Flow<Unit, Never> sleep_a_day(Remote<std::int64_t>) {
    co_await sleep(std::chrono::hours(24));
}

template <class F>
ProgramRef load(std::string name, F builder) {
    return interpreter::Program::load(flow(std::move(name), builder).node()).value();
}

}  // namespace

FlowPrograms make_flow_programs() {
    return {.steps_1 = load("steps-1", steps<1>),
            .steps_3 = load("steps-3", steps<3>),
            .steps_9 = load("steps-9", steps<9>),
            .fan = load("fan", fan),
            .count = load("count", count_by_recursion),
            .wait_until = load("wait-until", wait_for),
            .sleep_a_day = load("sleep-a-day", sleep_a_day)};
}

}  // namespace zflow::bench
