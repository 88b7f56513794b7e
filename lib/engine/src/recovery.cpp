#include "recovery.hpp"

#include "keys.hpp"
#include "snapshots.hpp"

#include <zflow/engine/crash_points.hpp>
#include <zflow/store/crash_point.hpp>
#include <zflow/store/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace zflow::engine {

Recovery::Recovery(Context& context, std::uint32_t partition, std::shared_ptr<store::KeyValueStore> key_value,
                   std::shared_ptr<store::IndexedStore> indexed, store::Index claim, RunTable& table)
    : context_(context),
      partition_(partition),
      key_value_(std::move(key_value)),
      indexed_(std::move(indexed)),
      claim_(claim),
      table_(table) {}

asio::awaitable<Recovery::Result> Recovery::run() {
    co_await read_checkpoint();
    co_await read_rows();
    co_await read_parked_rows();
    store::crash_point(crash_points::after_rows);
    if (!co_await read_tail()) {
        co_return co_await check_again();
    }
    store::crash_point(crash_points::after_tail);
    co_await load_programs();
    co_await load_needed();
    apply_parked_events();
    replay();
    store::crash_point(crash_points::after_replay);
    for (auto& [id, record] : table_.records()) {
        // An owner before us may have put them, and its put may still be under way.
        record.row_may_exist = true;
        record.result_may_exist = true;
    }
    co_return co_await check_again();
}

asio::awaitable<void> Recovery::read_checkpoint() {
    const auto found = co_await key_value_->get_latest(checkpoints_namespace(), checkpoint_key(partition_));
    if (!found) {
        co_return;
    }
    auto checkpoint = decode_checkpoint(found->value);
    if (!checkpoint) {
        throw Unrecoverable(fmt::format("the checkpoint cannot be read: {}", checkpoint.error().text()));
    }
    if (checkpoint->epoch.store_id != context_.meta.store_id) {
        throw Unrecoverable(
            "the checkpoint belongs to another store: the key-value store and the log do not belong "
            "together");
    }
    checkpoint_ = std::move(*checkpoint);
    last_time_ = checkpoint_.time;
    epoch_ = checkpoint_.epoch;
}

void Recovery::insert_row(const std::string& id, store::Timestamp version, const RunsValue& value) {
    auto& record = table_.insert(id);
    record.version = static_cast<std::uint64_t>(version);
    record.row_version = record.version;
    record.row_may_exist = true;
    if (const auto* tombstone = std::get_if<Tombstone>(&value)) {
        const auto finished = tombstone->why == Tombstone::Why::finished;
        record.life = finished ? RunRecord::Life::evicted : RunRecord::Life::removed;
        record.birth = tombstone->birth;
        record.changed = tombstone->time;
        record.chunks = tombstone->chunks;
        record.result_may_exist = true;
        gone_.push_back(&record);
        return;
    }
    const auto& row = std::get<RunRow>(value);
    record.birth = row.birth;
    record.program_id = row.program;
    record.input_hash = row.input_hash;
    record.tags = row.tags.empty() ? nullptr : std::make_shared<const Tags>(row.tags);
    record.started = row.started;
    record.retention_ms = row.retention_ms;
    record.paused = row.paused;
    record.operations_pending = row.operations_pending || row.runnable;
    record.next_wake = row.next_wake;
    record.timers_unknown = row.next_wake.has_value();
    record.chunks = std::max(row.chunks, row.chunks_before);
}

asio::awaitable<void> Recovery::read_rows() {
    store::PageRequest request;
    for (;;) {
        auto page = co_await key_value_->scan_all(runs_namespace(partition_), request);
        for (const auto& item : page.items) {
            auto row = decode_runs_value(item.value);
            if (!row) {
                auto& record = table_.insert(item.key.bytes);
                record.version = record.row_version = static_cast<std::uint64_t>(item.timestamp);
                record.row_may_exist = true;
                table_.park(record, fmt::format("its row cannot be read: {}", row.error().text()));
                parked_.push_back(&record);
                continue;
            }
            insert_row(item.key.bytes, item.timestamp, *row);
        }
        if (!page.next) {
            co_return;
        }
        request.token = std::move(*page.next);
    }
}

