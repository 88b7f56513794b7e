#include "process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <string_view>

extern char** environ;

namespace zflow::conformance {
namespace {

constexpr int silence_ms = 60'000;

/// Our environment with some variables set.
std::vector<std::string> environment_with(const std::vector<std::string>& added) {
    std::vector<std::string> all = added;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string_view text = *variable;
        const auto name = text.substr(0, text.find('=') + 1);
        bool replaced = false;
        for (const auto& one : added) {
            replaced |= one.starts_with(name);
        }
        if (!replaced) {
            all.emplace_back(text);
        }
    }
    return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (auto& text : texts) {
        all.push_back(text.data());
    }
    all.push_back(nullptr);
    return all;
}

}  // namespace

ChildProcess::ChildProcess(const std::string& program, const std::vector<std::string>& arguments,
                           const std::vector<std::string>& environment)
    : errors_(std::tmpfile(), std::fclose) {
    std::array<int, 2> ends{};
    if (!errors_ || ::pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw std::runtime_error("no pipe for a child process");
    }
    descriptor_ = ends[0];
    // The end for the child must not be the number that it becomes there, or it would be closed at exec.
    const int for_child = ::fcntl(ends[1], F_DUPFD_CLOEXEC, ledger_descriptor + 1);
    ::close(ends[1]);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, ::fileno(errors_.get()), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, ::fileno(errors_.get()), STDERR_FILENO);
    // Last: until here the number may be that of a file which the lines above still need.
    ::posix_spawn_file_actions_adddup2(&actions, for_child, ledger_descriptor);
    std::vector<std::string> words{program, child_argument};
    words.insert(words.end(), arguments.begin(), arguments.end());
    auto variables = environment_with(environment);
    const int failed = ::posix_spawn(&pid_, program.c_str(), &actions, nullptr, pointers(words).data(),
                                     pointers(variables).data());
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(for_child);
    if (failed != 0) {
        ::close(descriptor_);
        throw std::runtime_error("the child process " + program +
                                 " cannot be started: " + std::strerror(failed));
    }
}

ChildProcess::~ChildProcess() {
    kill();
    wait();
    ::close(descriptor_);
}

std::optional<std::string> ChildProcess::next_line() {
    while (true) {
        if (const auto end = buffer_.find('\n'); end != std::string::npos) {
            auto line = buffer_.substr(0, end);
            buffer_.erase(0, end + 1);
            return line;
        }
        pollfd waiting{descriptor_, POLLIN, 0};
        const int ready = ::poll(&waiting, 1, silence_ms);
        if (ready == 0) {
            throw std::runtime_error("the child process says nothing for a minute: " + error_text());
        }
        std::array<char, 65'536> bytes{};
        const auto got = ::read(descriptor_, bytes.data(), bytes.size());
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return std::nullopt;
        }
        buffer_.append(bytes.data(), static_cast<std::size_t>(got));
    }
}

void ChildProcess::kill() const {
    if (!status_) {
        ::kill(pid_, SIGKILL);
    }
}

int ChildProcess::wait() {
    while (!status_) {
        int status = 0;
        if (::waitpid(pid_, &status, 0) == pid_) {
            status_ = status;
        } else if (errno != EINTR) {
            throw std::runtime_error("a child process cannot be waited for");
        }
    }
    return *status_;
}

std::string ChildProcess::error_text() {
    std::string text;
    std::array<char, 4'096> bytes{};
    std::rewind(errors_.get());
    while (const auto got = std::fread(bytes.data(), 1, bytes.size(), errors_.get())) {
        text.append(bytes.data(), got);
    }
    return text;
}

}  // namespace zflow::conformance
