#pragma once

#include <string_view>

namespace zflow::store {

/// Mark a place where a crash is worth testing. Costs one load when no crash was asked for.
///
/// The environment variable `ZFLOW_CRASH_AT=name` (or `name:n` for the n-th time, counted over all threads)
/// makes the process kill itself with SIGKILL there: no destructor, no flush, as `kill -9` from outside.
///
/// Parameters: `name` is "<backend>.<place>", e.g. "rocksdb.after_write". The conformance suite tries each
/// name that a backend lists in `Kind::crash_points`.
void crash_point(std::string_view name) noexcept;

}  // namespace zflow::store
