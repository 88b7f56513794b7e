#include "checkpointer.hpp"

#include "chunks.hpp"
#include "event_time.hpp"
#include "keys.hpp"

#include <zflow/base/assert.hpp>
#include <zflow/engine/crash_points.hpp>
#include <zflow/interpreter/snapshot.hpp>
#include <zflow/store/crash_point.hpp>
#include <zflow/store/error.hpp>

#include <boost/asio/co_spawn.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace zflow::engine {

namespace {

/// How many writes of a checkpoint are under way at once: they share the store's syncs.
constexpr std::size_t most_workers = 64;
/// An outcome of so many bytes is in its row; a larger one beside it.
constexpr std::size_t inline_outcome_bytes = std::size_t{16} << 10;
constexpr std::size_t largest_state_bytes = std::size_t{64} << 20;
constexpr std::chrono::milliseconds pause_between_tries{50};

store::Timestamp as_version(std::uint64_t index) {
    return static_cast<store::Timestamp>(index);
}

}  // namespace

Checkpointer::Checkpointer(CheckpointHost host, Checkpoint checkpoint, std::vector<RunRecord*> gone)
    : host_(std::move(host)),
      checkpoint_(std::move(checkpoint)),
      gone_(std::move(gone)),
      workers_changed_(host_.executor) {
    changed_ = std::exchange(host_.table->dirty(), {});
    for (auto* const record : changed_) {
        record->dirty = false;
        ++record->pins;
    }
}

/// Wait until the lease is confirmed. Returns: false if the epoch is over.
asio::awaitable<bool> Checkpointer::may_write() {
    while (!host_.ending() && !host_.log->may_write()) {
        const auto& options = host_.context->options;
        co_await options.alarm->wait_until(options.clock->steady_now() + pause_between_tries);
    }
    co_return !host_.ending();
}

asio::awaitable<void> Checkpointer::put(Put put) {
    for (;;) {
        if (!co_await may_write()) {
            error_ = "the owner changes";
            co_return;
        }
        try {
            if (put.chunks) {
                co_await put_chunks(*host_.key_value, put.ns, put.key, put.bytes, put.version);
            } else {
                co_await host_.key_value->put(put.ns, put.key, put.bytes, put.version);
            }
            co_return;
        } catch (const store::Error& error) {
            const auto again = store::is_transient(error) || store::may_have_happened(error);
            if (error.kind() == store::errc::read_only || !again) {
                error_ = error.what();
                broken_ = error.kind() == store::errc::read_only;
                co_return;
            }
        }
        const auto& options = host_.context->options;
        co_await options.alarm->wait_until(options.clock->steady_now() + pause_between_tries);
    }
}

// --- one run
// ---------------------------------------------------------------------------------------------------

asio::awaitable<void> Checkpointer::write(RunRecord* record) {
    switch (record->life) {
        case RunRecord::Life::live:
            return write_live(record);
        case RunRecord::Life::finished:
        case RunRecord::Life::evicted:
            return write_finished(record);
        case RunRecord::Life::removed:
            return write_removed(record);
        case RunRecord::Life::parked:
            return write_parked(record);
    }
    std::unreachable();
}

asio::awaitable<void> Checkpointer::write_live(RunRecord* record) {
    ZFLOW_ASSERT(record->state != nullptr, "a run that changed and lives is loaded");
    const auto version = record->version;
    auto snapshot = interpreter::state_to_binary(*record->state);
    if (!snapshot || snapshot->size() > largest_state_bytes) {
        host_.table->park(*record, fmt::format("its state is larger than {} bytes", largest_state_bytes));
        host_.parked(*record);
        co_return co_await write_parked(record);
    }
    const auto chunks = chunks_for(snapshot->size(), host_.key_value->limits().value_bytes);
    const auto info = record->info();
    const auto& state = *record->state;
    const RunRow row{
        .birth = record->birth,
        .program = record->program_id,
        .input_hash = record->input_hash,
        .tags = info.tags,
        .started = record->started,
        .retention_ms = record->retention_ms,
        .paused = state.paused,
        .operations_pending = !interpreter::pending_calls(state).empty() || record->ending != nullptr,
        .runnable = state.runnable(),
        .next_wake = info.next_wake,
        .snapshot_bytes = snapshot->size(),
        .chunks = chunks,
        .chunks_before = record->chunks};
    record->chunks = std::max(record->chunks, chunks);
    record->row_may_exist = true;
    co_await put({snapshots_namespace(host_.partition), run_key(*record->id), std::move(*snapshot),
                  as_version(version), true});
    if (!error_.empty()) {
        co_return;
    }
    store::crash_point(crash_points::after_snapshot_put);
    auto bytes = encode(RunsValue(row));
    ZFLOW_ASSERT(bytes.has_value(), "a run's row is small");
    co_await put(
        {runs_namespace(host_.partition), run_key(*record->id), std::move(*bytes), as_version(version)});
    store::crash_point(crash_points::after_row_put);
    if (error_.empty()) {
        record->row_version = std::max(record->row_version, version);
    }
}

