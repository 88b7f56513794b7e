#include <zflow/interpreter/difference.hpp>
#include <zflow/model/sequence.hpp>

#include <array>
#include <cmath>
#include <vector>

namespace zflow::interpreter {
namespace {

thread_local DifferenceObserver* innermost = nullptr;

constexpr std::array<std::string_view, difference_count> rule_names{
    "children_see_environment", "or_try_undoes_left",        "nested_compensations_kept",
    "check_has_input",          "map_keeps_one_value_a_key", "enumerations_are_ordered",
    "update_is_atomic",         "finalizers_run_when_dying", "bytes_are_values",
    "not_a_number_is_a_value",  "half_a_surrogate_dies",     "every_run_ends",
    "timeout_is_one_fiber",     "absent_group_is_empty",
};

}  // namespace

std::string_view to_string(Difference rule) noexcept {
    return rule_names[static_cast<std::size_t>(rule)];
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

void note_extensions(const model::Value& value) {
    // Looked at as far as a comparison with ZIO Flow needs: it has no values of this size.
    constexpr std::size_t most = 100'000;
    std::vector<const model::Value*> todo{&value};
    for (std::size_t i = 0; i < todo.size() && todo.size() < most; ++i) {
        const auto& next = *todo[i];
        switch (next.kind()) {
            case model::Kind::byte:
                note(Difference::bytes_are_values);
                break;
            case model::Kind::float_:
            case model::Kind::double_:
                if (!std::isfinite(next.is(model::Kind::double_) ? next.as_double()
                                                                 : double{next.as_float()})) {
                    note(Difference::not_a_number_is_a_value);
                }
                break;
            case model::Kind::some:
            case model::Kind::left:
            case model::Kind::right:
                todo.push_back(&next.inner());
                break;
            case model::Kind::tuple:
                todo.push_back(&next.as_tuple().left);
                todo.push_back(&next.as_tuple().right);
                break;
            case model::Kind::sequence:
            case model::Kind::set:
            case model::Kind::dictionary:
                for (const auto& item : next.as_sequence().items()) {
                    todo.push_back(&item);
                }
                break;
            case model::Kind::record:
                for (const auto& field : next.as_record().values) {
                    todo.push_back(&field);
                }
                break;
            case model::Kind::enumeration:
                todo.push_back(&next.as_enumeration().inner);
                break;
            default:
                break;
        }
    }
}

bool observing() noexcept {
    return innermost != nullptr;
}

}  // namespace zflow::interpreter
