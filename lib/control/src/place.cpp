#include <zflow/control/place.hpp>
#include <zflow/store/uri.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

namespace zflow::control {
namespace {

/// The first part of a process' command line; the arguments end with a zero byte each.
std::string command_of(pid_t process) {
    std::ifstream file(fmt::format("/proc/{}/cmdline", process), std::ios::binary);
    std::array<char, 200> buffer{};
    file.read(buffer.data(), buffer.size());
    std::string command(buffer.data(), static_cast<std::size_t>(file.gcount()));
    while (command.ends_with('\0')) {
        command.pop_back();
    }
    std::ranges::replace_if(command, [](char c) { return c >= 0 && c < ' '; }, ' ');
    return command;
}

}  // namespace

std::optional<std::string> directory_of(const std::string& store_uri) {
    const auto uri = store::Uri::parse(store_uri);
    return uri.scheme() == "rocksdb" ? std::optional(uri.rest()) : std::nullopt;
}

std::optional<Owner> find_owner(const std::string& directory) {
    const int file = ::open((directory + "/LOCK").c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return {};
    }
    struct flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    const bool known = ::fcntl(file, F_GETLK, &lock) == 0;
    (void)::close(file);
    // The number is 0 for a process that this one cannot see, e.g. in another container.
    if (!known || lock.l_type == F_UNLCK || lock.l_pid <= 0) {
        return {};
    }
    return Owner{lock.l_pid, command_of(lock.l_pid)};
}

std::string to_text(const std::optional<Owner>& owner) {
    if (!owner) {
        return "another process";
    }
    return owner->command.empty() ? fmt::format("process {}", owner->process)
                                  : fmt::format("process {} ({})", owner->process, owner->command);
}

}  // namespace zflow::control
