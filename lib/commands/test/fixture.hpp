#pragma once

#include <zflow/commands/commands.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

namespace zflow::commands::test {

namespace asio = boost::asio;

/// A directory of its own for each test.
class DirectoryTest : public testing::Test {
 protected:
    DirectoryTest() {
        std::string name = std::filesystem::temp_directory_path() / "zflow-commands-XXXXXX";
        directory_ = ::mkdtemp(name.data());
    }
    ~DirectoryTest() override { std::filesystem::remove_all(directory_); }

    [[nodiscard]] std::string path(const std::string& name) const { return directory_ / name; }

    std::string write(const std::string& name, const std::string& text) const {
        std::ofstream(path(name), std::ios::binary) << text;
        return path(name);
    }

    [[nodiscard]] std::string read(const std::string& name) const {
        std::ifstream stream(path(name), std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    /// A shell script that can be run.
    std::string script(const std::string& name, const std::string& text) const {
        write(name, "#!/bin/sh\n" + text);
        std::filesystem::permissions(path(name), std::filesystem::perms::owner_all);
        return path(name);
    }

    std::filesystem::path directory_;
};

/// Run to its end what is awaited; what it throws passes through.
///
/// Parameters: `signal` cancels it.
template <class T>
T run(asio::awaitable<T> awaited, asio::cancellation_signal* signal = nullptr) {
    asio::io_context context;
    std::exception_ptr thrown;
    std::optional<T> result;
    asio::cancellation_signal unused;
    asio::co_spawn(context, std::move(awaited),
                   asio::bind_cancellation_slot((signal != nullptr ? *signal : unused).slot(),
                                                [&](std::exception_ptr error, T value) {
                                                    thrown = std::move(error);
                                                    result.emplace(std::move(value));
                                                }));
    context.run();
    if (thrown) {
        std::rethrow_exception(thrown);
    }
    return std::move(result).value();
}

/// Whether this process has no child, neither a running one nor a zombie.
inline bool has_no_child() {
    return ::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD;
}

}  // namespace zflow::commands::test
