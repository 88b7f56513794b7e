#include "flow_clients.hpp"

#include "clients.hpp"

#include <algorithm>
#include <atomic>
#include <iterator>

namespace zflow::bench {
namespace {

constexpr double warm_up_share = 0.25;

enum class Phase { warm_up, counting, over };

struct Load {
    const RunMaker& run;
    std::atomic<Phase> phase = Phase::warm_up;
    std::atomic<bool> counted = false;  ///< at least one
    std::atomic<bool> failed = false;
    std::vector<std::vector<float>> latencies_us;  ///< of each client: they may be on different threads
};

boost::asio::awaitable<void> run_client(Load& load, std::size_t client) {
    while (load.phase != Phase::over) {
        const auto begin = Clock::now();
        try {
            co_await load.run();
        } catch (...) {
            load.failed = true;
            throw;
        }
        if (load.phase == Phase::counting) {
            load.latencies_us[client].push_back(static_cast<float>(seconds_since(begin) * 1e6));
            load.counted = true;
        }
    }
}

double at(const std::vector<float>& sorted, double share) {
    return sorted.empty() ? 0
                          : sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

void sleep_for(double seconds) {
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

}  // namespace

std::vector<FlowFigure> run_flow_clients(BenchEngine& engine, const RunMaker& run, int clients,
                                         double seconds) {
    const auto count = static_cast<std::size_t>(clients);
    Load load{.run = run, .latencies_us = std::vector<std::vector<float>>(count)};
    std::vector<std::future<void>> all;
    for (std::size_t client = 0; client < count; ++client) {
        all.push_back(engine.begin(run_client(load, client)));
    }
    sleep_for(seconds * warm_up_share);
    const auto written_before = engine.written();
    const auto used_before = usage();
    const auto begin = Clock::now();
    load.phase = Phase::counting;
    sleep_for(seconds);
    while (!load.counted && !load.failed) {
        sleep_for(0.001);  // One flow takes longer than was asked for.
    }
    load.phase = Phase::over;
    const auto took = seconds_since(begin);
    const auto used = usage();
    const auto written = engine.written();
    for (auto& each : all) {
        each.get();
    }
    std::vector<float> latencies;
    for (const auto& each : load.latencies_us) {
        std::ranges::copy(each, std::back_inserter(latencies));
    }
    std::ranges::sort(latencies);
    const auto flows = static_cast<double>(std::max<std::size_t>(1, latencies.size()));
    return {{"flows_per_second", static_cast<double>(latencies.size()) / took, "flows/s"},
            {"p50_us", at(latencies, 0.5), "us p50"},
            {"p99_us", at(latencies, 0.99), "us p99"},
            {"cpu_us", 1e6 * (used.cpu_seconds - used_before.cpu_seconds) / flows, "us cpu"},
            {"written_bytes", (used.written_bytes - used_before.written_bytes) / flows, "B written"},
            {"commits", (written.commits - written_before.commits) / flows, "commits"},
            {"syncs", (written.syncs - written_before.syncs) / flows, "syncs"},
            {"resident_mib", used.resident_mib, "MiB RSS"}};
}

}  // namespace zflow::bench
