#include "keys.hpp"

#include <zflow/base/assert.hpp>

#include <fmt/format.h>
#include <xxhash.h>

#include <utility>

namespace zflow::engine {

store::Topic log_topic(std::uint32_t p) {
    return {fmt::format("_zflow_log_{}", p)};
}
store::Topic meta_topic() {
    return {"_zflow_meta"};
}
store::Namespace runs_namespace(std::uint32_t p) {
    return {fmt::format("_zflow_runs_{}", p)};
}
store::Namespace snapshots_namespace(std::uint32_t p) {
    return {fmt::format("_zflow_snapshots_{}", p)};
}
store::Namespace results_namespace(std::uint32_t p) {
    return {fmt::format("_zflow_results_{}", p)};
}
store::Namespace parked_namespace(std::uint32_t p) {
    return {fmt::format("_zflow_parked_{}", p)};
}
store::Namespace checkpoints_namespace() {
    return {"_zflow_checkpoints"};
}
store::Namespace programs_namespace() {
    return {"_zflow_programs"};
}

store::Key run_key(std::string_view run_id) {
    return {std::string(run_id)};
}

store::Key chunk_key(const store::Key& key, std::uint32_t chunk) {
    if (chunk == 0) {
        return key;
    }
    auto bytes = key.bytes;
    bytes.push_back('\0');
    for (const auto shift : {24U, 16U, 8U, 0U}) {
        bytes.push_back(static_cast<char>(chunk >> shift));
    }
    return {std::move(bytes)};
}

store::Key checkpoint_key(std::uint32_t p) {
    return {fmt::format("{}", p)};
}
store::Key meta_key() {
    return {"meta"};
}
store::Key program_key(const codec::ProgramId& id) {
    return {std::string(reinterpret_cast<const char*>(id.data()), id.size())};
}

std::uint32_t partition_of(std::string_view run_id, std::uint32_t partitions) {
    ZFLOW_ASSERT(partitions > 0, "a store has at least one partition");
    return static_cast<std::uint32_t>(XXH3_64bits(run_id.data(), run_id.size()) % partitions);
}

}  // namespace zflow::engine
