#pragma once

#include <zflow/model/value.hpp>

#include <cstdint>

namespace zflow::model {

/// The values that a place in a program may mention: a stack, one value for each binder around the place.
///
/// Immutable and shared: what a flow captured is one reference.
///
/// Cost: push is constant; looking up a level is logarithmic in the distance.
/// Source: E. W. Myers, "An applicative random-access stack", 1983.
class Environment final : public Shared {
 public:
    /// Parameters: `below` is what was bound before; empty for the outermost binder.
    Environment(Value value, Ref<const Environment> below);

    [[nodiscard]] static Ref<const Environment> push(Value value, Ref<const Environment> below) {
        return make<const Environment>(std::move(value), std::move(below));
    }

    /// How many values there are; the last one pushed has level `depth() - 1`.
    [[nodiscard]] std::uint32_t depth() const noexcept { return depth_; }

    [[nodiscard]] const Value& value() const noexcept { return value_; }
    [[nodiscard]] const Ref<const Environment>& below() const noexcept { return below_; }

    /// The stack as it was when `level` was its last value.
    ///
    /// Parameters: `level` less than `depth()`.
    [[nodiscard]] const Environment& at(std::uint32_t level) const noexcept;

 private:
    Value value_;
    Ref<const Environment> below_;
    const Environment* jump_;  // somewhere below, kept by below_
    std::uint32_t depth_;
};

}  // namespace zflow::model
