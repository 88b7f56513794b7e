#include "spawn.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string_view>

extern char** environ;

namespace zflow::commands {
namespace {

[[noreturn]] void no_descriptors() {
    throw std::runtime_error(fmt::format("no pipe for a command: {}", std::strerror(errno)));
}

struct Pipe {
    Descriptor read;
    Descriptor write;
};

/// A pipe whose ends are closed at exec.
Pipe make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        no_descriptors();
    }
    return {Descriptor(ends[0]), Descriptor(ends[1])};
}

/// The end for the child must not be a number that another one becomes there.
Descriptor beyond_the_three(Descriptor end) {
    if (end.number() > STDERR_FILENO) {
        return end;
    }
    Descriptor moved(::fcntl(end.number(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
    if (!moved) {
        no_descriptors();
    }
    return moved;
}

Descriptor not_blocking(Descriptor end) {
    if (::fcntl(end.number(), F_SETFL, O_NONBLOCK) != 0) {
        no_descriptors();
    }
    return end;
}

class Actions {
 public:
    Actions() { ::posix_spawn_file_actions_init(&actions_); }
    ~Actions() { ::posix_spawn_file_actions_destroy(&actions_); }
    Actions(const Actions&) = delete;
    Actions& operator=(const Actions&) = delete;

    void become(const Descriptor& ours, int number) {
        ::posix_spawn_file_actions_adddup2(&actions_, ours.number(), number);
    }
    void go_to(const std::string& directory) {
        ::posix_spawn_file_actions_addchdir_np(&actions_, directory.c_str());
    }
    void close_the_rest() { ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1); }
    [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
    posix_spawn_file_actions_t actions_;
};

class Attributes {
 public:
    Attributes() {
        ::posix_spawnattr_init(&attributes_);
        ::posix_spawnattr_setflags(&attributes_,
                                   POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        ::posix_spawnattr_setpgroup(&attributes_, 0);
        sigset_t signals;
        sigemptyset(&signals);
        ::posix_spawnattr_setsigmask(&attributes_, &signals);
        // What a host ignores would stay ignored beyond exec.
        sigfillset(&signals);
        ::posix_spawnattr_setsigdefault(&attributes_, &signals);
    }
    ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    [[nodiscard]] const posix_spawnattr_t* get() const { return &attributes_; }

 private:
    posix_spawnattr_t attributes_;
};

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> all;
    for (auto& word : words) {
        all.push_back(word.data());
    }
    all.push_back(nullptr);
    return all;
}

/// Why a file cannot be run; 0 if it can.
int why_not(const std::string& file) {
    struct stat status{};
    if (::stat(file.c_str(), &status) != 0) {
        return errno;
    }
    if (S_ISDIR(status.st_mode)) {
        return EISDIR;
    }
    return ::access(file.c_str(), X_OK) == 0 ? 0 : errno;
}

std::string sentence_for(int code) {
    switch (code) {
        case ENOENT:
            return "there is no such file";
        case EACCES:
            return "it is not executable for this user (chmod +x makes it so)";
        case EISDIR:
            return "it is a directory";
        case ENOEXEC:
            return "it is no program: a script begins with a line such as #!/bin/sh";
        default:
            return std::strerror(code);
    }
}

}  // namespace

std::string why_not_startable(const std::string& program, const std::string& directory) {
    if (program.find('/') != std::string::npos) {
        const auto code = why_not(program);
        return code == 0 ? std::string() : sentence_for(code);
    }
    const auto* const variable = std::getenv("PATH");
    std::string_view rest = variable != nullptr ? variable : "/bin:/usr/bin";
    while (true) {
        const auto end = rest.find(':');
        if (why_not(fmt::format("{}/{}", rest.substr(0, end), program)) == 0) {
            return {};
        }
        if (end == std::string_view::npos) {
            break;
        }
        rest.remove_prefix(end + 1);
    }
    return why_not(fmt::format("{}/{}", directory, program)) == ENOENT
               ? "PATH has no such program"
               : fmt::format("PATH has no such program; the file beside the configuration is './{}'",
                             program);
}

Spawned spawn(const std::string& program, std::vector<std::string> words, const std::string& directory) {
    auto input = make_pipe();
    auto output = make_pipe();
    auto errors = make_pipe();
    input.read = beyond_the_three(std::move(input.read));
    output.write = beyond_the_three(std::move(output.write));
    errors.write = beyond_the_three(std::move(errors.write));
    Actions actions;
    actions.go_to(directory);
    actions.become(input.read, STDIN_FILENO);
    actions.become(output.write, STDOUT_FILENO);
    actions.become(errors.write, STDERR_FILENO);
    actions.close_the_rest();
    const Attributes attributes;

    Spawned child;
    child.input = not_blocking(std::move(input.write));
    child.output = not_blocking(std::move(output.read));
    child.errors = not_blocking(std::move(errors.read));
    const auto code = ::posix_spawnp(&child.pid, program.c_str(), actions.get(), attributes.get(),
                                     pointers(words).data(), environ);
    if (code != 0) {
        auto why = why_not_startable(program, directory);
        if (why.empty()) {
            why = code == ENOENT
                      ? fmt::format("neither its interpreter nor the directory {} may be missing", directory)
                      : sentence_for(code);
        }
        throw std::runtime_error(fmt::format("the command '{}' cannot be started: {}", words.front(), why));
    }
    // sys/pidfd.h of glibc 2.36 is no header for C++.
    child.exit = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, child.pid, 0)));
    if (!child.exit) {
        const auto why = errno;
        (void)::kill(-child.pid, SIGKILL);
        while (::waitpid(child.pid, nullptr, 0) < 0 && errno == EINTR) {
        }
        throw std::runtime_error(
            fmt::format("the command '{}' cannot be watched: {}", words.front(), std::strerror(why)));
    }
    return child;
}

}  // namespace zflow::commands
