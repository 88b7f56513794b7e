#pragma once

#include <zflow/store/key_value_store.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace zflow::engine {

namespace asio = boost::asio;

// Values that may be larger than the store's limit, in pieces: docs/formats/checkpoint.md. The first chunk
// begins with their number (4 bytes, the highest first) and is put last: without it there is nothing.

/// How many chunks so many bytes take.
[[nodiscard]] std::uint32_t chunks_for(std::size_t bytes, std::size_t value_limit);

/// Put bytes as chunks of one version.
///
/// Errors: store::Error of the first call that failed; some chunks may be there then, which nobody can read.
asio::awaitable<void> put_chunks(store::KeyValueStore& store, store::Namespace ns, store::Key key,
                                 std::string bytes, store::Timestamp version);

/// Read what was put as exactly this version.
///
/// Returns: none if there is no such version, or not all of it.
asio::awaitable<std::optional<std::string>> get_chunks(store::KeyValueStore& store, store::Namespace ns,
                                                       store::Key key, store::Timestamp version);

}  // namespace zflow::engine
