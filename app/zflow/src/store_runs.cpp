#include "store_runs.hpp"

#include <zflow/control/place.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

#include <exception>
#include <utility>

namespace zflow::app {
namespace {

using control::Client;
using engine::errc;
using engine::Error;
using Runs = control::Runs;

/// How often a call looks for who has the store open, a moment apart: an owner that starts needs a while
/// until it serves, one that stops a while until it has let go.
constexpr int looks = 60;
constexpr std::chrono::milliseconds moment{50};

/// How long the last steps of a run may be on their way when its outcome is here.
constexpr std::chrono::seconds late_steps{1};

asio::awaitable<store::Stores> open_stores(std::string uri, bool create) {
    return store::open(std::move(uri), {.create_if_missing = create});
}

bool is_worth_another_look(const Error& error) {
    return error.kind() == errc::unavailable || error.kind() == errc::stopped;
}

}  // namespace

asio::awaitable<void> wait_a_moment() {
    return engine::system_alarm().wait_until(base::system_clock().steady_now() + moment);
}

/// Watches the run in another process.
class StoreRuns::Watch : public std::enable_shared_from_this<StoreRuns::Watch> {
 public:
    explicit Watch(const asio::any_io_executor& executor) : changed_(executor) {}

    /// Comes back when watching has begun, or is over.
    asio::awaitable<void> begin(std::shared_ptr<Client> client, std::string run_id,
                                std::function<void(const engine::Step&)> on_step) {
        auto ready = [watch = shared_from_this()] { watch->change(&Watch::ready_); };
        auto work = follow(client, std::move(run_id), std::move(ready), std::move(on_step));
        auto ended = [watch = shared_from_this()](const std::exception_ptr&) {
            // Who watches only misses something; the run's call tells what went wrong.
            watch->change(&Watch::ended_);
        };
        asio::co_spawn(changed_.get_executor(), std::move(work),
                       asio::bind_cancellation_slot(signal_.slot(), std::move(ended)));
        while (!ready_ && !ended_) {
            changed_.expires_at(asio::steady_timer::time_point::max());
            co_await changed_.async_wait(asio::as_tuple(asio::use_awaitable));
        }
    }

    asio::awaitable<void> wait_for_end() {
        if (!ended_) {
            changed_.expires_after(late_steps);
            co_await changed_.async_wait(asio::as_tuple(asio::use_awaitable));
        }
    }

    void cancel() { signal_.emit(asio::cancellation_type::terminal); }

 private:
    static asio::awaitable<void> follow(std::shared_ptr<Client> client, std::string run_id,
                                        std::function<void()> ready,
                                        std::function<void(const engine::Step&)> on_step) {
        co_await client->watch(std::move(run_id), std::move(ready), std::move(on_step));
    }

    void change(bool Watch::* what) {
        this->*what = true;
        changed_.cancel();
    }

