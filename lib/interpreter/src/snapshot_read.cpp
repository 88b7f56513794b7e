#include <zflow/codec/binary.hpp>
#include <zflow/codec/outcome_binary.hpp>
#include <zflow/codec/value_reader.hpp>
#include <zflow/interpreter/snapshot.hpp>

#include <limits>
#include <utility>

namespace zflow::interpreter {
namespace {

/// Reads what StateWriter wrote. Wrong bytes make the reader give zeros: it is asked in the end.
class StateReader {
 public:
    StateReader(std::shared_ptr<const Program> program, std::string_view bytes) : in_(bytes) {
        state_.program = std::move(program);
    }

    std::expected<State, model::Error> run() {
        const auto& id = state_.program->id();
        if (in_.bytes() != std::string_view(reinterpret_cast<const char*>(id.data()), id.size())) {
            in_.fail("the state belongs to another program");
        }
        const auto flags = in_.byte();
        state_.started = (flags & 1U) != 0;
        state_.paused = (flags & 2U) != 0;
        state_.ending = (flags & 8U) != 0;
        read_limits();
        state_.run_id = in_.bytes();
        state_.birth.high = in_.fixed64();
        state_.birth.low = in_.fixed64();
        state_.now = read_time();
        state_.versions = in_.varint();
        state_.operation_counter = in_.varint();
        state_.timer_counter = in_.varint();
        state_.random_counter = in_.varint();
        state_.steps = in_.varint();
        state_.fiber_counter = number();
        state_.scope_counter = number();
        state_.ended_kept_last = number();
        read_scopes_and_variables();
        read_all([&] { read_fiber(); });
        read_all([&] { state_.ready.push_back(number()); });
        read_all([&] { read_operation(); });
        read_all([&] { read_timer(); });
        read_all([&] { read_event(); });
        if (in_.ok() && in_.left() != 0) {
            in_.fail("there are bytes behind the state");
        }
        if (in_.ok()) {
            derive((flags & 4U) != 0);
        }
        if (in_.ok()) {
            if (auto wrong = find_inconsistency(state_); !wrong.empty()) {
                in_.fail(std::move(wrong));
            }
        }
        if (!in_.ok()) {
            return std::unexpected(in_.error());
        }
        return std::move(state_);
    }

 private:
    template <class Function>
    void read_all(const Function& read) {
        const auto count = in_.varint_up_to(in_.left(), "a count");
        for (std::uint64_t i = 0; i < count && in_.ok(); ++i) {
            read();
        }
    }

    std::uint32_t number() {
        return static_cast<std::uint32_t>(
            in_.varint_up_to(std::numeric_limits<std::uint32_t>::max(), "a number"));
    }

    /// The number of a constant of an enumeration.
    template <class Enumeration>
    Enumeration constant(Enumeration last) {
        const auto read = in_.byte();
        if (read > static_cast<std::uint8_t>(last)) {
            in_.fail("a constant that there is not");
            return last;
        }
        return static_cast<Enumeration>(read);
    }

    void read_limits() {
        state_.limits.turn = in_.varint();
        state_.limits.steps = in_.varint();
        state_.limits.fibers = number();
        state_.limits.frames = number();
        state_.limits.variables = number();
    }

    model::Instant read_time() {
        const auto seconds = in_.signed_varint();
        return {seconds, static_cast<std::int32_t>(in_.varint_up_to(999'999'999, "nanoseconds"))};
    }

    VariableKey read_key() {
        const auto scope = number();
        return {scope, std::string(in_.bytes())};
    }

    void read_scopes_and_variables() {
        read_all([&] {
            const auto scope = number();
            const auto parent = number();
            state_.scopes[scope] = {parent, in_.byte() != 0};
        });
        read_all([&] {
            auto key = read_key();
            const auto version = in_.varint();
            state_.variables.insert_or_assign(std::move(key), Variable{in_.read_value(), version});
        });
    }

    void read_fiber() {
        const auto number_of_fiber = number();
        auto& fiber = state_.fibers[number_of_fiber];
        fiber.number = number_of_fiber;
        fiber.parent = number();
        fiber.id = in_.bytes();
        fiber.mode = constant(Mode::ended);
        fiber.child_counter = number();
        fiber.temporary_counter = number();
        fiber.inherited_inputs = number();
        read_all([&] { fiber.scopes.push_back(number()); });
        if (fiber.mode == Mode::ended) {
            fiber.outcome = codec::read_outcome(in_);
            return;
        }
        fiber.waiting = constant(Waiting::back_off);
        fiber.awaited = in_.varint();
        fiber.node = number();
        fiber.target = number();
        const auto flags = in_.byte();
        fiber.interrupted = (flags & 1U) != 0;
        if ((flags & 2U) != 0) {
            fiber.death = codec::read_death(in_);
        }
        fiber.environment = in_.read_environment();
        fiber.inputs = in_.read_environment();
        fiber.value = in_.read_value();
        read_all([&] { fiber.stack.push_back(read_frame()); });
        read_all([&] { fiber.operands.push_back(in_.read_value()); });
        read_all([&] { fiber.transactions.push_back(read_transaction()); });
        read_all([&] { fiber.undos.push_back(read_transaction()); });
        read_all([&] { fiber.awaited_by.push_back(number()); });
    }

