#pragma once

#include "context.hpp"

#include <zflow/store/open.hpp>

namespace zflow::engine {

/// Look at what a store can do, before anything is written. Errors: refused.
void check_capabilities(const store::KeyValueStore& key_value, const store::IndexedStore& indexed);

/// Read the fixed things of a store (how many partitions, its id), or fix them: the first entry of
/// `_zflow_meta` decides, whoever wrote it.
///
/// Errors: refused: the two halves do not belong together, another hash; store::Error.
asio::awaitable<Meta> read_or_write_meta(std::shared_ptr<store::KeyValueStore> key_value,
                                         std::shared_ptr<store::IndexedStore> indexed, Options options);

}  // namespace zflow::engine
