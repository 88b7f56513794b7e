#pragma once

#include <cstdint>

namespace zflow::bench {

/// How many bytes this thread has asked for with operator new so far. The command that measures has an
/// operator new that counts; it costs an addition.
[[nodiscard]] std::uint64_t bytes_allocated() noexcept;

}  // namespace zflow::bench