asio::awaitable<void> Recovery::read_parked_rows() {
    store::PageRequest request;
    for (;;) {
        auto page = co_await key_value_->scan_all(parked_namespace(partition_), request);
        for (const auto& item : page.items) {
            auto row = decode_parked_row(item.value);
            auto* record = table_.find(item.key.bytes);
            if (record != nullptr && static_cast<store::Timestamp>(record->row_version) >= item.timestamp) {
                record->parked_row = true;  // It went on since: only the row is left over.
                continue;
            }
            if (record == nullptr) {
                record = &table_.insert(item.key.bytes);
                record->version = 0;
            }
            record->parked_row = true;
            if (!row) {
                table_.park(*record, fmt::format("the row that says why it was set aside cannot be read: {}",
                                                 row.error().text()));
                parked_.push_back(record);
                continue;
            }
            record->birth = row->birth;
            parked_versions_.emplace(item.key.bytes, item.timestamp);
            parked_rows_.emplace(item.key.bytes, std::move(*row));
        }
        if (!page.next) {
            co_return;
        }
        request.token = std::move(*page.next);
    }
}

asio::awaitable<bool> Recovery::read_tail() {
    auto next = checkpoint_.index + 1;
    auto epoch = checkpoint_.epoch_index;
    auto content = checkpoint_.epoch;
    while (next < claim_) {
        auto entries = co_await indexed_->scan(log_topic(partition_), next, claim_ - 1);
        if (entries.empty() || entries.front().index != next) {
            co_return false;
        }
        for (auto& entry : entries) {
            auto frame = decode_frame(entry.value);
            if (!frame) {
                throw Unrecoverable(
                    fmt::format("frame {} of the log cannot be read: {}", entry.index, frame.error().text()));
            }
            tail_.push_back({entry.index, std::move(*frame)});
            check_tail_frame(tail_.back(), epoch, content);
        }
        next = entries.back().index + 1;
    }
    co_return true;
}

/// Rule 7: a frame belongs to the last Epoch frame before it; everything else means that the store does not
/// fence.
void Recovery::check_tail_frame(const TailFrame& tail, std::uint64_t& epoch, Epoch& content) const {
    const auto* const begins = std::get_if<Epoch>(&tail.frame.content);
    if (begins != nullptr) {
        epoch = tail.index;
        content = *begins;
        if (begins->store_id != context_.meta.store_id) {
            throw Unrecoverable("the log belongs to another store");
        }
    }
    if (tail.frame.epoch != epoch) {
        throw Unrecoverable(
            fmt::format("frame {} of the log is of epoch {}, but the last owner before it has epoch {}: two "
                        "owners wrote at once, "
                        "so the store does not keep its promise of appends with an expected position",
                        tail.index, tail.frame.epoch, epoch));
    }
    const auto is_replayed = std::holds_alternative<Events>(tail.frame.content);
    if (is_replayed && content.interpreter_version != interpreter_version) {
        throw Unrecoverable(
            fmt::format("the end of the log was written by version {} of zflow, whose runs may go on "
                        "differently than those of this "
                        "one: stop that version with `zflow work` and SIGTERM (Engine::stop), which leaves "
                        "nothing to replay",
                        content.engine_version));
    }
}

/// Runs whose state is needed now: they have events in the tail, or go on by themselves.
std::vector<RunRecord*> Recovery::needed() {
    std::set<std::string> ids;
    for (const auto& tail : tail_) {
        if (const auto* events = std::get_if<Events>(&tail.frame.content)) {
            for (const auto& run : events->runs) {
                ids.insert(run.id);
            }
        }
    }
    std::vector<RunRecord*> out;
    for (auto& [id, record] : table_.records()) {
        const auto has_row = record.row_version != 0;
        const auto wanted = record.operations_pending || ids.contains(id) || parked_rows_.contains(id);
        if (record.life == RunRecord::Life::live && has_row && wanted) {
            out.push_back(&record);
        }
    }
    return out;
}

asio::awaitable<void> Recovery::load_programs() {
    std::set<codec::ProgramId> ids;
    for (const auto& tail : tail_) {
        if (const auto* events = std::get_if<Events>(&tail.frame.content)) {
            for (const auto& event : events->events) {
                if (const auto* begin = std::get_if<Begin>(&event.body)) {
                    ids.insert(begin->program);
                }
            }
        }
    }
    for (const auto& [id, row] : parked_rows_) {
        for (const auto& event : row.events) {
            if (const auto* begin = std::get_if<Begin>(&event.body)) {
                ids.insert(begin->program);
            }
        }
    }
    for (const auto& id : ids) {
        if (auto program = co_await context_.programs.load(key_value_, id)) {
            programs_.push_back(std::move(program));
        }
    }
}

