#pragma once

#include <zflow/dsl/tree.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace zflow {
inline namespace dsl {
namespace detail {

/// What every Remote is: one reference to a node. The name leaves all others to the fields of structs.
struct Held {
    Tree zflow_tree;
    explicit Held(Tree tree) : zflow_tree(std::move(tree)) {}
};
/// Collections: a C++ range-for would run while the flow is being built.
struct NoRange : Held {
    using Held::Held;
    void begin() const ZFLOW_DELETED(
        "range-for runs while the flow is being built: use .transform, .filter, .fold_left or "
        "zflow::for_each");
    void end() const ZFLOW_DELETED(
        "range-for runs while the flow is being built: use .transform, .filter, .fold_left or "
        "zflow::for_each");
};
/// The members of a Remote<T> by families of T: see the specialisations.
template <class T>
struct Operators : Held {
    using Held::Held;
};

/// Text, with the names of std::string. Sizes and places count UTF-16 units, as on the JVM.
template <>
struct Operators<std::string> : NoRange {
    using NoRange::NoRange;
    [[nodiscard]] Remote<std::int32_t> size() const;
    [[nodiscard]] Remote<bool> empty() const;
    [[nodiscard]] Remote<bool> starts_with(const Remote<std::string>& beginning) const;
    [[nodiscard]] Remote<bool> ends_with(const Remote<std::string>& end) const;
    /// As many units as there are from `from` on, at most `count`.
    [[nodiscard]] Remote<std::string> substr(const Remote<std::int32_t>& from,
                                             const Remote<std::int32_t>& count) const;
    [[nodiscard]] Remote<std::string> to_upper() const;
    [[nodiscard]] Remote<std::string> to_lower() const;
    [[nodiscard]] Remote<std::vector<char16_t>> to_vector() const;
};

template <>
struct Operators<char16_t> : Held {
    using Held::Held;
    [[nodiscard]] Remote<char16_t> to_upper() const;
    [[nodiscard]] Remote<char16_t> to_lower() const;
    [[nodiscard]] Remote<bool> is_digit() const;
    [[nodiscard]] Remote<bool> is_letter() const;
    [[nodiscard]] Remote<bool> is_whitespace() const;
    [[nodiscard]] Remote<std::string> to_string() const;
};

template <>
struct Operators<bool> : Held {
    using Held::Held;
    [[nodiscard]] Remote<std::string> to_string() const;
};
template <>
struct Operators<Uuid> : Held {
    using Held::Held;
    [[nodiscard]] Remote<std::string> to_string() const;
};

template <>
struct Operators<Duration> : Held {
    using Held::Held;
    /// ISO-8601, e.g. `PT1H30M`.
    [[nodiscard]] Remote<std::string> to_string() const;
};
template <>
struct Operators<Instant> : Held {
    using Held::Held;
    /// ISO-8601, e.g. `2026-01-01T00:00:00Z`.
    [[nodiscard]] Remote<std::string> to_string() const;
};

}  // namespace detail
}  // namespace dsl
}  // namespace zflow
