#pragma once

#include <zflow/engine/error.hpp>
#include <zflow/engine/run.hpp>

#include <string>
#include <string_view>

namespace zflow::control {

/// What is told of runs, as JSON: docs/formats/control.md. Values are ZIO Flow's typed JSON inside of it.
///
/// Errors: all that read: engine::Error (invalid_argument) that says what was wrong. Cost: linear, in
/// constant stack whatever the depth of values.

[[nodiscard]] std::string to_json(const engine::Tags& tags);
[[nodiscard]] engine::Tags tags_from_json(std::string_view text);

[[nodiscard]] std::string to_json(const engine::RunInfo& info);
[[nodiscard]] engine::RunInfo run_info_from_json(std::string_view text);

/// A variable that holds code of the run, or is too large to be written, has no field `value`.
[[nodiscard]] std::string to_json(const engine::RunView& view);

/// A variable without a field `value` is read as code without a place.
[[nodiscard]] engine::RunView run_view_from_json(std::string_view text);

[[nodiscard]] std::string to_json(const engine::RunPage& page);
[[nodiscard]] engine::RunPage run_page_from_json(std::string_view text);

[[nodiscard]] std::string to_json(const engine::Step& step);
[[nodiscard]] engine::Step step_from_json(std::string_view text);

/// The kind's name, e.g. "operation_called".
[[nodiscard]] std::string_view to_string(engine::Step::Kind kind) noexcept;

/// `{"error":"not_found","message":"..","run":".."}`
[[nodiscard]] std::string to_json(const engine::Error& error);
[[nodiscard]] engine::Error error_from_json(std::string_view text);

}  // namespace zflow::control
