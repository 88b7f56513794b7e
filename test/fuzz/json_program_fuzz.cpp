#include "fuzz.hpp"

#include <zflow/codec/binary.hpp>
#include <zflow/codec/json.hpp>

/// Whatever is read as a program is written and read again as the same one, in both forms.
void zflow_fuzz(std::string_view input) {
    using namespace zflow;
    const auto program = codec::program_from_json(input);
    if (!program) {
        FUZZ_REQUIRE(!program.error().sentence.empty());
        FUZZ_REQUIRE(program.error().offset.value_or(0) <= input.size());
        return;
    }
    const auto text = codec::program_to_json(*program);
    FUZZ_REQUIRE(text.has_value());
    const auto again = codec::program_from_json(*text);
    FUZZ_REQUIRE(again.has_value() && equal(*again, *program));
    const auto bytes = codec::program_to_binary(*program);
    FUZZ_REQUIRE(bytes.has_value());
    const auto from_bytes = codec::program_from_binary(*bytes);
    FUZZ_REQUIRE(from_bytes.has_value() && equal(*from_bytes, *program));
    FUZZ_REQUIRE(codec::program_id(*from_bytes) == codec::program_id(*program));
}
