#include "snapshots.hpp"

#include "chunks.hpp"
#include "keys.hpp"

#include <zflow/interpreter/snapshot.hpp>

#include <fmt/format.h>

#include <utility>

namespace zflow::engine {

namespace {

using Snapshot = std::expected<interpreter::State, std::string>;

asio::awaitable<Snapshot> read(Programs& programs, std::shared_ptr<store::KeyValueStore> store,
                               std::uint32_t partition, store::Key key, codec::ProgramId program_id,
                               std::uint64_t version) {
    const auto program = co_await programs.load(store, program_id);
    if (program == nullptr) {
        co_return std::unexpected("its program is not in the store, or cannot be read");
    }
    const auto bytes = co_await get_chunks(*store, snapshots_namespace(partition), std::move(key),
                                           static_cast<store::Timestamp>(version));
    if (!bytes) {
        co_return std::unexpected(fmt::format("its snapshot of version {} is not in the store", version));
    }
    auto state = interpreter::state_from_binary(program, *bytes);
    if (!state) {
        co_return std::unexpected(
            fmt::format("its snapshot of version {} cannot be read: {}", version, state.error().text()));
    }
    co_return std::move(*state);
}

}  // namespace

asio::awaitable<Snapshot> read_snapshot(Programs& programs, std::shared_ptr<store::KeyValueStore> store,
                                        std::uint32_t partition, const RunRecord& record) {
    return read(programs, std::move(store), partition, run_key(*record.id), record.program_id,
                record.row_version);
}

}  // namespace zflow::engine
