#pragma once

#include <zflow/commands/configuration.hpp>
#include <zflow/engine/operation.hpp>

#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace zflow::commands {

/// What a command said on its standard error: one line without its end, any bytes. Lines of more than 64 KiB
/// come in parts.
struct StderrLine {
    std::string_view run_id;
    std::string_view operation_id;
    std::string_view name;  ///< of the operation, as in the file
    std::string_view text;
};

/// Takes such lines, e.g. for a log. It does not throw. Thread-safety: called by whoever runs an operation.
using OnStderrLine = std::function<void(const StderrLine& line)>;

/// An operation that is to be given to an engine under its name.
struct NamedOperation {
    std::string name;
    engine::OperationOptions options;
    engine::Operation operation;
};

/// What a file gives.
struct Operations {
    std::vector<NamedOperation> operations;
    std::vector<std::string> warnings;  ///< as Configuration's
};

/// Read a file of operations and make them: each attempt starts its command once.
///
/// Exit code 0 gives the result, 10 a business failure (an ActivityError); another one, a signal, the
/// timeout, or a command that cannot be started throws, so that another attempt follows; a result that is no
/// JSON or does not fit the operation's schema throws GiveUp.
///
/// Parameters: `on_stderr_line` may be empty.
/// Errors: as `read_configuration`.
/// Cancellation: terminal: the command's process group gets SIGTERM, and SIGKILL two seconds later; the
/// operation ends when the command has. Whatever happens, no process of it is left, nor a zombie.
/// Thread-safety: the operations are called from any thread; one call belongs to one executor, on which its
/// cancellation is emitted, too.
[[nodiscard]] std::expected<Operations, ConfigurationError> load(const std::filesystem::path& file,
                                                                 OnStderrLine on_stderr_line);

/// The operation of one command.
[[nodiscard]] engine::Operation make_operation(Command command, OnStderrLine on_stderr_line);

}  // namespace zflow::commands
