#include "partition.hpp"

#include <zflow/engine/crash_points.hpp>
#include <zflow/interpreter/apply.hpp>
#include <zflow/interpreter/program.hpp>
#include <zflow/store/crash_point.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

// Operations of a partition's runs: an attempt starts after the frame that asked for it, its end is an event.
namespace zflow::engine {

namespace {

/// A coroutine of its own, so that what the function throws before it gives one counts as its failure too.
asio::awaitable<OperationResult> call(std::shared_ptr<const Registered> registered, OperationCall call) {
    co_return co_await registered->function(std::move(call));
}

std::string text_of(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& exception) {
        return exception.what();
    } catch (...) {
        return "something that is no std::exception was thrown";
    }
}

bool is_give_up(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const GiveUp&) {
        return true;
    } catch (...) {
        return false;
    }
}

}  // namespace

RunRecord* Partition::run_of(const Attempt& attempt) {
    auto* const record = table_.find(attempt.run_id);
    return record != nullptr && record->birth == attempt.birth && record->life == RunRecord::Life::live
               ? record
               : nullptr;
}

void Partition::start_attempt(RunRecord& record, interpreter::Call call) {
    if (!record.state) {
        return;  // The same turn has cancelled it, and the run has ended.
    }
    const auto pending = record.state->operations.find(call.operation);
    if (pending == record.state->operations.end() || pending->second.attempt != call.attempt) {
        return;  // The same turn has cancelled it.
    }
    auto attempt = std::make_shared<Attempt>();
    const auto& node = *record.state->program->at(pending->second.node).node;
    attempt->input_schema = node.schema;
    attempt->result_schema = node.result_schema;
    attempt->run_id = *record.id;
    attempt->birth = record.birth;
    attempt->call = std::move(call);
    attempt->go = [self = weak_from_this()](std::shared_ptr<Attempt> ready) {
        if (const auto partition = self.lock()) {
            asio::post(partition->executor_,
                       [partition, ready = std::move(ready)] { partition->run_attempt(ready); });
        }
    };
    record.attempts.push_back(attempt);
    if (draining_ || !log_->may_write()) {
        held_attempts_.push_back(std::move(attempt));
        return;
    }
    request_place(attempt);
}

void Partition::request_place(const std::shared_ptr<Attempt>& attempt) {
    attempt->state = context_->operations.is_registered(attempt->call) ? Attempt::State::queued
                                                                       : Attempt::State::not_registered;
    context_->operations.request(attempt);
}

/// Attempts that waited for the lease to be confirmed go.
void Partition::start_held_attempts() {
    if (held_attempts_.empty() || draining_ || !log_->may_write()) {
        return;
    }
    for (auto& attempt : std::exchange(held_attempts_, {})) {
        if (attempt->state != Attempt::State::ended) {
            request_place(attempt);
        }
    }
}

void Partition::run_attempt(const std::shared_ptr<Attempt>& attempt) {
    if (attempt->state == Attempt::State::ended || draining_ || ending_ || !log_->may_write()) {
        context_->operations.release(attempt);
        if (attempt->state != Attempt::State::ended) {
            attempt->state = Attempt::State::held;
            held_attempts_.push_back(attempt);
        }
        return;
    }
    attempt->state = Attempt::State::running;
    ++attempts_running_;
    const auto& options = attempt->registered->options;
    const auto& clock = *context_->options.clock;
    OperationCall told{
        .run_id = attempt->run_id,
        .operation_id = operation_key(attempt->run_id, attempt->birth, attempt->call.operation),
        .attempt = attempt->call.attempt,
        .deadline = std::chrono::system_clock::time_point::max(),
        .name = operation_name(attempt->call),
        .type_id = attempt->call.type_id,
        .description = attempt->call.description,
        .input = attempt->call.input,
        .input_schema = attempt->input_schema,
        .result_schema = attempt->result_schema};
    if (options.timeout.count() != 0) {
        told.deadline = clock.wall_now() + options.timeout;
        attempt->deadline = clock.steady_now() + options.timeout;
        attempt_deadlines_.emplace(attempt->deadline, attempt);
        arm_alarm();
    }
    if (context_->is_watched()) {
        context_->tell({.kind = Step::Kind::operation_called,
                        .run_id = attempt->run_id,
                        .name = told.name,
                        .operation = attempt->call.operation,
                        .attempt = attempt->call.attempt});
    }
    asio::co_spawn(executor_, call(attempt->registered, std::move(told)),
                   asio::bind_cancellation_slot(attempt->cancel.slot(),
                                                [self = shared_from_this(), attempt](
                                                    const std::exception_ptr& error, OperationResult result) {
                                                    self->attempt_ended(attempt, error, std::move(result));
                                                }));
}

