#pragma once

#include "descriptor.hpp"

#include <sys/types.h>

#include <string>
#include <vector>

namespace zflow::commands {

/// A child that runs, and our ends of its three pipes, which do not block.
struct Spawned {
    pid_t pid = 0;
    Descriptor exit;  ///< readable when it has ended
    Descriptor input;
    Descriptor output;
    Descriptor errors;
};

/// Start a program in a process group of its own, with this process's environment and no open descriptor but
/// the three. It has no blocked and no ignored signals.
///
/// Parameters: `program` is a path, or a name that PATH finds; `words` are its arguments, its own name first.
/// Errors: std::runtime_error with a sentence that names the first word: it cannot be started, or this
/// process has no descriptors left. Whoever gets the child waits for it.
[[nodiscard]] Spawned spawn(const std::string& program, std::vector<std::string> words,
                            const std::string& directory);

/// Why a program cannot be started; empty if nothing says so now.
[[nodiscard]] std::string why_not_startable(const std::string& program, const std::string& directory);

}  // namespace zflow::commands
