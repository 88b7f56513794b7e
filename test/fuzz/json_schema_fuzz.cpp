#include "fuzz.hpp"

#include <zflow/codec/json.hpp>

/// Whatever is read as a schema has one text.
void zflow_fuzz(std::string_view input) {
    using namespace zflow;
    const auto schema = codec::schema_from_json(input);
    if (!schema) {
        FUZZ_REQUIRE(!schema.error().sentence.empty());
        return;
    }
    const auto text = codec::schema_to_json(**schema);
    FUZZ_REQUIRE(text.has_value());
    const auto again = codec::schema_from_json(*text);
    FUZZ_REQUIRE(again.has_value() && codec::schema_to_json(**again).value() == *text);
}
