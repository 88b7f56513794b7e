#pragma once

#include <zflow/dsl/remote.hpp>

#include <fmt/format.h>

/// Only for a better message: include it instead of <fmt/format.h> where flows are written, and fmt::format
/// of a Remote says what to write instead.
template <class T, class Char>
struct fmt::formatter<zflow::Remote<T>, Char> {
    constexpr auto parse(auto& context) {
        static_assert(
            ::zflow::detail::holds<(sizeof(T*) == 0)>,
            "a Remote has no text while the flow is being built: use zflow::format(\"...{}\", remote)");
        return context.begin();
    }
    auto format(const zflow::Remote<T>&, auto& context) const { return context.out(); }
};
