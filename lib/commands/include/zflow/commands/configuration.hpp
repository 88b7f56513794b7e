#pragma once

#include <zflow/engine/operation.hpp>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <vector>

namespace zflow::commands {

/// In which form a command gets and gives values.
enum class Values : std::uint8_t {
    plain,  ///< docs/formats/plain_json.md
    typed,  ///< ZIO Flow's JSON: docs/formats/value.md
};

/// One operation as the file has it.
struct Command {
    std::string name;  ///< of an activity, or a type id
    engine::OperationOptions options;
    /// The program and its arguments, as they were written.
    std::vector<std::string> words;
    /// What is started: absolute if the first word has a '/', else a name that PATH finds.
    std::string program;
    std::string directory;  ///< of the file, absolute: where the command runs
    Values values = Values::plain;
};

struct Configuration {
    std::vector<Command> commands;
    /// Commands that could not be started now, as `file:line:column: sentence`.
    std::vector<std::string> warnings;
};

/// Why a file was refused. Lines and columns count from 1; 0 if it could not be read at all.
struct ConfigurationError {
    std::string file;
    std::size_t line = 0;
    std::size_t column = 0;
    std::string sentence;

    /// `file:line:column: sentence`.
    [[nodiscard]] std::string text() const;
};

/// Read a file of operations: docs/guide/commands.md.
///
/// Errors: a file that cannot be read; not TOML; a key that nobody knows; a value of another type or out of
/// its bounds.
[[nodiscard]] std::expected<Configuration, ConfigurationError> read_configuration(
    const std::filesystem::path& file);

}  // namespace zflow::commands