asio::awaitable<void> Checkpointer::write_finished(RunRecord* record) {
    const auto version = record->version;
    ZFLOW_ASSERT(record->ending != nullptr, "a run that has ended has an outcome");
    auto outcome = encode(record->ending->outcome);
    ZFLOW_ASSERT(outcome.has_value(), "an outcome that cannot be written was replaced when it came");
    ResultRow row{.birth = record->birth,
                  .program = record->program_id,
                  .input_hash = record->input_hash,
                  .tags = record->tags ? *record->tags : Tags(),
                  .started = record->started,
                  .finished = record->changed,
                  .retention_ms = record->retention_ms,
                  .status = static_cast<std::uint8_t>(record->status())};
    Tombstone tombstone{.why = Tombstone::Why::finished,
                        .birth = record->birth,
                        .time = record->changed,
                        .chunks = record->chunks};
    const auto has_row = record->row_may_exist;
    record->result_may_exist = true;
    if (outcome->size() > inline_outcome_bytes) {
        row.chunks = chunks_for(outcome->size(), host_.key_value->limits().value_bytes);
        record->chunks = std::max(record->chunks, row.chunks);
        tombstone.chunks = record->chunks;
        co_await put({snapshots_namespace(host_.partition), run_key(*record->id), std::move(*outcome),
                      as_version(version), true});
    } else {
        row.outcome = std::move(*outcome);
    }
    if (error_.empty()) {
        auto bytes = encode(row);
        ZFLOW_ASSERT(bytes.has_value(), "a result's row is small");
        co_await put({results_namespace(host_.partition), run_key(*record->id), std::move(*bytes),
                      as_version(version)});
        store::crash_point(crash_points::after_result_put);
    }
    if (error_.empty() && has_row) {
        auto bytes = encode(RunsValue(tombstone));
        ZFLOW_ASSERT(bytes.has_value(), "a tombstone is small");
        co_await put(
            {runs_namespace(host_.partition), run_key(*record->id), std::move(*bytes), as_version(version)});
        store::crash_point(crash_points::after_tombstone_put);
    }
    if (error_.empty()) {
        record->row_version = std::max(record->row_version, version);
    }
}

asio::awaitable<void> Checkpointer::write_removed(RunRecord* record) {
    const auto version = record->version;
    if (record->row_may_exist || record->result_may_exist || record->parked_row) {
        const Tombstone tombstone{.why = Tombstone::Why::removed,
                                  .birth = record->birth,
                                  .time = record->changed,
                                  .chunks = record->chunks};
        record->row_may_exist = true;
        auto bytes = encode(RunsValue(tombstone));
        ZFLOW_ASSERT(bytes.has_value(), "a tombstone is small");
        co_await put(
            {runs_namespace(host_.partition), run_key(*record->id), std::move(*bytes), as_version(version)});
        store::crash_point(crash_points::after_tombstone_put);
    }
    if (error_.empty()) {
        record->row_version = std::max(record->row_version, version);
    }
}

/// The events of a run that its row does not have: from the row of the last time that it was set aside, as
/// the log may not have them any more, then from the log.
asio::awaitable<std::vector<ParkedRow::Event>> Checkpointer::events_of(RunRecord* record,
                                                                       std::uint64_t up_to) {
    std::vector<ParkedRow::Event> events;
    const auto id = *record->id;
    auto limits = checkpoint_.epoch.limits;
    auto next = record->row_version + 1;
    if (record->parked_row) {
        const auto found =
            co_await host_.key_value->get_latest(parked_namespace(host_.partition), run_key(id));
        auto before =
            found ? decode_parked_row(found->value) : std::unexpected(model::Error{"it is not there"});
        if (before && before->birth == record->birth) {
            std::erase_if(before->events, [&](const auto& event) { return event.index < next; });
            events = std::move(before->events);
            next = std::max(next, static_cast<std::uint64_t>(found->timestamp) + 1);
        }
    }
    while (next <= up_to) {
        auto entries = co_await host_.indexed->scan(log_topic(host_.partition), next, up_to);
        if (entries.empty()) {
            break;
        }
        for (const auto& entry : entries) {
            auto frame = decode_frame(entry.value);
            if (!frame) {
                continue;
            }
            if (const auto* epoch = std::get_if<Epoch>(&frame->content)) {
                limits = epoch->limits;
            } else if (auto* content = std::get_if<Events>(&frame->content)) {
                for (auto& event : content->events) {
                    const auto& run = content->runs[event.run];
                    if (run.id == id && run.birth == record->birth) {
                        events.push_back({entry.index, frame->time, std::move(event.body), limits});
                    }
                }
            }
        }
        next = entries.back().index + 1;
    }
    co_return events;
}

