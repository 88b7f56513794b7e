#pragma once

#include "context.hpp"
#include "frame.hpp"
#include "rows.hpp"
#include "run_table.hpp"

#include <zflow/store/indexed_store.hpp>
#include <zflow/store/key_value_store.hpp>

#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace zflow::engine {

/// What is stored cannot be right, or not for this version: the partition stops and says so.
class Unrecoverable : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Reads a partition back: checkpoint, rows, the log's tail, like a seqlock.
///
/// Invariant: what it gives is what the log says up to our own Epoch frame, or it gives nothing. A newer
/// checkpoint, or a frame after ours, means that others are at work: begin again, or leave.
///
/// Lifetime: what it is given outlives it.
class Recovery {
 public:
    enum class Result { done, again, fenced };

    Recovery(Context& context, std::uint32_t partition, std::shared_ptr<store::KeyValueStore> key_value,
             std::shared_ptr<store::IndexedStore> indexed, store::Index claim, RunTable& table);

    /// Errors: store::Error; Unrecoverable.
    asio::awaitable<Result> run();

    [[nodiscard]] const Checkpoint& checkpoint() const noexcept { return checkpoint_; }
    [[nodiscard]] const model::Instant& last_time() const noexcept { return last_time_; }
    [[nodiscard]] std::size_t events() const noexcept { return events_; }
    /// Runs that were set aside, now or before.
    [[nodiscard]] const std::vector<RunRecord*>& parked() const noexcept { return parked_; }
    /// Runs whose tombstone is to be deleted.
    [[nodiscard]] const std::vector<RunRecord*>& gone() const noexcept { return gone_; }

 private:
    struct TailFrame {
        store::Index index = 0;
        Frame frame;
    };

    asio::awaitable<void> read_checkpoint();
    asio::awaitable<void> read_rows();
    asio::awaitable<void> read_parked_rows();
    /// Returns: whether the tail has no hole.
    asio::awaitable<bool> read_tail();
    /// Parameters: `epoch` and `content` are the last Epoch frame's before it, and after it.
    void check_tail_frame(const TailFrame& tail, std::uint64_t& epoch, Epoch& content) const;
    void insert_row(const std::string& id, store::Timestamp version, const RunsValue& row);
    [[nodiscard]] std::vector<RunRecord*> needed();
    asio::awaitable<void> load_needed();
    asio::awaitable<void> load_programs();
    void replay();
    void replay(const TailFrame& tail);
    void apply_parked_events();
    asio::awaitable<Result> check_again();

    Context& context_;
    std::uint32_t partition_;
    std::shared_ptr<store::KeyValueStore> key_value_;
    std::shared_ptr<store::IndexedStore> indexed_;
    store::Index claim_;
    RunTable& table_;

    Checkpoint checkpoint_;
    model::Instant last_time_{INT64_MIN, 0};
    std::vector<TailFrame> tail_;
    std::map<std::string, ParkedRow> parked_rows_;
    std::map<std::string, store::Timestamp> parked_versions_;
    /// Keeps the programs of the tail's Begin events loaded until they are applied.
    std::vector<std::shared_ptr<const interpreter::Program>> programs_;
    std::vector<std::uint32_t> digests_;
    std::vector<FrameRun> digest_runs_;
    std::vector<bool> digest_known_;
    Epoch epoch_;
    std::size_t events_ = 0;
    std::vector<RunRecord*> parked_;
    std::vector<RunRecord*> gone_;
};

}  // namespace zflow::engine
