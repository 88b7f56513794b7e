#pragma once

#include "context.hpp"

#include <zflow/conformance/suite.hpp>

#include <functional>
#include <string>
#include <vector>

namespace zflow::conformance {

/// What a store must be able to do for a case to make sense.
enum class Needs { nothing, expected_append, trim, remove_through, exact_scan, empty_keys, durable, shared };

/// One case of the suite. Its whole name is the group's name, a dot, and `name`.
struct Case {
    std::string name;
    std::string claim;
    std::function<void(Context&)> body;
    std::vector<Needs> needs = {};
    Group group = Group::contract;  ///< set by `all_cases`

    [[nodiscard]] std::string whole_name() const;
};

/// Why the store cannot run a case; empty if it can.
[[nodiscard]] std::string missing(const std::vector<Needs>& needs, const store::Capabilities& capabilities);

// The cases of each file, in the order in which they run.
[[nodiscard]] std::vector<Case> contract_kv_cases();
[[nodiscard]] std::vector<Case> contract_idx_cases();
[[nodiscard]] std::vector<Case> boundaries_kv_cases();
[[nodiscard]] std::vector<Case> boundaries_idx_cases();
[[nodiscard]] std::vector<Case> concurrency_cases();
[[nodiscard]] std::vector<Case> differential_cases();
[[nodiscard]] std::vector<Case> crash_cases();
[[nodiscard]] std::vector<Case> second_process_cases();

/// All cases.
[[nodiscard]] const std::vector<Case>& all_cases();

}  // namespace zflow::conformance
