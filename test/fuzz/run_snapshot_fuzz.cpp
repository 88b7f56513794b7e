#include "run.hpp"

#include <zflow/codec/binary.hpp>
#include <zflow/codec/value_writer.hpp>
#include <zflow/interpreter/snapshot.hpp>

#include <algorithm>
#include <string>

/// The input is the size of a program in two bytes, the program in its binary form, and a snapshot of a run
/// of it without its envelope and the program's id. Whatever is read as a state goes on, or is found to be
/// one that no run can be in.
void zflow_fuzz(std::string_view input) {
    using namespace zflow;
    if (input.size() < 2) {
        return;
    }
    const auto size = static_cast<std::size_t>(static_cast<unsigned char>(input[0])) +
                      (static_cast<std::size_t>(static_cast<unsigned char>(input[1])) << 8);
    input.remove_prefix(2);
    const auto flow = codec::program_from_binary(input.substr(0, size));
    const auto program = flow ? interpreter::Program::load(*flow) : nullptr;
    if (!program || *program == nullptr) {
        return;
    }
    const auto id = codec::program_id(*flow);
    codec::ValueWriter writer;
    writer.bytes({reinterpret_cast<const char*>(id.data()), id.size()});
    const auto payload = std::string(writer.text()) + std::string(input.substr(size));
    auto state = interpreter::state_from_binary(*program, codec::seal(codec::Content::snapshot, 1, payload));
    if (!state) {
        FUZZ_REQUIRE(!state.error().sentence.empty());
        return;
    }
    const auto bytes = state_to_binary(*state);
    FUZZ_REQUIRE(bytes.has_value());
    FUZZ_REQUIRE(interpreter::state_from_binary(*program, *bytes).has_value());
    state->limits.turn = std::min<std::uint64_t>(state->limits.turn, 1000);
    state->limits.steps = state->steps + 10'000;
    auto now = state->now;
    try {
        std::vector<interpreter::Action> actions;
        constexpr int most_events = 30;
        for (int i = 0; i < most_events && fuzz::step(*state, now, i); ++i) {
        }
        apply(*state, {now, interpreter::SetVariable{"x", model::Value::int_(1)}}, actions);
        apply(*state, {now, interpreter::Resume{}}, actions);
        apply(*state, {now, interpreter::Abort{}}, actions);
        for (int i = 0; i < most_events && fuzz::step(*state, now, i); ++i) {
        }
    } catch (const interpreter::Defect&) {
        // No run of the program makes such a state: it is parked.
    }
}
