#pragma once

#include <zflow/dsl/remote.hpp>

#include <array>
#include <string>
#include <string_view>
#include <type_traits>

namespace zflow {
inline namespace dsl {
namespace detail {

[[nodiscard]] Tree format(std::string_view pattern, std::span<const Tree> texts);

template <class T>
Tree text_of(const Tree& tree) {
    if constexpr (std::same_as<T, std::string>) {
        return tree;
    } else {
        return tree::to_text(tree, type_of<T>());
    }
}

// Named so that the compiler's note says what is wrong.
inline void zflow_format_has_only_plain_braces() {}
inline void zflow_format_needs_one_argument_for_each_pair_of_braces() {}

}  // namespace detail

/// A pattern with a pair of braces for each argument, checked when compiling. Braces themselves are written
/// twice.
template <class... A>
class FormatString {
 public:
    consteval FormatString(const char* text) : text_(text) {  // NOLINT: converts from what it checks
        std::size_t count = 0;
        for (auto rest = text_; !rest.empty(); rest.remove_prefix(1)) {
            if (rest.starts_with("{{") || rest.starts_with("}}")) {
                rest.remove_prefix(1);
            } else if (rest.starts_with("{}")) {
                ++count;
                rest.remove_prefix(1);
            } else if (rest.starts_with("{") || rest.starts_with("}")) {
                detail::zflow_format_has_only_plain_braces();
            }
        }
        if (count != sizeof...(A)) {
            detail::zflow_format_needs_one_argument_for_each_pair_of_braces();
        }
    }
    [[nodiscard]] std::string_view text() const { return text_; }

 private:
    std::string_view text_;
};

/// Text from pieces: `zflow::format("order {} costs {}", order.id, order.amount)`. Each argument as the JVM
/// prints it.
template <class... A>
[[nodiscard]] Remote<std::string> format(FormatString<std::type_identity_t<A>...> pattern,
                                         const A&... values) {
    const std::array<detail::Tree, sizeof...(A)> texts{
        detail::text_of<detail::carried_t<A>>(detail::tree_of(detail::as_remote(values)))...};
    return Remote<std::string>(detail::format(pattern.text(), texts));
}

}  // namespace dsl
}  // namespace zflow
