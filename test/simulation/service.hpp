#pragma once

#include "dice.hpp"
#include "replica.hpp"
#include "store_world.hpp"

#include <zflow/engine/operation.hpp>

#include <map>
#include <memory>
#include <set>
#include <string>

namespace zflow::simulation {

/// The world outside, in which operations do something: it gives every call another answer, unless the flow
/// asked for one that is remembered by the idempotency key. Written down is who was told what.
///
/// How it behaves is in the activity's name: `ok` gives its input, `value` a number that is never given
/// again, `remembered` the same one for each key, `big` a text of so many bytes; `bad` fails, `flaky` does at
/// the first attempt, `stubborn` at the first three, `hopeless` gives up; with `slow` in it takes seconds.
class Service {
 public:
    Service(VirtualTime& time, Replica& replica, Dice dice, std::function<void(std::string)> violated)
        : time_(time), replica_(replica), dice_(dice), violated_(std::move(violated)) {}

    /// How often a call fails for no reason.
    double failing = 0;

    asio::awaitable<engine::OperationResult> operate(std::shared_ptr<Link> link, engine::OperationCall call);

    /// A completion in the log has the answer that its own attempt gave.
    void check(const Life& life, const interpreter::OperationCompleted& completed) const;

    [[nodiscard]] std::uint64_t calls() const { return calls_; }

 private:
    void check_call(const Link& link, const engine::OperationCall& call);
    engine::OperationResult answer(const engine::OperationCall& call);

    VirtualTime& time_;
    Replica& replica_;
    Dice dice_;
    std::function<void(std::string)> violated_;
    std::uint64_t calls_ = 0;
    std::int32_t serial_ = 0;
    std::map<std::string, model::Value> remembered_;
    /// By key and attempt: what was answered, as text.
    std::map<std::pair<std::string, std::uint32_t>, std::set<std::string>> answered_;
};

}  // namespace zflow::simulation