    Frame read_frame() {
        Frame frame{};
        frame.kind = constant(FrameKind::activity);
        frame.after = constant(After::right);
        frame.node = number();
        frame.step = number();
        frame.target = number();
        frame.version = in_.varint();
        frame.environment = in_.read_environment();
        frame.value = in_.read_value();
        return frame;
    }

    Transaction read_transaction() {
        Transaction transaction;
        transaction.node = number();
        transaction.attempts = number();
        transaction.undo_depth = number();
        transaction.environment = in_.read_environment();
        transaction.inputs = in_.read_environment();
        read_all([&] {
            auto key = read_key();
            transaction.writes.insert_or_assign(std::move(key), in_.read_value());
        });
        read_all([&] {
            auto key = read_key();
            transaction.reads.insert_or_assign(std::move(key), in_.varint());
        });
        read_all([&] {
            Compensation compensation;
            compensation.node = number();
            compensation.environment = in_.read_environment();
            compensation.result = in_.read_value();
            transaction.compensations.push_back(std::move(compensation));
        });
        read_all([&] { transaction.children.push_back(number()); });
        return transaction;
    }

    void read_operation() {
        const auto key = in_.varint();
        auto& operation = state_.operations[key];
        operation.fiber = number();
        operation.node = number();
        operation.activity = number();
        operation.attempt = number();
        operation.retry_timer = in_.varint();
        operation.input = in_.read_value();
    }

    void read_timer() {
        const auto key = in_.varint();
        auto& timer = state_.timers[key];
        timer.purpose = constant(PendingTimer::Purpose::retry);
        timer.subject = in_.varint();
        timer.due = read_time();
    }

    void read_event() {
        switch (in_.byte()) {
            case 1: {
                OperationCompleted event;
                event.operation = in_.varint();
                event.attempt = number();
                event.failed = in_.byte() != 0;
                event.value = in_.read_value();
                state_.held.emplace_back(std::move(event));
                return;
            }
            case 2: {
                AttemptFailed event;
                event.operation = in_.varint();
                event.attempt = number();
                event.retry_at = read_time();
                state_.held.emplace_back(event);
                return;
            }
            case 3:
                state_.held.emplace_back(TimerFired{in_.varint()});
                return;
            default:
                in_.fail("an event that is not held");
        }
    }

    /// What follows from the rest.
    void derive(bool has_outcome) {
        for (auto& [scope, place] : state_.scopes) {
            const auto parent = state_.scopes.find(place.parent);
            if (parent == state_.scopes.end() || place.parent > scope ||
                (place.parent == scope && scope != 0)) {
                in_.fail("a scope is inside of one that was made before it");
                return;
            }
            if (scope != 0) {
                parent->second.children.insert(scope);
            }
        }
        for (const auto& [number_of_fiber, fiber] : state_.fibers) {
            state_.fiber_numbers.emplace(fiber.id, number_of_fiber);
            state_.alive += fiber.mode == Mode::ended ? 0 : 1;
            for (const auto scope : fiber.scopes) {
                if (const auto place = state_.scopes.find(scope);
                    place != state_.scopes.end() && fiber.mode != Mode::ended) {
                    place->second.fiber = number_of_fiber;
                }
            }
            if (fiber.waiting == Waiting::variable) {
                state_.watching.insert(number_of_fiber);
            }
        }
        if (has_outcome) {
            const auto main = state_.fibers.find(0);
            if (main == state_.fibers.end() || !main->second.outcome) {
                in_.fail("the outcome is that of the main fiber");
                return;
            }
            state_.outcome = main->second.outcome;
        }
    }

    codec::ValueReader in_;
    State state_;
};

}  // namespace

std::expected<State, model::Error> state_from_binary(std::shared_ptr<const Program> program,
                                                     std::string_view bytes) {
    const auto opened = codec::open_sealed(codec::Content::snapshot, 1, bytes);
    if (!opened) {
        return std::unexpected(opened.error());
    }
    return StateReader(std::move(program), opened->payload).run();
}

}  // namespace zflow::interpreter
