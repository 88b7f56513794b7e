#include "fuzz.hpp"

#include <zflow/codec/json.hpp>
#include <zflow/codec/plain_json.hpp>

#include <algorithm>
#include <utility>

/// The first line is a schema, empty for none; the rest is plain JSON. Whatever is read fits the schema, is
/// written, and read again as the same.
void zflow_fuzz(std::string_view input) {
    using namespace zflow;
    const auto line = input.substr(0, input.find('\n'));
    const auto text = input.substr(std::min(input.size(), line.size() + 1));
    model::Ref<const model::Schema> schema;
    if (!line.empty()) {
        auto read = codec::schema_from_json(line);
        if (!read) {
            return;
        }
        schema = std::move(*read);
    }
    const auto value = codec::value_from_plain_json(text, schema);
    if (!value) {
        FUZZ_REQUIRE(!value.error().sentence.empty());
        FUZZ_REQUIRE(value.error().offset.value_or(0) <= text.size());
        return;
    }
    FUZZ_REQUIRE(!schema || model::fits(*value, *schema).has_value());
    const auto written = codec::value_to_plain_json(*value);
    FUZZ_REQUIRE(written.has_value());
    const auto again = codec::value_from_plain_json(*written, schema);
    FUZZ_REQUIRE(again.has_value() && identical(*again, *value));
}