/// Nobody looks at its answer any more.
void Partition::end_attempt(const std::shared_ptr<Attempt>& attempt) {
    attempt->state = Attempt::State::ended;
    if (attempt->deadline != SteadyTime::max()) {
        attempt_deadlines_.erase({attempt->deadline, attempt});
    }
    if (auto* const record = table_.find(attempt->run_id)) {
        std::erase(record->attempts, attempt);
    }
}

void Partition::attempt_ended(const std::shared_ptr<Attempt>& attempt, const std::exception_ptr& error,
                              OperationResult result) {
    store::crash_point(crash_points::after_operation);
    --attempts_running_;
    attempts_changed_.notify_all();
    context_->operations.release(attempt);
    if (attempt->state == Attempt::State::ended) {
        return;
    }
    end_attempt(attempt);
    if (error) {
        if (is_give_up(error)) {
            context_->metrics.attempt_ended(Metrics::AttemptEnd::gave_up);
            complete(attempt, true, interpreter::activity_error(text_of(error)));
        } else {
            context_->metrics.attempt_ended(Metrics::AttemptEnd::retried);
            attempt_failed(attempt, text_of(error));
        }
        return;
    }
    const auto failed = !result.has_value();
    context_->metrics.attempt_ended(failed ? Metrics::AttemptEnd::failed : Metrics::AttemptEnd::succeeded);
    complete(attempt, failed, failed ? std::move(result.error()) : std::move(result.value()));
}

/// The operation has ended, one way or the other: an event.
void Partition::complete(const std::shared_ptr<Attempt>& attempt, bool failed, model::Value value) {
    auto* const record = run_of(*attempt);
    if (record == nullptr || ending_) {
        return;
    }
    last_errors_.erase({record->serial, attempt->call.operation});
    if (const auto fault = find_fault(value)) {
        failed = true;
        value = interpreter::activity_error(fmt::format("the result of the operation '{}' cannot be kept: {}",
                                                        operation_name(attempt->call), *fault));
    }
    EventBody body =
        interpreter::OperationCompleted{attempt->call.operation, attempt->call.attempt, failed, value};
    const auto limit = largest_event();
    if (const auto size = encoded_size({*record->id, record->birth}, body); size > limit) {
        body = interpreter::OperationCompleted{
            attempt->call.operation, attempt->call.attempt, true,
            interpreter::activity_error(
                fmt::format("the result of the operation '{}' is too large: about {} bytes, the "
                            "store takes {} in one event",
                            operation_name(attempt->call), size, limit))};
    }
    if (context_->is_watched()) {
        context_->tell({.kind = failed ? Step::Kind::operation_failed : Step::Kind::operation_completed,
                        .run_id = attempt->run_id,
                        .name = operation_name(attempt->call),
                        .operation = attempt->call.operation,
                        .attempt = attempt->call.attempt});
    }
    queue_event(*record, std::move(body));
}

void Partition::attempt_failed(const std::shared_ptr<Attempt>& attempt, const std::string& why) {
    auto* const record = run_of(*attempt);
    if (record == nullptr || ending_) {
        return;
    }
    const auto& policy = attempt->registered->options.retry;
    const auto number = attempt->call.attempt;
    if (policy.max_attempts != 0 && number >= policy.max_attempts) {
        return complete(attempt, true,
                        interpreter::activity_error(
                            fmt::format("{} (attempt {} of {})", why, number, policy.max_attempts)));
    }
    last_errors_.insert_or_assign({record->serial, attempt->call.operation}, why);
    const auto again = time_.now() + std::chrono::nanoseconds(
                                         delay_after(policy, number, context_->options.entropy->number()));
    if (context_->is_watched()) {
        context_->tell({.kind = Step::Kind::attempt_failed,
                        .run_id = attempt->run_id,
                        .name = operation_name(attempt->call),
                        .operation = attempt->call.operation,
                        .attempt = number,
                        .text = why,
                        .until = again});
    }
    queue_event(*record, interpreter::AttemptFailed{attempt->call.operation, number, again});
}

void Partition::cancel_attempt(RunRecord& record, std::uint64_t operation) {
    const auto found = std::ranges::find_if(record.attempts, [&](const std::shared_ptr<Attempt>& each) {
        return each->call.operation == operation;
    });
    if (found == record.attempts.end()) {
        return;
    }
    // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): end_attempt erases what `found` points to.
    const auto attempt = *found;
    const auto was = attempt->state;
    end_attempt(attempt);
    if (was == Attempt::State::running) {
        context_->metrics.attempt_ended(Metrics::AttemptEnd::cancelled);
        attempt->cancel.emit(asio::cancellation_type::terminal);
    } else {
        std::erase(held_attempts_, attempt);
        context_->operations.forget(attempt);
    }
    last_errors_.erase({record.serial, operation});
}

void Partition::cancel_attempts(RunRecord& record) {
    while (!record.attempts.empty()) {
        cancel_attempt(record, record.attempts.back()->call.operation);
    }
}

}  // namespace zflow::engine
