#pragma once

#include <zflow/bench/store_bench.hpp>

namespace zflow::bench {

/// Put many rows with 256 clients: memory as the store grows, then the time of opening it again after a clean
/// close. The rows stay in the store.
void run_growth(const std::string& uri, std::uint64_t rows, const BenchProgress& progress,
                const BenchResult& result);

}  // namespace zflow::bench
