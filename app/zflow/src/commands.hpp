#pragma once

#include "session.hpp"

#include <CLI/CLI.hpp>

#include <charconv>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>

namespace zflow::app {

/// Each adds its commands below `parent`. The one that was given on the command line puts what it does into
/// `chosen`.
void add_store_commands(CLI::App& parent, Command& chosen);
void add_maintenance_commands(CLI::App& parent, Command& chosen);
void add_conformance_command(CLI::App& parent, Command& chosen);
void add_program_commands(CLI::App& parent, Command& chosen);
void add_run_command(CLI::App& parent, Command& chosen);
void add_work_command(CLI::App& parent, Command& chosen);
void add_inspect_commands(CLI::App& parent, Command& chosen);
void add_flow_conformance_command(CLI::App& conformance, Command& chosen);
void add_bench_commands(CLI::App& parent, Command& chosen);

/// A command with its text of help and an example. Options of the commands above it may stand behind it, too.
CLI::App* add_command(CLI::App& parent, const std::string& name, const std::string& what,
                      const std::string& example);

/// An option, or an argument, that is a whole number in decimal digits. Numbers beyond the type's range are
/// refused, not cut; a leading zero means nothing.
///
/// Parameters: `Target` is an integer or an optional of one; it outlives the parsing.
template <class Target>
CLI::Option* add_number(CLI::App& command, const std::string& name, Target& target, const std::string& what) {
    auto* const option = command.add_option_function<std::string>(
        name,
        [&target, name](const std::string& text) {
            using Number = std::remove_cvref_t<decltype(std::optional(target).value())>;
            Number number{};
            const auto* const end = text.data() + text.size();
            const auto parsed = std::from_chars(text.data(), end, number);
            if (parsed.ec != std::errc{} || parsed.ptr != end) {
                throw CLI::ValidationError(name, "'" + text + "' is not a whole number from " +
                                                     std::to_string(std::numeric_limits<Number>::min()) +
                                                     " to " +
                                                     std::to_string(std::numeric_limits<Number>::max()));
            }
            target = number;
        },
        what);
    return option->type_name("NUMBER");
}

}  // namespace zflow::app
