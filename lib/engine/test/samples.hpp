#pragma once

#include "frame.hpp"
#include "rows.hpp"

#include <generators.hpp>

#include <string>

namespace zflow::engine::test {

using codec::test::Choices;

// Random ones.

[[nodiscard]] EventBody make_event(Choices& choices);
/// Of any kind. Events until there are no choices left; every run has one.
[[nodiscard]] Frame make_frame(Choices& choices);
[[nodiscard]] RunsValue make_runs_value(Choices& choices);
[[nodiscard]] ResultRow make_result_row(Choices& choices);
[[nodiscard]] Checkpoint make_checkpoint(Choices& choices);
[[nodiscard]] ParkedRow make_parked_row(Choices& choices);
[[nodiscard]] Meta make_meta(Choices& choices);
[[nodiscard]] model::Outcome make_outcome(Choices& choices);

// Everything that is in them, as text.

[[nodiscard]] std::string show(const EventBody& body);
[[nodiscard]] std::string show(const Frame& frame);
[[nodiscard]] std::string show(const RunsValue& row);
[[nodiscard]] std::string show(const ResultRow& row);
[[nodiscard]] std::string show(const Checkpoint& checkpoint);
[[nodiscard]] std::string show(const ParkedRow& row);
[[nodiscard]] std::string show(const Meta& meta);
[[nodiscard]] std::string show(const model::Outcome& outcome);

}  // namespace zflow::engine::test
