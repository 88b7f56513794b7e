#include "bare_rocksdb.hpp"
#include "clients.hpp"
#include "grow.hpp"

#include <zflow/base/entropy.hpp>
#include <zflow/bench/store_bench.hpp>
#include <zflow/store/block_on.hpp>
#include <zflow/store_rocksdb/open.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace zflow::bench {
namespace {

using store::block_on;
using BareMeasurement = std::function<double(BareRocksdb&, int batch, double seconds)>;

/// One thing to measure.
struct Figure {
    std::string name;
    CallMaker call;
    BareMeasurement bare;
    bool write = false;
    std::uint64_t rows_per_call = 0;  // scans: rows, not calls, are counted
};

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

class StoreBench {
 public:
    StoreBench(const std::string& uri, const StoreBenchOptions& options)
        : uri_(store::Uri::parse(uri)),
          options_(options),
          stores_(block_on(store::open(uri))),
          name_("zflow-bench-" + base::system_entropy().identifier().substr(0, 12)) {
        if (uri_.scheme() == "rocksdb") {
            bare_.emplace(store_rocksdb::Options::from_uri(uri_), options.rows);
        }
    }

    void run(const BenchProgress& progress, const BenchResult& result) {
        const auto figures = chosen_figures();
        progress(0, figures.size() * options_.concurrency.size(), "filling the store");
        fill();
        std::size_t done = 0;
        for (const auto& figure : figures) {
            for (const int concurrency : options_.concurrency) {
                if (figure.rows_per_call > 0 && concurrency > 1) {
                    ++done;
                    continue;  // a scan keeps a thread busy: more clients only wait
                }
                progress(done++, figures.size() * options_.concurrency.size(), figure.name);
                result(measure(figure, concurrency));
            }
        }
        clean_up();
    }

 private:
    store::Namespace reads() const { return {name_ + "-read"}; }
    store::Namespace writes() const { return {name_ + "-write"}; }
    store::Topic log() const { return {name_ + "-log"}; }
    store::Topic short_log() const { return {name_ + "-short"}; }
    store::Topic topic(int number) const { return {fmt::format("{}-topic-{}", name_, number)}; }
    static store::Key read_key(std::uint64_t number, const char* tail = "") {
        return {fmt::format("key-{:08}{}", number, tail)};
    }

    /// Put what reads and scans find, with as many clients as make it quick.
    void fill() {
        const auto rows = static_cast<std::uint64_t>(options_.rows);
        run_over(rows, [&](std::uint64_t i) {
            return stores_.key_value->put(reads(), read_key(i), sample_value(), 1);
        });
        run_over(rows, [&](std::uint64_t) { return append_only(log()); });
        run_over(1, [&](std::uint64_t) { return append_only(short_log()); });
        run_over(100, [&](std::uint64_t i) {
            return stores_.key_value->put(reads(), {"versions"}, sample_value(),
                                          static_cast<store::Timestamp>(i));
        });
    }

    boost::asio::awaitable<void> append_only(store::Topic to) {
        co_await stores_.indexed->append(std::move(to), sample_value());
    }

