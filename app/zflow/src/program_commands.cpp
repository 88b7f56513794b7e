#include "commands.hpp"

#include <zflow/codec/json.hpp>
#include <zflow/interpreter/program.hpp>
#include <zflow/testing/flow_conformance.hpp>
#include <zflow/testing/program_file.hpp>
#include <zflow/testing/runner.hpp>

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <stdexcept>

namespace zflow::app {
namespace {

struct Arguments {
    std::string file;
    std::string input;
    std::string directory;
};

std::string read_text(const std::string& file) {
    if (file == "-") {
        return {std::istreambuf_iterator<char>(std::cin), {}};
    }
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
        throw store::Error(store::errc::invalid_argument, {"zflow", "program"},
                           fmt::format("the file '{}' cannot be read", file));
    }
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// A line for people: `file:line:column: path: sentence`.
void tell_error(const std::string& name, std::string_view text, const model::Error& error) {
    const auto place = model::line_and_column(text, error.offset.value_or(0));
    tell(fmt::format("{}:{}:{}: {}", name == "-" ? "standard input" : name, place.line, place.column,
                     error.text()));
}

struct Loaded {
    std::shared_ptr<const interpreter::Program> program;
    model::Value input;
};

/// Load the program and its input, or say why not.
std::optional<Loaded> load(const Arguments& arguments) {
    const auto text = read_text(arguments.file);
    const auto file = testing::read_program(text);
    if (!file) {
        tell_error(arguments.file, text, file.error());
        return std::nullopt;
    }
    auto program = interpreter::Program::load(file->flow);
    if (!program) {
        const auto flow = testing::json_field(text, "flow");
        auto error = program.error();
        error.offset = testing::offset_of(flow.empty() ? std::string_view(text) : flow, error.path) +
                       (flow.empty() ? 0 : static_cast<std::size_t>(flow.data() - text.data()));
        tell_error(arguments.file, text, error);
        return std::nullopt;
    }
    Loaded loaded{std::move(*program), {}};
    if (!arguments.input.empty()) {
        auto input = codec::value_from_json(arguments.input);
        if (!input) {
            tell_error("--input", arguments.input, input.error());
            return std::nullopt;
        }
        loaded.input = std::move(*input);
    }
    if (file->input_schema) {
        if (const auto fits = model::fits(loaded.input, *file->input_schema); !fits) {
            tell(fmt::format("--input: the input does not fit the program's inputSchema: {}",
                             fits.error().text()));
            return std::nullopt;
        }
    }
    return loaded;
}

Exit eval(const Arguments& arguments) {
    const auto loaded = load(arguments);
    if (!loaded) {
        return Exit::usage;
    }
    const auto run = testing::Runner()
                         .operation("oracle.OracleOp", testing::sample_operation)
                         .run(loaded->program, loaded->input);
    for (const auto& line : run.log) {
        tell(fmt::format("{}: {}", line.fiber, line.text));
    }
    if (!run.outcome) {
        tell(fmt::format("zflow: {}", run.sentence));
        return Exit::failed;
    }
    const auto json = codec::outcome_to_json(*run.outcome);
    if (!json) {
        tell(fmt::format("zflow: the outcome cannot be written: {}", json.error().text()));
        return Exit::failed;
    }
    print(*json + "\n");
    return std::holds_alternative<model::Succeeded>(*run.outcome) ? Exit::ok : Exit::failed;
}

Exit check(const Settings& settings, const Arguments& arguments) {
    const auto loaded = load(arguments);
    if (!loaded) {
        return Exit::usage;
    }
    if (settings.json) {
        print(boost::json::object{{"ok", true}, {"nodes", loaded->program->size()}});
    } else {
        print(fmt::format("ok: {} nodes\n", loaded->program->size()));
    }
    return Exit::ok;
}

Exit conformance_flows(const Settings& settings, const Arguments& arguments) {
    std::array<int, 5> counts{};
    ProgressBar bar;
    std::uint64_t done = 0;
    const auto show = [&](const testing::FlowResult& result) {
        ++counts[static_cast<std::size_t>(result.verdict)];
        bar.show(++done, 0, result.file);
        if (settings.json) {
            print(boost::json::object{
                {"file", result.file}, {"verdict", to_string(result.verdict)}, {"reason", result.reason}});
        } else if (result.verdict != testing::Verdict::same &&
                   result.verdict != testing::Verdict::same_message) {
            print(fmt::format("{:<22}{}\n    {}\n", to_string(result.verdict), result.file, result.reason));
        }
    };
    (void)testing::run_flow_conformance(arguments.directory, show);
    if (!settings.json) {
        using enum testing::Verdict;
        const auto count = [&](testing::Verdict verdict) {
            return counts[static_cast<std::size_t>(verdict)];
        };
        print(fmt::format(
            "{} programs: {} same, {} same message, {} different on purpose, {} wrong, {} not supported\n",
            done, count(same), count(same_message), count(different_on_purpose), count(wrong),
            count(not_supported)));
    }
    return counts[static_cast<std::size_t>(testing::Verdict::wrong)] == 0 ? Exit::ok : Exit::failed;
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
