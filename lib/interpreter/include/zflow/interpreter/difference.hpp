#pragma once

#include <zflow/model/value.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace zflow::interpreter {

/// The rules by which zflow differs from ZIO Flow on purpose and which change an outcome
/// (docs/reference/differences.md).
enum class Difference : std::uint8_t {
    children_see_environment,   ///< `input` in a forked or timed flow is what the parent was provided with
    or_try_undoes_left,         ///< the left branch of orTry leaves no trace when it retries
    nested_compensations_kept,  ///< a committed inner transaction is undone with the outer one
    check_has_input,            ///< an activity's check sees the activity's input
    map_keeps_one_value_a_key,  ///< a map made from pairs keeps the last value of a key
    enumerations_are_ordered,   ///< the cases of a sum have an order, also after a trip through JSON
    update_is_atomic,           ///< no update of a variable is lost to another fiber
    finalizers_run_when_dying,  ///< finalizers and compensations run on interrupt, timeout, abort and death
    bytes_are_values,           ///< a Byte can be written and read
    not_a_number_is_a_value,    ///< NaN and the infinities can be written and read
    half_a_surrogate_dies,      ///< a text that would end inside of a character dies instead of hanging
    every_run_ends,             ///< what would count for hours ends at a limit that the message names
    timeout_is_one_fiber,       ///< a timed flow sees what the transaction around it wrote
    absent_group_is_empty,      ///< a group of a regular expression that took no part is an empty string
};

inline constexpr std::size_t difference_count = 14;

/// The rule's name, e.g. "children_see_environment".
[[nodiscard]] std::string_view to_string(Difference rule) noexcept;

/// Collects which rules were met while it lives, on this thread: for comparing with ZIO Flow. Nothing depends
/// on it.
class DifferenceObserver {
 public:
    DifferenceObserver() noexcept;
    ~DifferenceObserver();
    DifferenceObserver(const DifferenceObserver&) = delete;
    DifferenceObserver& operator=(const DifferenceObserver&) = delete;

    [[nodiscard]] bool met(Difference rule) const noexcept;
    [[nodiscard]] bool met_any() const noexcept { return met_ != 0; }

    /// The names of the rules that were met, separated by commas.
    [[nodiscard]] std::string names() const;

 private:
    friend void note(Difference rule) noexcept;
    std::uint32_t met_ = 0;
    DifferenceObserver* outer_;
};

/// Whether somebody collects: for rules that are costly to notice.
[[nodiscard]] bool observing() noexcept;

/// Note what of a value ZIO Flow could not have written or read.
void note_extensions(const model::Value& value);

/// Say that the outcome of the run may differ from ZIO Flow's by this rule.
void note(Difference rule) noexcept;

}  // namespace zflow::interpreter
