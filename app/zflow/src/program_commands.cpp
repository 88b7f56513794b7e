#include "commands.hpp"
#include "eval_operations.hpp"

#include <zflow/codec/json.hpp>
#include <zflow/codec/program_file.hpp>
#include <zflow/interpreter/program.hpp>
#include <zflow/testing/flow_conformance.hpp>
#include <zflow/testing/runner.hpp>

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <expected>
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

/// Why a program, or its input, was not taken.
struct Refusal {
    std::string where;                          ///< the file, `standard input` or `--input`
    std::optional<model::LineAndColumn> place;  ///< none if the text as a whole, or no text, was read
    model::Error error;
};

/// Errors: the reason of the system.
std::expected<std::string, std::string> read_text(const std::string& name) {
    const auto is_standard_input = name == "-";
    auto* const file = is_standard_input ? stdin : std::fopen(name.c_str(), "rb");
    if (file == nullptr) {
        return std::unexpected(std::strerror(errno));
    }
    std::string text;
    std::array<char, 1U << 16U> buffer{};
    for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), file)) != 0;) {
        text.append(buffer.data(), got);
    }
    const auto failed = std::ferror(file) != 0 ? errno : 0;
    if (!is_standard_input) {
        (void)std::fclose(file);
    }
    if (failed != 0) {
        return std::unexpected(std::strerror(failed));
    }
    return text;
}

Refusal refusal(std::string where, std::string_view text, model::Error error) {
    const auto place = model::line_and_column(text, error.offset.value_or(0));
    return {std::move(where), place, std::move(error)};
}

/// `file:line:column: path: sentence` on standard error, or with --json a row on standard output.
Exit refuse(const Settings& settings, const Refusal& refusal) {
    if (settings.json) {
        boost::json::object row{{"ok", false}, {"where", refusal.where}};
        if (refusal.place) {
            row["line"] = refusal.place->line;
            row["column"] = refusal.place->column;
        }
        row["message"] = refusal.error.text();
        print(row);
    } else {
        const auto place =
            refusal.place ? fmt::format(":{}:{}", refusal.place->line, refusal.place->column) : std::string();
        tell(fmt::format("{}{}: {}", refusal.where, place, refusal.error.text()));
    }
    return Exit::usage;
}

struct Loaded {
    std::shared_ptr<const interpreter::Program> program;
    model::Ref<const model::Schema> input_schema;
};

std::expected<Loaded, Refusal> load_program(const std::string& name) {
    const std::string where = name == "-" ? "standard input" : name;
    const auto text = read_text(name);
    if (!text) {
        return std::unexpected(Refusal{where, {}, {fmt::format("it cannot be read: {}", text.error())}});
    }
    auto file = codec::program_file_from_json(*text);
    if (!file) {
        return std::unexpected(refusal(where, *text, std::move(file.error())));
    }
    auto program = interpreter::Program::load(file->flow);
    if (!program) {
        auto error = std::move(program.error());
        error.offset = codec::offset_in_program(*text, error.path);
        return std::unexpected(refusal(where, *text, std::move(error)));
    }
    return Loaded{std::move(*program), file->input_schema};
}

/// The value of --input, unit if it was not given, which must be what the program's schema says.
std::expected<model::Value, Refusal> read_input(const Arguments& arguments, const Loaded& loaded) {
    model::Value input;
    if (arguments.input) {
        auto read = codec::value_from_json(*arguments.input);
        if (!read) {
            return std::unexpected(refusal("--input", *arguments.input, std::move(read.error())));
        }
        input = std::move(*read);
    }
    if (loaded.input_schema) {
        if (auto fits = model::fits(input, *loaded.input_schema); !fits) {
            auto error = std::move(fits.error());
            error.sentence =
                arguments.input ? fmt::format("it does not fit the program's inputSchema: {}", error.sentence)
                                : fmt::format("the program's inputSchema wants an input: {}", error.sentence);
            return std::unexpected(Refusal{"--input", {}, std::move(error)});
        }
    }
    return input;
}

/// One line for people, whatever the text holds.
std::string one_line(std::string text) {
    for (auto& c : text) {
        c = c == '\n' || c == '\r' ? ' ' : c;
    }
    return text;
}

Exit eval(const Arguments& arguments) {
    // Its data is JSON anyhow, so --json does not change where errors go.
    const Settings settings;
    const auto loaded = load_program(arguments.file);
    if (!loaded) {
        return refuse(settings, loaded.error());
    }
    auto input = read_input(arguments, *loaded);
    if (!input) {
        return refuse(settings, input.error());
    }
    testing::Runner runner;
    runner.operation("oracle.OracleOp", testing::sample_operation);
    if (arguments.operations) {
        const auto operations = commands::load(*arguments.operations, [](const commands::StderrLine& line) {
            tell(fmt::format("{}: {}", line.name, line.text));
        });
        if (!operations) {
            tell(operations.error().text());
            return Exit::usage;
        }
        for (const auto& warning : operations->warnings) {
            tell(warning);
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
    const auto json = codec::outcome_to_json(*run.outcome);
    if (!json) {
        tell(fmt::format("zflow: the run has ended, but its outcome cannot be written: {}",
                         json.error().text()));
        return Exit::failed;
    }
    print(*json);
    print("\n");
    return std::holds_alternative<model::Succeeded>(*run.outcome) ? Exit::ok : Exit::failed;
}

Exit check(const Settings& settings, const Arguments& arguments) {
    const auto loaded = load_program(arguments.file);
    if (!loaded) {
        return refuse(settings, loaded.error());
    }
    if (arguments.input) {
        if (const auto input = read_input(arguments, *loaded); !input) {
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
