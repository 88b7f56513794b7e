#pragma once

#include "context.hpp"
#include "log.hpp"
#include "rows.hpp"
#include "run_table.hpp"
#include "waiting.hpp"

#include <zflow/store/indexed_store.hpp>
#include <zflow/store/key_value_store.hpp>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace zflow::engine {

/// What a checkpoint needs of its partition.
struct CheckpointHost {
    Context* context = nullptr;
    std::uint32_t partition = 0;
    asio::any_io_executor executor;  ///< the partition's strand
    std::shared_ptr<store::KeyValueStore> key_value;
    std::shared_ptr<store::IndexedStore> indexed;
    RunTable* table = nullptr;
    const Log* log = nullptr;
    std::function<bool()> ending;            ///< the epoch is over: write nothing more
    std::function<void(RunRecord&)> parked;  ///< told of runs that are set aside
};

/// Writes the runs that changed into the store, then the checkpoint, then takes away what is no longer
/// needed.
///
/// Order, which is the invariant: snapshots, each acknowledged, before the rows that name them; all rows
/// before the checkpoint; the checkpoint, acknowledged, before anything is trimmed or deleted. A write that
/// may or may not have happened is repeated. What is deleted has a newer durable truth.
///
/// Lifetime: one object a checkpoint, on the partition's strand.
class Checkpointer {
 public:
    /// Parameters: `index` is the last frame that was applied, `time` that of its events; `epoch_index` and
    /// `epoch` are the owner's; `gone` are runs whose rows an earlier checkpoint made superfluous.
    Checkpointer(CheckpointHost host, Checkpoint checkpoint, std::vector<RunRecord*> gone);

    /// Returns: whether the checkpoint is durable. If not, the runs are still dirty and the log is whole.
    asio::awaitable<bool> run();

    /// Runs whose rows are still to be deleted, pinned; of the others the records are gone.
    [[nodiscard]] std::vector<RunRecord*> take_gone() { return std::move(gone_); }
    [[nodiscard]] std::size_t written() const noexcept { return changed_.size(); }
    /// Whether the store takes no more until it is opened again.
    [[nodiscard]] bool is_broken() const noexcept { return broken_; }
    [[nodiscard]] const std::string& error() const noexcept { return error_; }

 private:
    /// A store call that is repeated until it is acknowledged.
    struct Put {
        store::Namespace ns;
        store::Key key;
        std::string bytes;
        store::Timestamp version = 0;
        bool chunks = false;
    };

    asio::awaitable<void> put(Put put);
    asio::awaitable<bool> may_write();
    asio::awaitable<void> workers(asio::awaitable<void> (Checkpointer::*work)(RunRecord*),
                                  std::vector<RunRecord*> runs);
    asio::awaitable<void> worker(asio::awaitable<void> (Checkpointer::*work)(RunRecord*));

    asio::awaitable<void> write(RunRecord* record);
    asio::awaitable<void> write_live(RunRecord* record);
    asio::awaitable<void> write_finished(RunRecord* record);
    asio::awaitable<void> write_removed(RunRecord* record);
    asio::awaitable<void> write_parked(RunRecord* record);
    asio::awaitable<std::vector<ParkedRow::Event>> events_of(RunRecord* record, std::uint64_t up_to);

    asio::awaitable<void> prune(RunRecord* record);
    asio::awaitable<void> remove_rows(RunRecord* record);
    asio::awaitable<void> trim();
    void settle();

    CheckpointHost host_;
    Checkpoint checkpoint_;
    std::vector<RunRecord*> changed_;
    std::vector<RunRecord*> prunable_;
    std::vector<RunRecord*> gone_;
    std::vector<RunRecord*> still_gone_;
    std::vector<RunRecord*> work_;
    std::size_t next_work_ = 0;
    std::size_t workers_ = 0;
    Condition workers_changed_;
    std::string error_;
    bool broken_ = false;
};

}  // namespace zflow::engine
