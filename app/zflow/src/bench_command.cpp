#include "commands.hpp"

#include <zflow/bench/flow_bench.hpp>
#include <zflow/bench/interpreter_bench.hpp>
#include <zflow/bench/store_bench.hpp>

#include <memory>

namespace zflow::app {
namespace {

void add_interpreter_bench(CLI::App& parent, Command& chosen) {
    const auto options = std::make_shared<bench::InterpreterBenchOptions>();
    auto* const command = add_command(parent, "interpreter", "Measure the interpreter of programs",
                                      "zflow bench interpreter --only loop");
    command->add_option("--rounds", options->rounds, "the median of so many rounds counts")
        ->check(CLI::Range(1, 100));
    command->add_option("--only", options->only, "only figures whose name contains one of these")
        ->delimiter(',');
    command->callback([&chosen, options] {
        chosen = [options](const Settings& settings) {
            bench::run_interpreter_bench(*options, [&](const bench::InterpreterRow& row) {
                print(settings.json ? bench::to_json(row) + "\n" : bench::to_line(row));
                finish_output();
            });
            return Exit::ok;
        };
    });
}

void add_flow_bench(CLI::App& parent, Command& chosen) {
    const auto options = std::make_shared<bench::FlowBenchOptions>();
    auto* const command = add_command(parent, "flows", "Measure flows on a durable RocksDB store",
                                      "zflow bench flows --only W3,LOOP --clients 1,400");
    command
        ->add_option("--directory", options->directory, "on the disk that is measured; nothing stays in it")
        ->check(CLI::ExistingDirectory);
    command->add_option("--only", options->only, "only figures whose name contains one of these")
        ->delimiter(',');
    command->add_option("--clients", options->clients, "clients at once, each with one run at a time")
        ->delimiter(',')
        ->check(CLI::Range(1, 100'000));
    command->add_option("--seconds", options->seconds, "how long each figure of throughput is measured")
        ->check(CLI::Range(0.01, 3'600.0));
    command
        ->add_option_function<double>(
            "--retention",
            [options](double seconds) {
                options->retention = std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1e3));
            },
            "seconds that finished runs are kept (7 days)")
        ->check(CLI::Range(0.0, 1e9));
    command->add_option("--partitions", options->partitions, "logs of the store")
        ->check(CLI::Range(1, 4'096));
    command->add_option("--threads", options->threads, "threads of the engine; the store has its own")
        ->check(CLI::Range(1, 256));
    command->add_option("--loops", options->loops, "LOOP counts to each of these")
        ->delimiter(',')
        ->check(CLI::Range(1, 1'000'000'000));
    add_number(*command, "--timers", options->timers, "runs of TIMERS")->check(CLI::Range(1, 10'000'000));
    add_number(*command, "--sleepers", options->sleepers, "runs of SLEEPERS")
        ->check(CLI::Range(1, 100'000'000));
    add_number(*command, "--short-flows", options->short_flows, "runs of STORE")
        ->check(CLI::Range(1, 1'000'000'000));
    command->callback([&chosen, options] {
        chosen = [options](const Settings& settings) {
            ProgressBar bar;
            bench::run_flow_bench(
                *options,
                [&](std::size_t done, std::size_t total, std::string_view what) {
                    bar.show(done, total, what);
                },
                [&](const bench::FlowRow& row) {
                    print(settings.json ? bench::to_json(row) + "\n" : bench::to_line(row));
                    finish_output();
                });
            return Exit::ok;
        };
    });
}

}  // namespace

void add_bench_commands(CLI::App& parent, Command& chosen) {
    add_interpreter_bench(parent, chosen);
    add_flow_bench(parent, chosen);
    const auto options = std::make_shared<bench::StoreBenchOptions>();
    auto* const command = add_command(parent, "store", "Measure a store, with the bare engine beside it",
                                      "zflow bench store --seconds 1");
    command->add_option("--seconds", options->seconds, "how long each figure is measured, per round")
        ->check(CLI::Range(0.001, 3'600.0));
    command->add_option("--rounds", options->rounds, "rounds, ours and bare in turn; the median counts")
        ->check(CLI::Range(1, 100));
    command->add_option("--concurrency", options->concurrency, "clients at once")
        ->delimiter(',')
        ->check(CLI::Range(1, 100'000));
    command->add_option("--only", options->only, "only figures whose name contains one of these")
        ->delimiter(',');
    command->add_option("--rows", options->rows, "rows that scans and reads find")
        ->check(CLI::Range(1'000, 100'000'000));
    add_number(*command, "--grow", options->grow, "instead: put so many rows, and watch memory and opening");
    command->callback([&chosen, options] {
        chosen = [options](const Settings& settings) {
            ProgressBar bar;
            bench::run_store_bench(
                settings.store, *options,
                [&](std::size_t done, std::size_t total, std::string_view what) {
                    bar.show(done, total, what);
                },
                [&](const bench::Row& row) {
                    print(settings.json ? bench::to_json(row) + "\n" : bench::to_line(row));
                    finish_output();  // a run takes minutes: each row is worth seeing at once
                });
            return Exit::ok;
        };
    });
}

}  // namespace zflow::app
