#include "engine_format.hpp"

#include <variant>

/// And a frame is not longer than its events were expected to be.
void zflow_fuzz(std::string_view input) {
    using namespace zflow;
    fuzz::engine_format(input, codec::Content::frame, engine::decode_frame);
    const auto frame = engine::decode_frame(codec::seal(codec::Content::frame, engine::frame_version, input));
    const auto* events = frame ? std::get_if<engine::Events>(&frame->content) : nullptr;
    if (events == nullptr) {
        return;
    }
    auto expected = engine::empty_frame_size + events->digests.size() * engine::digest_size;
    for (const auto& run : events->runs) {
        expected += engine::encoded_size(run, interpreter::Continue{});
    }
    for (const auto& event : events->events) {
        expected += engine::encoded_size(events->runs[event.run], event.body);
    }
    FUZZ_REQUIRE(engine::encode(*frame)->size() <= expected);
}
