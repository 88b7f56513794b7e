#include <zflow/codec/binary.hpp>
#include <zflow/codec/outcome_binary.hpp>
#include <zflow/codec/value_writer.hpp>
#include <zflow/interpreter/snapshot.hpp>
#include <zflow/model/limits.hpp>

#include <fmt/format.h>

namespace zflow::interpreter {
namespace {

/// Writes a state field by field, in the order of docs/formats/snapshot.md.
class StateWriter {
 public:
    explicit StateWriter(const State& state) : state_(state) {}

    std::expected<std::string, model::Error> run() {
        const auto& id = state_.program->id();
        out_.bytes({reinterpret_cast<const char*>(id.data()), id.size()});
        out_.byte(static_cast<std::uint8_t>((state_.started ? 1 : 0) | (state_.paused ? 2 : 0) |
                                            (state_.outcome ? 4 : 0) | (state_.ending ? 8 : 0)));
        write_limits(state_.limits);
        out_.bytes(state_.run_id);
        out_.fixed64(state_.birth.high);
        out_.fixed64(state_.birth.low);
        write_time(state_.now);
        for (const auto counter :
             {state_.versions, state_.operation_counter, state_.timer_counter, state_.random_counter,
              state_.steps, std::uint64_t{state_.fiber_counter}, std::uint64_t{state_.scope_counter},
              std::uint64_t{state_.ended_kept_last}}) {
            out_.varint(counter);
        }
        write_scopes_and_variables();
        write_all(state_.fibers, [&](const auto& each) { write_fiber(each.second); });
        write_all(state_.ready, [&](std::uint32_t fiber) { out_.varint(fiber); });
        write_all(state_.operations, [&](const auto& each) { write_operation(each.first, each.second); });
        write_all(state_.timers, [&](const auto& each) { write_timer(each.first, each.second); });
        write_all(state_.held, [&](const auto& each) { write_event(each); });
        if (out_.is_too_long()) {
            return std::unexpected(model::Error{fmt::format(
                "the state has more than {} bytes (limit max_encoded_bytes)", model::max_encoded_bytes)});
        }
        return codec::seal(codec::Content::snapshot, 1, out_.text());
    }

 private:
    template <class Range, class Function>
    void write_all(const Range& range, const Function& write) {
        out_.varint(range.size());
        for (const auto& each : range) {
            write(each);
        }
    }

    void write_limits(const Limits& limits) {
        out_.varint(limits.turn);
        out_.varint(limits.steps);
        out_.varint(limits.fibers);
        out_.varint(limits.frames);
        out_.varint(limits.variables);
    }

    void write_time(const model::Instant& time) {
        out_.signed_varint(time.seconds);
        out_.varint(static_cast<std::uint64_t>(time.nanos));
    }

    void write_key(const VariableKey& key) {
        out_.varint(key.scope);
        out_.bytes(key.name);
    }

    void write_scopes_and_variables() {
        write_all(state_.scopes, [&](const auto& each) {
            out_.varint(each.first);
            out_.varint(each.second.parent);
            out_.byte(each.second.alive ? 1 : 0);
        });
        write_all(state_.variables, [&](const auto& each) {
            write_key(each.first);
            out_.varint(each.second.version);
            out_.write(each.second.value);
        });
    }

    void write_fiber(const Fiber& fiber) {
        out_.varint(fiber.number);
        out_.varint(fiber.parent);
        out_.bytes(fiber.id);
        out_.byte(static_cast<std::uint8_t>(fiber.mode));
        out_.varint(fiber.child_counter);
        out_.varint(fiber.temporary_counter);
        out_.varint(fiber.inherited_inputs);
        write_all(fiber.scopes, [&](std::uint32_t scope) { out_.varint(scope); });
        if (fiber.mode == Mode::ended && fiber.outcome) {
            codec::write_outcome(out_, *fiber.outcome);
            return;
        }
        out_.byte(static_cast<std::uint8_t>(fiber.waiting));
        out_.varint(fiber.awaited);
        out_.varint(fiber.node);
        out_.varint(fiber.target);
        out_.byte(static_cast<std::uint8_t>((fiber.interrupted ? 1 : 0) | (fiber.death ? 2 : 0)));
        if (fiber.death) {
            codec::write_death(out_, *fiber.death);
        }
        out_.write(fiber.environment);
        out_.write(fiber.inputs);
        out_.write(fiber.value);
        write_all(fiber.stack, [&](const Frame& frame) { write_frame(frame); });
        write_all(fiber.operands, [&](const model::Value& value) { out_.write(value); });
        write_all(fiber.transactions, [&](const Transaction& each) { write_transaction(each); });
        write_all(fiber.undos, [&](const Transaction& each) { write_transaction(each); });
        write_all(fiber.awaited_by, [&](std::uint32_t waiter) { out_.varint(waiter); });
    }

    void write_frame(const Frame& frame) {
        out_.byte(static_cast<std::uint8_t>(frame.kind));
        out_.byte(static_cast<std::uint8_t>(frame.after));
        out_.varint(frame.node);
        out_.varint(frame.step);
        out_.varint(frame.target);
        out_.varint(frame.version);
        out_.write(frame.environment);
        out_.write(frame.value);
    }

    void write_transaction(const Transaction& transaction) {
        out_.varint(transaction.node);
        out_.varint(transaction.attempts);
        out_.varint(transaction.undo_depth);
        out_.write(transaction.environment);
        out_.write(transaction.inputs);
        write_all(transaction.writes, [&](const auto& each) {
            write_key(each.first);
            out_.write(each.second);
        });
        write_all(transaction.reads, [&](const auto& each) {
            write_key(each.first);
            out_.varint(each.second);
        });
        write_all(transaction.compensations, [&](const Compensation& each) {
            out_.varint(each.node);
            out_.write(each.environment);
            out_.write(each.result);
        });
        write_all(transaction.children, [&](std::uint32_t child) { out_.varint(child); });
    }

    void write_operation(std::uint64_t number, const PendingOperation& operation) {
        out_.varint(number);
        out_.varint(operation.fiber);
        out_.varint(operation.node);
        out_.varint(operation.activity);
        out_.varint(operation.attempt);
        out_.varint(operation.retry_timer);
        out_.write(operation.input);
    }

    void write_timer(std::uint64_t number, const PendingTimer& timer) {
        out_.varint(number);
        out_.byte(static_cast<std::uint8_t>(timer.purpose));
        out_.varint(timer.subject);
        write_time(timer.due);
    }

    /// Only what is held while a run is paused.
    void write_event(const EventKind& event) {
        if (const auto* completed = std::get_if<OperationCompleted>(&event)) {
            out_.byte(1);
            out_.varint(completed->operation);
            out_.varint(completed->attempt);
            out_.byte(completed->failed ? 1 : 0);
            out_.write(completed->value);
        } else if (const auto* failed = std::get_if<AttemptFailed>(&event)) {
            out_.byte(2);
            out_.varint(failed->operation);
            out_.varint(failed->attempt);
            write_time(failed->retry_at);
        } else {
            out_.byte(3);
            out_.varint(std::get<TimerFired>(event).timer);
        }
    }

    const State& state_;
    codec::ValueWriter out_;
};

}  // namespace

std::expected<std::string, model::Error> state_to_binary(const State& state) {
    return StateWriter(state).run();
}

}  // namespace zflow::interpreter
