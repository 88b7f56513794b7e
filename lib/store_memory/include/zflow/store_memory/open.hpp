#pragma once

#include <zflow/store/open.hpp>
#include <zflow/store_memory/options.hpp>

namespace zflow::store_memory {

/// Open both stores in memory.
///
/// They do all that the contract asks for and nothing else: the reference implementation, the oracle of the
/// conformance suite, and what tests run on. Data goes with the last store that is open on it.
///
/// Errors: invalid_argument for a value limit of 0 or above 1 GiB.
/// Thread-safety: any number of calls at once.
[[nodiscard]] store::asio::awaitable<store::Stores> open(Options options = {},
                                                         store::OpenOptions open_options = {});

}  // namespace zflow::store_memory
