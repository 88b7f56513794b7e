#pragma once

#include "frame.hpp"
#include "scripted_stores.hpp"
#include "virtual_time.hpp"

#include <zflow/base/entropy.hpp>
#include <zflow/engine/engine.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace zflow::engine::test {

class World;

/// What a coroutine will give. The world drives it.
template <class T>
class Future {
 public:
    using Value = std::conditional_t<std::is_void_v<T>, std::monostate, T>;
    struct State {
        std::optional<Value> value;
        std::exception_ptr error;
    };

    Future(World& world, std::shared_ptr<State> state) : world_(&world), state_(std::move(state)) {}

    [[nodiscard]] bool done() const { return state_->value || state_->error; }
    /// Let everything go on, and time pass, until it is there.
    T get();
    /// The same, for what shall fail; `done` if it did not.
    [[nodiscard]] std::optional<Error> error();
    [[nodiscard]] errc code() { return error().value().kind(); }

 private:
    World* world_;
    std::shared_ptr<State> state_;
};

/// One call of an operation, which the test answers.
struct Asked {
    OperationCall call;
    bool cancelled = false;
    std::optional<OperationResult> result;
    std::exception_ptr error;
    std::shared_ptr<asio::steady_timer> answered;

    void answer(model::Value value);
    void fail(model::Value error_value);
    void fail_attempt(const std::string& why);
    void give_up(const std::string& why);
};

/// An operation whose answers the test gives by hand.
class Desk {
 public:
    /// Parameters: a stubborn one goes on when it is cancelled.
    [[nodiscard]] Operation operation(bool stubborn = false);
    [[nodiscard]] std::size_t size() const { return asked_->size(); }
    [[nodiscard]] Asked& at(std::size_t i) { return *asked_->at(i); }
    [[nodiscard]] Asked& last() { return *asked_->back(); }

 private:
    using All = std::vector<std::shared_ptr<Asked>>;
    static asio::awaitable<OperationResult> ask(std::shared_ptr<All> all, OperationCall call, bool stubborn);

    std::shared_ptr<All> asked_ = std::make_shared<All>();
};

/// An engine, as a process of its own that can crash.
struct Process {
    std::shared_ptr<Owner> owner;
    std::unique_ptr<Engine> engine;
    Engine* operator->() const { return engine.get(); }
};

struct StoredFrame {
    std::uint64_t index = 0;
    Frame frame;
};

using ProgramRef = std::shared_ptr<const interpreter::Program>;

/// Engines on one thread, stores that obey, and time that passes when the test says so.
class World {
 public:
    explicit World(std::size_t value_bytes = store::default_max_value_bytes);
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    /// One partition, and this world's clock, alarm and randomness.
    [[nodiscard]] Options options();
    [[nodiscard]] Process open(Options options);
    [[nodiscard]] Process open() { return open(options()); }
    /// Begin to open; the process' engine is there when the future is.
    [[nodiscard]] Future<std::unique_ptr<Engine>> opening(std::shared_ptr<Owner> owner, Options options);
    /// The process is gone, with everything that it had under way.
    void crash(Process& process);
    /// An orderly end.
    void stop(Process& process);

    template <class T>
    Future<T> spawn(asio::awaitable<T> work) {
        auto state = std::make_shared<typename Future<T>::State>();
        if constexpr (std::is_void_v<T>) {
            asio::co_spawn(context_, std::move(work), [state](std::exception_ptr error) {
                state->error = error;
                state->value.emplace();
            });
        } else {
            asio::co_spawn(context_, std::move(work), [state](std::exception_ptr error, T value) {
                state->error = error;
                if (!error) {
                    state->value.emplace(std::move(value));
                }
            });
        }
        return {*this, state};
    }
    /// The result of a coroutine.
    template <class T>
    T run(asio::awaitable<T> work) {
        return spawn(std::move(work)).get();
    }
    /// Start a run and wait for the answer.
    StartResult start(Process& process, ProgramRef program, const std::string& id, model::Value input = {});

    /// Everything goes on that can without time passing.
    void settle();
    void pass(std::chrono::nanoseconds time);
    /// Time passes until this holds; throws if it never does.
    void until(const std::function<bool()>& holds);
    /// The late calls of the stores are made.
    void land();

    /// What is in a partition's log.
    [[nodiscard]] std::vector<StoredFrame> frames(std::uint32_t partition = 0);
    /// The events of one kind that are in it.
    template <class Body>
    [[nodiscard]] std::vector<Body> events(std::uint32_t partition = 0) {
        std::vector<Body> out;
        for (const auto& stored : frames(partition)) {
            if (const auto* events = std::get_if<Events>(&stored.frame.content)) {
                for (const auto& event : events->events) {
                    if (const auto* body = std::get_if<Body>(&event.body)) {
                        out.push_back(*body);
                    }
                }
            }
        }
        return out;
    }
    /// Append a frame as somebody else would.
    void append(Frame frame, std::uint32_t partition = 0);
    /// An Epoch frame of somebody else, at the log's end.
    [[nodiscard]] Frame foreign_epoch(std::uint32_t partition = 0);
    [[nodiscard]] std::uint64_t position(std::uint32_t partition = 0);
    [[nodiscard]] std::optional<store::Version> stored(store::Namespace ns, const std::string& key);
    [[nodiscard]] std::vector<store::Timestamp> versions(store::Namespace ns, const std::string& key);
    void put(store::Namespace ns, const std::string& key, std::string bytes, store::Timestamp version);
    /// The id of the store, as its log says.
    [[nodiscard]] model::Uuid store_id();

    [[nodiscard]] bool warned_of(const std::string& part) const;

    VirtualClock clock;
    VirtualAlarm alarm{clock};
    base::SeededEntropy entropy{20'011'009};
    ScriptedStores stores;
    std::vector<std::string> warnings;
    std::vector<Step> steps;

 private:
    asio::io_context context_{1};
};

template <class T>
T Future<T>::get() {
    world_->until([this] { return done(); });
    if (state_->error) {
        std::rethrow_exception(state_->error);
    }
    if constexpr (!std::is_void_v<T>) {
        return std::move(*state_->value);
    }
}

template <class T>
std::optional<Error> Future<T>::error() {
    world_->until([this] { return done(); });
    try {
        if (state_->error) {
            std::rethrow_exception(state_->error);
        }
        return std::nullopt;
    } catch (const Error& error) {
        return error;
    }
}

/// The number that a run succeeded with, or -1.
[[nodiscard]] std::int32_t number_of(const model::Outcome& outcome);

}  // namespace zflow::engine::test
