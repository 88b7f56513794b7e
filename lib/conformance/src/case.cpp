#include "case.hpp"

namespace zflow::conformance {
namespace {

std::string missing_one(Needs need, const store::Capabilities& capabilities) {
    const auto unless = [](bool has, const char* name) {
        return has ? std::string() : std::string("capabilities().") + name + " is false";
    };
    switch (need) {
        case Needs::nothing:
            return {};
        case Needs::expected_append:
            return unless(capabilities.expected_append, "expected_append");
        case Needs::trim:
            return unless(capabilities.trim, "trim");
        case Needs::remove_through:
            return unless(capabilities.remove_through, "remove_through");
        case Needs::exact_scan:
            return unless(capabilities.exact_scan, "exact_scan");
        case Needs::empty_keys:
            return unless(capabilities.empty_keys, "empty_keys");
        case Needs::durable:
            return capabilities.durability == store::Durability::volatile_
                       ? "capabilities().durability is volatile"
                       : "";
        case Needs::shared:
            return unless(capabilities.shared, "shared");
    }
    return {};
}

}  // namespace

std::string_view to_string(Group group) noexcept {
    switch (group) {
        case Group::contract:
            return "contract";
        case Group::boundaries:
            return "boundaries";
        case Group::concurrency:
            return "concurrency";
        case Group::differential:
            return "differential";
        case Group::crash:
            return "crash";
        case Group::second_process:
            return "second_process";
    }
    return "unknown";
}

std::string Case::whole_name() const {
    return std::string(to_string(group)) + "." + name;
}

std::string missing(const std::vector<Needs>& needs, const store::Capabilities& capabilities) {
    for (const auto need : needs) {
        if (auto why = missing_one(need, capabilities); !why.empty()) {
            return why;
        }
    }
    return {};
}

const std::vector<Case>& all_cases() {
    static const std::vector<Case> all = [] {
        std::vector<Case> cases;
        const auto add = [&](Group group, std::vector<Case> some) {
            for (auto& one : some) {
                one.group = group;
                cases.push_back(std::move(one));
            }
        };
        add(Group::contract, contract_kv_cases());
        add(Group::contract, contract_idx_cases());
        add(Group::boundaries, boundaries_kv_cases());
        add(Group::boundaries, boundaries_idx_cases());
        add(Group::concurrency, concurrency_cases());
        add(Group::differential, differential_cases());
        add(Group::crash, crash_cases());
        add(Group::second_process, second_process_cases());
        return cases;
    }();
    return all;
}

std::vector<CaseInfo> cases() {
    std::vector<CaseInfo> infos;
    for (const auto& one : all_cases()) {
        infos.push_back({one.whole_name(), one.group, one.claim});
    }
    return infos;
}

}  // namespace zflow::conformance
