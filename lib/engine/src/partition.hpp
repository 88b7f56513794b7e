#pragma once

#include "context.hpp"
#include "event_time.hpp"
#include "log.hpp"
#include "run_table.hpp"
#include "waiting.hpp"

#include <zflow/engine/error.hpp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/strand.hpp>

#include <chrono>
#include <compare>
#include <deque>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace zflow::engine {

using SteadyTime = std::chrono::steady_clock::time_point;

/// What a caller waits for.
struct Answer {
    explicit Answer(const asio::any_io_executor& executor) : done_changed(executor) {}

    bool done = false;
    bool attached = false;   ///< its Begin found a run that was there
    bool in_flight = false;  ///< its event may be in the log already
    std::exception_ptr error;
    Condition done_changed;

    void finish(std::exception_ptr with = nullptr) {
        if (!done) {
            done = true;
            error = std::move(with);
            done_changed.notify_all();
        }
    }
};

class Reservation;

/// An event that waits for its commit.
struct Pending {
    RunRecord* run = nullptr;  ///< pinned; none for a run that is not in memory
    FrameRun name = {};        ///< only for those
    EventBody body;
    std::size_t size = 0;
    std::shared_ptr<Answer> answer = nullptr;
    std::shared_ptr<const interpreter::Program> program = nullptr;  ///< of a Begin: kept until it is applied
    std::shared_ptr<Reservation> reservation = nullptr;  ///< of a Begin or Remove: until it is decided
};

/// When which timer fires; timer 0 = the run is to be loaded, its timers are not known.
struct TimerKey {
    model::Instant due;
    std::uint64_t serial = 0;
    std::uint64_t timer = 0;
    RunRecord* run = nullptr;
    friend auto operator<=>(const TimerKey& a, const TimerKey& b) {
        return std::tie(a.due, a.serial, a.timer) <=> std::tie(b.due, b.serial, b.timer);
    }
    friend bool operator==(const TimerKey& a, const TimerKey& b) { return (a <=> b) == 0; }
};

/// One shard of the runs: its log, its runs in memory, one loop.
///
/// Invariant: memory holds what the log holds, and nothing else: events are queued, appended as a frame,
/// applied when the frame is in, and only then answered and acted upon. docs/formats/log.md has the rules.
///
/// Thread-safety: everything runs on `executor()`, a strand, but for the constructor.
class Partition : public std::enable_shared_from_this<Partition> {
 public:
    enum class Phase : std::uint8_t { starting, standby, serving, closed };
    enum class End : std::uint8_t { stopped, broken };

    Partition(std::shared_ptr<Context> context, std::uint32_t number);

    [[nodiscard]] const asio::any_io_executor& executor() const noexcept { return executor_; }
    [[nodiscard]] std::uint32_t number() const noexcept { return number_; }

    /// Claim the log, recover, serve; again after a takeover. Comes back when it was stopped, or when the
    /// stores have to be opened again.
    asio::awaitable<End> serve(std::shared_ptr<store::KeyValueStore> key_value,
                               std::shared_ptr<store::IndexedStore> indexed);

    /// Come back when it serves, or is known not to.
    asio::awaitable<Phase> settled();
    /// Stop: see Engine::stop. `serve` comes back then.
    asio::awaitable<void> stop(std::chrono::milliseconds grace);
    /// Stop as a crash would.
    void abandon();
    /// The stores take no more: `serve` comes back soon.
    void halt();
    /// `serve` will not be called again.
    void close();
    /// Whether it serves, and who else owns it, for people. Any thread.
    [[nodiscard]] std::pair<bool, std::string> owner() const;

    // calls.cpp
    asio::awaitable<StartResult> start(std::shared_ptr<const interpreter::Program> program,
                                       model::Value input, StartOptions options, bool fresh_id);
    asio::awaitable<model::Outcome> result(std::string id);
    asio::awaitable<std::optional<model::Outcome>> poll(std::string id);
    asio::awaitable<model::Value> get_variable(std::string id, std::string name);
    asio::awaitable<void> set_variable(std::string id, std::string name, model::Value value);
    asio::awaitable<void> command(std::string id, EventBody body);
    asio::awaitable<void> remove(std::string id);
    asio::awaitable<void> checkpoint();
    // listing.cpp
    asio::awaitable<RunView> show(std::string id);
    asio::awaitable<RunPage> list(Filter filter, ListRequest request);

