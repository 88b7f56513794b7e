#include "fuzz.hpp"

#include <zflow/codec/json.hpp>

/// Whatever is read as an outcome is written and read again as the same one.
void zflow_fuzz(std::string_view input) {
    using namespace zflow;
    const auto outcome = codec::outcome_from_json(input);
    if (!outcome) {
        FUZZ_REQUIRE(!outcome.error().sentence.empty());
        return;
    }
    const auto text = codec::outcome_to_json(*outcome);
    FUZZ_REQUIRE(text.has_value());
    const auto again = codec::outcome_from_json(*text);
    FUZZ_REQUIRE(again.has_value() && codec::outcome_to_json(*again).value() == *text);
}
