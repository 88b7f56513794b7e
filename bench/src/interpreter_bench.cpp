#include "allocations.hpp"

#include <zflow/base/assert.hpp>
#include <zflow/bench/interpreter_bench.hpp>
#include <zflow/codec/json.hpp>
#include <zflow/dsl/conversions.hpp>
#include <zflow/dsl/dsl.hpp>
#include <zflow/interpreter/apply.hpp>
#include <zflow/interpreter/snapshot.hpp>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <functional>
#include <optional>

namespace zflow::bench {
namespace {

using ProgramRef = std::shared_ptr<const interpreter::Program>;

/// Processor time of this thread: what pure code costs, whatever else the machine is doing.
double thread_seconds() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// What is measured, as people write it.

constexpr auto work = activity<std::int64_t(std::int64_t)>("work");

Flow<std::int64_t, Never> count_by_recursion(Remote<std::int64_t> to) {
    co_return co_await recurse<std::int64_t, Never>(
        std::int64_t{0}, [=](auto again, auto n) { return when(n < to, again(n + 1), value(n)); });
}

Flow<std::int64_t, Never> chain(Remote<std::int64_t> from) {
    // A thousand steps are the most in one coroutine; ten of these are ten thousand.
    auto end = from;
    const auto thousand = [](Remote<std::int64_t> n) -> Flow<std::int64_t, Never> {
        std::optional<Remote<std::int64_t>> last(n);
        for (int i = 0; i < 999; ++i) {
            last.emplace(co_await value(*last + 1));
        }
        co_return co_await value(*last + 1);
    };
    std::optional<Remote<std::int64_t>> last(end);
    for (int i = 0; i < 10; ++i) {
        last.emplace(co_await thousand(*last));
    }
    co_return *last;
}

Flow<std::vector<std::int64_t>, ActivityError> fan_out(Remote<std::vector<std::int64_t>> numbers) {
    co_return co_await for_each_parallel(numbers, [](auto n) { return value(n + 1); });
}

Flow<Unit, Never> hundred_variables(Remote<std::int64_t> start) {
    std::vector<Var<std::int64_t>> all;
    for (int i = 0; i < 100; ++i) {
        all.push_back(co_await variable(fmt::format("v{}", i), start));
    }
    // The lambda runs while the flow is built and never suspends: what it captures is there.
    // NOLINTNEXTLINE(cppcoreguidelines-avoid-capturing-lambda-coroutines)
    co_await transaction([=]() -> Flow<Unit, Never> {
        for (const auto& each : all) {
            co_await each.update([](auto n) { return n + 1; });
        }
    });
}

Flow<std::int64_t> many_operations(Remote<std::int64_t> count) {
    co_return co_await iterate(
        std::int64_t{0}, [=](auto n) { return n < count; }, [](auto n) { return work(n); });
}

template <class F>
ProgramRef load(std::string name, F builder) {
    return interpreter::Program::load(flow(std::move(name), builder).node()).value();
}

/// Drives a run as an engine would, but in memory: operations answer with their input plus one.
struct Drive {
    interpreter::State state;
    std::vector<interpreter::Action> actions;
    std::uint64_t events = 0;

    explicit Drive(const ProgramRef& program) : state(interpreter::make_state(program)) {}

    void feed(interpreter::EventKind kind) {
        ++events;
        actions.clear();
        interpreter::apply(state, {state.now, std::move(kind)}, actions);
    }

    void run(model::Value input) {
        feed(interpreter::Started{std::move(input), {1, 2}, "bench"});
        while (!state.done()) {
            if (state.runnable()) {
                feed(interpreter::Continue{});
                continue;
            }
            const auto* call = actions.empty() ? nullptr : std::get_if<interpreter::Call>(&actions.back());
            ZFLOW_ASSERT(call != nullptr, "what is measured waits for operations only");
            const auto result = model::Value::long_(call->input.as_integer() + 1);
            feed(interpreter::OperationCompleted{call->operation, 1, false, result});
        }
        ZFLOW_ASSERT(state.outcome && std::holds_alternative<model::Succeeded>(*state.outcome),
                     "what is measured succeeds");
    }
};

class Bench {
 public:
    Bench(const InterpreterBenchOptions& options, const std::function<void(const InterpreterRow&)>& result)
        : options_(options), result_(result) {}

    /// Measure `round`, which returns how many units it did; `between` clears up after it and does not count.
    template <class Round>
    void figure(
        std::string name, std::string unit, std::string note, Round round,
        const std::function<void()>& between = [] {}) {
        const auto is_asked_for =
            options_.only.empty() || std::ranges::any_of(options_.only, [&](const auto& part) {
                return name.find(part) != std::string::npos;
            });
        if (!is_asked_for) {
            return;
        }
        struct Measured {
            double seconds;
            double units;
            double bytes;
        };
        std::vector<Measured> all;
        for (int i = 0; i < options_.rounds; ++i) {
            const auto bytes = bytes_allocated();
            const auto begin = thread_seconds();
            const auto units = static_cast<double>(round());
            all.push_back({thread_seconds() - begin, units, static_cast<double>(bytes_allocated() - bytes)});
            between();
        }
        std::ranges::sort(all, {}, &Measured::seconds);
        const auto& median = all[all.size() / 2];
        result_({std::move(name), median.seconds, median.units / median.seconds, std::move(unit),
                 median.bytes / median.units, std::move(note)});
    }

