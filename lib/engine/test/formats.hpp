#pragma once

#include "samples.hpp"

#include <zflow/model/error.hpp>

#include <expected>
#include <string>
#include <string_view>

namespace zflow::engine::test {

/// Read bytes of one format and write what was read again.
using Rewrite = std::expected<std::string, model::Error> (*)(std::string_view bytes);

template <auto Decode>
std::expected<std::string, model::Error> rewrite(std::string_view bytes) {
    const auto read = Decode(bytes);
    if (!read) {
        return std::unexpected(read.error());
    }
    return encode(*read);
}

/// A thing of each format with all of its fields in use, and where its golden file is.
struct Sample {
    std::string file;
    std::string bytes;  ///< as written now
    std::string shown;
    Rewrite rewrite;
    std::string (*show)(std::string_view bytes);  ///< what is read from bytes
};

[[nodiscard]] std::vector<Sample> all_samples();

}  // namespace zflow::engine::test
