#pragma once

#include "session.hpp"

#include <CLI/CLI.hpp>

namespace zflow::app {

/// Each adds its commands below `parent`. The one that was given on the command line puts what it does into
/// `chosen`.
void add_store_commands(CLI::App& parent, Command& chosen);
void add_maintenance_commands(CLI::App& parent, Command& chosen);
void add_conformance_command(CLI::App& parent, Command& chosen);
void add_bench_commands(CLI::App& parent, Command& chosen);

/// A command with its text of help and an example. Options of the commands above it may stand behind it, too.
CLI::App* add_command(CLI::App& parent, const std::string& name, const std::string& what,
                      const std::string& example);

}  // namespace zflow::app
