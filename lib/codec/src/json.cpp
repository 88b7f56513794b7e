#include "json_program.hpp"
#include "json_schema.hpp"
#include "json_value.hpp"

#include <zflow/codec/json.hpp>

#include <utility>

namespace zflow::codec {
namespace {

/// Read a text with a function that takes its tape.
template <class Reading>
auto from_json(std::string_view text, Reading reading)
    -> std::expected<typename decltype(reading(std::declval<const Tape&>()))::value_type, model::Error> {
    const auto tape = Tape::read(text);
    if (!tape) {
        return std::unexpected(tape.error());
    }
    auto read = reading(*tape);
    if (!read) {
        return std::unexpected(tape->error(std::move(read.error())));
    }
    return std::move(*read);
}

/// Write a text with a function that says what is wrong.
template <class Writing>
std::expected<std::string, model::Error> to_json(Writing writing) {
    JsonText out;
    if (auto sentence = writing(out); !sentence.empty()) {
        return std::unexpected(model::Error{std::move(sentence)});
    }
    return out.take();
}

}  // namespace

std::expected<model::NodeRef, model::Error> program_from_json(std::string_view text) {
    return from_json(text, [](const Tape& tape) { return read_program(tape, Tape::root); });
}

std::expected<std::string, model::Error> program_to_json(const model::NodeRef& program) {
    return to_json([&](JsonText& out) { return write_program(out, *program); });
}

std::expected<model::Value, model::Error> value_from_json(std::string_view text) {
    return from_json(text, [](const Tape& tape) { return JsonValueReader(tape).read(Tape::root); });
}

std::expected<std::string, model::Error> value_to_json(const model::Value& value) {
    return to_json([&](JsonText& out) { return write_value(out, value); });
}

std::expected<model::Ref<const model::Schema>, model::Error> schema_from_json(std::string_view text) {
    return from_json(text, [](const Tape& tape) { return read_schema(tape, Tape::root); });
}

std::expected<std::string, model::Error> schema_to_json(const model::Schema& schema) {
    return to_json([&](JsonText& out) { return write_schema(out, schema); });
}

}  // namespace zflow::codec
