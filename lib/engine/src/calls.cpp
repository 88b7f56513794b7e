#include "chunks.hpp"
#include "keys.hpp"
#include "partition.hpp"
#include "reservation.hpp"

#include <zflow/store/error.hpp>

#include <fmt/format.h>

#include <utility>

// What callers ask a partition for. Every answer is computed from applied state: it is in the log, or in a
// row that a checkpoint wrote.
namespace zflow::engine {

namespace {

Error not_found(const std::string& id) {
    return {errc::not_found, "there is no such run", id};
}

/// A value that comes from outside can be read back when it is in the log.
void check_value(const model::Value& value, const std::string& id) {
    if (const auto fault = find_fault(value)) {
        throw Error(errc::invalid_argument, fmt::format("the value cannot be kept: {}", *fault), id);
    }
}

/// What a store says, as an error of the engine's.
Error as_engine_error(const store::Error& error, const std::string& id) {
    if (error.kind() == store::errc::too_large) {
        return {errc::too_large, error.what(), id};
    }
    return {errc::unavailable, error.what(), id};
}

}  // namespace

asio::awaitable<void> Partition::until_serving() {
    for (;;) {
        if (phase_ == Phase::closed) {
            throw Error(errc::stopped, "the engine is stopping or was closed");
        }
        if (phase_ == Phase::standby) {
            const auto owner = this->owner().second;
            throw Error(errc::unavailable, fmt::format("the runs of partition {} belong to {}; ask there",
                                                       number_, owner.empty() ? "another process" : owner));
        }
        if (phase_ == Phase::serving && log_->may_write()) {
            co_return;
        }
        if (phase_ == Phase::serving) {
            co_await confirmed_.wait();
        } else {
            co_await phase_changed_.wait();
        }
    }
}

std::shared_ptr<Answer> Partition::new_answer() {
    return std::make_shared<Answer>(executor_);
}

/// Queue the event of a call, unless too many wait already.
std::shared_ptr<Answer> Partition::queue_call(Pending pending) {
    if (queued_calls_ >= context_->options.queued_calls) {
        throw Error(errc::throttled,
                    fmt::format("{} calls wait for their commit already (limit queued_calls); nothing "
                                "was done, try again slower",
                                queued_calls_));
    }
    auto answer = new_answer();
    pending.answer = answer;
    call_deadlines_.emplace_back(context_->options.clock->steady_now() + context_->options.call_deadline,
                                 answer);
    arm_alarm();
    queue(std::move(pending));
    if (queue_.back().size > largest_event()) {
        const auto size = queue_.back().size;
        if (auto* const record = queue_.back().run) {
            --record->pins;
        }
        queue_.pop_back();
        --queued_calls_;
        throw Error(errc::too_large,
                    fmt::format("the value is too large: about {} bytes, the store takes {} in one event",
                                size, largest_event()));
    }
    return answer;
}

asio::awaitable<void> Partition::wait_for(std::shared_ptr<Answer> answer) {
    while (!answer->done) {
        co_await answer->done_changed.wait();
    }
    while (!call_deadlines_.empty() && call_deadlines_.front().second.expired()) {
        call_deadlines_.pop_front();
    }
    if (answer->error) {
        std::rethrow_exception(answer->error);
    }
}

/// The result of a finished run that is no longer in memory.
asio::awaitable<std::optional<ResultRow>> Partition::find_result(std::string id, std::uint64_t* version) {
    std::optional<store::Version> found;
    try {
        found = co_await key_value_->get_latest(results_namespace(number_), run_key(id));
    } catch (const store::Error& error) {
        throw as_engine_error(error, id);
    }
    if (!found) {
        co_return std::nullopt;
    }
    auto row = decode_result_row(found->value);
    if (!row) {
        throw Error(errc::parked, fmt::format("its result cannot be read: {}", row.error().text()), id);
    }
    *version = static_cast<std::uint64_t>(found->timestamp);
    if (*version > applied_) {
        throw Error(errc::unavailable, "another owner of this run is at work; nothing was done, ask again",
                    id);
    }
    co_return std::move(*row);
}

asio::awaitable<model::Outcome> Partition::outcome_of(std::string id, ResultRow row, std::uint64_t version) {
    std::optional<std::string> bytes = std::move(row.outcome);
    if (row.chunks != 0) {
        try {
            bytes = co_await get_chunks(*key_value_, snapshots_namespace(number_), run_key(id),
                                        static_cast<store::Timestamp>(version));
        } catch (const store::Error& error) {
            throw as_engine_error(error, id);
        }
    }
    if (!bytes) {
        // It may have been removed since its row was read.
        std::uint64_t now = 0;
        const auto still = co_await find_result(id, &now);
        if (!still || now != version) {
            throw not_found(id);
        }
    }
    auto outcome =
        bytes ? decode_outcome(*bytes) : std::unexpected(model::Error{"its bytes are not in the store"});
    if (!outcome) {
        throw Error(errc::parked, fmt::format("its result cannot be read: {}", outcome.error().text()), id);
    }
    co_return std::move(*outcome);
}

namespace {

/// Whether a start under the id of a run that is there may attach to it.
void check_attach(const StartOptions& options, const codec::ProgramId& program, const InputHash& input,
                  const codec::ProgramId& its_program, const InputHash& its_input) {
    if (options.if_exists == IfExists::error) {
        throw Error(errc::exists, "there is a run under this id already", options.id);
    }
    if (program != its_program) {
        throw Error(
            errc::conflict,
            "the id belongs to a run of another program: start under another id, or remove that run first",
            options.id);
    }
    if (input != its_input) {
        throw Error(
            errc::conflict,
            "the id belongs to a run with another input: start under another id, or remove that run first",
            options.id);
    }
}

}  // namespace

asio::awaitable<std::shared_ptr<Reservation>> Partition::reserve(std::string id) {
    for (;;) {
        co_await until_serving();
        const auto held = reserved_.find(id);
        if (held == reserved_.end()) {
            co_return std::make_shared<Reservation>(shared_from_this(), id);
        }
        auto answer = new_answer();
        held->second.push_back(answer);
        call_deadlines_.emplace_back(context_->options.clock->steady_now() + context_->options.call_deadline,
                                     answer);
        arm_alarm();
        co_await wait_for(answer);
    }
}

asio::awaitable<StartResult> Partition::start(std::shared_ptr<const interpreter::Program> program,
                                              model::Value input, StartOptions options, bool fresh_id) {
    check_value(input, options.id);
    co_await until_serving();
    try {
        co_await context_->programs.ensure_stored(key_value_, program);
    } catch (const store::Error& error) {
        throw as_engine_error(error, options.id);
    }
    const auto hash = hash_of(input);
    for (;;) {
        const auto reservation = co_await reserve(options.id);
        const auto epoch = epochs_;
        const auto* const record = table_.find(options.id);
        if (record != nullptr && record->life == RunRecord::Life::parked) {
            throw Error(errc::parked, *record->error, options.id);
        }
        const auto in_memory = record != nullptr && record->life != RunRecord::Life::removed &&
                               record->life != RunRecord::Life::evicted;
        if (in_memory) {
            check_attach(options, program->id(), hash, record->program_id, record->input_hash);
            co_return StartResult{options.id, true};
        }
        if (!fresh_id && (record == nullptr || record->life == RunRecord::Life::evicted)) {
            std::uint64_t version = 0;
            const auto row = co_await find_result(options.id, &version);
            if (epoch != epochs_ || phase_ != Phase::serving) {
                continue;
            }
            if (row) {
                check_attach(options, program->id(), hash, row->program, row->input_hash);
                co_return StartResult{options.id, true};
            }
        }
        Pending pending{
            .name = {options.id, {context_->options.entropy->number(), context_->options.entropy->number()}},
            .body = Begin{.input = input,
                          .program = program->id(),
                          .input_hash = hash,
                          .tags = options.tags,
                          .retention_ms = static_cast<std::uint64_t>(context_->options.retention.count())},
            .program = program,
            .reservation = reservation};
        const auto answer = queue_call(std::move(pending));
        co_await wait_for(answer);
        if (!answer->attached) {
            co_return StartResult{options.id, false};
        }
        // An earlier start, of which nobody knew what had become, was before this one in the log.
    }
}

asio::awaitable<model::Outcome> Partition::result(std::string id) {
    for (;;) {
        co_await until_serving();
        auto* const record = table_.find(id);
        if (record == nullptr || record->life == RunRecord::Life::evicted) {
            std::uint64_t version = 0;
            const auto epoch = epochs_;
            auto row = co_await find_result(id, &version);
            if (epoch != epochs_ || phase_ != Phase::serving || table_.find(id) != record) {
                continue;
            }
            if (!row) {
                throw not_found(id);
            }
            co_return co_await outcome_of(id, std::move(*row), version);
        }
        if (record->life == RunRecord::Life::removed) {
            throw not_found(id);
        }
        if (record->life == RunRecord::Life::parked) {
            throw Error(errc::parked, *record->error, id);
        }
        if (record->ending) {
            co_return record->ending->outcome;
        }
        auto answer = new_answer();
        record->waiters.push_back(answer);
        co_await wait_for(answer);
    }
}

asio::awaitable<std::optional<model::Outcome>> Partition::poll(std::string id) {
    co_await until_serving();
    const auto* const record = table_.find(id);
    if (record != nullptr && record->life == RunRecord::Life::live && !record->ending) {
        co_return std::nullopt;
    }
    if (record != nullptr && record->life == RunRecord::Life::parked) {
        co_return std::nullopt;
    }
    co_return co_await result(id);
}

/// The record of a run that can take events. Errors: not_found, parked; nothing if it has finished.
asio::awaitable<RunRecord*> Partition::live_run(std::string id) {
    for (;;) {
        co_await until_serving();
        auto* const record = table_.find(id);
        if (record != nullptr && record->life == RunRecord::Life::live) {
            co_return record;
        }
        if (record != nullptr && record->life == RunRecord::Life::parked) {
            throw Error(errc::parked, *record->error, id);
        }
        if (record != nullptr && record->life == RunRecord::Life::finished) {
            co_return nullptr;
        }
        if (record != nullptr && record->life == RunRecord::Life::removed) {
            throw not_found(id);
        }
        std::uint64_t version = 0;
        const auto epoch = epochs_;
        const auto row = co_await find_result(id, &version);
        if (epoch != epochs_ || phase_ != Phase::serving || table_.find(id) != record) {
            continue;
        }
        if (!row) {
            throw not_found(id);
        }
        co_return nullptr;
    }
}

asio::awaitable<void> Partition::command(std::string id, EventBody body) {
    auto* const record = co_await live_run(id);
    if (record == nullptr) {
        co_return;  // A finished run stays as it is.
    }
    co_await wait_for(queue_call({.run = record, .body = std::move(body)}));
}

namespace {

const model::Value* find_variable(const interpreter::State& state, const std::string& name) {
    const auto found = state.variables.find({0, name});
    return found == state.variables.end() ? nullptr : &found->second.value;
}

Error no_variable(const std::string& id, const std::string& name) {
    return {errc::not_found, fmt::format("its main fiber has no variable '{}' now", name), id};
}

}  // namespace

asio::awaitable<model::Value> Partition::get_variable(std::string id, std::string name) {
    for (;;) {
        auto* const record = co_await live_run(id);
        if (record == nullptr) {
            throw Error(errc::not_found, "the run has finished: it has no variables any more", id);
        }
        const auto epoch = epochs_;
        co_await ensure_loaded(*record);
        if (epoch != epochs_ || phase_ != Phase::serving || table_.find(id) != record || !record->state) {
            continue;
        }
        const auto* const value = find_variable(*record->state, name);
        if (value == nullptr) {
            throw no_variable(id, name);
        }
        co_return *value;
    }
}

asio::awaitable<void> Partition::set_variable(std::string id, std::string name, model::Value value) {
    check_value(value, id);
    (void)co_await get_variable(id, name);
    co_await command(std::move(id), interpreter::SetVariable{std::move(name), std::move(value)});
}

asio::awaitable<void> Partition::remove(std::string id) {
    for (;;) {
        const auto reservation = co_await reserve(id);
        const auto epoch = epochs_;
        auto* const record = table_.find(id);
        if (record != nullptr && record->life == RunRecord::Life::removed) {
            throw not_found(id);
        }
        if (record != nullptr && record->life == RunRecord::Life::live) {
            throw Error(errc::not_finished,
                        record->ending
                            ? "its main fiber has ended, but fibers that it forked go on: abort it first"
                            : "only finished runs can be removed: abort it first",
                        id);
        }
        FrameRun name{id, record != nullptr ? record->birth : model::Uuid()};
        if (record == nullptr || record->life == RunRecord::Life::evicted) {
            std::uint64_t version = 0;
            const auto row = co_await find_result(id, &version);
            if (epoch != epochs_ || phase_ != Phase::serving) {
                continue;
            }
            if (!row) {
                throw not_found(id);
            }
            name.birth = row->birth;
        }
        co_await wait_for(
            queue_call({.name = std::move(name), .body = Remove{}, .reservation = reservation}));
        co_return;
    }
}

asio::awaitable<void> Partition::checkpoint() {
    co_await until_serving();
    const auto epoch = epochs_;
    const auto before = checkpoints_;
    // One that runs already may have begun too early.
    const auto needed = before + (checkpoint_running_ ? 2 : 1);
    checkpoint_wanted_ = true;
    wake();
    while (checkpoints_ < needed) {
        co_await checkpoint_changed_.wait();
        if (epoch != epochs_ || phase_ != Phase::serving) {
            throw Error(errc::unavailable, "the owner of these runs changes just now");
        }
        if (checkpoints_ < needed) {
            checkpoint_wanted_ = true;
            wake();
        }
    }
    if (!checkpoint_ok_) {
        throw Error(errc::unavailable,
                    fmt::format("the checkpoint of partition {} was not written; the log says why", number_));
    }
}

}  // namespace zflow::engine
