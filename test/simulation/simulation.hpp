#pragma once

#include "programs.hpp"
#include "replica.hpp"
#include "service.hpp"
#include "store_world.hpp"

#include <zflow/engine/engine.hpp>

#include <boost/asio/io_context.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace zflow::simulation {

/// What is simulated.
enum class Mode : std::uint8_t {
    one_owner,    ///< a store of one process: crashes, faults
    late_writes,  ///< one process after the other on a shared store, whose writes may land late
    two_owners,   ///< two processes on a shared store: pauses, takeovers, fights
};
inline constexpr std::array modes{Mode::one_owner, Mode::late_writes, Mode::two_owners};

[[nodiscard]] std::string to_string(Mode mode);

/// One process: an engine, its clocks, its way to the stores, and time to run in that can be taken away.
struct Process {
    Process(VirtualTime& time, StoreWorld& stores, std::uint64_t number, Duration up, Duration wrong,
            std::uint64_t seed);

    std::uint64_t number;
    ProcessClock clock;
    VirtualAlarm alarm;
    base::SeededEntropy entropy;
    std::shared_ptr<Link> link;
    std::unique_ptr<asio::io_context> context = std::make_unique<asio::io_context>(1);
    std::unique_ptr<engine::Engine> engine;
    bool opening = true;
    bool stopping = false;
    bool dead = false;
    bool paused = false;
    std::uint64_t calls = 0;  ///< of clients, that have not come back
};

/// A world with stores, processes that crash, and clients who want to know how their runs end; everything in
/// it follows from the seed.
class Simulation {
 public:
    struct Plan {
        Mode mode = Mode::one_owner;
        std::uint64_t seed = 0;
        std::size_t runs = 4;
        /// Of these; any if there is none.
        const Subject* subject = nullptr;
        /// No chance: no faults, no crashes, one partition; `fate` decides.
        bool calm = false;
        std::function<Fate(store::Operation)> fate = {};
    };

    explicit Simulation(Plan plan);
    ~Simulation();
    Simulation(const Simulation&) = delete;
    Simulation& operator=(const Simulation&) = delete;

    /// Until everything has ended, or something is wrong.
    ///
    /// Returns: what was violated, a line each; empty if nothing.
    std::string run();

    struct Figures {
        std::uint64_t events = 0;  ///< of runs, in logs
        std::uint64_t calls = 0;   ///< of stores
        std::uint64_t faults = 0;  ///< of store calls, and crashes, pauses
        std::uint64_t epochs = 0;
        std::uint64_t operations = 0;
        std::uint64_t trace = 0;  ///< a hash over everything that happened
    };
    [[nodiscard]] Figures figures() const;
    /// Kill the process that is (as soon as nothing of it runs) and start another one.
    void crash_soon();
    StoreWorld& stores() { return stores_; }

 private:
    friend class Client;

    /// What became of a client's call.
    template <class T>
    struct Reply {
        std::optional<T> value;
        std::optional<engine::Error> error;
        bool lost = false;  ///< its process died
        bool late = false;  ///< the caller did not want to wait any longer
        [[nodiscard]] bool is(engine::errc code) const { return error && error->kind() == code; }
        /// It may have happened, now or later.
        [[nodiscard]] bool is_unknown() const {
            return lost || (error && error->kind() == engine::errc::outcome_unknown);
        }
    };
    struct Waiting;

    // The processes.
    void start_process(std::size_t slot);
    void opened(const std::shared_ptr<Process>& process, std::size_t slot, const std::exception_ptr& error,
                std::unique_ptr<engine::Engine> engine);
    void crash(std::size_t slot);
    void stop(std::size_t slot);
    void restart_later(std::size_t slot);
    engine::Options options_for(Process& process);
    std::shared_ptr<Process> any_open();

    // What goes wrong.
    void choose_faults();
    void next_trouble();
    void end_trouble();

    // What happens next.
    bool step();
    bool poll(Process& process);
    void drive_until(const std::function<bool()>& done, const std::string& what);
    void violated(const std::string& what);
    void trace(const std::string& what);

    // Clients: they live outside of all processes.
    template <class T>
    asio::awaitable<Reply<T>> ask(std::function<asio::awaitable<T>(engine::Engine&)> what);
    template <class T>
    asio::awaitable<Reply<T>> ask_for(Duration longest,
                                      std::function<asio::awaitable<T>(engine::Engine&)> what);

    // At the end.
    void check_counts();
    void check_replay();
    void check_last_owner();
    asio::awaitable<void> look_at_everything();

    Plan plan_;
    Dice dice_;
    VirtualTime time_;
    asio::io_context context_{1};
    std::map<codec::ProgramId, interpreter::test::ProgramRef> programs_;
    StoreWorld stores_;
    Replica replica_;
    Service service_;
    engine::Options base_options_;
    std::vector<std::shared_ptr<Process>> slots_;
    std::vector<std::shared_ptr<Process>> dead_;
    std::list<std::weak_ptr<Waiting>> waiting_;
    std::vector<std::unique_ptr<class Client>> clients_;
    std::uint64_t processes_ = 0;
    std::uint64_t troubles_ = 0;
    Duration trouble_ends_{0};
    bool in_trouble_ = true;
    std::size_t clients_done_ = 0;
    std::vector<std::string> violations_;
    std::uint64_t steps_at_this_time_ = 0;
    Duration window_begin_{0};
    std::uint64_t window_steps_ = 0;
    std::uint64_t trace_ = 0;
    bool traced_ = false;
};

}  // namespace zflow::simulation
