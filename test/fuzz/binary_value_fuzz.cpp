#include "fuzz.hpp"

#include <zflow/codec/binary.hpp>
#include <zflow/codec/value_reader.hpp>

#include <span>

/// Whatever is read from bytes is written and read again as the same value. The envelope is made here: its
/// check sum would keep everything out.
void zflow_fuzz(std::string_view input) {
    using namespace zflow;
    codec::ValueReader in(input);
    (void)in.read_environment();
    (void)in.read_value();
    // NOLINTNEXTLINE(bugprone-unchecked-optional-access): a test that has nothing here fails
    FUZZ_REQUIRE(in.ok() || in.error().offset.value() <= input.size());

    const auto sealed = codec::seal(codec::Content::value, 1, input);
    const auto value = codec::value_from_binary(sealed);
    if (!value) {
        FUZZ_REQUIRE(!value.error().sentence.empty());
        return;
    }
    const auto bytes = codec::value_to_binary(*value);
    FUZZ_REQUIRE(bytes.has_value());
    const auto again = codec::value_from_binary(*bytes);
    FUZZ_REQUIRE(again.has_value() && identical(*again, *value));
}
