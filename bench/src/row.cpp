#include <zflow/bench/store_bench.hpp>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <fmt/format.h>

namespace zflow::bench {

std::string to_line(const Row& row) {
    auto line = fmt::format("{:<22} c={:<4} {:>11.0f}/s", row.name, row.concurrency, row.per_second);
    line += row.p50_us > 0 ? fmt::format("  p50 {:>8.1f} us  p99 {:>9.1f} us", row.p50_us, row.p99_us)
                           : std::string(34, ' ');
    line += fmt::format("  cpu {:>7.2f} us  written {:>6.0f} B", row.cpu_us, row.written_bytes);
    if (row.mean_batch > 0) {
        line += fmt::format("  batch {:>6.1f}", row.mean_batch);
    }
    if (row.bare_per_second > 0) {
        line += fmt::format("  bare {:>11.0f}/s  ratio {:.2f}", row.bare_per_second, row.ratio);
    }
    return line + (row.note.empty() ? "\n" : "  " + row.note + "\n");
}

std::string to_json(const Row& row) {
    return boost::json::serialize(boost::json::object{{"name", row.name},
                                                      {"concurrency", row.concurrency},
                                                      {"per_second", row.per_second},
                                                      {"p50_us", row.p50_us},
                                                      {"p99_us", row.p99_us},
                                                      {"cpu_us", row.cpu_us},
                                                      {"written_bytes", row.written_bytes},
                                                      {"mean_batch", row.mean_batch},
                                                      {"bare_per_second", row.bare_per_second},
                                                      {"ratio", row.ratio},
                                                      {"note", row.note}});
}

}  // namespace zflow::bench
