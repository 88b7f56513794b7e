#pragma once

/// Stop the process if an invariant of zflow itself does not hold; also in release builds.
///
/// Parameters: `condition` is what must hold; `sentence` says what was believed and why it is needed.
/// Errors: none that could be caught: a broken invariant aborts, because going on could lose acknowledged
/// data.
#define ZFLOW_ASSERT(condition, sentence) \
    (static_cast<bool>(condition)         \
         ? void()                         \
         : ::zflow::base::assertion_failed(#condition, sentence, __FILE__, __LINE__))

namespace zflow::base {

/// Print the broken invariant on stderr and abort.
[[noreturn]] void assertion_failed(const char* condition, const char* sentence, const char* file,
                                   int line) noexcept;

}  // namespace zflow::base
