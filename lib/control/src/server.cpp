#include "session.hpp"
#include "socket_place.hpp"

#include <zflow/control/server.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <list>
#include <system_error>
#include <thread>

namespace zflow::control {

/// Everything but the constructor, and `stop` before its coroutine, happens on the server's thread.
class Server::Impl : public std::enable_shared_from_this<Server::Impl> {
 public:
    Impl(Runs& runs, StepFeed& steps, const std::string& directory, const ServerOptions& options)
        : served_{runs, steps, options}, place_(directory), acceptor_(context_), drained_(context_) {
        // Important: this process holds the store's lock, so nobody alive serves a socket that is there.
        if (::unlink(place_.path().c_str()) != 0 && errno != ENOENT) {
            throw std::system_error(errno, std::generic_category(),
                                    fmt::format("the old socket in '{}' cannot be removed", directory));
        }
        try {
            acceptor_.open();
            close_on_exec(acceptor_.native_handle());
            acceptor_.bind(place_.endpoint());
            // Nobody can connect before `listen`, so nobody sees the mode that it was made with.
            std::filesystem::permissions(
                place_.path(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
            acceptor_.listen();
        } catch (const boost::system::system_error& error) {
            throw std::system_error(error.code(),
                                    fmt::format("there can be no control socket in '{}'", directory));
        }
    }

    void run() {
        asio::co_spawn(context_, accept(shared_from_this()), asio::detached);
        thread_ = std::thread([this] { context_.run(); });
    }

    /// Let go of everything at once.
    void crash() {
        if (!thread_.joinable()) {
            return;
        }
        context_.stop();
        thread_.join();
        // What waits for a client goes; what waits for an engine that will not answer stays as it is.
        boost::system::error_code ignored;
        acceptor_.close(ignored);
        (void)::unlink(place_.path().c_str());
        work_.reset();
        cancel_all();
        context_.restart();
        context_.poll();
    }

    asio::awaitable<void> stop(std::chrono::milliseconds grace) {
        if (!thread_.joinable()) {
            co_return;
        }
        co_await asio::co_spawn(context_, drain(shared_from_this(), grace), asio::use_awaitable);
        work_.reset();
        thread_.join();
    }

 private:
    struct Connection {
        explicit Connection(asio::io_context& context) : session(context) {}
        Session session;
        asio::cancellation_signal signal;
    };

    static asio::awaitable<void> accept(std::shared_ptr<Impl> impl) {
        while (impl->acceptor_.is_open()) {
            auto [status, socket] =
                co_await impl->acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
            if (!status) {
                close_on_exec(socket.native_handle());
                impl->begin(std::move(socket));
            } else if (impl->acceptor_.is_open()) {
                // E.g. there are no descriptors left.
                asio::steady_timer pause(impl->context_, std::chrono::milliseconds(100));
                co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
            }
        }
    }

    void begin(Protocol::socket socket) {
        if (connections_.size() >= served_.options.connections) {
            turn_away(std::move(socket));
            return;
        }
        auto connection = std::make_shared<Connection>(context_);
        connections_.push_back(connection);
        auto work = serve(served_, connection->session, Stream(std::move(socket)));
        auto end = [impl = shared_from_this(), connection](const std::exception_ptr&) {
            // A session that throws has lost its client: there is nobody to tell.
            impl->connections_.remove(connection);
            impl->drained_.cancel();
        };
        asio::co_spawn(context_, std::move(work),
                       asio::bind_cancellation_slot(connection->signal.slot(), std::move(end)));
    }

    void cancel_all() {
        for (auto& connection : connections_) {
            connection->signal.emit(asio::cancellation_type::terminal);
        }
    }

    static asio::awaitable<void> drain(std::shared_ptr<Impl> impl, std::chrono::milliseconds grace) {
        boost::system::error_code ignored;
        impl->acceptor_.close(ignored);
        (void)::unlink(impl->place_.path().c_str());
        for (auto& connection : impl->connections_) {
            connection->session.stop();
        }
        asio::steady_timer end(impl->context_, grace);
        end.async_wait([impl](const boost::system::error_code& status) {
            if (!status) {
                impl->cancel_all();
            }
        });
        while (!impl->connections_.empty()) {
            impl->drained_.expires_at(asio::steady_timer::time_point::max());
            co_await impl->drained_.async_wait(asio::as_tuple(asio::use_awaitable));
        }
    }

    Served served_;
    asio::io_context context_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_ = asio::make_work_guard(context_);
    SocketPlace place_;
    Protocol::acceptor acceptor_;
    asio::steady_timer drained_;
    std::list<std::shared_ptr<Connection>> connections_;
    std::thread thread_;
};

Server::Server(Runs& runs, StepFeed& steps, const std::string& directory, ServerOptions options)
    : impl_(std::make_shared<Impl>(runs, steps, directory, options)) {
    impl_->run();
}

Server::~Server() {
    impl_->crash();
}

asio::awaitable<void> Server::stop(std::chrono::milliseconds grace) {
    return impl_->stop(grace);
}

}  // namespace zflow::control
