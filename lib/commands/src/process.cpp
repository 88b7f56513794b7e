#include "process.hpp"

#include "spawn.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

namespace zflow::commands {
namespace {

constexpr std::size_t chunk_size = std::size_t{64} << 10;
/// Longer lines come in parts.
constexpr std::size_t longest_line = std::size_t{64} << 10;
constexpr std::size_t longest_last_line = 500;
/// How much of what a pipe holds is read after the end: somebody who left the group may write for ever.
constexpr int most_last_chunks = 64;

/// Write without SIGPIPE, whatever the process does with it: a command may end before it has read its input.
ssize_t write_quietly(int descriptor, std::string_view bytes) {
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    sigset_t before;
    ::pthread_sigmask(SIG_BLOCK, &pipe, &before);
    const auto written = ::write(descriptor, bytes.data(), bytes.size());
    const auto code = errno;
    if (written < 0 && code == EPIPE && sigismember(&pending, SIGPIPE) == 0) {
        constexpr timespec at_once{};
        while (::sigtimedwait(&pipe, nullptr, &at_once) < 0 && errno == EINTR) {
        }
    }
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = code;
    return written;
}

/// Lines out of chunks.
class Lines {
 public:
    explicit Lines(std::function<void(std::string_view)> take) : take_(std::move(take)) {}

    void add(std::string_view chunk) {
        while (!chunk.empty()) {
            const auto end = chunk.find('\n');
            line_ += chunk.substr(0, end);
            if (end == std::string_view::npos) {
                break;
            }
            chunk.remove_prefix(end + 1);
            finish();
        }
        while (line_.size() > longest_line) {
            auto rest = line_.substr(longest_line);
            line_.resize(longest_line);
            finish();
            line_ = std::move(rest);
        }
    }

    /// What is there of a last line without an end.
    void close() {
        if (!line_.empty()) {
            finish();
        }
    }

    [[nodiscard]] std::string take_last() { return std::move(last_); }

 private:
    void finish() {
        if (line_.ends_with('\r')) {
            line_.pop_back();
        }
        if (!line_.empty()) {
            last_ = line_.substr(0, longest_last_line);
        }
        if (take_) {
            take_(line_);
        }
        line_.clear();
    }

