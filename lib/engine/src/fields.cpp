#include "fields.hpp"

#include <zflow/model/limits.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace zflow::engine {

void write_uuid(codec::ValueWriter& out, const model::Uuid& id) {
    out.fixed64(id.high);
    out.fixed64(id.low);
}

model::Uuid read_uuid(codec::ValueReader& in) {
    const auto high = in.fixed64();
    return {high, in.fixed64()};
}

void write_sixteen(codec::ValueWriter& out, const Sixteen& bytes) {
    out.bytes({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

Sixteen read_sixteen(codec::ValueReader& in) {
    Sixteen made{};
    const auto bytes = in.bytes();
    if (bytes.size() != made.size()) {
        in.fail(fmt::format("a hash has {} bytes, not {}", made.size(), bytes.size()));
        return made;
    }
    std::ranges::transform(bytes, made.begin(), [](char each) { return static_cast<std::uint8_t>(each); });
    return made;
}

void write_time(codec::ValueWriter& out, const model::Instant& time) {
    out.signed_varint(time.seconds);
    out.varint(static_cast<std::uint64_t>(time.nanos));
}

model::Instant read_time(codec::ValueReader& in) {
    const auto seconds = in.signed_varint();
    return {seconds, static_cast<std::int32_t>(in.varint_up_to(999'999'999, "nanoseconds"))};
}

void write_tags(codec::ValueWriter& out, const Tags& tags) {
    out.varint(tags.size());
    for (const auto& [name, value] : tags) {
        out.bytes(name);
        out.bytes(value);
    }
}

Tags read_tags(codec::ValueReader& in) {
    Tags tags;
    const auto count = in.varint_up_to(in.left(), "the number of tags");
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
        auto name = read_next_name(in, tags.empty() ? nullptr : &tags.rbegin()->first);
        tags.emplace_hint(tags.end(), std::move(name), std::string(in.bytes()));
    }
    return tags;
}

void write_limits(codec::ValueWriter& out, const interpreter::Limits& limits) {
    out.varint(limits.turn);
    out.varint(limits.steps);
    out.varint(limits.fibers);
    out.varint(limits.frames);
    out.varint(limits.variables);
}

interpreter::Limits read_limits(codec::ValueReader& in) {
    interpreter::Limits limits;
    limits.turn = in.varint();
    limits.steps = in.varint();
    limits.fibers = read_number(in);
    limits.frames = read_number(in);
    limits.variables = read_number(in);
    return limits;
}

std::uint8_t read_byte_up_to(codec::ValueReader& in, std::uint8_t most, std::string_view what) {
    const auto byte = in.byte();
    if (byte > most) {
        in.fail(fmt::format("{} is {}, at most {} is possible here", what, byte, most));
        return 0;
    }
    return byte;
}

std::string read_next_name(codec::ValueReader& in, const std::string* last) {
    std::string name(in.bytes());
    if (last != nullptr && name <= *last) {
        in.fail("names stand in ascending order, each once");
    }
    return name;
}

std::expected<std::string, model::Error> seal_written(codec::Content content, std::uint8_t version,
                                                      const codec::ValueWriter& out, std::string_view what) {
    if (out.has_code()) {
        return std::unexpected(model::Error{fmt::format(
            "{} cannot hold code of a run: it has a meaning only inside of the run's state", what)});
    }
    if (out.is_too_long()) {
        return std::unexpected(
            model::Error{fmt::format("{} would have more than {} bytes (limit "
                                     "max_encoded_bytes)",
                                     what, model::max_encoded_bytes)});
    }
    return codec::seal(content, version, out.text());
}

}  // namespace zflow::engine
