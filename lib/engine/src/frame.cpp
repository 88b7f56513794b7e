#include "frame.hpp"

#include "event_codec.hpp"
#include "fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace zflow::engine {
namespace {

using codec::ValueReader;
using codec::ValueWriter;

/// What is put aside because a count says so, before the bytes were seen.
constexpr std::uint64_t most_reserved = 1'024;

void write(ValueWriter& out, const FrameRun& run) {
    out.bytes(run.id);
    write_uuid(out, run.birth);
}

FrameRun read_run(ValueReader& in) {
    std::string id(in.bytes());
    return {std::move(id), read_uuid(in)};
}

void write(ValueWriter& out, const Events& content) {
    out.varint(content.runs.size());
    for (const auto& run : content.runs) {
        write(out, run);
    }
    out.varint(content.events.size());
    for (const auto& event : content.events) {
        out.varint(event.run);
        write_event(out, event.body);
    }
    out.varint(content.digests.size());
    for (const auto digest : content.digests) {
        out.fixed32(digest);
    }
}

/// n times what `read` gives.
template <class T, class Read>
std::vector<T> read_all(ValueReader& in, std::string_view what, const Read& read) {
    const auto count = in.varint_up_to(in.left(), what);
    std::vector<T> all;
    all.reserve(std::min(count, most_reserved));
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
        all.push_back(read());
    }
    return all;
}

FrameEvent read_frame_event(ValueReader& in, std::size_t runs) {
    const auto run = read_number(in);
    if (run >= runs && in.ok()) {
        in.fail(fmt::format("an event is about run {} of a frame with {} runs, counted from 0", run, runs));
    }
    return {run, read_event(in)};
}

Events read_events(ValueReader& in) {
    Events content;
    content.runs = read_all<FrameRun>(in, "the number of runs", [&] { return read_run(in); });
    content.events = read_all<FrameEvent>(in, "the number of events",
                                          [&] { return read_frame_event(in, content.runs.size()); });
    content.digests = read_all<std::uint32_t>(in, "the number of digests", [&] { return in.fixed32(); });
    return content;
}

void write(ValueWriter& out, const Epoch& content) {
    write_epoch(out, content);
}

// Of these the number says all.
void write(ValueWriter&, const Beat&) {}
void write(ValueWriter&, const Released&) {}

// Important: the number of a frame's kind is its place in Frame::content. The numbers are in logs.
static_assert(std::variant_size_v<decltype(Frame::content)> == 4);

Frame read_frame(ValueReader& in) {
    Frame frame;
    frame.epoch = in.varint();
    frame.token = read_uuid(in);
    frame.time = read_time(in);
    switch (const auto kind = in.byte()) {
        case 0:
            frame.content = read_events(in);
            break;
        case 1:
            frame.content = read_epoch(in);
            break;
        case 2:
            frame.content = Beat{};
            break;
        case 3:
            frame.content = Released{};
            break;
        default:
            in.fail(fmt::format("there is no frame with the number {}", kind));
    }
    return frame;
}

}  // namespace

std::expected<std::string, model::Error> encode(const Frame& frame) {
    if (const auto* events = std::get_if<Events>(&frame.content)) {
        const auto wrong = std::ranges::find_if(
            events->events, [&](const FrameEvent& event) { return event.run >= events->runs.size(); });
        if (wrong != events->events.end()) {
            return std::unexpected(
                model::Error{fmt::format("an event is about run {} of a frame with {} runs, counted from 0",
                                         wrong->run, events->runs.size())});
        }
    }
    ValueWriter out;
    out.varint(frame.epoch);
    write_uuid(out, frame.token);
    write_time(out, frame.time);
    out.byte(static_cast<std::uint8_t>(frame.content.index()));
    std::visit([&](const auto& content) { write(out, content); }, frame.content);
    return seal_written(codec::Content::frame, frame_version, out, "a frame");
}

std::expected<Frame, model::Error> decode_frame(std::string_view bytes) {
    return read_sealed<Frame>(codec::Content::frame, frame_version, bytes, read_frame);
}

std::size_t encoded_size(const FrameRun& run, const EventBody& body) {
    constexpr std::size_t longest_run_number = 5;
    ValueWriter out;
    write(out, run);
    write_event(out, body);
    return longest_run_number + out.size_behind_others();
}

InputHash hash_of(const model::Value& input) {
    return codec::value_id(input);
}

std::optional<std::string> find_fault(const model::Value& value) {
    Frame frame;
    frame.content = Events{.runs = {{}}, .events = {{0, interpreter::SetVariable{{}, value}}}, .digests = {}};
    const auto bytes = encode(frame);
    if (!bytes) {
        return bytes.error().text();
    }
    // Writing does not look at texts; reading does.
    const auto back = decode_frame(*bytes);
    return back ? std::nullopt : std::optional(back.error().text());
}

}  // namespace zflow::engine
