#include "operations.hpp"

#include "forms.hpp"
#include "output.hpp"

#include <zflow/testing/runner.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace zflow::app {
namespace {

using engine::asio::awaitable;
using model::NodeKind;

awaitable<engine::OperationResult> sample_operation(engine::OperationCall call) {
    co_return testing::sample_operation({.attempt = call.attempt,
                                         .name = std::move(call.name),
                                         .type_id = std::move(call.type_id),
                                         .description = std::move(call.description),
                                         .input = std::move(call.input)});
}

/// The type id of an activity's operation, which may stand behind conversions; empty if there is none.
std::string type_of(const model::Node& activity) {
    for (const auto& child : activity.children) {
        const auto* node = child.get();
        while (node != nullptr &&
               (node->kind == NodeKind::operation_contramap || node->kind == NodeKind::operation_map)) {
            const auto inner = std::ranges::find_if(node->children, [](const auto& part) {
                return part && model::info(part->kind).sort == model::Sort::operation;
            });
            node = inner == node->children.end() ? nullptr : inner->get();
        }
        if (node != nullptr && node->kind == NodeKind::operation_custom) {
            return node->value.as_tuple().left.as_string();
        }
    }
    return {};
}

}  // namespace

std::optional<commands::Operations> load_commands(const std::string& file) {
    auto operations = commands::load(
        file, [](const commands::StderrLine& line) { tell(fmt::format("{}: {}", line.name, line.text)); });
    if (!operations) {
        tell(operations.error().text());
        return {};
    }
    for (const auto& warning : operations->warnings) {
        tell(warning);
    }
    return *std::move(operations);
}

std::optional<Operations> Operations::load(const std::optional<std::string>& file) {
    Operations operations;
    if (file) {
        auto loaded = load_commands(*file);
        if (!loaded) {
            return {};
        }
        operations.operations_ = std::move(loaded->operations);
    }
    if (!operations.has("oracle.OracleOp")) {
        operations.operations_.push_back({"oracle.OracleOp", {}, sample_operation});
    }
    return operations;
}

void Operations::give_to(engine::Engine& engine) const {
    for (const auto& named : operations_) {
        engine.operation(named.name, named.operation, named.options);
    }
}

bool Operations::has(const std::string& name) const {
    return std::ranges::any_of(operations_, [&](const auto& named) { return named.name == name; });
}

std::vector<std::string> Operations::missing_for(const interpreter::Program& program) const {
    std::vector<std::string> sentences;
    for (std::uint32_t number = 0; number < program.size(); ++number) {
        const auto& node = *program.at(number).node;
        if (node.kind != NodeKind::run_activity) {
            continue;
        }
        const auto name = node.value.as_tuple().left.as_string();
        const auto type = type_of(node);
        if (has(name) || has(type)) {
            continue;
        }
        auto sentence = fmt::format(
            "there is no operation '{}' (of the type '{}'): a run that calls it waits until a process has it",
            to_line(name), to_line(type));
        if (std::ranges::find(sentences, sentence) == sentences.end()) {
            sentences.push_back(std::move(sentence));
        }
    }
    return sentences;
}

}  // namespace zflow::app