    [[nodiscard]] const std::string& broken() const noexcept { return broken_; }
    [[nodiscard]] bool is_unrecoverable() const noexcept { return unrecoverable_; }
    [[nodiscard]] Phase phase() const noexcept { return phase_; }

 private:
    // partition.cpp: the loop; commit.cpp: events on their way
    asio::awaitable<Log::Result> loop();
    asio::awaitable<Log::Result> commit(Frame& frame, std::vector<Pending>& in_flight);
    asio::awaitable<Log::Result> append(Frame& frame);
    asio::awaitable<Log::Result> append_mark(std::variant<Beat, Released> mark);
    Frame take_frame(std::vector<Pending>& in_flight);
    bool take(Pending& pending, Events& events);
    void apply_frame(const Frame& frame, std::vector<Pending>& in_flight);
    void release(Effect& effect, const EventBody& body);
    void refuse(Pending& pending, const Effect& effect, const EventBody& body);
    void finish_run(RunRecord& record);
    void on_parked(RunRecord& record);
    void queue(Pending pending);
    /// How many bytes one event may take: a frame holds at least one.
    [[nodiscard]] std::size_t largest_event() const { return indexed_->limits().value_bytes - 4'096; }
    void queue_event(RunRecord& record, EventBody body);
    void queue_continue(RunRecord& record);
    void fire_due_timers();
    void set_phase(Phase phase);
    void wake() {
        idle_ = false;
        work_.notify_all();
    }
    asio::awaitable<void> close_epoch();
    void wake_tasks();
    void lease_confirmed();
    void answer_pending();
    void drop_memory();
    void update_sizes();
    Epoch make_epoch() const;
    LogOptions log_options();

    // alarm.cpp: what happens at a time
    void arm_alarm();
    void cancel_alarm();
    [[nodiscard]] SteadyTime next_deadline() const;
    asio::awaitable<void> alarm(SteadyTime when, std::uint64_t number);
    void on_alarm();
    void end_late_calls(SteadyTime now);
    void end_late_attempts(SteadyTime now);
    void add_timer(RunRecord& record, std::uint64_t timer, const model::Instant& due);
    void drop_timer(RunRecord& record, std::uint64_t timer, const model::Instant& due);
    void drop_timers(RunRecord& record);

    // loading.cpp
    void request_load(RunRecord& record);
    asio::awaitable<void> loader();
    asio::awaitable<void> load(RunRecord& record);
    [[nodiscard]] bool may_be_superseded(std::optional<store::Index>& missing_since) const;
    asio::awaitable<void> ensure_loaded(RunRecord& record);
    asio::awaitable<std::optional<std::string>> try_load(RunRecord& record, bool& again);
    void add_timers(RunRecord& record);

    // attempts.cpp
    void start_attempt(RunRecord& record, interpreter::Call call);
    void request_place(const std::shared_ptr<Attempt>& attempt);
    void start_held_attempts();
    void run_attempt(const std::shared_ptr<Attempt>& attempt);
    void attempt_ended(const std::shared_ptr<Attempt>& attempt, const std::exception_ptr& error,
                       OperationResult result);
    void attempt_failed(const std::shared_ptr<Attempt>& attempt, const std::string& why);
    void cancel_attempt(RunRecord& record, std::uint64_t operation);
    void cancel_attempts(RunRecord& record);
    void end_attempt(const std::shared_ptr<Attempt>& attempt);
    void complete(const std::shared_ptr<Attempt>& attempt, bool failed, model::Value value);
    [[nodiscard]] RunRecord* run_of(const Attempt& attempt);

    asio::awaitable<Log::Result> recover();
    void begin_serving(class Recovery& recovery);

    // checkpoint.cpp
    asio::awaitable<void> remove_expired();
    std::shared_ptr<Answer> queue_removal(FrameRun run);
    void let_go();
    void start_checkpoint_if_due();
    asio::awaitable<void> run_checkpoint();
    asio::awaitable<bool> make_checkpoint();
    [[nodiscard]] bool checkpoint_is_due() const;

    // listing.cpp
    [[nodiscard]] RunView view_of(const RunRecord& record) const;
    [[nodiscard]] OperationView view_of(const RunRecord& record, std::uint64_t number,
                                        const interpreter::PendingOperation& pending) const;

    // calls.cpp
    asio::awaitable<void> until_serving();
    asio::awaitable<void> wait_for(std::shared_ptr<Answer> answer);
    asio::awaitable<std::shared_ptr<Reservation>> reserve(std::string id);
    asio::awaitable<RunRecord*> live_run(std::string id);
    asio::awaitable<std::optional<ResultRow>> find_result(std::string id, std::uint64_t* version);
    asio::awaitable<model::Outcome> outcome_of(std::string id, ResultRow row, std::uint64_t version);
    std::shared_ptr<Answer> new_answer();
    std::shared_ptr<Answer> queue_call(Pending pending);

    std::shared_ptr<Context> context_;
    std::uint32_t number_;
    asio::any_io_executor executor_;
    std::shared_ptr<store::KeyValueStore> key_value_;
    std::shared_ptr<store::IndexedStore> indexed_;

    Phase phase_ = Phase::starting;
    mutable std::mutex owner_mutex_;
    bool serves_ = false;      ///< under owner_mutex_
    std::string other_owner_;  ///< under owner_mutex_
    Condition phase_changed_;
    bool stopping_ = false;  ///< commit what is queued, checkpoint, end
    bool draining_ = false;  ///< no new attempts
    SteadyTime stop_deadline_ =
        SteadyTime::min();  ///< what the store does not answer by then is not waited for
    bool last_checkpoint_made_ = false;
    std::string broken_;          ///< why the stores have to be opened again
    bool halted_ = false;         ///< the stores take no more
    bool unrecoverable_ = false;  ///< what is stored cannot be right: opening again does not help
    bool ending_ = false;         ///< this epoch is over: tasks are to end

    std::unique_ptr<Log> log_;  ///< there from the first claim on
    Epoch epoch_;
    EventTime time_;
    RunTable table_;
    /// Another number whenever memory is filled or dropped: records from before are not to be touched.
    std::uint64_t epochs_ = 0;
    store::Index applied_ = 0;  ///< the last frame that was applied
    std::vector<std::uint32_t> digests_;
    std::uint64_t frames_ = 0;

    std::deque<Pending> queue_;
    std::size_t queued_calls_ = 0;
    std::unordered_map<RunRecord*, std::vector<Pending>> held_;  ///< events of runs that are being loaded
    Condition work_;
    bool idle_ = false;    ///< the loop waits for work
    Condition confirmed_;  ///< the lease was confirmed

    std::set<TimerKey> timers_;
    std::deque<std::pair<SteadyTime, std::weak_ptr<Answer>>> call_deadlines_;
    std::set<std::pair<SteadyTime, std::shared_ptr<Attempt>>> attempt_deadlines_;
    std::optional<SteadyTime> alarm_at_;
    std::uint64_t alarms_ = 0;
    std::shared_ptr<asio::cancellation_signal> alarm_cancel_;

    Gate tasks_;  ///< loaders and checkpoints
    std::deque<RunRecord*> load_queue_;
    std::size_t loaders_ = 0;
    Condition loaded_;

    std::size_t attempts_running_ = 0;
    std::vector<std::shared_ptr<Attempt>> held_attempts_;
    Condition attempts_changed_;
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::string>
        last_errors_;  ///< by run's serial, operation

    /// Ids that a start or remove works on, and who waits for them.
    std::unordered_map<std::string, std::vector<std::shared_ptr<Answer>>> reserved_;

    // Of checkpoints.
    store::Index checkpoint_ = 0;
    SteadyTime checkpoint_time_{};
    SteadyTime checkpoint_retry_{};
    SteadyTime sweep_time_{};
    std::uint64_t checkpoint_log_bytes_ = 0;
    std::size_t loaded_after_checkpoint_ = 0;
    bool checkpoint_running_ = false;
    bool checkpoint_wanted_ = false;
    bool checkpoint_ok_ = false;
    std::uint64_t checkpoints_ = 0;
    Condition checkpoint_changed_;
    std::vector<RunRecord*> gone_;  ///< evicted and removed runs whose rows are to be deleted; pinned

    friend class Reservation;
};

}  // namespace zflow::engine
