#include "program_binary.hpp"

#include <zflow/codec/binary.hpp>
#include <zflow/codec/value_reader.hpp>
#include <zflow/codec/value_writer.hpp>
#include <zflow/model/limits.hpp>

#include <fmt/format.h>

#include <utility>

namespace zflow::codec {
namespace {

constexpr std::uint8_t value_version = 1;
constexpr std::uint8_t program_version = 1;

std::expected<std::string, model::Error> sealed(Content content, std::uint8_t version,
                                                const ValueWriter& out) {
    if (out.is_too_long()) {
        return std::unexpected(model::Error{fmt::format(
            "the binary form would have more than max_encoded_bytes, {}", model::max_encoded_bytes)});
    }
    return seal(content, version, out.text());
}

/// What was read, if nothing is left and nothing was wrong. Offsets count from the beginning of the envelope.
template <class T>
std::expected<T, model::Error> result(ValueReader& in, T read) {
    if (in.ok() && in.left() > 0) {
        in.fail("there are bytes after the end");
    }
    if (!in.ok()) {
        auto error = in.error();
        error.offset = error.offset.value_or(0) + seal_header_size;
        return std::unexpected(std::move(error));
    }
    return read;
}

}  // namespace

std::expected<std::string, model::Error> value_to_binary(const model::Value& value) {
    ValueWriter out;
    out.write(value);
    return sealed(Content::value, value_version, out);
}

std::expected<model::Value, model::Error> value_from_binary(std::string_view bytes) {
    const auto opened = open_sealed(Content::value, value_version, bytes);
    if (!opened) {
        return std::unexpected(opened.error());
    }
    ValueReader in(opened->payload);
    auto value = in.read_value();
    return result(in, std::move(value));
}

std::expected<std::string, model::Error> program_to_binary(const model::NodeRef& program) {
    ValueWriter out;
    write_program(out, *program);
    return sealed(Content::program, program_version, out);
}

std::expected<model::NodeRef, model::Error> program_from_binary(std::string_view bytes) {
    const auto opened = open_sealed(Content::program, program_version, bytes);
    if (!opened) {
        return std::unexpected(opened.error());
    }
    ValueReader in(opened->payload, ValueReader::Code::refused);
    auto program = read_program(in);
    return result(in, std::move(program));
}

}  // namespace zflow::codec