asio::awaitable<void> Recovery::load_needed() {
    for (auto* const record : needed()) {
        auto state = co_await read_snapshot(context_.programs, key_value_, partition_, *record);
        if (state) {
            table_.load(*record, std::move(*state));
        } else {
            table_.park(*record, std::move(state.error()));
            parked_.push_back(record);
        }
    }
}

/// Runs that were set aside are tried again: from their row, or from their Begin.
void Recovery::apply_parked_events() {
    for (auto& [id, row] : parked_rows_) {
        auto* record = table_.find(id);
        const auto version = static_cast<std::uint64_t>(parked_versions_.at(id));
        const auto begins = !row.events.empty() && std::holds_alternative<Begin>(row.events.front().body);
        if (record->life == RunRecord::Life::live && (record->state || begins)) {
            if (begins) {
                record->life = RunRecord::Life::removed;
            }
            for (const auto& event : row.events) {
                auto epoch = epoch_;
                epoch.limits = event.limits;
                if (event.index > record->row_version) {
                    (void)table_.apply(event.index, event.time, epoch, {id, row.birth}, event.body);
                }
            }
        } else if (record->life == RunRecord::Life::live) {
            table_.park(*record, row.error);
        }
        (void)table_.take_digests(std::vector<FrameRun>{{id, row.birth}});
        record->version = version;
        if (record->life == RunRecord::Life::parked) {
            record->row_version = version;
            parked_.push_back(record);
        } else {
            context_.warn(fmt::format("run '{}' was set aside and goes on: {}", id, row.error));
        }
    }
}

void Recovery::replay(const TailFrame& tail) {
    const auto& events = std::get<Events>(tail.frame.content);
    for (std::size_t i = 0; i < std::min(events.digests.size(), digests_.size()); ++i) {
        auto* const record = table_.find(digest_runs_[i].id);
        if (digest_known_[i] && events.digests[i] != digests_[i] && record != nullptr &&
            record->life != RunRecord::Life::parked) {
            table_.park(*record,
                        "its log, replayed, gives something else than it gave before: another version of the "
                        "interpreter, or a defect");
            parked_.push_back(record);
        }
    }
    last_time_ = std::max(last_time_, tail.frame.time);
    std::vector<bool> known(events.runs.size(), true);
    for (const auto& event : events.events) {
        const auto& run = events.runs[event.run];
        auto* const record = table_.find(run.id);
        const auto parked = parked_versions_.find(run.id);
        const auto in_parked_row =
            parked != parked_versions_.end() && static_cast<std::uint64_t>(parked->second) >= tail.index;
        if (in_parked_row || (record != nullptr && record->row_version >= tail.index)) {
            known[event.run] = false;  // Its snapshot has it already.
            continue;
        }
        const auto effect = table_.apply(tail.index, tail.frame.time, epoch_, run, event.body);
        ++events_;
        if (effect.run != nullptr && effect.run->life == RunRecord::Life::parked) {
            known[event.run] = false;
            if (effect.applied) {
                parked_.push_back(effect.run);
            } else {
                // It takes no events, and these are still to be kept.
                effect.run->version = tail.index;
                table_.mark_dirty(*effect.run);
            }
        }
    }
    digests_ = table_.take_digests(events.runs);
    digest_runs_ = events.runs;
    digest_known_ = std::move(known);
}

void Recovery::replay() {
    for (const auto& tail : tail_) {
        if (const auto* epoch = std::get_if<Epoch>(&tail.frame.content)) {
            epoch_ = *epoch;
            digests_.clear();
        } else if (std::holds_alternative<Events>(tail.frame.content)) {
            replay(tail);
        }
    }
}

/// Whether what was read is still how things are.
asio::awaitable<Recovery::Result> Recovery::check_again() {
    const auto position = co_await indexed_->position(log_topic(partition_));
    if (position != claim_) {
        co_return Result::fenced;
    }
    const auto newest =
        co_await key_value_->get_latest_timestamp(checkpoints_namespace(), checkpoint_key(partition_));
    const auto index = newest ? static_cast<std::uint64_t>(*newest) : 0;
    if (index != checkpoint_.index) {
        co_return Result::again;
    }
    const auto has_hole = tail_.size() != claim_ - 1 - checkpoint_.index;
    if (has_hole) {
        throw Unrecoverable(
            fmt::format("the log does not go on where the checkpoint ends: frame {} is missing. The "
                        "key-value store and the log do "
                        "not belong together, or one of them is an older copy",
                        checkpoint_.index + 1 + tail_.size()));
    }
    co_return Result::done;
}

}  // namespace zflow::engine
