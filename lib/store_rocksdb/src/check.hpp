#pragma once

#include <zflow/store/open.hpp>

namespace zflow::store_rocksdb {

/// Read every row of a directory, verify all check sums, and compare the rows with the format and with each
/// other.
///
/// Errors: as `open`. What is found wrong in the data is a finding, not an error.
[[nodiscard]] store::asio::awaitable<std::vector<store::Finding>> check(store::Uri uri,
                                                                        store::OpenOptions open_options);

}  // namespace zflow::store_rocksdb
