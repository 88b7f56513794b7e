#pragma once

#include <zflow/model/value.hpp>

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace zflow::model {

/// Why a run died: something that the program cannot catch. Written as ZIO Flow's ExecutorError.
///
/// E.g. {"FlowDied"}; {"InvalidOperationArguments", {{"details", ".."}}};
/// {"RemoteEvaluationError", {{"error", {"RemoteFail", {{"message", ".."}}}}}}.
struct Death {
    using Field = std::pair<std::string, std::variant<std::string, std::shared_ptr<const Death>>>;

    Death() = default;
    Death(std::string name, std::vector<Field> all = {})
        : case_name(std::move(name)), fields(std::move(all)) {}
    Death(const Death&) = default;
    Death(Death&&) = default;
    Death& operator=(const Death&) = default;
    Death& operator=(Death&&) = default;
    /// In constant stack, however many deaths are inside of one another.
    ~Death();

    std::string case_name;
    std::vector<Field> fields;

    /// A sentence for people, as ZIO Flow words it, e.g. `Failed to evaluate remote value: List is empty`.
    [[nodiscard]] std::string message() const;

    friend bool operator==(const Death& a, const Death& b);

    [[nodiscard]] static Death flow_died();
    [[nodiscard]] static Death interrupted();
    [[nodiscard]] static Death invalid_arguments(std::string details);
    /// The program said so: Remote.fail, or an operator on what has no answer (`get` of nothing).
    [[nodiscard]] static Death remote_fail(std::string message);
    /// An operator could not work, e.g. `/ by zero`.
    [[nodiscard]] static Death evaluation_failed(std::string message);
    [[nodiscard]] static Death variable_not_found(std::string name);
    [[nodiscard]] static Death config_not_found(std::string key);
    [[nodiscard]] static Death type_error(std::string message);
    [[nodiscard]] static Death awaited_flow_died(std::string flow_id, Death reason);
    /// A limit of zflow was reached; not a case of ZIO Flow's. The message names the limit.
    [[nodiscard]] static Death limit_reached(std::string message);
};

struct Succeeded {
    Value value;
};
struct Failed {
    Value value;
};
struct Died {
    Death death;
};

/// How a run ended.
using Outcome = std::variant<Succeeded, Failed, Died>;

/// Whether two outcomes are written alike.
[[nodiscard]] bool identical(const Outcome& a, const Outcome& b);

}  // namespace zflow::model
