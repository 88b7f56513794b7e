#include "commands.hpp"
#include "operations.hpp"
#include "program_file.hpp"
#include "run_output.hpp"
#include "signals.hpp"
#include "store_runs.hpp"
#include "tags.hpp"

#include <zflow/base/entropy.hpp>
#include <zflow/store/uri.hpp>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <fmt/format.h>

#include <exception>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace zflow::app {
namespace {

using namespace asio::experimental::awaitable_operators;

struct Arguments {
    std::string file;
    std::optional<std::string> id;
    std::optional<std::string> input;
    std::vector<std::string> tags;
    std::optional<std::string> operations;
    bool detach = false;
};

/// What is to be run.
struct Order {
    std::shared_ptr<const interpreter::Program> program;
    model::Value input;
    engine::StartOptions options;
    Operations operations;
    bool detach = false;
    std::string store;
};

/// How often a start whose outcome is unknown is tried again: its id is known, so it is not done twice.
constexpr int tries = 3;

asio::awaitable<engine::StartResult> start(StoreRuns& runs, Order order) {
    for (int attempt = 1;; ++attempt) {
        try {
            co_return co_await runs.start(order.program, order.input, order.options);
        } catch (const engine::Error& error) {
            if (error.kind() != engine::errc::outcome_unknown || attempt == tries) {
                throw;
            }
        }
        co_await wait_a_moment();
    }
}

/// How a run ended, or why that is not known.
struct Ended {
    std::exception_ptr failure;
    std::optional<model::Outcome> outcome;
};

/// Errors: none: they are a result, since nobody would see them while a signal is waited for.
asio::awaitable<Ended> start_and_wait(StoreRuns& runs, Order order) {
    try {
        co_await start(runs, order);
        auto outcome = co_await runs.result(order.options.id);
        co_await runs.finish_watching();
        co_return Ended{.failure = {}, .outcome = std::move(outcome)};
    } catch (...) {
        co_return Ended{.failure = std::current_exception(), .outcome = {}};
    }
}

void tell_how_to_go_on(const StoreRuns& runs, const Order& order) {
    const auto wait = fmt::format("`zflow wait {}` tells its outcome", order.options.id);
    if (runs.owner_process() != 0) {
        tell(fmt::format("zflow: stopped; the run goes on in process {}, {}", runs.owner_process(), wait));
    } else {
        tell(fmt::format(
            "zflow: stopped before the run has ended; `zflow work` goes on with it, {} (--store {})", wait,
            order.store));
    }
}

asio::awaitable<Exit> run(StoreRuns& runs, Order order) {
    co_await runs.reach();
    if (runs.engine() != nullptr && !order.detach) {
        for (const auto& sentence : order.operations.missing_for(*order.program)) {
            tell("zflow: " + sentence);
        }
    }
    if (order.detach) {
        const auto started = co_await start(runs, std::move(order));
        print(started.id + "\n");
        co_return Exit::ok;
    }
    auto first = co_await (start_and_wait(runs, order) || stop_signal());
    auto* const ended = std::get_if<Ended>(&first);
    if (ended == nullptr) {
        tell_how_to_go_on(runs, order);
        co_return Exit::outcome_unknown;
    }
    if (ended->failure) {
        std::rethrow_exception(ended->failure);
    }
    co_return print_outcome(ended->outcome.value());
}

Exit run_program(const Settings& settings, const Arguments& arguments) {
    const auto loaded = load_program(arguments.file);
    if (!loaded) {
        return refuse(settings, loaded.error());
    }
    auto input = read_input(arguments.input, *loaded);
    if (!input) {
        return refuse(settings, input.error());
    }
    if (arguments.detach && store::Uri::parse(settings.store).scheme() == "memory") {
        tell(
            "zflow: --detach leaves the run to another process, so it needs a store that stays, not memory:");
        return Exit::usage;
    }
    const auto operations = Operations::load(arguments.operations);
    if (!operations) {
        return Exit::usage;
    }
    // Made here, so that a start whose outcome is unknown can be tried again.
    auto id = arguments.id.value_or(base::system_entropy().identifier());
    if (!arguments.detach) {
        tell(fmt::format("run {}", id));
    }
    Order order{.program = loaded->program,
                .input = std::move(*input),
                .options = {.id = id, .tags = read_tags(arguments.tags)},
                .operations = *operations,
                .detach = arguments.detach,
                .store = settings.store};
    StoreRunsOptions options{
        .create = true, .serve = !arguments.detach, .owner_name = "zflow run", .watched = id};
    if (!arguments.detach) {
        options.opened = [operations = *operations](engine::Engine& engine) { operations.give_to(engine); };
        options.on_step = [id](const engine::Step& step) {
            if (step.run_id == id) {
                tell_step(step);
            }
        };
    }
    return with_runs(settings, std::move(options),
                     [order = std::move(order)](StoreRuns& runs) { return run(runs, order); });
}

}  // namespace

void add_run_command(CLI::App& parent, Command& chosen) {
    const auto arguments = std::make_shared<Arguments>();
    auto* const command = add_command(
        parent, "run", "Run a program durably and print its outcome; again with its id: go on with it",
        "zflow run order.json --id order-7 --input '{\"Int\":5}'");
    command->add_option("FILE", arguments->file, "the program as JSON; - for standard input")->required();
    command->add_option("--id", arguments->id, "the run's id; a new one is made if not given");
    command->add_option("--input", arguments->input,
                        "what the program's Input gives, as JSON, e.g. {\"Int\":5}");
    command
        ->add_option("--tag", arguments->tags, "NAME=VALUE, to find the run by; may be given more than once")
        ->allow_extra_args(false);
    command->add_option("--operations", arguments->operations,
                        "a TOML file with the operations that runs call");
    command->add_flag("--detach", arguments->detach, "print the id and leave the run to `zflow work`");
    command->callback([&chosen, arguments] {
        chosen = [arguments](const Settings& settings) { return run_program(settings, *arguments); };
    });
}

}  // namespace zflow::app
