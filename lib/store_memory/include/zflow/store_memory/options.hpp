#pragma once

#include <zflow/store/limits.hpp>
#include <zflow/store/uri.hpp>

#include <cstddef>
#include <string>

namespace zflow::store_memory {

/// How a store in memory is opened. In a URI: `memory:NAME?max_value_mib=1`.
struct Options {
    /// Stores opened with one name share their data while one of them is open. Empty: data of one's own.
    std::string name = {};

    /// The greatest value that `put` and `append` take, 1 byte to 1 GiB.
    std::size_t max_value_bytes = store::default_max_value_bytes;

    /// Errors: invalid_argument for options and values that are not known, with the list of those that are.
    [[nodiscard]] static Options from_uri(const store::Uri& uri);
};

}  // namespace zflow::store_memory
