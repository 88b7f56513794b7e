#include "operations.hpp"

#include <zflow/base/assert.hpp>
#include <zflow/dsl/activity_operation.hpp>
#include <zflow/engine/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace zflow::engine {

std::string operation_name(const interpreter::Call& call) {
    if (call.type_id == dsl::activity_type_id && call.description.is(model::Kind::record)) {
        const auto* const name = call.description.as_record().find("name");
        if (name != nullptr && name->is(model::Kind::string)) {
            return name->as_string();
        }
    }
    return call.name;
}

std::string operation_key(std::string_view run_id, const model::Uuid& birth, std::uint64_t number) {
    return fmt::format("{}/{:016x}{:016x}/{}", run_id, birth.high, birth.low, number);
}

std::chrono::milliseconds delay_after(const RetryPolicy& policy, std::uint32_t attempt,
                                      std::uint64_t random) {
    const auto longest = static_cast<double>(policy.max_delay.count());
    auto delay = static_cast<double>(policy.first_delay.count()) * std::pow(policy.factor, attempt - 1);
    delay = std::isfinite(delay) ? std::min(delay, longest) : longest;
    if (policy.jitter) {
        constexpr double two_to_53 = 9007199254740992.0;
        delay *= 0.5 + 0.5 * static_cast<double>(random >> 11U) / two_to_53;
    }
    return std::chrono::milliseconds(static_cast<std::int64_t>(delay));
}

const std::string* Operations::name_of(const interpreter::Call& call) const {
    auto found = queues_.find(operation_name(call));
    if (found == queues_.end()) {
        found = queues_.find(call.type_id);
    }
    return found == queues_.end() ? nullptr : &found->first;
}

bool Operations::is_registered(const interpreter::Call& call) const {
    const std::lock_guard lock(mutex_);
    return name_of(call) != nullptr;
}

/// Give free places to who waits longest.
void Operations::fill(Queue& queue, Going& going) {
    while (!queue.waiting.empty() && queue.running < queue.registered->options.concurrency) {
        auto next = std::move(queue.waiting.front());
        queue.waiting.pop_front();
        ++queue.running;
        next->registered = queue.registered;
        going.push_back(std::move(next));
    }
}

void Operations::add(std::string name, Operation function, OperationOptions options) {
    if (name.empty() || function == nullptr || options.concurrency == 0 || !(options.retry.factor >= 1) ||
        options.timeout.count() < 0 || options.retry.first_delay.count() < 0 ||
        options.retry.max_delay.count() < 0) {
        throw Error(
            errc::invalid_argument,
            fmt::format(
                "the operation '{}' needs a name, a function, a concurrency of at least 1, a factor of "
                "at least 1, and no negative time",
                name));
    }
    Going going;
    {
        const std::lock_guard lock(mutex_);
        auto& queue = queues_[name];
        queue.registered = std::make_shared<const Registered>(std::move(function), options);
        std::deque<std::shared_ptr<Attempt>> still_unknown;
        for (auto& attempt : unknown_) {
            const auto* const known = name_of(attempt->call);
            if (known == nullptr) {
                still_unknown.push_back(std::move(attempt));
            } else {
                places_.emplace(attempt.get(), *known);
                queues_.find(*known)->second.waiting.push_back(std::move(attempt));
            }
        }
        unknown_ = std::move(still_unknown);
        fill(queue, going);
    }
    for (const auto& attempt : going) {
        attempt->go(attempt);
    }
}

void Operations::request(const std::shared_ptr<Attempt>& attempt) {
    Going going;
    {
        const std::lock_guard lock(mutex_);
        const auto* const name = name_of(attempt->call);
        if (name == nullptr) {
            unknown_.push_back(attempt);
            return;
        }
        auto& queue = queues_.find(*name)->second;
        places_.emplace(attempt.get(), *name);
        queue.waiting.push_back(attempt);
        fill(queue, going);
    }
    for (const auto& each : going) {
        each->go(each);
    }
}

void Operations::release(const std::shared_ptr<Attempt>& attempt) {
    Going going;
    {
        const std::lock_guard lock(mutex_);
        const auto place = places_.find(attempt.get());
        ZFLOW_ASSERT(place != places_.end() && attempt->registered, "a place is given back once");
        auto& queue = queues_.find(place->second)->second;
        places_.erase(place);
        --queue.running;
        fill(queue, going);
    }
    for (const auto& each : going) {
        each->go(each);
    }
}

void Operations::forget(const std::shared_ptr<Attempt>& attempt) {
    const std::lock_guard lock(mutex_);
    std::erase(unknown_, attempt);
    const auto place = places_.find(attempt.get());
    if (place != places_.end()) {
        auto& waiting = queues_.find(place->second)->second.waiting;
        const auto found = std::ranges::find(waiting, attempt);
        if (found != waiting.end()) {
            waiting.erase(found);
            places_.erase(place);
        }
    }
}

}  // namespace zflow::engine
