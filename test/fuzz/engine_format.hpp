#pragma once

#include "fuzz.hpp"

#include <zflow/codec/binary.hpp>

#include <rows.hpp>

#include <string>

namespace zflow::fuzz {

/// Whatever is read from bytes is written and read again. The envelope is made here: its check sum would keep
/// everything out.
template <class Decode>
void engine_format(std::string_view input, codec::Content content, Decode decode) {
    const auto sealed = codec::seal(content, 1, input);
    const auto read = decode(sealed);
    if (!read) {
        FUZZ_REQUIRE(!read.error().sentence.empty());
        FUZZ_REQUIRE(read.error().offset.value_or(sealed.size() + 1) <= sealed.size());
        return;
    }
    const auto bytes = engine::encode(*read);
    FUZZ_REQUIRE(bytes.has_value());
    const auto again = decode(*bytes);
    FUZZ_REQUIRE(again.has_value());
}

}  // namespace zflow::fuzz
