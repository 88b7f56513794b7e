#pragma once

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace zflow::commands {

namespace asio = boost::asio;

struct ProcessRequest {
    std::string program;                     ///< a path, or a name that PATH finds
    std::vector<std::string> words;          ///< its arguments, its own name first
    std::string directory;                   ///< where it runs
    std::string input = {};                  ///< for its standard input
    std::size_t output_limit = 0;            ///< of its standard output, in bytes
    std::chrono::milliseconds timeout = {};  ///< 0 = any time
    /// Between SIGTERM and SIGKILL; and how long its standard output may stay open after its end.
    std::chrono::milliseconds grace = std::chrono::seconds(2);
    /// Takes its standard error, a line at a time, without the line's end; may be empty. Does not throw.
    std::function<void(std::string_view line)> on_error_line = {};
};

struct ProcessEnd {
    enum class How : std::uint8_t {
        exited,           ///< with exit code `code`
        signalled,        ///< by signal `code`
        timed_out,        ///< and was ended
        output_too_long,  ///< and was ended
        unknown,  ///< somebody else waited for it: this process ignores SIGCHLD, or waits for any child
    };
    How how = How::unknown;
    int code = 0;
    std::string output;
    std::string last_error_line;  ///< the last that was not empty, or its beginning
};

/// Run a program to its end.
///
/// It has ended when its first process has and its standard output is closed; what is left of its process
/// group is killed then. What keeps its output open longer than `grace` after its end is killed, or if it
/// left the group, not listened to any more.
///
/// Errors: std::runtime_error if it cannot be started. Cancellation: terminal: its process group gets
/// SIGTERM, and SIGKILL after `grace`; when it is gone, boost::system::system_error(operation_aborted). If
/// the coroutine is destroyed meanwhile, the group is killed at once. In no case a zombie is left.
/// Thread-safety: it runs on the executor of the caller, on which its cancellation is emitted, too.
[[nodiscard]] asio::awaitable<ProcessEnd> run_process(ProcessRequest request);

}  // namespace zflow::commands
