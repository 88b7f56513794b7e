#include "output.hpp"

#include <boost/json/serialize.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>

namespace zflow::app {
namespace {

[[noreturn]] void cannot_write() {
    throw std::runtime_error(std::string("standard output cannot be written: ") + std::strerror(errno));
}

constexpr int bar_width = 30;

}  // namespace

void print(std::string_view bytes) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size()) {
        cannot_write();
    }
}

void print(const boost::json::object& row) {
    print(boost::json::serialize(row) + "\n");
}

void finish_output() {
    if (std::fflush(stdout) != 0) {
        cannot_write();
    }
}

void tell(std::string_view line) {
    fmt::print(stderr, "{}\n", line);
}

ProgressBar::ProgressBar() : terminal_(::isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
    if (drawn_) {
        fmt::print(stderr, "\r\033[K");
    }
}

void ProgressBar::show(std::uint64_t done, std::uint64_t total, std::string_view what) {
    if (!terminal_) {
        return;
    }
    drawn_ = true;
    if (total == 0) {
        fmt::print(stderr, "\r\033[K{} MiB {}", done >> 20, what);
    } else {
        const auto filled =
            static_cast<std::size_t>(std::min<std::uint64_t>(bar_width, bar_width * done / total));
        fmt::print(stderr, "\r\033[K[{}{}] {}/{} {}", std::string(filled, '#'),
                   std::string(bar_width - filled, ' '), done, total, what.substr(0, 60));
    }
    std::fflush(stderr);
}

}  // namespace zflow::app
