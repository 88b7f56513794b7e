#include "fuzz.hpp"

#include <zflow/codec/binary.hpp>

/// Whatever is read from bytes is written as bytes that give the same program. The envelope is made here.
void zflow_fuzz(std::string_view input) {
    using namespace zflow;
    // NOLINTNEXTLINE(bugprone-unused-return-value): only that it ends matters
    (void)codec::open_sealed(codec::Content::program, 1, input);
    const auto program = codec::program_from_binary(codec::seal(codec::Content::program, 1, input));
    if (!program) {
        FUZZ_REQUIRE(!program.error().sentence.empty());
        return;
    }
    const auto bytes = codec::program_to_binary(*program);
    FUZZ_REQUIRE(bytes.has_value());
    const auto again = codec::program_from_binary(*bytes);
    FUZZ_REQUIRE(again.has_value() && equal(*again, *program));
    FUZZ_REQUIRE(codec::program_to_binary(*again).value() == *bytes);
    FUZZ_REQUIRE(codec::program_id(*again) == codec::program_id(*program));
}
