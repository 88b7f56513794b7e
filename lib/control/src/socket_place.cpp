#include "socket_place.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace zflow::control {
namespace {

constexpr const char* socket_name = "control.sock";

}  // namespace

SocketPlace::SocketPlace(const std::string& directory) : path_(directory + "/" + socket_name) {
    directory_ = ::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (directory_ < 0) {
        throw std::system_error(errno, std::generic_category(),
                                fmt::format("the directory '{}' cannot be opened", directory));
    }
    if (path_.size() >= sizeof(sockaddr_un::sun_path)) {
        path_ = fmt::format("/proc/self/fd/{}/{}", directory_, socket_name);
    }
}

SocketPlace::~SocketPlace() {
    (void)::close(directory_);
}

void close_on_exec(int descriptor) noexcept {
    (void)::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

}  // namespace zflow::control
