#pragma once

#include <zflow/codec/binary.hpp>
#include <zflow/store/types.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace zflow::engine {

// Where the engine keeps what, in both stores. `p` is a partition, counted from 0.

[[nodiscard]] store::Topic log_topic(std::uint32_t p);                ///< `_zflow_log_<p>`
[[nodiscard]] store::Topic meta_topic();                              ///< `_zflow_meta`
[[nodiscard]] store::Namespace runs_namespace(std::uint32_t p);       ///< `_zflow_runs_<p>`
[[nodiscard]] store::Namespace snapshots_namespace(std::uint32_t p);  ///< `_zflow_snapshots_<p>`
[[nodiscard]] store::Namespace results_namespace(std::uint32_t p);    ///< `_zflow_results_<p>`
[[nodiscard]] store::Namespace parked_namespace(std::uint32_t p);     ///< `_zflow_parked_<p>`
[[nodiscard]] store::Namespace checkpoints_namespace();               ///< `_zflow_checkpoints`
[[nodiscard]] store::Namespace programs_namespace();                  ///< `_zflow_programs`

/// The key of a run's row, and of the first chunk of its snapshot.
[[nodiscard]] store::Key run_key(std::string_view run_id);
/// The key of the i-th chunk, from 0, of what is stored under `key`: `key` itself, then `key` 00 i (4 bytes,
/// the highest first). Run ids have no 00, so no two keys meet.
[[nodiscard]] store::Key chunk_key(const store::Key& key, std::uint32_t chunk);
[[nodiscard]] store::Key checkpoint_key(std::uint32_t p);          ///< `p` in decimal digits
[[nodiscard]] store::Key meta_key();                               ///< `meta`
[[nodiscard]] store::Key program_key(const codec::ProgramId& id);  ///< its 16 bytes

/// Which partition a run belongs to: XXH3 with 64 bits over its id, modulo `partitions`.
[[nodiscard]] std::uint32_t partition_of(std::string_view run_id, std::uint32_t partitions);

}  // namespace zflow::engine
