#include "bare_rocksdb.hpp"
#include "clients.hpp"
#include "flow_clients.hpp"
#include "flow_engine.hpp"
#include "flow_programs.hpp"

#include <zflow/bench/flow_bench.hpp>

#include <fmt/format.h>
#include <malloc.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <system_error>

namespace zflow::bench {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr std::int64_t fan_width = 100;

/// A directory that goes with this.
class TemporaryDirectory {
 public:
    explicit TemporaryDirectory(const std::string& parent) : path_(parent + "/zflow-bench-XXXXXX") {
        if (::mkdtemp(path_.data()) == nullptr) {
            throw std::system_error(errno, std::generic_category(),
                                    fmt::format("no directory can be made in '{}'", parent));
        }
    }
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    [[nodiscard]] std::string store() const { return path_ + "/store"; }

 private:
    std::string path_;
};

struct Chain {
    const char* name;
    int operations;
    ProgramRef program;
};

double mebibytes(double bytes) {
    return bytes / (1 << 20);
}

/// What the process holds, without what the allocator keeps for later.
double resident_bytes() {
    ::malloc_trim(0);
    return usage().resident_mib * (1 << 20);
}

double at(std::vector<double>& values, double share) {
    std::ranges::sort(values);
    return values.empty() ? 0
                          : values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

/// What others reach with three operations, on machines of this size.
const char* peers_of(int operations, int clients) {
    if (operations != 3) {
        return "";
    }
    return clients == 1     ? "ZIO Flow on RocksDB: 2.5 flows/s; Restate 1.7: 97 to 135"
           : clients == 400 ? "Restate 1.7: 628 to 809 flows/s"
                            : "";
}

asio::awaitable<void> run_and_expect(BenchEngine& engine, ProgramRef program, model::Value input,
                                     std::int64_t expected) {
    const auto value = co_await engine.run(std::move(program), std::move(input));
    if (value.as_integer() != expected) {
        throw std::runtime_error(
            fmt::format("a flow that is measured gave {} instead of {}", value.as_integer(), expected));
    }
}

class FlowBench {
 public:
    FlowBench(const FlowBenchOptions& options, const FlowProgress& progress, const FlowResult& result)
        : options_(options), progress_(progress), result_(result) {}

    void run() {
        struct Part {
            std::string name;
            std::function<void(const std::string& name)> measure;
        };
        std::vector<Part> parts;
        for (const auto& chain : {Chain{"W1", 1, programs_.steps_1}, Chain{"W3", 3, programs_.steps_3},
                                  Chain{"W9", 9, programs_.steps_9}}) {
            parts.push_back({chain.name, [this, chain](const auto&) { measure_chain(chain); }});
        }
        parts.push_back({"FAN", [this](const auto&) { measure_fan(); }});
        for (const auto to : options_.loops) {
            parts.push_back(
                {fmt::format("LOOP {}", to), [this, to](const auto& name) { measure_loop(name, to); }});
        }
        parts.push_back({"TIMERS", [this](const auto&) { measure_timers(); }});
        parts.push_back({"SLEEPERS", [this](const auto&) { measure_sleepers(); }});
        parts.push_back({"STORE", [this](const auto&) { measure_store_size(); }});
        std::erase_if(parts, [this](const Part& part) {
            return !options_.only.empty() && std::ranges::none_of(options_.only, [&](const auto& asked) {
                return part.name.find(asked) != std::string::npos;
            });
        });
        for (std::size_t done = 0; done < parts.size(); ++done) {
            progress_(done, parts.size(), parts[done].name);
            parts[done].measure(parts[done].name);
        }
    }

 private:
    /// Synced appends of 200 bytes, one after the other: how long each takes.
    void time_bare_appends(const TemporaryDirectory& directory, std::vector<double>& took_us) {
        constexpr double one_call = 1e-6;  // Shorter than any append, longer than a look at the clock.
        BareRocksdb bare({.path = directory.store()}, 1);
        for (const auto begin = Clock::now(); seconds_since(begin) < options_.seconds / 8;) {
            if (const auto per_second = bare.append(1, one_call); per_second > 0) {
                took_us.push_back(1e6 / per_second);
            }
        }
    }

    void measure_chain(const Chain& chain) {
        for (const int clients : options_.clients) {
            const TemporaryDirectory directory(options_.directory);
            std::vector<double> bare_us;
            time_bare_appends(directory, bare_us);
            FlowRow row{.name = chain.name, .clients = clients, .note = peers_of(chain.operations, clients)};
            {
                BenchEngine engine(directory.store(), options_, options_.retention);
                row.figures = run_flow_clients(
                    engine,
                    [&] {
                        return run_and_expect(engine, chain.program, model::Value::long_(5),
                                              5 + chain.operations);
                    },
                    clients, options_.seconds);
            }
            time_bare_appends(directory, bare_us);
            const auto bare = at(bare_us, 0.5);
            row.figures.push_back({"bare_append_us", bare, "us bare append"});
            if (clients == 1) {
                // The start is a commit as each completion is.
                const auto step = row.figure("p50_us") / (chain.operations + 1);
                row.figures.push_back({"bare_appends_per_step", step / bare, "of them a step"});
            }
            result_(row);
        }
    }

    void measure_fan() {
        std::vector<model::Value> numbers;
        for (std::int64_t i = 0; i < fan_width; ++i) {
            numbers.push_back(model::Value::long_(i));
        }
        const auto input = model::Value::sequence(numbers);
        for (const int clients : options_.clients) {
            const TemporaryDirectory directory(options_.directory);
            BenchEngine engine(directory.store(), options_, options_.retention);
            result_({.name = "FAN",
                     .clients = clients,
                     .figures = run_flow_clients(
                         engine, [&] { return run_and_expect(engine, programs_.fan, input, fan_width); },
                         clients, options_.seconds),
                     .note = fmt::format("1 -> {} operations -> 1", fan_width)});
        }
    }

    void measure_loop(const std::string& name, std::int64_t to) {
        const TemporaryDirectory directory(options_.directory);
        BenchEngine engine(directory.store(), options_, options_.retention);
        const int rounds = to <= 1'000 ? 21 : to <= 100'000 ? 5 : 3;
        std::vector<double> took_ms;
        for (int i = 0; i < rounds; ++i) {
            const auto begin = Clock::now();
            engine.wait(run_and_expect(engine, programs_.count, model::Value::long_(to), to));
            took_ms.push_back(seconds_since(begin) * 1e3);
        }
        result_(
            {.name = name,
             .figures = {{"median_ms", at(took_ms, 0.5), "ms"}, {"worst_ms", at(took_ms, 1), "ms at worst"}},
             .note = to == 100 ? "ZIO Flow on RocksDB: 9,200 ms" : ""});
    }

    void measure_timers();
    void measure_sleepers();
    void measure_store_size();

    const FlowBenchOptions& options_;
    const FlowProgress& progress_;
    const FlowResult& result_;
    FlowPrograms programs_ = make_flow_programs();
};

using WallTime = std::chrono::system_clock::time_point;

model::Value instant(WallTime time) {
    const auto nanos = std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
    return model::Value::instant({nanos / 1'000'000'000, static_cast<std::int32_t>(nanos % 1'000'000'000)});
}

double seconds_between(WallTime begin, WallTime end) {
    return std::chrono::duration<double>(end - begin).count();
}

/// Runs that all wake within the same second. Late is: from when it was due to when its result was there.
void FlowBench::measure_timers() {
    const TemporaryDirectory directory(options_.directory);
    BenchEngine engine(directory.store(), options_, options_.retention);
    const auto count = options_.timers;
    const auto id_of = [](std::uint64_t i) { return fmt::format("timer-{}", i); };
    // Time enough to start them all before the first is due.
    const auto first_due = std::chrono::system_clock::now() + 1s + std::chrono::milliseconds(count / 4);
    const auto due_of = [&](std::uint64_t i) {
        return first_due + std::chrono::microseconds(1'000'000 * i / count);
    };
    engine.start_many(count, programs_.wait_until, [&](auto i) { return instant(due_of(i)); }, id_of);
    const auto all_started = std::chrono::system_clock::now() < first_due;
    std::vector<double> late_ms(count);
    const auto watch = [](BenchEngine& of, std::string id, WallTime due,
                          double& late) -> asio::awaitable<void> {
        (void)co_await of->result(std::move(id));
        late = seconds_between(due, std::chrono::system_clock::now()) * 1e3;
    };
    std::vector<std::future<void>> all;
    for (std::uint64_t i = 0; i < count; ++i) {
        all.push_back(engine.begin(watch(engine, id_of(i), due_of(i), late_ms[i])));
    }
    const auto cpu = usage().cpu_seconds;
    for (auto& each : all) {
        each.get();
    }
    const auto after = std::max(0.0, seconds_between(first_due + 1s, std::chrono::system_clock::now()));
    const auto cpu_us = (usage().cpu_seconds - cpu) * 1e6 / static_cast<double>(count);
    result_({.name = "TIMERS",
             .figures = {{"after_the_second_ms", after * 1e3, "ms after the second"},
                         {"late_p50_ms", at(late_ms, 0.5), "ms late p50"},
                         {"late_p99_ms", at(late_ms, 0.99), "ms late p99"},
                         {"cpu_us", cpu_us, "us cpu each"}},
             .note = fmt::format("{} in the same second{}", count,
                                 all_started ? "" : "; not all were started in time")});
}

/// Runs that are asleep: what they hold, and how long it takes to open an engine with all of them.
void FlowBench::measure_sleepers() {
    const TemporaryDirectory directory(options_.directory);
    const auto count = options_.sleepers;
    const auto each = static_cast<double>(count);
    FlowRow row{.name = "SLEEPERS", .note = fmt::format("{} runs asleep for a day", count)};
    {
        BenchEngine engine(directory.store(), options_, options_.retention);
        const auto before = resident_bytes();
        auto begin = Clock::now();
        engine.start_many(
            count, programs_.sleep_a_day,
            [](auto i) { return model::Value::long_(static_cast<std::int64_t>(i)); },
            [](auto i) { return fmt::format("sleeper-{}", i); });
        row.figures.push_back({"starts_per_second", each / seconds_since(begin), "starts/s"});
        begin = Clock::now();
        engine.wait(engine->checkpoint());
        row.figures.push_back({"checkpoint_seconds", seconds_since(begin), "s checkpoint"});
        row.figures.push_back({"resident_bytes", (resident_bytes() - before) / each, "B RSS each"});
        engine.close();
    }
    row.figures.push_back({"store_bytes", directory_bytes(directory.store()) / each, "B stored each"});
    const auto before = resident_bytes();
    const auto cpu = usage().cpu_seconds;
    const auto begin = Clock::now();
    BenchEngine engine(directory.store(), options_, options_.retention);
    row.figures.push_back({"open_seconds", seconds_since(begin), "s to open"});
    row.figures.push_back({"open_cpu_seconds", usage().cpu_seconds - cpu, "s cpu"});
    row.figures.push_back({"opened_resident_bytes", (resident_bytes() - before) / each, "B RSS each then"});
    if (const auto runs = engine.metric("zflow_runs"); runs != each) {
        throw std::runtime_error(fmt::format("{} runs slept, {} are there after opening", count, runs));
    }
    result_(row);
}

/// Many short flows whose results are not kept: the store must not grow with history.
void FlowBench::measure_store_size() {
    const TemporaryDirectory directory(options_.directory);
    BenchEngine engine(directory.store(), options_, 0ms);
    constexpr std::uint64_t parts = 10;
    constexpr std::uint64_t clients = 400;
    const auto part = std::max<std::uint64_t>(1, options_.short_flows / parts / clients);
    const auto client = [](BenchEngine& on, ProgramRef program, std::uint64_t runs) -> asio::awaitable<void> {
        for (std::uint64_t i = 0; i < runs; ++i) {
            co_await run_and_expect(on, program, model::Value::long_(1), 2);
        }
    };
    FlowRow row{.name = "STORE", .clients = clients};
    double largest = 0;
    std::string sizes;
    const auto begin = Clock::now();
    for (std::uint64_t i = 0; i < parts; ++i) {
        std::vector<std::future<void>> all;
        for (std::uint64_t c = 0; c < clients; ++c) {
            all.push_back(engine.begin(client(engine, programs_.steps_1, part)));
        }
        for (auto& each : all) {
            each.get();
        }
        const auto now = directory_bytes(directory.store());
        largest = std::max(largest, now);
        sizes += fmt::format("{}{:.0f}", i == 0 ? "" : ", ", mebibytes(now));
    }
    const auto flows = static_cast<double>(part * parts * clients);
    row.figures.push_back({"flows_per_second", flows / seconds_since(begin), "flows/s"});
    row.figures.push_back({"largest_mib", mebibytes(largest), "MiB largest"});
    engine.wait(engine->checkpoint());
    row.figures.push_back(
        {"checkpointed_mib", mebibytes(directory_bytes(directory.store())), "MiB after a checkpoint"});
    engine.close();
    row.figures.push_back({"closed_mib", mebibytes(directory_bytes(directory.store())), "MiB closed"});
    row.note =
        fmt::format("{:.0f} flows of one operation, retention 0; MiB after each tenth: {}", flows, sizes);
    result_(row);
}

}  // namespace

void run_flow_bench(const FlowBenchOptions& options, const FlowProgress& progress, const FlowResult& result) {
    FlowBench(options, progress, result).run();
}

}  // namespace zflow::bench