asio::awaitable<void> Checkpointer::write_parked(RunRecord* record) {
    const auto version = record->version;
    if (record->row_version == version) {
        co_return;
    }
    ParkedRow row{.birth = record->birth, .error = *record->error};
    try {
        row.events = co_await events_of(record, version);
    } catch (const store::Error& error) {
        error_ = error.what();
        co_return;
    }
    record->parked_row = true;
    auto bytes = encode(row);
    if (!bytes || bytes->size() > host_.key_value->limits().value_bytes) {
        // Its events do not fit into one value: the log keeps them, so this checkpoint is not made.
        error_ = fmt::format(
            "the events of run '{}', which is set aside, are too many to be kept apart; remove it",
            *record->id);
        co_return;
    }
    co_await put(
        {parked_namespace(host_.partition), run_key(*record->id), std::move(*bytes), as_version(version)});
    if (error_.empty()) {
        record->row_version = std::max(record->row_version, version);
    }
}

// --- what is no longer needed
// ------------------------------------------------------------------------------------

/// Older snapshots and rows of a run that lives. A failure is made up for by the next checkpoint of the run.
asio::awaitable<void> Checkpointer::prune(RunRecord* record) {
    if (!co_await may_write() || record->life != RunRecord::Life::live) {
        co_return;
    }
    const auto marker = as_version(checkpoint_.index);
    const auto key = run_key(*record->id);
    try {
        for (std::uint32_t chunk = 0; chunk < record->chunks; ++chunk) {
            co_await host_.key_value->remove(snapshots_namespace(host_.partition), chunk_key(key, chunk),
                                             marker);
        }
        store::crash_point(crash_points::while_pruning);
        co_await host_.key_value->remove(runs_namespace(host_.partition), key, marker);
        if (record->parked_row) {
            co_await host_.key_value->remove_through(parked_namespace(host_.partition), key, marker);
            record->parked_row = false;
        }
    } catch (const store::Error&) {
        co_return;
    }
}

/// Everything of a run that is gone, its tombstone last.
asio::awaitable<void> Checkpointer::remove_rows(RunRecord* record) {
    const auto is_gone = record->life == RunRecord::Life::removed || record->life == RunRecord::Life::evicted;
    if (!is_gone || record->version > checkpoint_.index || !co_await may_write()) {
        still_gone_.push_back(record);
        co_return;
    }
    const auto version = as_version(record->version);
    const auto removed = record->life == RunRecord::Life::removed;
    const auto key = run_key(*record->id);
    const auto chunks = record->chunks;
    bool done = false;
    try {
        if (removed && record->result_may_exist) {
            co_await host_.key_value->remove_through(results_namespace(host_.partition), key, version);
        }
        if (record->row_may_exist || (removed && record->result_may_exist)) {
            // The outcome of a finished run may be in chunks of its own version.
            for (std::uint32_t chunk = 0; chunk < chunks; ++chunk) {
                co_await host_.key_value->remove_through(snapshots_namespace(host_.partition),
                                                         chunk_key(key, chunk),
                                                         removed ? version : version - 1);
            }
        }
        if (record->parked_row) {
            co_await host_.key_value->remove_through(parked_namespace(host_.partition), key, version);
        }
        const auto& options = host_.context->options;
        const auto old = !host_.context->shared ||
                         options.clock->steady_now() >= record->gone_since + options.tombstone_grace;
        if (record->row_may_exist && old) {
            store::crash_point(crash_points::while_removing_rows);
            co_await host_.key_value->remove_through(runs_namespace(host_.partition), key, version);
        }
        done = !record->row_may_exist || old;
    } catch (const store::Error&) {
        done = false;
    }
    if (!done || record->version != static_cast<std::uint64_t>(version)) {
        still_gone_.push_back(record);
        co_return;
    }
    --record->pins;
    if (record->pins == 0 && !record->dirty) {
        host_.table->erase(*record);
    } else {
        ++record->pins;
        still_gone_.push_back(record);
    }
}

