#pragma once

#include <array>
#include <string_view>

/// The places of the engine where a crash is worth testing: names for `ZFLOW_CRASH_AT`
/// (zflow/store/crash_point.hpp). test/crash kills a worker at each of them.
namespace zflow::engine::crash_points {

// The way of an event.
inline constexpr std::string_view after_meta =
    "engine.after_meta";  ///< in the log, not in the key-value store
inline constexpr std::string_view after_program_put = "engine.after_program_put";
inline constexpr std::string_view before_append = "engine.before_append";
inline constexpr std::string_view after_append =
    "engine.after_append";  ///< the frame is in, nothing is applied
inline constexpr std::string_view after_apply = "engine.after_apply";  ///< applied, nobody was answered
inline constexpr std::string_view after_operation =
    "engine.after_operation";  ///< it ended, nothing is queued

// A checkpoint, in its order.
inline constexpr std::string_view after_snapshot_put = "engine.after_snapshot_put";
inline constexpr std::string_view after_row_put = "engine.after_row_put";
inline constexpr std::string_view after_result_put = "engine.after_result_put";
inline constexpr std::string_view after_tombstone_put = "engine.after_tombstone_put";
inline constexpr std::string_view before_checkpoint_put = "engine.before_checkpoint_put";
inline constexpr std::string_view after_checkpoint_put = "engine.after_checkpoint_put";
inline constexpr std::string_view after_trim = "engine.after_trim";
inline constexpr std::string_view while_pruning =
    "engine.while_pruning";  ///< old snapshots went, the rows not
inline constexpr std::string_view while_removing_rows =
    "engine.while_removing_rows";  ///< the tombstone is left

// Recovery and the end.
inline constexpr std::string_view after_claim = "engine.after_claim";
inline constexpr std::string_view after_rows = "engine.after_rows";      ///< checkpoint and rows were read
inline constexpr std::string_view after_tail = "engine.after_tail";      ///< so was the log
inline constexpr std::string_view after_replay = "engine.after_replay";  ///< applied, not yet served
inline constexpr std::string_view before_released = "engine.before_released";

inline constexpr std::array all{
    after_meta,      after_program_put,  before_append,       after_append,          after_apply,
    after_operation, after_snapshot_put, after_row_put,       after_result_put,      after_tombstone_put,
    after_trim,      while_pruning,      while_removing_rows, before_checkpoint_put, after_checkpoint_put,
    after_claim,     after_rows,         after_tail,          after_replay,          before_released};

}  // namespace zflow::engine::crash_points
