#include "plain_json.hpp"

#include <zflow/codec/plain_json.hpp>

#include <utility>

namespace zflow::codec {

std::expected<model::Value, model::Error> value_from_plain_json(
    std::string_view text, const model::Ref<const model::Schema>& schema) {
    const auto tape = Tape::read(text);
    if (!tape) {
        return std::unexpected(tape.error());
    }
    auto value = PlainJsonReader(*tape, schema.get()).read();
    if (!value) {
        return std::unexpected(tape->error(std::move(value.error())));
    }
    return std::move(*value);
}

}  // namespace zflow::codec
