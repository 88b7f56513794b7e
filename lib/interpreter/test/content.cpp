#include "content.hpp"

#include "drive.hpp"

#include <zflow/codec/binary.hpp>
#include <zflow/model/sequence.hpp>

#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace zflow::interpreter::test {
namespace {

using model::Kind;

/// Gives equal values and environments one object, for the small states of tests.
class Sharing {
 public:
    void share(Value& value) { value = of(value).value; }
    void share(EnvironmentRef& environment) { environment = of(environment).environment; }

    void share(Transaction& transaction) {
        share(transaction.environment);
        share(transaction.inputs);
        for (auto& [key, value] : transaction.writes) {
            share(value);
        }
        for (auto& compensation : transaction.compensations) {
            share(compensation.environment);
            share(compensation.result);
        }
    }

    void share(std::optional<model::Outcome>& outcome) {
        if (!outcome) {
            return;
        }
        if (auto* succeeded = std::get_if<model::Succeeded>(&*outcome)) {
            share(succeeded->value);
        } else if (auto* failed = std::get_if<model::Failed>(&*outcome)) {
            share(failed->value);
        }
    }

    void share(Fiber& fiber) {
        share(fiber.environment);
        share(fiber.inputs);
        share(fiber.value);
        for (auto& frame : fiber.stack) {
            share(frame.environment);
            share(frame.value);
        }
        for (auto& operand : fiber.operands) {
            share(operand);
        }
        for (auto& transaction : fiber.transactions) {
            share(transaction);
        }
        for (auto& transaction : fiber.undos) {
            share(transaction);
        }
        share(fiber.outcome);
    }

 private:
    struct Shared {
        std::size_t number = 0;
        Value value = {};
        EnvironmentRef environment = {};
    };

    const Shared& remember(const std::string& content, Value value, EnvironmentRef environment) {
        return known_
            .try_emplace(content, Shared{known_.size() + 1, std::move(value), std::move(environment)})
            .first->second;
    }

    const Shared& of(const EnvironmentRef& environment) {
        if (!environment) {
            return remember("no environment", {}, {});
        }
        const auto value = of(environment->value());
        const auto below = of(environment->below());
        return remember(fmt::format("environment {} {}", value.number, below.number), {},
                        model::Environment::push(value.value, below.environment));
    }

    const Shared& of(const Value& value) {
        const auto kind = static_cast<int>(value.kind());
        switch (value.kind()) {
            case Kind::some:
            case Kind::left:
            case Kind::right: {
                const auto inner = of(value.inner());
                auto made = value.is(Kind::some)   ? Value::some(inner.value)
                            : value.is(Kind::left) ? Value::left(inner.value)
                                                   : Value::right(inner.value);
                return remember(fmt::format("{} {}", kind, inner.number), std::move(made), {});
            }
            case Kind::tuple: {
                const auto left = of(value.as_tuple().left);
                const auto right = of(value.as_tuple().right);
                return remember(fmt::format("{} {} {}", kind, left.number, right.number),
                                Value::tuple(left.value, right.value), {});
            }
            case Kind::sequence: {
                auto content = fmt::format("{}", kind);
                const auto items = all(value.as_sequence().items(), content);
                return remember(content, Value::sequence(items), {});
            }
            case Kind::record: {
                const auto& record = value.as_record();
                auto content = fmt::format("{} {}", kind, record.shape->id);
                auto fields = all(record.values, content);
                return remember(content, Value::record(shape(record), std::move(fields)), {});
            }
            case Kind::flow_code:
            case Kind::remote_code: {
                const auto& code = value.as_code();
                const auto captured = of(code.captured);
                auto made = value.is(Kind::flow_code) ? Value::flow_code(code.node, captured.environment)
                                                      : Value::remote_code(code.node, captured.environment);
                return remember(fmt::format("{} {} {}", kind, code.node, captured.number), std::move(made),
                                {});
            }
            default:
                return remember(codec::value_to_binary(value).value_or(""), value, {});
        }
    }

    std::vector<Value> all(std::span<const Value> items, std::string& content) {
        std::vector<Value> made;
        for (const auto& item : items) {
            const auto shared = of(item);
            content += fmt::format(" {}", shared.number);
            made.push_back(shared.value);
        }
        return made;
    }

    model::Ref<const model::RecordShape> shape(const model::Record& record) {
        auto& known = shapes_[record.shape->id];
        if (!known) {
            known = record.shape;
        }
        return known;
    }

    std::map<std::string, Shared> known_;
    std::map<std::string, model::Ref<const model::RecordShape>> shapes_;
};

}  // namespace

std::string content_of(State state) {
    Sharing sharing;
    for (auto& [key, variable] : state.variables) {
        sharing.share(variable.value);
    }
    for (auto& [number, fiber] : state.fibers) {
        sharing.share(fiber);
    }
    for (auto& [number, operation] : state.operations) {
        sharing.share(operation.input);
    }
    for (auto& held : state.held) {
        if (auto* completed = std::get_if<OperationCompleted>(&held)) {
            sharing.share(completed->value);
        }
    }
    return to_bytes(state);
}

}  // namespace zflow::interpreter::test
