#include "commands.hpp"

#include <zflow/conformance/suite.hpp>

#include <fmt/format.h>

#include <memory>

namespace zflow::app {
namespace {

struct Arguments {
    conformance::Options options;
    bool list = false;
    bool verbose = false;
};

Exit list(const Settings& settings) {
    for (const auto& info : conformance::cases()) {
        if (settings.json) {
            print(boost::json::object{{"case", info.name}, {"claim", info.claim}});
        } else {
            print(fmt::format("{}\n    {}\n", info.name, info.claim));
        }
    }
    return Exit::ok;
}

Exit run(const Settings& settings, const Arguments& arguments) {
    if (arguments.list) {
        return list(settings);
    }
    ProgressBar bar;
    auto options = arguments.options;
    options.progress = [&](std::size_t done, std::size_t total, std::string_view name) {
        bar.show(done, total, name);
    };
    if (settings.json) {
        options.result = [](const conformance::CaseResult& result) {
            print(conformance::to_json(result) + "\n");
        };
    }
    const auto report = conformance::run({.uri = settings.store}, options);
    if (report.results.empty()) {
        throw store::Error(store::errc::invalid_argument, {"zflow", "conformance"},
                           "no case is named like that; --list shows all");
    }
    if (!settings.json) {
        print(conformance::to_table(report, arguments.verbose));
    }
    return report.passed() ? Exit::ok : Exit::failed;
}

}  // namespace

void add_conformance_command(CLI::App& parent, Command& chosen) {
    const auto arguments = std::make_shared<Arguments>();
    auto* const command =
        add_command(parent, "conformance", "Run the published suite of cases that every store must pass",
                    "zflow conformance --store memory:");
    command->add_option("--only", arguments->options.only, "only cases whose name contains one of these")
        ->delimiter(',');
    command
        ->add_option("--without", arguments->options.without,
                     "leave out cases whose name contains one of these")
        ->delimiter(',');
    add_number(*command, "--seed", arguments->options.seed, "repeat everything random; 0 = fresh");
    command->add_option("--effort", arguments->options.effort, "times as many rounds of what is random")
        ->check(CLI::Range(1U, 1'000U));
    command->add_flag("--list", arguments->list, "list the cases and their claims, run none");
    command->add_flag("--verbose", arguments->verbose, "show the cases that passed, too");
    add_flow_conformance_command(*command, chosen);
    command->callback([&chosen, arguments, command] {
        if (command->get_subcommands().empty()) {
            chosen = [arguments](const Settings& settings) { return run(settings, *arguments); };
        }
    });
}

}  // namespace zflow::app