    template <class Make>
    void run_over(std::uint64_t count, Make make) {
        constexpr std::uint64_t clients = 256;
        boost::asio::io_context context(1);
        std::exception_ptr failed;
        for (std::uint64_t first = 0; first < std::min(clients, count); ++first) {
            boost::asio::co_spawn(
                context,
                [](Make each, std::uint64_t from, std::uint64_t end) -> boost::asio::awaitable<void> {
                    for (auto i = from; i < end; i += clients) {
                        co_await each(i);
                    }
                }(make, first, count),
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
    }

    boost::asio::awaitable<void> get(store::Key key, bool there) {
        const auto found = co_await stores_.key_value->get_latest(reads(), std::move(key));
        if (found.has_value() != there) {
            throw std::runtime_error("the store does not find what it holds");
        }
    }

    boost::asio::awaitable<void> scan_rows() {
        std::optional<store::Bytes> token = "";
        while (token) {
            token = (co_await stores_.key_value->scan_all(reads(), {.limit = 1'000, .token = *token})).next;
        }
    }

    boost::asio::awaitable<void> scan_entries() {
        for (store::Index from = 1;;) {
            const auto entries = co_await stores_.indexed->scan(log(), from, store::max_index, 1'000);
            if (entries.empty()) {
                co_return;
            }
            from = entries.back().index + 1;
        }
    }

    boost::asio::awaitable<void> ask_position(store::Topic of, store::Index expected) {
        if (co_await stores_.indexed->position(std::move(of)) != expected) {
            throw std::runtime_error("the store does not count what it holds");
        }
    }

    boost::asio::awaitable<void> remove_nothing(store::Key key) {
        co_await stores_.key_value->remove(writes(), std::move(key), 1);
    }

    std::vector<Figure> chosen_figures() {
        const auto rows = static_cast<std::uint64_t>(options_.rows);
        const auto key_of = [](int client, std::uint64_t n) {
            return store::Key{fmt::format("key-{}-{}", client, n)};
        };
        // Reads first: what the writes leave to be compacted would slow down one side or the other.
        std::vector<Figure> all{
            {"get_latest hit",
             [=, this](int, std::uint64_t n) { return get(read_key(n * 7'919 % rows), true); },
             [](BareRocksdb& bare, int, double s) { return bare.get_latest(BareRocksdb::Read::hit, s); }},
            {"get_latest miss",
             [=, this](int, std::uint64_t n) { return get(read_key(n * 7'919 % rows, "x"), false); },
             [](BareRocksdb& bare, int, double s) { return bare.get_latest(BareRocksdb::Read::miss, s); }},
            {"get_latest of 100", [this](int, std::uint64_t) { return get({"versions"}, true); },
             [](BareRocksdb& bare, int, double s) {
                 return bare.get_latest(BareRocksdb::Read::versions, s);
             }},
            {"scan_all rows", [this](int, std::uint64_t) { return scan_rows(); },
             [](BareRocksdb& bare, int, double s) { return bare.scan_all(s); }, false, rows + 1},
            {"log scan entries", [this](int, std::uint64_t) { return scan_entries(); },
             [](BareRocksdb& bare, int, double s) { return bare.scan_log(s); }, false, rows},
            {"put",
             [=, this](int c, std::uint64_t n) {
                 return stores_.key_value->put(writes(), key_of(c, n), sample_value(), 1);
             },
             &BareRocksdb::put, true},
            // A topic of one entry beside one of `rows`: neither call may feel the length.
            {"position, short topic",
             [this](int, std::uint64_t) { return ask_position(short_log(), 1); },
             {}},
            {"position, long topic", [=, this](int, std::uint64_t) { return ask_position(log(), rows); }, {}},
            {"append one topic", [this](int, std::uint64_t) { return append_only(topic(0)); },
             &BareRocksdb::append, true},
            {"append long topic", [this](int, std::uint64_t) { return append_only(log()); },
             &BareRocksdb::append, true},
            {"append many topics",
             [this](int c, std::uint64_t n) {
                 return append_only(topic(1 + (c + static_cast<int>(n)) % 64));
             },
             &BareRocksdb::append, true},
            {"remove(marker)", [=, this](int c, std::uint64_t n) { return remove_nothing(key_of(c, n)); },
             &BareRocksdb::remove_marker, true},
        };
        if (!options_.only.empty()) {
            std::erase_if(all, [&](const Figure& figure) {
                return std::ranges::none_of(options_.only, [&](const auto& part) {
                    return figure.name.find(part) != std::string::npos;
                });
            });
        }
        return all;
    }

    Row measure(const Figure& figure, int concurrency) {
        std::vector<Row> ours;
        std::vector<double> bare;
        std::vector<double> ratios;
        for (int round = 0; round < options_.rounds; ++round) {
            ours.push_back(measure_once(figure, concurrency));
            if (bare_ && figure.bare) {
                const auto batch = std::max(1, static_cast<int>(ours.back().mean_batch + 0.5));
                bare.push_back(figure.bare(*bare_, batch, options_.seconds));
                ratios.push_back(ours.back().per_second / bare.back());
            }
        }
        std::ranges::sort(ours, {}, &Row::per_second);
        auto row = ours[ours.size() / 2];
        row.name = figure.name;
        if (!bare.empty()) {
            row.bare_per_second = median(bare);
            row.ratio = median(ratios);
        }
        return row;
    }

    Row measure_once(const Figure& figure, int concurrency) {
        const auto before = pipeline();
        auto row = run_clients(figure.call, concurrency, options_.seconds);
        const auto after = pipeline();
        if (figure.write && after.batches > before.batches) {
            row.mean_batch = static_cast<double>(after.calls - before.calls) /
                             static_cast<double>(after.batches - before.batches);
        }
        if (figure.rows_per_call > 0) {
            const auto rows = static_cast<double>(figure.rows_per_call);
            row.per_second *= rows;
            row.cpu_us /= rows;
            row.p50_us = row.p99_us = 0;
        }
        return row;
    }

    store_rocksdb::PipelineStatistics pipeline() const {
        return bare_ ? store_rocksdb::pipeline_statistics(uri_.rest()) : store_rocksdb::PipelineStatistics{};
    }

    void clean_up() {
        for (int number = 0; number <= 64; ++number) {
            block_on(stores_.indexed->remove(topic(number)));
        }
        block_on(stores_.indexed->remove(log()));
        block_on(stores_.indexed->remove(short_log()));
        for (const auto& ns : {reads(), writes()}) {
            while (true) {
                const auto page = block_on(stores_.key_value->scan_all_keys(ns, {.limit = 10'000}));
                run_over(page.items.size(),
                         [&](std::uint64_t i) { return stores_.key_value->remove(ns, page.items[i]); });
                if (!page.next) {
                    break;
                }
            }
        }
    }

    store::Uri uri_;
    StoreBenchOptions options_;
    store::Stores stores_;
    std::string name_;
    std::optional<BareRocksdb> bare_;
};

}  // namespace

void run_store_bench(const std::string& uri, const StoreBenchOptions& options, const BenchProgress& progress,
                     const BenchResult& result) {
    if (options.grow > 0) {
        run_growth(uri, options.grow, progress, result);
        return;
    }
    StoreBench(uri, options).run(progress, result);
}

}  // namespace zflow::bench
