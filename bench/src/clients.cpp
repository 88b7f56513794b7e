#include "clients.hpp"

#include <zflow/base/entropy.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <fstream>
#include <string>

namespace zflow::bench {
namespace {

constexpr double warm_up_share = 0.2;

/// What all clients of one loop share. One thread, so no locks.
struct Loop {
    const CallMaker& call;
    Clock::time_point counted_from;
    Clock::time_point end;
    std::vector<float> latencies_us = {};
    Usage used_before = {};
    bool counting = false;
    std::exception_ptr error = {};
};

boost::asio::awaitable<void> run_client(Loop& loop, int client) {
    auto begin = Clock::now();
    for (std::uint64_t n = 0; begin < loop.end; ++n) {
        co_await loop.call(client, n);
        const auto now = Clock::now();
        if (loop.counting) {
            loop.latencies_us.push_back(std::chrono::duration<float, std::micro>(now - begin).count());
        } else if (now >= loop.counted_from) {
            loop.counting = true;
            loop.counted_from = now;
            loop.used_before = usage();
        }
        begin = now;
    }
}

double at(std::vector<float>& sorted, double share) {
    return sorted.empty() ? 0
                          : sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

}  // namespace

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

Usage usage() {
    Usage used;
    rusage times{};
    ::getrusage(RUSAGE_SELF, &times);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    used.cpu_seconds = seconds(times.ru_utime) + seconds(times.ru_stime);
    std::ifstream io("/proc/self/io");
    for (std::string word; io >> word;) {
        if (word == "wchar:") {
            io >> used.written_bytes;
        }
    }
    double pages = 0;
    std::ifstream("/proc/self/statm") >> pages >> pages;
    used.resident_mib = pages * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20);
    return used;
}

const std::string& sample_value() {
    static const std::string value = [] {
        std::string text(200, '\0');
        base::SeededEntropy entropy(7);
        for (auto& c : text) {
            c = static_cast<char>('a' + entropy.number() % 26);
        }
        return text;
    }();
    return value;
}

Row run_clients(const CallMaker& call, int concurrency, double seconds) {
    const auto begin = Clock::now();
    const auto after = [&](double s) {
        return begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(s));
    };
    Loop loop{.call = call,
              .counted_from = after(seconds * warm_up_share),
              .end = after(seconds * (1 + warm_up_share))};
    boost::asio::io_context context(1);
    for (int client = 0; client < concurrency; ++client) {
        boost::asio::co_spawn(context, run_client(loop, client), [&](std::exception_ptr error) {
            if (error) {
                loop.error = std::move(error);
            }
        });
    }
    context.run();
    if (loop.error) {
        std::rethrow_exception(loop.error);
    }
    const auto used = usage();
    const auto calls = static_cast<double>(std::max<std::size_t>(1, loop.latencies_us.size()));
    std::ranges::sort(loop.latencies_us);
    return {.name = {},
            .concurrency = concurrency,
            .per_second = static_cast<double>(loop.latencies_us.size()) / seconds_since(loop.counted_from),
            .p50_us = at(loop.latencies_us, 0.5),
            .p99_us = at(loop.latencies_us, 0.99),
            .cpu_us = 1e6 * (used.cpu_seconds - loop.used_before.cpu_seconds) / calls,
            .written_bytes = (used.written_bytes - loop.used_before.written_bytes) / calls};
}

}  // namespace zflow::bench
