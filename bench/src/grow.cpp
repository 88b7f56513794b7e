#include "grow.hpp"

#include "clients.hpp"

#include <zflow/store/block_on.hpp>

#include <fmt/format.h>

namespace zflow::bench {
namespace {

constexpr int clients = 256;
constexpr int parts = 10;

boost::asio::awaitable<void> put_part(store::KeyValueStore& kv, std::uint64_t first, std::uint64_t end) {
    for (auto i = first; i < end; i += clients) {
        co_await kv.put({"zflow-bench-grow"}, {fmt::format("key-{:012}", i)}, sample_value(), 1);
    }
}

}  // namespace

void run_growth(const std::string& uri, std::uint64_t rows, const BenchProgress& progress,
                const BenchResult& result) {
    auto stores = store::block_on(store::open(uri));
    for (int part = 0; part < parts; ++part) {
        progress(static_cast<std::uint64_t>(part) * rows / parts, rows, "rows");
        const auto first = rows * static_cast<std::uint64_t>(part) / parts;
        const auto end = rows * static_cast<std::uint64_t>(part + 1) / parts;
        const auto begin = Clock::now();
        boost::asio::io_context context(1);
        std::exception_ptr failed;
        for (int client = 0; client < clients; ++client) {
            boost::asio::co_spawn(
                context, put_part(*stores.key_value, first + static_cast<std::uint64_t>(client), end),
                [&](std::exception_ptr error) {
                    if (error) {
                        failed = std::move(error);
                    }
                });
        }
        context.run();
        if (failed) {
            std::rethrow_exception(failed);
        }
        result({.name = "grow",
                .concurrency = clients,
                .per_second = static_cast<double>(end - first) / seconds_since(begin),
                .note = fmt::format("{} rows, {:.0f} MiB resident", end, usage().resident_mib)});
    }
    auto begin = Clock::now();
    stores = {};
    const auto closing = seconds_since(begin);
    begin = Clock::now();
    stores = store::block_on(store::open(uri));
    result({.name = "open again",
            .note = fmt::format("closed in {:.3f} s, opened in {:.3f} s", closing, seconds_since(begin))});
}

}  // namespace zflow::bench