asio::awaitable<void> Checkpointer::trim() {
    if (!co_await may_write()) {
        co_return;
    }
    try {
        co_await host_.indexed->trim(log_topic(host_.partition), checkpoint_.index);
        store::crash_point(crash_points::after_trim);
        co_await host_.key_value->remove(checkpoints_namespace(), checkpoint_key(host_.partition),
                                         as_version(checkpoint_.index));
    } catch (const store::Error&) {
        co_return;  // A later checkpoint trims it.
    }
}

// --- all of it
// ---------------------------------------------------------------------------------------------------

asio::awaitable<void> Checkpointer::worker(asio::awaitable<void> (Checkpointer::*work)(RunRecord*)) {
    while (next_work_ < work_.size() && error_.empty() && !host_.ending()) {
        auto* const record = work_[next_work_++];
        co_await (this->*work)(record);
    }
}

/// Do the work for all of these runs, several at once.
asio::awaitable<void> Checkpointer::workers(asio::awaitable<void> (Checkpointer::*work)(RunRecord*),
                                            std::vector<RunRecord*> runs) {
    work_ = std::move(runs);
    next_work_ = 0;
    std::exception_ptr thrown;
    workers_ = std::min(most_workers, work_.size());
    for (std::size_t i = workers_; i > 0; --i) {
        asio::co_spawn(host_.executor, worker(work), [this, &thrown](const std::exception_ptr& error) {
            thrown = error ? error : thrown;
            --workers_;
            workers_changed_.notify_all();
        });
    }
    while (workers_ != 0) {
        co_await workers_changed_.wait();
    }
    if (thrown) {
        std::rethrow_exception(thrown);
    }
}

namespace {

/// Whether there is nothing to be deleted for a run that has ended.
bool is_nowhere(const RunRecord& record) {
    const auto finished = record.life == RunRecord::Life::finished;
    return !record.row_may_exist && !record.parked_row && (finished || !record.result_may_exist);
}

}  // namespace

/// What a durable checkpoint means for the records in memory.
void Checkpointer::settle() {
    for (auto* const record : changed_) {
        --record->pins;
        const auto clean = !record->dirty && record->row_version == record->version;
        const auto ended =
            record->life == RunRecord::Life::finished || record->life == RunRecord::Life::removed;
        if (record->life == RunRecord::Life::live && clean) {
            prunable_.push_back(record);
            ++record->pins;
        } else if (ended && clean && record->pins == 0 && record->waiters.empty() && is_nowhere(*record)) {
            host_.table->erase(*record);
        } else if (ended && clean && record->pins == 0 && record->waiters.empty()) {
            record->life =
                record->life == RunRecord::Life::finished ? RunRecord::Life::evicted : record->life;
            record->ending.reset();
            record->gone_since = host_.context->options.clock->steady_now();
            ++record->pins;
            gone_.push_back(record);
        } else if (ended) {
            host_.table->mark_dirty(*record);
        }
    }
}

asio::awaitable<bool> Checkpointer::run() {
    co_await workers(&Checkpointer::write, changed_);
    if (error_.empty() && !host_.ending()) {
        auto bytes = encode(checkpoint_);
        ZFLOW_ASSERT(bytes.has_value(), "a checkpoint is small");
        store::crash_point(crash_points::before_checkpoint_put);
        co_await put({checkpoints_namespace(), checkpoint_key(host_.partition), std::move(*bytes),
                      as_version(checkpoint_.index)});
    }
    if (host_.ending()) {
        co_return false;
    }
    if (!error_.empty()) {
        for (auto* const record : changed_) {
            --record->pins;
            host_.table->mark_dirty(*record);
        }
        co_return false;
    }
    store::crash_point(crash_points::after_checkpoint_put);
    settle();
    co_await trim();
    co_await workers(&Checkpointer::prune, prunable_);
    if (!host_.ending()) {
        for (auto* const record : prunable_) {
            --record->pins;
        }
        auto gone = std::exchange(gone_, {});
        co_await workers(&Checkpointer::remove_rows, std::move(gone));
        // Those that no worker came to.
        still_gone_.insert(still_gone_.end(), work_.begin() + static_cast<std::ptrdiff_t>(next_work_),
                           work_.end());
        gone_ = std::exchange(still_gone_, {});
    }
    co_return true;
}

}  // namespace zflow::engine
