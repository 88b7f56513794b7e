#pragma once

#include <zflow/interpreter/apply.hpp>
#include <zflow/model/outcome.hpp>

#include <drive.hpp>
#include <frame.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace zflow::simulation {

/// One run from its start to its removal, as the log tells it.
struct Life {
    std::string id;
    model::Uuid birth;
    std::uint32_t partition = 0;
    std::uint64_t version = 0;  ///< the last frame that changed it
    std::shared_ptr<const interpreter::Program> program;
    interpreter::State state;
    std::optional<model::Outcome> outcome;
    bool done = false;  ///< all its fibers have ended
    bool removed = false;
    bool was_paused = false;
    std::map<std::uint64_t, std::uint32_t> asked;             ///< by operation: its newest attempt
    std::map<std::uint64_t, std::uint64_t> completed;         ///< by operation: the frame that has its result
    std::vector<interpreter::test::Drive::Happened> history;  ///< what wrong_in() looks at
    std::set<std::string> signals;  ///< all values of its variable `signal`, as text
};

/// How many events of a kind the log has about an id, whether they did something or not.
struct EventCounts {
    std::uint64_t begins = 0;
    std::uint64_t removes = 0;
    std::uint64_t signals = 0;
    std::uint64_t commands = 0;  ///< Pause, Resume, Abort
};

/// What the logs make of the runs: every frame is applied when it lands. It has the interpreter in common
/// with the engine, and the form of frames; nothing else.
class Replica {
 public:
    using FindProgram = std::function<std::shared_ptr<const interpreter::Program>(const codec::ProgramId&)>;

    /// Parameters: `violated` is told what no log may have.
    Replica(FindProgram find_program, std::function<void(std::string)> violated)
        : find_program_(std::move(find_program)), violated_(std::move(violated)) {}

    void apply(std::uint32_t partition, std::uint64_t index, const std::string& bytes);

    /// The newest life of an id; none if it never began.
    [[nodiscard]] Life* find(const std::string& id);
    /// As `find`, but none if it was removed.
    [[nodiscard]] Life* present(const std::string& id);
    /// A life by its birth; the newest one of an id only.
    [[nodiscard]] std::map<std::string, std::unique_ptr<Life>>& lives() { return lives_; }
    [[nodiscard]] const EventCounts& counts(const std::string& id) { return counts_[id]; }
    [[nodiscard]] std::uint64_t events() const { return events_; }
    [[nodiscard]] std::uint64_t epochs() const { return epochs_; }
    [[nodiscard]] std::uint64_t position(std::uint32_t partition) { return logs_[partition].position; }

    /// Told of every completion that counts, before it is applied.
    std::function<void(const Life&, const interpreter::OperationCompleted&)> on_completed;
    /// Told of every event, whether it does something or not.
    std::function<void(const std::string&, const engine::EventBody&)> on_event;
    /// Told after each frame which runs it changed.
    std::function<void(std::uint32_t, std::uint64_t, const std::vector<Life*>&)> on_frame;

 private:
    struct LogState {
        std::uint64_t position = 0;
        std::uint64_t epoch_index = 0;
        engine::Epoch epoch;
        model::Instant time{INT64_MIN, 0};
    };

    void apply(LogState& log, const engine::Frame& frame, std::uint32_t partition);
    Life* begin(LogState& log, const engine::Frame& frame, std::uint32_t partition,
                const engine::FrameRun& run, const engine::Begin& begin);
    Life* happen(LogState& log, const engine::Frame& frame, const engine::FrameRun& run,
                 const engine::EventBody& body);
    void before(Life& life, const model::Instant& time, const interpreter::EventKind& event);
    void after(Life& life, const std::vector<interpreter::Action>& actions);
    void count(const std::string& id, const engine::EventBody& body);

    FindProgram find_program_;
    std::function<void(std::string)> violated_;
    std::map<std::uint32_t, LogState> logs_;
    std::map<std::string, std::unique_ptr<Life>> lives_;
    std::map<std::string, EventCounts> counts_;
    std::set<std::pair<std::uint64_t, std::uint64_t>> tokens_;
    std::uint64_t events_ = 0;
    std::uint64_t epochs_ = 0;
};

}  // namespace zflow::simulation