    asio::steady_timer changed_;
    asio::cancellation_signal signal_;
    bool ready_ = false;
    bool ended_ = false;
};

StoreRuns::StoreRuns(std::string store_uri, StoreRunsOptions options)
    : store_uri_(std::move(store_uri)),
      options_(std::move(options)),
      directory_(control::directory_of(store_uri_)),
      steps_(std::make_shared<control::StepFeed>()) {}

StoreRuns::~StoreRuns() = default;

asio::awaitable<bool> StoreRuns::connect() {
    client_ = co_await Client::connect(*directory_);
    if (!client_) {
        co_return false;
    }
    if (options_.on_step && !options_.watched.empty()) {
        watch_ = std::make_shared<Watch>(co_await asio::this_coro::executor);
        co_await watch_->begin(client_, options_.watched, options_.on_step);
    }
    co_return true;
}

asio::awaitable<bool> StoreRuns::open() {
    engine::Options options;
    options.owner_name = options_.owner_name;
    options.on_warning = [](const std::string& sentence) { tell("zflow: " + sentence); };
    options.on_step = [steps = steps_, on_step = options_.on_step](const engine::Step& step) {
        steps->publish(step);
        if (on_step) {
            on_step(step);
        }
    };
    try {
        engine_ = co_await engine::Engine::open(
            [uri = store_uri_, create = options_.create] { return open_stores(uri, create); }, options);
    } catch (const store::Error& error) {
        if (!directory_ || error.kind() != store::errc::unavailable) {
            throw;
        }
        co_return false;
    }
    here_ = control::runs_of(*engine_);
    if (options_.opened) {
        options_.opened(*engine_);
    }
    if (options_.serve && directory_) {
        server_ = std::make_unique<control::Server>(*here_, *steps_, *directory_);
    }
    co_return true;
}

Error StoreRuns::held() const {
    return {
        errc::unavailable,
        fmt::format("{} has the store {} open and does not serve its runs: `zflow run` and `zflow work` do; "
                    "stop it, or wait for it to end",
                    control::to_text(control::find_owner(*directory_)), store_uri_)};
}

asio::awaitable<void> StoreRuns::reach() {
    for (int look = 1; !engine_ && !client_; ++look) {
        if (look > 1) {
            co_await wait_a_moment();
        }
        if (directory_ && co_await connect()) {
            if (options_.only_here) {
                throw Error(errc::unavailable,
                            fmt::format("{} works on the store {} already",
                                        control::to_text(control::find_owner(*directory_)), store_uri_));
            }
        } else if (!co_await open() && look == looks) {
            throw held();
        }
    }
}

asio::awaitable<void> StoreRuns::finish_watching() {
    if (watch_) {
        co_await watch_->wait_for_end();
    }
}

asio::awaitable<void> StoreRuns::stop() {
    if (watch_) {
        watch_->cancel();
    }
    if (server_) {
        co_await server_->stop();
    }
    if (engine_) {
        co_await engine_->stop();
    }
    server_.reset();
    here_.reset();
    engine_.reset();
    client_.reset();
}

template <class T, class... Parameters>
asio::awaitable<T> StoreRuns::call(asio::awaitable<T> (Runs::*method)(Parameters...),
                                   Parameters... arguments) {
    for (int look = 1;; ++look) {
        co_await reach();
        // A client may be replaced while its call is under way.
        const auto client = client_;
        Runs& runs = client ? static_cast<Runs&>(*client) : *here_;
        try {
            co_return co_await (runs.*method)(arguments...);
        } catch (const Error& error) {
            if (!client || look == looks || !is_worth_another_look(error)) {
                throw;
            }
        }
        if (watch_) {
            watch_->cancel();
        }
        client_.reset();
        co_await wait_a_moment();
    }
}

asio::awaitable<engine::StartResult> StoreRuns::start(std::shared_ptr<const interpreter::Program> program,
                                                      model::Value input, engine::StartOptions options) {
    return call(&Runs::start, std::move(program), std::move(input), std::move(options));
}

asio::awaitable<model::Outcome> StoreRuns::result(std::string id) {
    return call(&Runs::result, std::move(id));
}

asio::awaitable<std::optional<model::Outcome>> StoreRuns::poll(std::string id) {
    return call(&Runs::poll, std::move(id));
}

asio::awaitable<engine::RunView> StoreRuns::show(std::string id) {
    return call(&Runs::show, std::move(id));
}

asio::awaitable<model::Value> StoreRuns::get_variable(std::string id, std::string name) {
    return call(&Runs::get_variable, std::move(id), std::move(name));
}

asio::awaitable<void> StoreRuns::set_variable(std::string id, std::string name, model::Value value) {
    return call(&Runs::set_variable, std::move(id), std::move(name), std::move(value));
}

asio::awaitable<void> StoreRuns::pause(std::string id) {
    return call(&Runs::pause, std::move(id));
}

asio::awaitable<void> StoreRuns::resume(std::string id) {
    return call(&Runs::resume, std::move(id));
}

asio::awaitable<void> StoreRuns::abort(std::string id) {
    return call(&Runs::abort, std::move(id));
}

asio::awaitable<void> StoreRuns::remove(std::string id) {
    return call(&Runs::remove, std::move(id));
}

asio::awaitable<engine::RunPage> StoreRuns::list(engine::Filter filter, engine::ListRequest request) {
    return call(&Runs::list, std::move(filter), std::move(request));
}

asio::awaitable<void> StoreRuns::checkpoint() {
    return call(&Runs::checkpoint);
}

namespace {

asio::awaitable<Exit> work_and_stop(std::string store_uri, StoreRunsOptions options,
                                    std::function<asio::awaitable<Exit>(StoreRuns&)> work) {
    StoreRuns runs(std::move(store_uri), std::move(options));
    std::exception_ptr failure;
    auto code = Exit::failed;
    try {
        code = co_await work(runs);
    } catch (...) {
        failure = std::current_exception();
    }
    co_await runs.stop();
    if (failure) {
        std::rethrow_exception(failure);
    }
    co_return code;
}

}  // namespace

Exit with_runs(const Settings& settings, StoreRunsOptions options,
               std::function<asio::awaitable<Exit>(StoreRuns&)> work) {
    return store::block_on(work_and_stop(settings.store, std::move(options), std::move(work)));
}

}  // namespace zflow::app
