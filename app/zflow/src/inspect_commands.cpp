#include "commands.hpp"
#include "program_file.hpp"
#include "run_output.hpp"
#include "store_runs.hpp"
#include "tags.hpp"

#include <zflow/codec/json.hpp>
#include <zflow/control/json.hpp>
#include <zflow/control/place.hpp>

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace zflow::app {
namespace {

using control::Runs;
using engine::errc;
using engine::Error;

struct Arguments {
    std::string id;
    std::string name;
    std::string value;
    std::optional<std::string> status;
    std::vector<std::string> tags;
};

/// How many runs are asked for at once.
constexpr std::size_t page_size = 1'000;

engine::Status read_status(const std::string& name) {
    const auto status = engine::parse_status(name);
    if (!status) {
        throw Error(
            errc::invalid_argument,
            fmt::format("--status: '{}' is none; there are: running, paused, succeeded, failed, died, parked",
                        name));
    }
    return *status;
}

asio::awaitable<Exit> list(StoreRuns& runs, engine::Filter filter, bool json) {
    bool first = true;
    for (std::optional<std::string> token = ""; token;) {
        auto page = co_await runs.list(filter, {.limit = page_size, .token = *token});
        for (const auto& info : page.items) {
            if (!json && std::exchange(first, false)) {
                print(list_heading());
            }
            print(json ? control::to_json(info) + "\n" : list_line(info));
        }
        token = std::move(page.next);
    }
    co_return Exit::ok;
}

Exit list_runs(const Settings& settings, const Arguments& arguments) {
    engine::Filter filter{.tags = read_tags(arguments.tags)};
    if (arguments.status) {
        filter.status = read_status(*arguments.status);
    }
    try {
        return with_runs(settings, {}, [&](StoreRuns& runs) { return list(runs, filter, settings.json); });
    } catch (const store::Error& error) {
        if (error.kind() != store::errc::not_open) {
            throw;
        }
    }
    tell(fmt::format("zflow: there is no store at {} yet: it is read as an empty one", settings.store));
    return Exit::ok;
}

asio::awaitable<Exit> show(StoreRuns& runs, std::string id, bool json) {
    const auto view = co_await runs.show(std::move(id));
    print(json ? control::to_json(view) + "\n" : show_text(view));
    co_return Exit::ok;
}

Exit show_run(const Settings& settings, const Arguments& arguments) {
    return with_runs(settings, {}, [&](StoreRuns& runs) { return show(runs, arguments.id, settings.json); });
}

/// How a run ended, from the process that goes on with it; nothing if there is none, or it has let go.
asio::awaitable<std::optional<model::Outcome>> ask_owner(std::string directory, std::string id) {
    const auto owner = co_await control::Client::connect(std::move(directory));
    if (!owner) {
        co_return std::nullopt;
    }
    try {
        co_return co_await owner->result(std::move(id));
    } catch (const Error& error) {
        if (error.kind() != errc::unavailable && error.kind() != errc::stopped) {
            throw;
        }
    }
    co_return std::nullopt;
}

/// How a run ended, from the store; nothing while it has not.
asio::awaitable<std::optional<model::Outcome>> look(StoreRuns& runs, std::string id) {
    auto view = co_await runs.show(id);
    co_await runs.stop();
    if (view.info.status == engine::Status::parked) {
        throw Error(errc::parked, fmt::format("the run '{}' was set aside: {}", id, view.error), id);
    }
    co_return std::move(view.outcome);
}

/// Nobody goes on with a run only because somebody waits for it: the store is let go of after a look, so that
/// `zflow work` can have it.
asio::awaitable<Exit> wait(StoreRuns& runs, std::string id, std::optional<std::string> directory) {
    if (!directory) {
        co_return print_outcome(co_await runs.result(id));
    }
    for (bool told = false;; told = true) {
        if (const auto outcome = co_await look(runs, id)) {
            co_return print_outcome(*outcome);
        }
        auto owner = co_await control::Client::connect(*directory);
        if (!owner && !told) {
            tell(fmt::format(
                "zflow: the run '{}' has not ended and no process goes on with it: `zflow work` would", id));
        }
        while (!owner) {
            co_await wait_a_moment();
            owner = co_await control::Client::connect(*directory);
        }
        if (const auto outcome = co_await ask_owner(*directory, id)) {
            co_return print_outcome(*outcome);
        }
    }
}

Exit wait_for_run(const Settings& settings, const Arguments& arguments) {
    const auto directory = control::directory_of(settings.store);
    return with_runs(settings, {}, [&](StoreRuns& runs) { return wait(runs, arguments.id, directory); });
}

/// A call that is about a run and has no answer.
using Call = std::function<asio::awaitable<void>(Runs&, const Arguments&)>;

asio::awaitable<Exit> done(asio::awaitable<void> call) {
    co_await std::move(call);
    co_return Exit::ok;
}

Exit set_variable(const Settings& settings, const Arguments& arguments) {
    const auto value = codec::value_from_json(arguments.value);
    if (!value) {
        return refuse(settings, refusal("VALUE", arguments.value, value.error()));
    }
    return with_runs(settings, {}, [&](StoreRuns& runs) {
        return done(runs.set_variable(arguments.id, arguments.name, *value));
    });
}

template <asio::awaitable<void> (Runs::*method)(std::string)>
Exit command(const Settings& settings, const Arguments& arguments) {
    return with_runs(settings, {}, [&](StoreRuns& runs) { return done((runs.*method)(arguments.id)); });
}

/// Adds the commands, all with the same arguments behind them.
class Adder {
 public:
    Adder(CLI::App& parent, Command& chosen) : parent_(parent), chosen_(chosen) {}

    CLI::App& add(const std::string& name, const std::string& what, const std::string& example,
                  Exit (*body)(const Settings&, const Arguments&)) {
        auto* const command = add_command(parent_, name, what, example);
        command->callback([this_arguments = arguments_, body, &chosen = chosen_] {
            chosen = [this_arguments, body](const Settings& settings) {
                return body(settings, *this_arguments);
            };
        });
        return *command;
    }

    CLI::App& add_for_run(const std::string& name, const std::string& what, const std::string& example,
                          Exit (*body)(const Settings&, const Arguments&)) {
        auto& command = add(name, what, example, body);
        command.add_option("ID", arguments_->id, "the run's id")->required();
        return command;
    }

    [[nodiscard]] Arguments& arguments() noexcept { return *arguments_; }

 private:
    CLI::App& parent_;
    Command& chosen_;
    std::shared_ptr<Arguments> arguments_ = std::make_shared<Arguments>();
};

}  // namespace

void add_inspect_commands(CLI::App& parent, Command& chosen) {
    Adder adder(parent, chosen);
    auto& arguments = adder.arguments();
    auto& list_command =
        adder.add("list", "List the runs of a store", "zflow list --status running", list_runs);
    list_command.add_option("--status", arguments.status,
                            "only runs that are running, paused, succeeded, failed, died or parked");
    list_command
        .add_option("--tag", arguments.tags, "only runs with this NAME=VALUE; may be given more than once")
        ->allow_extra_args(false);
    adder.add_for_run("show", "Show a run: where it waits, its variables and operations",
                      "zflow show order-7", show_run);
    adder.add_for_run("wait", "Wait until a run has ended and print its outcome", "zflow wait order-7",
                      wait_for_run);
    auto& set_command = adder.add_for_run("set", "Set a variable of a run: a signal from outside",
                                          "zflow set order-7 approved '{\"Boolean\":true}'", set_variable);
    set_command.add_option("VARIABLE", arguments.name, "the variable's name")->required();
    set_command.add_option("VALUE", arguments.value, "the value as JSON, e.g. {\"Int\":5}")->required();
    adder.add_for_run("pause", "Keep a run from going on", "zflow pause order-7", command<&Runs::pause>);
    adder.add_for_run("resume", "Let a paused run go on", "zflow resume order-7", command<&Runs::resume>);
    adder.add_for_run("abort", "End a run: its finalizers and compensations run, then it has died",
                      "zflow abort order-7", command<&Runs::abort>);
    adder.add_for_run("remove", "Forget a run that has ended, and its result", "zflow remove order-7",
                      command<&Runs::remove>);
}

}  // namespace zflow::app
