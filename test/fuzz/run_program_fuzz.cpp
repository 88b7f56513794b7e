#include "run.hpp"

#include <zflow/codec/json.hpp>
#include <zflow/interpreter/snapshot.hpp>

#include <algorithm>

/// Whatever is read and loads runs without a defect, and its state is consistent and survives its bytes at
/// every border.
void zflow_fuzz(std::string_view input) {
    using namespace zflow;
    const auto flow = codec::program_from_json(input);
    if (!flow) {
        return;
    }
    const auto program = interpreter::Program::load(*flow);
    if (!program) {
        FUZZ_REQUIRE(!program.error().sentence.empty());
        return;
    }
    auto state = interpreter::make_state(
        *program, {.turn = 2000, .steps = 20'000, .fibers = 50, .frames = 2000, .variables = 50});
    model::Instant now;
    std::vector<interpreter::Action> actions;
    apply(state, {now, interpreter::Started{model::Value::int_(1), {1, 2}, "run"}}, actions);
    constexpr int most_events = 60;
    constexpr int abort_at = 40;
    for (int i = 0; i < most_events; ++i) {
        if (i == abort_at) {
            apply(state, {now, interpreter::Abort{}}, actions);
        } else if (!fuzz::step(state, now, i)) {
            i = std::max(i, abort_at - 1);
        }
        FUZZ_REQUIRE(find_inconsistency(state).empty());
        // Only now and then: it takes longer than the rest.
        if (i % 8 == 0) {
            const auto bytes = state_to_binary(state);
            FUZZ_REQUIRE(bytes.has_value());
            auto read = interpreter::state_from_binary(*program, *bytes);
            FUZZ_REQUIRE(read.has_value());
            state = std::move(*read);
        }
    }
}
