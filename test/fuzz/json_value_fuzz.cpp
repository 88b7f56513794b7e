#include "fuzz.hpp"

#include <zflow/codec/binary.hpp>
#include <zflow/codec/json.hpp>

/// Whatever is read as a value is written and read again as the same one, in both forms.
void zflow_fuzz(std::string_view input) {
    using namespace zflow;
    const auto value = codec::value_from_json(input);
    if (!value) {
        FUZZ_REQUIRE(!value.error().sentence.empty());
        FUZZ_REQUIRE(value.error().offset.value_or(0) <= input.size());
        return;
    }
    const auto text = codec::value_to_json(*value);
    FUZZ_REQUIRE(text.has_value());
    const auto again = codec::value_from_json(*text);
    FUZZ_REQUIRE(again.has_value() && identical(*again, *value));
    const auto bytes = codec::value_to_binary(*value);
    FUZZ_REQUIRE(bytes.has_value());
    const auto from_bytes = codec::value_from_binary(*bytes);
    FUZZ_REQUIRE(from_bytes.has_value() && identical(*from_bytes, *value));
}
