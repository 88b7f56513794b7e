#pragma once

#include "simulation.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace zflow::simulation {

/// Somebody outside who starts a run under an id, disturbs it, waits for its end, removes it, and starts it
/// again; who tries until it is known what has happened, writes down what was told, and complains.
class Client {
 public:
    Client(Simulation& simulation, std::string id, Subject subject, std::uint64_t seed)
        : simulation_(simulation), id_(std::move(id)), subject_(std::move(subject)), dice_(seed) {}

    asio::awaitable<void> live();

    /// What was told is still so.
    asio::awaitable<void> look_again();

    /// Runs that are there all the time are listed.
    asio::awaitable<void> list();

    /// Between how many and how many events of each kind the log must have.
    void check_counts();

    [[nodiscard]] const std::string& id() const { return id_; }
    /// What it does now, for people.
    [[nodiscard]] const std::string& doing() const { return doing_; }
    [[nodiscard]] const Subject& subject() const { return subject_; }

 private:
    /// How many calls were acknowledged, and how many may have happened beside them.
    struct Told {
        std::uint64_t sure = 0;
        std::uint64_t perhaps = 0;
    };

    asio::awaitable<void> start();
    asio::awaitable<void> disturb();
    asio::awaitable<void> act();
    asio::awaitable<void> await_end();
    asio::awaitable<void> remove();
    asio::awaitable<void> signal(std::int32_t value, bool until_done);
    asio::awaitable<bool> command(int which);
    asio::awaitable<bool> abort();
    asio::awaitable<void> look_at_variable();
    void check(const model::Outcome& outcome);
    /// Whether an error is one of those that may come at any time, and means that nothing was done.
    bool is_refusal(const std::optional<engine::Error>& error, const std::string& call);
    /// There is no such run: can that be?
    void check_not_found(const std::string& call);
    void violated(const std::string& what);
    asio::awaitable<void> pause_a_little();
    template <class T>
    void trace(const std::string& call, const T& reply);

    Simulation& simulation_;
    std::string id_;
    Subject subject_;
    Dice dice_;
    std::string doing_ = "begins";
    bool exists_ = false;
    bool perhaps_started_ = false;
    bool perhaps_removed_ = false;
    bool disturbed_ = false;  ///< aborted: the result is another
    std::optional<model::Outcome> told_;
    Told starts_;
    Told removes_;
    Told signals_;
    Told commands_;
};

/// A call on its way.
struct Simulation::Waiting {
    Waiting(asio::io_context& context, std::shared_ptr<Process> of)
        : timer(context, asio::steady_timer::time_point::max()), process(std::move(of)) {}
    asio::steady_timer timer;
    std::shared_ptr<Process> process;
    bool done = false;
    bool lost = false;
    bool late = false;

    void end() {
        done = true;
        timer.cancel();
    }
};

/// A call in its process; only begun if the engine is still there.
template <class T>
asio::awaitable<T> call_engine(std::shared_ptr<Process> process,
                               std::function<asio::awaitable<T>(engine::Engine&)> what) {
    if (!process->engine) {
        throw engine::Error(engine::errc::stopped, "the process is dead");
    }
    co_return co_await what(*process->engine);
}

template <class T>
asio::awaitable<Simulation::Reply<T>> Simulation::ask_for(
    Duration longest, std::function<asio::awaitable<T>(engine::Engine&)> what) {
    auto process = any_open();
    while (!process) {
        co_await time_.wait(std::chrono::milliseconds(50));
        process = any_open();
    }
    const auto waiting = std::make_shared<Waiting>(context_, process);
    const auto reply = std::make_shared<Reply<T>>();
    waiting_.push_back(waiting);
    ++process->calls;
    asio::co_spawn(
        *process->context, call_engine<T>(process, std::move(what)),
        [this, reply, waiting](const std::exception_ptr& thrown, T value) {
            --waiting->process->calls;
            if (waiting->done) {
                return;
            }
            try {
                if (thrown) {
                    std::rethrow_exception(thrown);
                }
                reply->value = std::move(value);
            } catch (const engine::Error& error) {
                reply->error = error;
            } catch (const std::exception& error) {
                violated(std::string("a call ends with an error that no call has: ") + error.what());
                reply->lost = true;
            }
            asio::post(context_, [waiting] { waiting->end(); });
        });
    if (longest != Duration::max()) {
        time_.after(longest, [weak = std::weak_ptr(waiting)] {
            if (const auto still = weak.lock(); still && !still->done) {
                still->lost = still->late = true;
                still->end();
            }
        });
    }
    while (!waiting->done) {
        boost::system::error_code ignored;
        co_await waiting->timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    if (waiting->lost) {
        Reply<T> lost;
        lost.lost = true;
        lost.late = waiting->late;
        co_return lost;
    }
    co_return std::move(*reply);
}

template <class T>
asio::awaitable<Simulation::Reply<T>> Simulation::ask(
    std::function<asio::awaitable<T>(engine::Engine&)> what) {
    return ask_for<T>(Duration::max(), std::move(what));
}

}  // namespace zflow::simulation
