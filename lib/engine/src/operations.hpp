#pragma once

#include <zflow/base/entropy.hpp>
#include <zflow/engine/operation.hpp>
#include <zflow/interpreter/event.hpp>
#include <zflow/model/uuid.hpp>

#include <boost/asio/cancellation_signal.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace zflow::engine {

/// An operation that somebody gave, and how many attempts of it run.
struct Registered {
    Operation function;
    OperationOptions options;
};

/// One attempt of one operation, from the action that asked for it to its end. It belongs to its partition's
/// strand, but for what `Operations` keeps.
struct Attempt {
    enum class State : std::uint8_t {
        not_registered,  ///< nobody gave the operation yet
        queued,          ///< as many as may be at once are running
        held,            ///< the lease has to be confirmed first
        running,
        ended,  ///< nobody looks at its answer any more
    };

    std::string run_id;
    model::Uuid birth;
    interpreter::Call call;
    model::Ref<const model::Schema> input_schema;
    model::Ref<const model::Schema> result_schema;
    State state = State::held;
    std::shared_ptr<const Registered> registered;  ///< while it has a place
    std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
    asio::cancellation_signal cancel;
    std::string last_error;  ///< of the attempt before
    /// Called, from any thread, when it may run: it has a place then.
    std::function<void(std::shared_ptr<Attempt>)> go;
};

/// The operations that were given, and who waits for a place in them.
///
/// Invariant: of one name no more attempts have a place than its options allow; an attempt that waits gets a
/// place as soon as there is one. Thread-safety: any number of calls at once.
class Operations {
 public:
    void add(std::string name, Operation function, OperationOptions options);

    /// Ask for a place. `attempt->go` is called when it has one, perhaps at once, by whoever makes room.
    void request(const std::shared_ptr<Attempt>& attempt);

    /// Give a place back. The next one goes.
    void release(const std::shared_ptr<Attempt>& attempt);

    /// Stop waiting for a place.
    void forget(const std::shared_ptr<Attempt>& attempt);

    /// How an attempt stands that has no place: for people.
    [[nodiscard]] bool is_registered(const interpreter::Call& call) const;

 private:
    struct Queue {
        std::shared_ptr<const Registered> registered;
        std::uint32_t running = 0;
        std::deque<std::shared_ptr<Attempt>> waiting;
    };
    using Going = std::vector<std::shared_ptr<Attempt>>;

    [[nodiscard]] const std::string* name_of(const interpreter::Call& call) const;
    void fill(Queue& queue, Going& going);

    mutable std::mutex mutex_;
    std::map<std::string, Queue, std::less<>> queues_;
    std::deque<std::shared_ptr<Attempt>> unknown_;  ///< of operations that nobody gave yet
    std::map<const Attempt*, std::string> places_;
};

/// The name under which an activity of the DSL, or any other operation, is looked up first.
[[nodiscard]] std::string operation_name(const interpreter::Call& call);

/// The idempotency key: `<run id>/<birth as 32 hexadecimal digits>/<number>`.
[[nodiscard]] std::string operation_key(std::string_view run_id, const model::Uuid& birth,
                                        std::uint64_t number);

/// How long to wait after a failed attempt.
///
/// Parameters: `attempt` is the one that failed, counted from 1; `random` any number.
[[nodiscard]] std::chrono::milliseconds delay_after(const RetryPolicy& policy, std::uint32_t attempt,
                                                    std::uint64_t random);

}  // namespace zflow::engine
