#include <zflow/interpreter/difference.hpp>

#include <array>

namespace zflow::interpreter {
namespace {

thread_local DifferenceObserver* innermost = nullptr;

constexpr std::array<std::string_view, difference_count> names{
    "children_see_environment", "or_try_undoes_left",        "nested_compensations_kept",
    "check_has_input",          "map_keeps_one_value_a_key", "instants_compare_nanoseconds",
    "update_is_atomic",         "finalizers_run_when_dying", "bytes_are_values",
    "not_a_number_is_a_value",  "half_a_surrogate_dies",     "amounts_end",
    "timeout_is_one_fiber",     "expressions_can_be_sorted",
};

}  // namespace

std::string_view to_string(Difference rule) noexcept {
    return names[static_cast<std::size_t>(rule)];
}

DifferenceObserver::DifferenceObserver() noexcept : outer_(innermost) {
    innermost = this;
}

DifferenceObserver::~DifferenceObserver() {
    innermost = outer_;
}

bool DifferenceObserver::met(Difference rule) const noexcept {
    return ((met_ >> static_cast<unsigned>(rule)) & 1U) != 0;
}

std::string DifferenceObserver::names() const {
    std::string all;
    for (std::size_t i = 0; i < difference_count; ++i) {
        if (met(static_cast<Difference>(i))) {
            all += all.empty() ? "" : ", ";
            all += to_string(static_cast<Difference>(i));
        }
    }
    return all;
}

void note(Difference rule) noexcept {
    if (innermost != nullptr) {
        innermost->met_ |= 1U << static_cast<unsigned>(rule);
    }
}

bool observing() noexcept {
    return innermost != nullptr;
}

}  // namespace zflow::interpreter
