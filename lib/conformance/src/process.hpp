#pragma once

#include <sys/types.h>

#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace zflow::conformance {

/// What stands first in the arguments of a child process.
inline constexpr const char* child_argument = "--zflow-conformance-child";

/// The descriptor on which a child tells its parent what it does.
inline constexpr int ledger_descriptor = 3;

/// A child process of the suite, and the lines that it writes for its parent.
///
/// It is killed, and waited for, at the latest when this object goes.
class ChildProcess {
 public:
    /// Start `program` with the arguments of a child.
    ///
    /// Parameters: `environment` is added to this process's own, each as NAME=VALUE.
    /// Errors: std::runtime_error if it cannot be started.
    ChildProcess(const std::string& program, const std::vector<std::string>& arguments,
                 const std::vector<std::string>& environment = {});
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// The next line, without its end; none when the child has ended and all was read. Errors:
    /// std::runtime_error if nothing comes for a minute.
    [[nodiscard]] std::optional<std::string> next_line();

    /// SIGKILL. What it had written before can still be read.
    void kill() const;

    /// Wait until it has ended. Returns: what waitpid says.
    int wait();

    /// What it wrote on its standard error.
    [[nodiscard]] std::string error_text();

 private:
    pid_t pid_ = -1;
    int descriptor_ = -1;
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> errors_;
    std::string buffer_;
    std::optional<int> status_;
};

}  // namespace zflow::conformance
