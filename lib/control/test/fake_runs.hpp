#pragma once

#include <zflow/control/runs.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace zflow::control {

/// Runs that only remember what they were asked for.
class FakeRuns final : public Runs {
 public:
    struct Started {
        codec::ProgramId program{};
        model::Value input;
        engine::StartOptions options;
    };

    asio::awaitable<engine::StartResult> start(std::shared_ptr<const interpreter::Program> program,
                                               model::Value input, engine::StartOptions options) override {
        const std::scoped_lock lock(mutex_);
        check();
        const auto id = options.id;
        started.push_back({program->id(), std::move(input), std::move(options)});
        co_return engine::StartResult{.id = id, .attached = started.size() > 1};
    }

    asio::awaitable<model::Outcome> result(std::string id) override {
        const auto timer = std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor,
                                                                asio::steady_timer::time_point::max());
        const Waiting waiting(*this);
        while (true) {
            {
                const std::scoped_lock lock(mutex_);
                check();
                if (const auto found = outcomes_.find(id); found != outcomes_.end()) {
                    co_return found->second;
                }
                timers_.push_back(timer);
            }
            timer->expires_at(asio::steady_timer::time_point::max());
            co_await timer->async_wait(asio::as_tuple(asio::use_awaitable));
        }
    }

    asio::awaitable<std::optional<model::Outcome>> poll(std::string id) override {
        const std::scoped_lock lock(mutex_);
        check();
        const auto found = outcomes_.find(id);
        co_return found == outcomes_.end() ? std::nullopt : std::optional(found->second);
    }

    asio::awaitable<engine::RunView> show(std::string id) override {
        note("show " + id);
        co_return view;
    }
    asio::awaitable<model::Value> get_variable(std::string id, std::string name) override {
        note("get " + id + " " + name);
        co_return value;
    }
    asio::awaitable<void> set_variable(std::string id, std::string name, model::Value to) override {
        note("set " + id + " " + name);
        value = std::move(to);
        co_return;
    }
    asio::awaitable<void> pause(std::string id) override { return noted("pause " + id); }
    asio::awaitable<void> resume(std::string id) override { return noted("resume " + id); }
    asio::awaitable<void> abort(std::string id) override { return noted("abort " + id); }
    asio::awaitable<void> remove(std::string id) override { return noted("remove " + id); }
    asio::awaitable<void> checkpoint() override { return noted("checkpoint"); }
    asio::awaitable<engine::RunPage> list(engine::Filter given, engine::ListRequest asked) override {
        note("list");
        filter = std::move(given);
        request = std::move(asked);
        co_return page;
    }

    /// Let a run end.
    void finish(const std::string& id, model::Outcome outcome) {
        const std::scoped_lock lock(mutex_);
        outcomes_.insert_or_assign(id, std::move(outcome));
        for (const auto& waiting : timers_) {
            if (const auto timer = waiting.lock()) {
                asio::post(timer->get_executor(), [timer] { timer->cancel(); });
            }
        }
        timers_.clear();
    }

    /// Every further call ends with this.
    void fail_with(engine::Error error) {
        const std::scoped_lock lock(mutex_);
        failure_ = std::move(error);
    }

    /// Block until so many calls wait for a result.
    void until_waiting(int count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return waiting_ == count; });
    }

    std::vector<Started> started;
    std::vector<std::string> calls;
    engine::RunView view;
    model::Value value;
    engine::Filter filter;
    engine::ListRequest request;
    engine::RunPage page;

 private:
    /// Counts a call while it waits.
    class Waiting {
     public:
        explicit Waiting(FakeRuns& runs) : runs_(runs) { add(1); }
        ~Waiting() { add(-1); }
        Waiting(const Waiting&) = delete;
        Waiting& operator=(const Waiting&) = delete;

     private:
        void add(int count) {
            const std::scoped_lock lock(runs_.mutex_);
            runs_.waiting_ += count;
            runs_.changed_.notify_all();
        }
        FakeRuns& runs_;
    };

    void check() const {
        if (failure_) {
            throw *failure_;
        }
    }
    void note(std::string call) {
        const std::scoped_lock lock(mutex_);
        check();
        calls.push_back(std::move(call));
    }
    asio::awaitable<void> noted(std::string call) {
        note(std::move(call));
        co_return;
    }

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    int waiting_ = 0;
    std::optional<engine::Error> failure_;
    std::map<std::string, model::Outcome> outcomes_;
    /// Of those who wait, who hold them: a timer goes with its executor's context.
    std::vector<std::weak_ptr<asio::steady_timer>> timers_;
};

}  // namespace zflow::control
