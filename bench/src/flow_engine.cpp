#include "flow_engine.hpp"

#include "flow_programs.hpp"

#include <zflow/store_rocksdb/open.hpp>

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <stdexcept>

namespace zflow::bench {
namespace {

namespace asio = boost::asio;

/// How many starts are under way at once where many runs are made.
constexpr std::uint64_t starters = 256;

asio::awaitable<engine::OperationResult> add_one(engine::OperationCall call) {
    co_return model::Value::long_(call.input.as_integer() + 1);
}

}  // namespace

BenchEngine::BenchEngine(std::string path, const FlowBenchOptions& options,
                         std::chrono::milliseconds retention)
    : path_(std::move(path)), context_(options.threads), work_(context_.get_executor()) {
    for (int i = 0; i < options.threads; ++i) {
        threads_.emplace_back([this] { context_.run(); });
    }
    try {
        engine_ = wait(engine::Engine::open("rocksdb:" + path_,
                                            {.partitions = options.partitions, .retention = retention}));
    } catch (...) {
        work_.reset();
        throw;
    }
    // No limit: what operations wait for each other is not what is measured.
    engine_->operation(operation_name, add_one, {.concurrency = 1'000'000});
}

BenchEngine::~BenchEngine() {
    try {
        close();
    } catch (const std::exception& error) {
        fmt::print(stderr, "zflow bench: the engine did not stop: {}\n", error.what());
    }
}

void BenchEngine::close() {
    if (engine_) {
        wait(engine_->stop());
        engine_.reset();
    }
    work_.reset();
    threads_.clear();
}

asio::awaitable<model::Value> BenchEngine::run(ProgramRef program, model::Value input) {
    const auto started = co_await engine_->start(std::move(program), std::move(input));
    const auto outcome = co_await engine_->result(started.id);
    const auto* const succeeded = std::get_if<model::Succeeded>(&outcome);
    if (succeeded == nullptr) {
        throw std::runtime_error("a flow that is measured has to succeed");
    }
    co_return succeeded->value;
}

void BenchEngine::start_many(std::uint64_t count, const ProgramRef& program,
                             const std::function<model::Value(std::uint64_t)>& input,
                             const std::function<std::string(std::uint64_t)>& id) {
    const auto starter = [](BenchEngine& self, ProgramRef what, std::uint64_t first, std::uint64_t end,
                            const auto& input_of, const auto& id_of) -> asio::awaitable<void> {
        for (auto i = first; i < end; i += starters) {
            co_await self->start(what, input_of(i), {.id = id_of(i)});
        }
    };
    std::vector<std::future<void>> all;
    for (std::uint64_t first = 0; first < starters; ++first) {
        all.push_back(begin(starter(*this, program, first, count, input, id)));
    }
    for (auto& each : all) {
        each.get();
    }
}

double BenchEngine::metric(std::string_view name) const {
    const auto text = engine_->metrics();
    const auto at = text.find(fmt::format("\n{} ", name));
    double value = 0;
    if (at != std::string::npos) {
        std::from_chars(text.data() + at + name.size() + 2, text.data() + text.size(), value);
    }
    return value;
}

Written BenchEngine::written() const {
    return {.commits = metric("zflow_commits_total"),
            .syncs = static_cast<double>(store_rocksdb::pipeline_statistics(path_).batches)};
}

double directory_bytes(const std::string& path) {
    double bytes = 0;
    std::error_code ignored;  // A file may go while we look.
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path, ignored)) {
        if (entry.is_regular_file(ignored)) {
            const auto size = entry.file_size(ignored);
            bytes += ignored ? 0 : static_cast<double>(size);
        }
    }
    return bytes;
}

}  // namespace zflow::bench