    std::function<void(std::string_view)> take_;
    std::string line_;
    std::string last_;
};

/// A child and everything that is waited for: one descriptor is ready when any of it is.
class Child {
 public:
    Child(const asio::any_io_executor& executor, ProcessRequest request)
        : request_(std::move(request)), lines_(std::move(request_.on_error_line)), ready_(executor) {
        Descriptor all(::epoll_create1(EPOLL_CLOEXEC));
        timer_ = Descriptor(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
        if (!all || !timer_) {
            throw std::runtime_error(fmt::format("no descriptor for a command: {}", std::strerror(errno)));
        }
        ready_.assign(all.number());
        (void)all.release();
    }

    /// Errors: it cannot be started.
    void start() {
        spawned_ = spawn(request_.program, request_.words, request_.directory);
        watch(timer_, Source::timer, EPOLLIN);
        watch(spawned_.exit, Source::exit, EPOLLIN);
        watch(spawned_.input, Source::input, EPOLLOUT);
        watch(spawned_.output, Source::output, EPOLLIN);
        watch(spawned_.errors, Source::errors, EPOLLIN);
        arm(request_.timeout);
    }

    ~Child() {
        if (!ended_ && spawned_.pid != 0) {
            kill_group(SIGKILL);
            reap();
        }
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    asio::posix::stream_descriptor& ready() { return ready_; }
    [[nodiscard]] bool has_ended() const { return ended_; }
    [[nodiscard]] ProcessEnd take_end() {
        end_.last_error_line = lines_.take_last();
        return std::move(end_);
    }

    /// Do what can be done without waiting.
    void advance() {
        std::array<epoll_event, 8> events{};
        const auto count = ::epoll_wait(ready_.native_handle(), events.data(), events.size(), 0);
        for (int i = 0; i < count && !ended_; ++i) {
            switch (static_cast<Source>(events.at(static_cast<std::size_t>(i)).data.u32)) {
                case Source::input:
                    write_input();
                    break;
                case Source::output:
                    read_output();
                    break;
                case Source::errors:
                    read_errors();
                    break;
                case Source::exit:
                    forget(spawned_.exit);
                    exited_ = true;
                    // What its end leaves to others has a time, too.
                    arm(request_.grace);
                    break;
                case Source::timer:
                    time_is_over();
                    break;
            }
        }
        if (!ended_ && exited_ && (phase_ == Phase::killed || !spawned_.output)) {
            finish();
        }
    }

    /// End it: SIGTERM now, SIGKILL after the grace.
    void terminate() {
        if (phase_ == Phase::running) {
            phase_ = Phase::terminating;
            kill_group(SIGTERM);
            arm(request_.grace);
        }
    }

 private:
    enum class Source : std::uint32_t { input, output, errors, exit, timer };
    enum class Phase : std::uint8_t { running, terminating, killed };

    void watch(const Descriptor& descriptor, Source source, std::uint32_t what) {
        epoll_event event{};
        event.events = what;
        event.data.u32 = static_cast<std::uint32_t>(source);
        if (::epoll_ctl(ready_.native_handle(), EPOLL_CTL_ADD, descriptor.number(), &event) != 0) {
            throw std::runtime_error(fmt::format("a command cannot be watched: {}", std::strerror(errno)));
        }
    }

    /// Closing is not enough: a child that is just being started may share the descriptor.
    void forget(Descriptor& descriptor) {
        if (descriptor) {
            (void)::epoll_ctl(ready_.native_handle(), EPOLL_CTL_DEL, descriptor.number(), nullptr);
            descriptor.close();
        }
    }

    /// Parameters: 0 = never.
    void arm(std::chrono::milliseconds time) {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
        itimerspec spec{};
        spec.it_value.tv_sec = seconds.count();
        spec.it_value.tv_nsec = std::chrono::nanoseconds(time - seconds).count();
        (void)::timerfd_settime(timer_.number(), 0, &spec, nullptr);
    }

    void time_is_over() {
        std::uint64_t count = 0;
        if (::read(timer_.number(), &count, sizeof count) != sizeof count) {
            return;  // it was armed anew meanwhile
        }
        if (phase_ == Phase::running && !exited_) {
            end_.how = ProcessEnd::How::timed_out;
            stopped_ = true;
            terminate();
            return;
        }
        phase_ = Phase::killed;
        kill_group(SIGKILL);
    }

    /// Until it is waited for, the child's number and so its group's belong to nobody else.
    void kill_group(int signal) const { (void)::kill(-spawned_.pid, signal); }

    void write_input() {
        while (written_ < request_.input.size()) {
            const auto rest = std::string_view(request_.input).substr(written_, chunk_size);
            const auto count = write_quietly(spawned_.input.number(), rest);
            if (count < 0) {
                if (errno == EAGAIN || errno == EINTR) {
                    return;
                }
                break;  // it does not want to know
            }
            written_ += static_cast<std::size_t>(count);
        }
        forget(spawned_.input);
        request_.input = {};
    }

    /// Returns: what there is, empty if nothing is now; nothing at the end.
    std::optional<std::string_view> read_chunk(const Descriptor& from) {
        const auto count = ::read(from.number(), buffer_.data(), buffer_.size());
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
            return std::string_view();
        }
        if (count <= 0) {
            return std::nullopt;
        }
        return std::string_view(buffer_.data(), static_cast<std::size_t>(count));
    }

    /// Returns: whether there may be more.
    bool read_output() {
        const auto chunk = read_chunk(spawned_.output);
        if (!chunk) {
            forget(spawned_.output);
            return false;
        }
        if (!stopped_ && end_.output.size() + chunk->size() > request_.output_limit) {
            end_.how = ProcessEnd::How::output_too_long;
            end_.output = {};
            stopped_ = true;
            terminate();
        }
        if (!stopped_) {
            end_.output += *chunk;
        }
        return !chunk->empty();
    }

    bool read_errors() {
        const auto chunk = read_chunk(spawned_.errors);
        if (!chunk) {
            forget(spawned_.errors);
            return false;
        }
        lines_.add(*chunk);
        return !chunk->empty();
    }

    /// It has exited: end what it left behind, and take what is in the pipes.
    void finish() {
        kill_group(SIGKILL);
        for (int i = 0; i < most_last_chunks && spawned_.output && read_output(); ++i) {
        }
        for (int i = 0; i < most_last_chunks && spawned_.errors && read_errors(); ++i) {
        }
        lines_.close();
        reap();
        ended_ = true;
        forget(spawned_.input);
        forget(spawned_.output);
        forget(spawned_.errors);
    }

    /// Blocks until it is dead, which it is already, or will be at once.
    void reap() {
        siginfo_t info{};
        int result = 0;
        do {
            result = ::waitid(P_PID, static_cast<id_t>(spawned_.pid), &info, WEXITED);
        } while (result != 0 && errno == EINTR);
        if (stopped_ || result != 0) {
            return;
        }
        end_.how = info.si_code == CLD_EXITED ? ProcessEnd::How::exited : ProcessEnd::How::signalled;
        end_.code = info.si_status;
    }

    ProcessRequest request_;
    Lines lines_;
    asio::posix::stream_descriptor ready_;
    Descriptor timer_;
    Spawned spawned_;
    std::array<char, chunk_size> buffer_{};
    std::size_t written_ = 0;
    Phase phase_ = Phase::running;
    bool exited_ = false;
    bool stopped_ = false;  ///< `end_.how` says why
    bool ended_ = false;
    ProcessEnd end_;
};

asio::awaitable<ProcessEnd> supervise(ProcessRequest request) {
    const auto executor = co_await asio::this_coro::executor;
    co_await asio::this_coro::throw_if_cancelled(false);
    // On the heap: it has a big buffer.
    const auto child = std::make_unique<Child>(executor, std::move(request));
    child->start();
    auto is_cancelled = false;
    while (!child->has_ended()) {
        const auto state = co_await asio::this_coro::cancellation_state;
        if (!is_cancelled && state.cancelled() != asio::cancellation_type::none) {
            is_cancelled = true;
            co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
            child->terminate();
        }
        boost::system::error_code error;
        co_await child->ready().async_wait(asio::posix::stream_descriptor::wait_read,
                                           asio::redirect_error(asio::use_awaitable, error));
        if (error && error != asio::error::operation_aborted) {
            throw boost::system::system_error(error);
        }
        child->advance();
    }
    if (is_cancelled) {
        throw boost::system::system_error(asio::error::operation_aborted);
    }
    co_return child->take_end();
}

}  // namespace

asio::awaitable<ProcessEnd> run_process(ProcessRequest request) {
    // With a cancellation state of its own: what it does to it is not the caller's.
    co_return co_await asio::co_spawn(co_await asio::this_coro::executor, supervise(std::move(request)),
                                      asio::use_awaitable);
}

}  // namespace zflow::commands
