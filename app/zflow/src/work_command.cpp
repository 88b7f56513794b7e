#include "commands.hpp"
#include "operations.hpp"
#include "run_output.hpp"
#include "signals.hpp"
#include "store_runs.hpp"

#include <zflow/control/metrics_server.hpp>

#include <boost/asio/this_coro.hpp>

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <utility>

namespace zflow::app {
namespace {

struct Arguments {
    std::optional<std::string> operations;
    std::optional<std::string> metrics;
};

asio::awaitable<Exit> work(StoreRuns& runs, std::string store, std::optional<std::string> metrics) {
    co_await runs.reach();
    std::optional<control::MetricsServer> served;
    if (metrics) {
        served.emplace(co_await asio::this_coro::executor, *metrics,
                       [&engine = *runs.engine()] { return engine.metrics(); });
        tell(fmt::format("zflow: metrics at {}", served->url()));
    }
    tell(fmt::format("zflow: working on {}, until SIGTERM or SIGINT", store));
    co_await stop_signal();
    tell("zflow: stopping");
    co_return Exit::ok;
}

Exit work_on(const Settings& settings, const Arguments& arguments) {
    const auto operations = Operations::load(arguments.operations);
    if (!operations) {
        return Exit::usage;
    }
    StoreRunsOptions options{
        .create = true,
        .serve = true,
        .only_here = true,
        .owner_name = "zflow work",
        .opened = [operations = *operations](engine::Engine& engine) { operations.give_to(engine); },
        .on_step = tell_step};
    try {
        return with_runs(settings, std::move(options),
                         [store = settings.store, metrics = arguments.metrics](StoreRuns& runs) {
                             return work(runs, store, metrics);
                         });
    } catch (const std::invalid_argument& error) {
        tell(fmt::format("zflow: {}", error.what()));
        return Exit::usage;
    }
}

}  // namespace

void add_work_command(CLI::App& parent, Command& chosen) {
    const auto arguments = std::make_shared<Arguments>();
    auto* const command = add_command(parent, "work", "Go on with all runs of a store, until stopped",
                                      "zflow work --operations operations.toml --metrics 127.0.0.1:9464");
    command->add_option("--operations", arguments->operations,
                        "a TOML file with the operations that runs call");
    command->add_option(
        "--metrics", arguments->metrics,
        "serve metrics over HTTP at [ADDRESS:]PORT, on this machine alone if there is no address; "
        "port 0 = any free one");
    command->callback([&chosen, arguments] {
        chosen = [arguments](const Settings& settings) { return work_on(settings, *arguments); };
    });
}

}  // namespace zflow::app
