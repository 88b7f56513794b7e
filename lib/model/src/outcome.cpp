#include <zflow/model/outcome.hpp>

#include <array>
#include <span>
#include <string_view>

namespace zflow::model {
namespace {

/// What ZIO Flow says of each case: texts with the names of fields in braces. A field that is a death itself
/// stands last and is replaced by its own message.
struct Words {
    std::string_view case_name;
    std::string_view text;
};

constexpr std::array words{
    Words{"TypeError", "Failed to convert {of} to typed value: {message}"},
    Words{"RemoteEvaluationError", "Failed to evaluate remote value: {error}"},
    Words{"DeserializationError", "Failed to deserialize {of}: {message}"},
    Words{"MissingVariable", "Could not find variable {name} in {context}"},
    Words{"MissingPromiseResult", "Could not find promise result {name} in {context}"},
    Words{"UnexpectedDynamicValue", "Unexpected dynamic value: {details}"},
    Words{"InvalidOperationArguments", "Invalid operation arguments: {details}"},
    Words{"AwaitedFlowDied", "Awaited flow ({flowId}) died: {reason}"},
    Words{"KeyValueStoreError", "Key-value store failure in {operation}: {reason}"},
    Words{"IndexedStoreError", "Indexed store failure in {operation}: {reason}"},
    Words{"LogError", "Durable log failure: {error}"},
    Words{"VariableChangeLogFinished", "Variable change log finished unexpectedly"},
    Words{"FlowDied", "Could not evaluate ZFlow"},
    Words{"Interrupted", "Flow execution interrupted"},
    Words{"LimitReached", "{message}"},
};

/// Inside of RemoteEvaluationError some cases have the same names and other words.
constexpr std::array remote_words{
    Words{"VariableNotFound", "Could not find identifier {name}"},
    Words{"ConfigurationNotFound", "Could not find configuration key {key}"},
    Words{"BindingNotFound", "Cannot evaluate binding {id}, it has to be substituted"},
    Words{"UnexpectedDynamicValue", "Unexpected dynamic value: {details}"},
    Words{"RecursionNotFound", "Could not find recursion body {id}"},
    Words{"TypeError", "Type error: {message}"},
    Words{"RemoteContextError", "{error}"},
    Words{"RemoteFail", "{message}"},
    Words{"EvaluationException", "Remote evaluation failed: {message}"},
    Words{"FieldNotFound", "Could not find field {fieldName}"},
};

std::string_view find_words(std::span<const Words> table, std::string_view case_name) {
    for (const auto& row : table) {
        if (row.case_name == case_name) {
            return row.text;
        }
    }
    return {};
}

const Death::Field* find_field(const Death& death, std::string_view name) {
    for (const auto& field : death.fields) {
        if (field.first == name) {
            return &field;
        }
    }
    return nullptr;
}

/// Adds a death's words. Returns: the death inside of it whose words come next; null if there is none.
const Death* add_words(std::string& message, const Death& death, bool is_remote) {
    auto text = find_words(is_remote ? std::span<const Words>(remote_words) : words, death.case_name);
    if (text.empty()) {
        message += death.case_name;
        return nullptr;
    }
    while (!text.empty()) {
        const auto open = text.find('{');
        message += text.substr(0, open);
        if (open == std::string_view::npos) {
            return nullptr;
        }
        const auto close = text.find('}', open);
        const auto* field = find_field(death, text.substr(open + 1, close - open - 1));
        text.remove_prefix(close + 1);
        if (field == nullptr) {
            continue;
        }
        if (const auto* inner = std::get_if<std::shared_ptr<const Death>>(&field->second)) {
            return inner->get();
        }
        message += std::get<std::string>(field->second);
    }
    return nullptr;
}

Death of(std::string case_name, std::string field, std::string text) {
    return {std::move(case_name), {{std::move(field), std::move(text)}}};
}

Death remote(Death error) {
    return {"RemoteEvaluationError", {{"error", std::make_shared<const Death>(std::move(error))}}};
}

}  // namespace

Death::~Death() {
    std::vector<std::shared_ptr<const Death>> todo;
    for (auto& field : fields) {
        if (auto* inner = std::get_if<std::shared_ptr<const Death>>(&field.second)) {
            todo.push_back(std::move(*inner));
        }
    }
    while (!todo.empty()) {
        const auto death = std::move(todo.back());
        todo.pop_back();
        // Nobody else has it: it goes at the end of this round, and what is inside of it is then held here.
        if (death.use_count() == 1) {
            for (const auto& field : death->fields) {
                if (const auto* inner = std::get_if<std::shared_ptr<const Death>>(&field.second)) {
                    todo.push_back(*inner);
                }
            }
        }
    }
}

std::string Death::message() const {
    std::string message;
    auto is_remote = false;
    for (const auto* death = this; death != nullptr;) {
        const auto* inner = add_words(message, *death, is_remote);
        is_remote = death->case_name == "RemoteEvaluationError";
        death = inner;
    }
    return message;
}

bool operator==(const Death& a, const Death& b) {
    std::vector<std::pair<const Death*, const Death*>> todo{{&a, &b}};
    while (!todo.empty()) {
        const auto [x, y] = todo.back();
        todo.pop_back();
        if (x == y) {
            continue;
        }
        if (x->case_name != y->case_name || x->fields.size() != y->fields.size()) {
            return false;
        }
        for (std::size_t i = 0; i < x->fields.size(); ++i) {
            const auto& [name, value] = x->fields[i];
            const auto& [other_name, other_value] = y->fields[i];
            if (name != other_name || value.index() != other_value.index()) {
                return false;
            }
            if (const auto* inner = std::get_if<std::shared_ptr<const Death>>(&value)) {
                todo.emplace_back(inner->get(), std::get<std::shared_ptr<const Death>>(other_value).get());
            } else if (value != other_value) {
                return false;
            }
        }
    }
    return true;
}

Death Death::flow_died() {
    return {"FlowDied"};
}
Death Death::interrupted() {
    return {"Interrupted"};
}
Death Death::invalid_arguments(std::string details) {
    return of("InvalidOperationArguments", "details", std::move(details));
}
Death Death::remote_fail(std::string message) {
    return remote(of("RemoteFail", "message", std::move(message)));
}
Death Death::evaluation_failed(std::string message) {
    return remote(of("EvaluationException", "message", std::move(message)));
}
Death Death::variable_not_found(std::string name) {
    return remote(of("VariableNotFound", "name", std::move(name)));
}
Death Death::config_not_found(std::string key) {
    return remote(of("ConfigurationNotFound", "key", std::move(key)));
}
Death Death::type_error(std::string message) {
    return remote(of("TypeError", "message", std::move(message)));
}

Death Death::awaited_flow_died(std::string flow_id, Death reason) {
    return {"AwaitedFlowDied",
            {{"flowId", std::move(flow_id)}, {"reason", std::make_shared<const Death>(std::move(reason))}}};
}

Death Death::limit_reached(std::string message) {
    return of("LimitReached", "message", std::move(message));
}

bool identical(const Outcome& a, const Outcome& b) {
    if (a.index() != b.index()) {
        return false;
    }
    if (const auto* succeeded = std::get_if<Succeeded>(&a)) {
        return identical(succeeded->value, std::get<Succeeded>(b).value);
    }
    if (const auto* failed = std::get_if<Failed>(&a)) {
        return identical(failed->value, std::get<Failed>(b).value);
    }
    return std::get<Died>(a).death == std::get<Died>(b).death;
}

}  // namespace zflow::model
