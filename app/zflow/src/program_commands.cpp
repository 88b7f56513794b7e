#include "commands.hpp"
#include "eval_operations.hpp"
#include "forms.hpp"
#include "operations.hpp"
#include "program_file.hpp"
#include "run_output.hpp"

#include <zflow/testing/flow_conformance.hpp>
#include <zflow/testing/runner.hpp>

#include <fmt/format.h>

#include <array>
#include <memory>
#include <optional>
#include <stdexcept>

namespace zflow::app {
namespace {

struct Arguments {
    std::string file;
    std::optional<std::string> input;
    std::optional<std::string> operations;
    std::string directory;
};

Exit eval(const Arguments& arguments) {
    // Its data is JSON anyhow, so --json does not change where errors go.
    const Settings settings;
    const auto loaded = load_program(arguments.file);
    if (!loaded) {
        return refuse(settings, loaded.error());
    }
    auto input = read_input(arguments.input, *loaded);
    if (!input) {
        return refuse(settings, input.error());
    }
    testing::Runner runner;
    runner.operation("oracle.OracleOp", testing::sample_operation);
    if (arguments.operations) {
        const auto operations = load_commands(*arguments.operations);
        if (!operations) {
            return Exit::usage;
        }
        add_operations(runner, *operations, loaded->program);
    }
    const auto run = runner.run(loaded->program, std::move(*input));
    for (const auto& line : run.log) {
        tell(fmt::format("{}: {}", line.fiber, one_line(line.text)));
    }
    if (!run.outcome) {
        tell(fmt::format("zflow: {}{}", run.sentence,
                         run.stop == testing::Stop::unknown_operation
                             ? "; eval has oracle.OracleOp, and the commands that --operations names"
                             : ""));
        return Exit::failed;
    }
    return print_outcome(*run.outcome);
}

Exit check(const Settings& settings, const Arguments& arguments) {
    const auto loaded = load_program(arguments.file);
    if (!loaded) {
        return refuse(settings, loaded.error());
    }
    if (arguments.input) {
        if (const auto input = read_input(arguments.input, *loaded); !input) {
            return refuse(settings, input.error());
        }
    }
    if (settings.json) {
        print(boost::json::object{{"ok", true}, {"nodes", loaded->program->size()}});
    } else {
        const auto nodes = loaded->program->size();
        print(fmt::format("ok: {} {}\n", nodes, nodes == 1 ? "node" : "nodes"));
    }
    return Exit::ok;
}

void show_result(const Settings& settings, const testing::FlowResult& result) {
    if (settings.json) {
        print(boost::json::object{
            {"file", result.file}, {"verdict", to_string(result.verdict)}, {"reason", result.reason}});
    } else if (result.verdict != testing::Verdict::same && result.verdict != testing::Verdict::same_message) {
        print(fmt::format("{:<22}{}\n    {}\n", to_string(result.verdict), result.file, result.reason));
    }
}

Exit conformance_flows(const Settings& settings, const Arguments& arguments) {
    using enum testing::Verdict;
    std::array<int, 5> counts{};
    const auto count = [&](testing::Verdict verdict) -> int& {
        return counts[static_cast<std::size_t>(verdict)];
    };
    std::size_t programs = 0;
    try {
        ProgressBar bar;
        programs = testing::run_flow_conformance(
                       arguments.directory,
                       [&](const testing::FlowResult& result) {
                           ++count(result.verdict);
                           show_result(settings, result);
                       },
                       testing::seconds_for_a_program,
                       [&](std::size_t done, std::size_t total, const std::string& file) {
                           bar.show(done, total, file);
                       })
                       .size();
    } catch (const std::invalid_argument& error) {
        tell(fmt::format("zflow: {}", error.what()));
        return Exit::usage;
    }
    if (!settings.json) {
        print(fmt::format(
            "{} programs: {} same, {} same message, {} different on purpose, {} wrong, {} not supported\n",
            programs, count(same), count(same_message), count(different_on_purpose), count(wrong),
            count(not_supported)));
    }
    return count(wrong) == 0 ? Exit::ok : Exit::failed;
}

}  // namespace

void add_program_commands(CLI::App& parent, Command& chosen) {
    const auto arguments = std::make_shared<Arguments>();
    auto* const eval_command =
        add_command(parent, "eval", "Run a program in memory, on virtual time, and print its outcome",
                    "zflow eval order.json --input '{\"Int\":5}'");
    auto* const check_command =
        add_command(parent, "check", "Check a program without running it", "zflow check order.json");
    for (auto* const command : {eval_command, check_command}) {
        command->add_option("FILE", arguments->file, "the program as JSON; - for standard input")->required();
        command->add_option("--input", arguments->input,
                            "what the program's Input gives, as JSON, e.g. {\"Int\":5}");
    }
    eval_command->add_option(
        "--operations", arguments->operations,
        fmt::format(
            "a TOML file of commands that do the program's operations; failed attempts follow each other "
            "at once, at most max_attempts of them, {} if that is 0",
            eval_attempts));
    eval_command->callback(
        [&chosen, arguments] { chosen = [arguments](const Settings&) { return eval(*arguments); }; });
    check_command->callback([&chosen, arguments] {
        chosen = [arguments](const Settings& settings) { return check(settings, *arguments); };
    });
}

void add_flow_conformance_command(CLI::App& conformance, Command& chosen) {
    const auto arguments = std::make_shared<Arguments>();
    auto* const command = add_command(
        conformance, "flows", "Run a directory of programs and compare their outcomes with ZIO Flow's",
        "zflow conformance flows test/programs/zio_flow");
    command->add_option("DIR", arguments->directory, "the directory, with INDEX.json")->required();
    command->callback([&chosen, arguments] {
        chosen = [arguments](const Settings& settings) { return conformance_flows(settings, *arguments); };
    });
}

}  // namespace zflow::app