    void run_figure(std::string name, std::string note, const ProgramRef& program,
                    const model::Value& input) {
        figure(std::move(name), "transitions", std::move(note), [&] {
            const auto before = interpreter::transitions_made();
            Drive(program).run(input);
            return interpreter::transitions_made() - before;
        });
    }

 private:
    const InterpreterBenchOptions& options_;
    const std::function<void(const InterpreterRow&)>& result_;
};

/// A state of about a megabyte: a variable with many small records.
interpreter::State big_state() {
    const auto program = load("chain", chain);
    Drive drive(program);
    drive.run(model::Value::long_(0));
    const auto shape =
        model::make<const model::RecordShape>("bench.Item", std::vector<std::string>{"id", "name", "count"});
    std::vector<model::Value> items;
    for (int i = 0; i < 30'000; ++i) {
        items.push_back(model::Value::record(
            shape, {model::Value::long_(i), model::Value::string(fmt::format("item number {}", i)),
                    model::Value::int_(i % 7)}));
    }
    drive.feed(interpreter::SetVariable{"items", model::Value::sequence(std::move(items))});
    return std::move(drive.state);
}

/// The JSON of a program of about ten megabytes.
std::string big_program() {
    auto program = flow("chain", chain).node();
    std::vector<model::NodeRef> all;
    std::size_t bytes = 0;
    while (bytes < 10'000'000) {
        program = model::node(model::NodeKind::fold,
                              {flow("chain", chain).node(), nullptr, model::function({7, all.size()}, [&] {
                                   return model::node(model::NodeKind::flow, {program});
                               }())});
        all.push_back(program);
        bytes = codec::program_to_json(program).value().size();
    }
    return codec::program_to_json(program).value();
}

double megabytes(std::size_t bytes) {
    return static_cast<double>(bytes) / 1e6;
}

}  // namespace

std::string to_line(const InterpreterRow& row) {
    return fmt::format("{:<28} {:>9.2f} ms  {:>14.0f} {}/s  {:>8.1f} B each  {}\n", row.name,
                       row.seconds * 1e3, row.per_second, row.unit, row.bytes_per_unit, row.note);
}

std::string to_json(const InterpreterRow& row) {
    return boost::json::serialize(boost::json::object{{"name", row.name},
                                                      {"seconds", row.seconds},
                                                      {"per_second", row.per_second},
                                                      {"unit", row.unit},
                                                      {"bytes_per_unit", row.bytes_per_unit},
                                                      {"note", row.note}});
}

void run_interpreter_bench(const InterpreterBenchOptions& options,
                           const std::function<void(const InterpreterRow&)>& result) {
    Bench bench(options, result);
    bench.run_figure("loop by recursion, 10^6", "goal: under 1 s", load("loop", count_by_recursion),
                     model::Value::long_(1'000'000));
    bench.run_figure("chain of 10,000 steps", "", load("chain", chain), model::Value::long_(0));
    std::vector<model::Value> numbers;
    for (int i = 0; i < 1'000; ++i) {
        numbers.push_back(model::Value::long_(i));
    }
    bench.run_figure("1,000 fibers", "", load("fan-out", fan_out), model::Value::sequence(numbers));
    bench.run_figure("transaction, 100 variables", "", load("transaction", hundred_variables),
                     model::Value::long_(0));
    const auto operations = load("operations", many_operations);
    bench.figure("apply of a completion", "events", "goal: over 500,000", [&] {
        Drive drive(operations);
        drive.run(model::Value::long_(100'000));
        return drive.events;
    });
    const auto state = big_state();
    const auto bytes = interpreter::state_to_binary(state).value();
    bench.figure("snapshot written", "MB", fmt::format("{:.1f} MB; goal: 200", megabytes(bytes.size())),
                 [&] { return megabytes(interpreter::state_to_binary(state).value().size()); });
    std::optional<interpreter::State> read;
    bench.figure(
        "snapshot read", "MB", "goal: 200",
        [&] {
            read = interpreter::state_from_binary(state.program, bytes).value();
            return megabytes(bytes.size());
        },
        [&] { read.reset(); });
    const auto json = big_program();
    bench.figure("program loaded", "MB", fmt::format("{:.1f} MB; goal: 50", megabytes(json.size())), [&] {
        ZFLOW_ASSERT(interpreter::Program::load(codec::program_from_json(json).value()).has_value(),
                     "what was written is loaded");
        return megabytes(json.size());
    });
}

}  // namespace zflow::bench
