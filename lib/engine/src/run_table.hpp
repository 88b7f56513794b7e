#pragma once

#include "frame.hpp"

#include <zflow/engine/run.hpp>
#include <zflow/interpreter/apply.hpp>
#include <zflow/interpreter/program.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace zflow::engine {

struct Attempt;
struct Answer;

/// How a run's main fiber ended.
struct Ending {
    model::Outcome outcome;
    model::Instant time;
};

/// What a partition knows of one run.
struct RunRecord {
    enum class Life : std::uint8_t {
        live,
        finished,  ///< all its fibers have ended
        evicted,   ///< finished, its result is in the store; kept until its row is gone
        removed,   ///< forgotten; kept until its rows are gone
        parked,    ///< set aside: it takes no events
    };

    // What follows from the log.
    const std::string* id = nullptr;  ///< its key in the table
    model::Uuid birth;
    codec::ProgramId program_id{};
    InputHash input_hash{};
    std::shared_ptr<const Tags> tags;  ///< empty if there are none
    model::Instant started;
    std::uint64_t retention_ms = 0;
    Life life = Life::live;
    std::uint64_t version = 0;                  ///< the index of the last frame that changed it
    model::Instant changed;                     ///< the time of that frame
    std::unique_ptr<interpreter::State> state;  ///< loaded, if it lives
    std::unique_ptr<Ending> ending;
    std::unique_ptr<std::string> error;  ///< why it is parked

    // What is known of a live run that is not loaded.
    bool paused = false;
    bool operations_pending = false;
    std::optional<model::Instant> next_wake;

    // What the store has.
    std::uint64_t row_version = 0;  ///< of the newest acknowledged row, snapshot or result
    bool row_may_exist = false;     ///< in `_zflow_runs_<p>`, put by any owner
    bool result_may_exist = false;  ///< in `_zflow_results_<p>`
    bool parked_row = false;        ///< in `_zflow_parked_<p>`
    /// Since when its tombstone is known to be there, by this process' steady clock: the grace time counts
    /// from it.
    std::chrono::steady_clock::time_point gone_since{};
    std::uint32_t chunks = 1;  ///< the most that any of its snapshots or results had

    // What is going on in this process.
    std::uint64_t serial = 0;      ///< orders records by when they came
    std::uint32_t digest = 0;      ///< of what the current frame did to it
    std::uint32_t pins = 0;        ///< who needs the record to stay: queued events, callers, writes
    std::uint64_t frame = 0;       ///< the frame that is being filled and has it
    std::uint32_t frame_slot = 0;  ///< its place there
    bool dirty = false;            ///< in RunTable::dirty
    bool loading = false;          ///< its snapshot is being read
    bool continue_queued = false;
    bool timers_unknown = false;  ///< only `next_wake` is among the partition's timers
    std::vector<std::shared_ptr<Attempt>> attempts;
    std::vector<std::shared_ptr<Answer>> waiters;  ///< for its end

    [[nodiscard]] Status status() const;
    [[nodiscard]] RunInfo info() const;
};

/// Finds a program that a Begin names; it was stored before, so there is none only if the store is damaged.
using FindProgram = std::function<std::shared_ptr<const interpreter::Program>(const codec::ProgramId&)>;

/// What an event did.
struct Effect {
    RunRecord* run = nullptr;  ///< none if it was about a run that is not there
    bool applied = false;      ///< false: it changed nothing
    std::vector<interpreter::Action> actions = {};
};

/// The runs of a partition: what the events of its log make of them.
///
/// Invariant: everything under "what follows from the log" in the records is a function of the events that
/// were applied, and of nothing else: live and in recovery the same. There is no clock and no I/O in it.
class RunTable {
 public:
    explicit RunTable(FindProgram find_program) : find_program_(std::move(find_program)) {}

    /// Let one event of a frame happen. An event of another birth than the run's, or of a run that does not
    /// live, changes nothing. A run whose interpreter fails is parked.
    ///
    /// Parameters: `epoch` is the one that the frame belongs to. The run must be loaded.
    Effect apply(std::uint64_t index, const model::Instant& time, const Epoch& epoch, const FrameRun& run,
                 const EventBody& body);

    /// What the frame that was just applied did to its runs, in their order; ready for the next frame.
    [[nodiscard]] std::vector<std::uint32_t> take_digests(std::span<const FrameRun> runs);

    [[nodiscard]] RunRecord* find(const std::string& id);
    /// A record for a run that is not there yet.
    RunRecord& insert(const std::string& id);
    /// Forget a record. It is not pinned, not dirty, and has no timers.
    void erase(RunRecord& record);
    void mark_dirty(RunRecord& record);
    /// Set a run aside. Its state goes.
    void park(RunRecord& record, std::string error);
    /// Let go of the state of a run that lives, or take it.
    void unload(RunRecord& record);
    void load(RunRecord& record, interpreter::State state);

    [[nodiscard]] std::unordered_map<std::string, RunRecord>& records() noexcept { return records_; }
    [[nodiscard]] std::size_t loaded() const noexcept { return loaded_; }
    [[nodiscard]] bool is_clean() const noexcept { return dirty_.empty(); }
    [[nodiscard]] std::vector<RunRecord*>& dirty() noexcept { return dirty_; }

 private:
    Effect begin(std::uint64_t index, const model::Instant& time, const Epoch& epoch, const FrameRun& run,
                 const Begin& begin);
    Effect remove(std::uint64_t index, const model::Instant& time, const FrameRun& run);
    void interpret(Effect& effect, const Epoch& epoch, interpreter::Event event);

    FindProgram find_program_;
    std::unordered_map<std::string, RunRecord> records_;
    std::vector<RunRecord*> dirty_;
    std::size_t loaded_ = 0;
    std::uint64_t serials_ = 0;
};

}  // namespace zflow::engine
