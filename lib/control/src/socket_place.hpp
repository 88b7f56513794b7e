#pragma once

#include <boost/asio/local/stream_protocol.hpp>

#include <string>

namespace zflow::control {

/// Where the control socket of a directory is.
///
/// A socket's path has at most 107 bytes: that of a longer one leads through the open directory.
class SocketPlace {
 public:
    /// Errors: std::system_error if the directory cannot be opened.
    explicit SocketPlace(const std::string& directory);
    ~SocketPlace();
    SocketPlace(const SocketPlace&) = delete;
    SocketPlace& operator=(const SocketPlace&) = delete;

    /// Lifetime: leads there while the place lives.
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] boost::asio::local::stream_protocol::endpoint endpoint() const { return {path_}; }

 private:
    int directory_ = -1;
    std::string path_;
};

/// See that programs which this process starts do not get the socket.
void close_on_exec(int descriptor) noexcept;

}  // namespace zflow::control
