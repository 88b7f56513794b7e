#pragma once

#include "output.hpp"

#include <zflow/engine/error.hpp>
#include <zflow/store/block_on.hpp>
#include <zflow/store/open.hpp>

#include <functional>
#include <string>

namespace zflow::app {

/// What stands on every command line.
struct Settings {
    std::string store = "rocksdb:zflow-data";
    bool json = false;
};

/// What a command does; the exit code is its own.
using Command = std::function<Exit(const Settings&)>;

/// Open the store for a command that writes; it is made if it is not there.
[[nodiscard]] store::Stores open_for_writing(const Settings& settings);

/// Open the store for a command that reads. A store that is not there is not made: it reads as an empty one.
[[nodiscard]] store::Stores open_for_reading(const Settings& settings);

/// The exit code for an error of a store.
[[nodiscard]] Exit exit_of(const store::Error& error) noexcept;

/// The exit code for an error of an engine.
[[nodiscard]] Exit exit_of(const engine::Error& error) noexcept;

/// Run a command and turn its errors into a line for people and an exit code.
[[nodiscard]] int run_command(const Command& command, const Settings& settings);

}  // namespace zflow::app
