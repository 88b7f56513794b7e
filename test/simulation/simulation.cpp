#include "simulation.hpp"

#include "client.hpp"

#include <boost/asio/detached.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace zflow::simulation {

using namespace std::chrono_literals;
using engine::Engine;

namespace {

/// What all of this is for takes minutes of a world; only then nobody can be waited for any more.
constexpr Duration longest_world = 48h;
constexpr std::uint64_t most_steps_at_once = 200'000;
/// Who waits in a circle for a time that is over makes a thousand (VirtualTime::wait_until).
constexpr std::uint64_t most_steps_in_a_millisecond = 700;
constexpr std::size_t most_violations = 5;
constexpr std::size_t smallest_values = std::size_t{64} << 10;

template <class T>
T one_of(Dice& dice, std::initializer_list<T> all) {
    return *(all.begin() + dice.below(all.size()));
}

asio::awaitable<store::Stores> open_link(std::shared_ptr<Link> link) {
    co_return link->open();
}

/// The engine's `stop` in its process.
asio::awaitable<void> stop_engine(std::shared_ptr<Process> process, std::chrono::milliseconds grace) {
    co_await process->engine->stop(grace);
}

}  // namespace

std::string to_string(Mode mode) {
    switch (mode) {
        case Mode::one_owner:
            return "one_owner";
        case Mode::late_writes:
            return "late_writes";
        case Mode::two_owners:
            return "two_owners";
    }
    return "?";
}

Process::Process(VirtualTime& time, StoreWorld& stores, std::uint64_t number, Duration up, Duration wrong,
                 std::uint64_t seed)
    : number(number),
      clock(time, up, wrong),
      alarm(time, clock),
      entropy(seed),
      link(std::make_shared<Link>(stores)) {}

Simulation::Simulation(Plan plan)
    : plan_(std::move(plan)),
      dice_(plan_.seed * 3 + static_cast<std::uint64_t>(plan_.mode)),
      stores_(time_, context_, Dice(dice_.number()),
              plan_.calm ? smallest_values : smallest_values << dice_.below(3),
              plan_.mode != Mode::one_owner),
      replica_([this](const codec::ProgramId& id) { return programs_[id]; },
               [this](const std::string& what) { violated(what); }),
      service_(time_, replica_, Dice(dice_.number()), [this](const std::string& what) { violated(what); }),
      traced_(std::getenv("ZFLOW_SIMULATION_TRACE") != nullptr) {
    stores_.violated = [this](const std::string& what) { violated(what); };
    stores_.on_frame = [this](std::uint32_t partition, std::uint64_t index, const std::string& bytes) {
        trace(fmt::format("frame {} of log {}, {} bytes", index, partition, bytes.size()));
        replica_.apply(partition, index, bytes);
    };
    replica_.on_completed = [this](const Life& life, const interpreter::OperationCompleted& completed) {
        service_.check(life, completed);
    };
    if (traced_) {
        replica_.on_event = [this](const std::string& id, const engine::EventBody& body) {
            constexpr std::array names{"begins",         "operation completed",
                                       "attempt failed", "timer fired",
                                       "continues",      "paused",
                                       "resumed",        "aborted",
                                       "variable set",   "removed"};
            trace(fmt::format("  {} {}", id, names[body.index()]));
        };
    }
    slots_.resize(plan_.mode == Mode::two_owners ? 2 : 1);
    auto& options = base_options_;
    options.partitions = plan_.calm ? 1 : static_cast<std::uint32_t>(1 + dice_.below(3));
    options.retention = dice_.chance(0.15) && !plan_.calm ? std::chrono::milliseconds(dice_.below(20'000))
                                                          : std::chrono::milliseconds(std::chrono::days(7));
    options.call_deadline = one_of(dice_, {1s, 5s, 30s});
    options.lease = one_of(dice_, {1s, 3s, 10s});
    options.tombstone_grace = one_of(dice_, {std::chrono::minutes(10), std::chrono::minutes(1'440)});
    options.checkpoint_bytes = one_of<std::size_t>(dice_, {200, 1'000, 10'000, 1'000'000});
    options.checkpoint_age = one_of(dice_, {1s, 5s, 60s});
    options.loaded_runs = one_of<std::size_t>(dice_, {1, 3, 1'000});
    options.queued_calls = one_of<std::size_t>(dice_, {1, 1'000, 1'000});
    options.limits.turn = one_of<std::uint64_t>(dice_, {1'000, 1'000, 1'000'000});
    for (std::size_t i = 0; i < plan_.runs; ++i) {
        clients_.push_back(std::make_unique<Client>(
            *this, fmt::format("run-{}", i), plan_.subject != nullptr ? *plan_.subject : any_subject(dice_),
            dice_.number()));
        const auto& program = clients_.back()->subject().program;
        programs_[program->id()] = program;
    }
}

/// First what is in the processes, then what they are in.
Simulation::~Simulation() {
    time_.forget();
    auto all = std::exchange(dead_, {});
    all.insert(all.end(), slots_.begin(), slots_.end());
    for (const auto& process : all) {
        if (!process) {
            continue;
        }
        process->link->cut();
        process->engine.reset();
        if (!process->opening) {
            process->context->restart();
            process->context->poll();
        }
        process->context.reset();
    }
}

void Simulation::trace(const std::string& what) {
    constexpr std::uint64_t prime = 0x100000001b3;
    for (const char each : what) {
        trace_ = (trace_ ^ static_cast<std::uint8_t>(each)) * prime;
    }
    trace_ ^= static_cast<std::uint64_t>(time_.now().count());
    if (traced_) {
        fmt::print(stderr, "{:12.6f} {}\n", static_cast<double>(time_.now().count()) / 1e9, what);
    }
}

void Simulation::violated(const std::string& what) {
    trace("VIOLATED " + what);
    if (violations_.size() < most_violations) {
        violations_.push_back(
            fmt::format("at {:.6f} s: {}", static_cast<double>(time_.now().count()) / 1e9, what));
    }
}

Simulation::Figures Simulation::figures() const {
    return {.events = replica_.events(),
            .calls = stores_.calls,
            .faults = stores_.faults + troubles_,
            .epochs = replica_.epochs(),
            .operations = service_.calls(),
            .trace = trace_};
}

// --- processes
// ---------------------------------------------------------------------------------------------------

engine::Options Simulation::options_for(Process& process) {
    auto options = base_options_;
    options.owner_name = fmt::format("process {}", process.number);
    options.clock = &process.clock;
    options.entropy = &process.entropy;
    options.alarm = &process.alarm;
    options.on_warning = [this, number = process.number](const std::string& sentence) {
        trace(fmt::format("process {} warns: {}", number, sentence));
    };
    return options;
}

void Simulation::start_process(std::size_t slot) {
    const auto wrong = plan_.calm || dice_.chance(0.5) ? 0s
                       : dice_.chance(0.9)             ? dice_.between(-20s, 20s)
                                                       : dice_.between(-600s, 600s);
    auto process = std::make_shared<Process>(time_, stores_, ++processes_, dice_.between(1h, 1'000h), wrong,
                                             dice_.number());
    process->link->fate = plan_.fate;
    trace(fmt::format("process {} starts in slot {}", process->number, slot));
    slots_[slot] = process;
    engine::OpenStores open_stores = [link = process->link] { return open_link(link); };
    asio::co_spawn(*process->context, Engine::open(std::move(open_stores), options_for(*process)),
                   [this, process, slot](const std::exception_ptr& error, std::unique_ptr<Engine> engine) {
                       opened(process, slot, error, std::move(engine));
                   });
}

void Simulation::opened(const std::shared_ptr<Process>& process, std::size_t slot,
                        const std::exception_ptr& error, std::unique_ptr<Engine> engine) {
    process->opening = false;
    if (error) {
        std::string why = "?";
        try {
            std::rethrow_exception(error);
        } catch (const store::Error& of_store) {
            why = of_store.what();
        } catch (const std::exception& other) {
            why = other.what();
            violated(fmt::format("process {} cannot be opened: {}", process->number, why));
        }
        trace(fmt::format("process {} is not opened: {}", process->number, why));
        process->dead = true;
        restart_later(slot);
        return;
    }
    trace(fmt::format("process {} is open", process->number));
    engine->operation("test.Operation",
                      [this, link = process->link](engine::OperationCall call) {
                          return service_.operate(link, std::move(call));
                      },
                      {.timeout = 20s, .retry = {.first_delay = 100ms, .max_delay = 5s}, .concurrency = 4});
    process->engine = std::move(engine);
}

std::shared_ptr<Process> Simulation::any_open() {
    std::vector<std::shared_ptr<Process>> open;
    std::ranges::copy_if(slots_, std::back_inserter(open),
                         [](const auto& each) { return each && !each->dead && each->engine; });
    return open.empty() ? nullptr : open[dice_.below(open.size())];
}

void Simulation::restart_later(std::size_t slot) {
    time_.after(dice_.between(0s, in_trouble_ && dice_.chance(0.3) ? 20s : 1s), [this, slot] {
        if (!slots_[slot] || slots_[slot]->dead) {
            if (slots_[slot]) {
                dead_.push_back(slots_[slot]);
            }
            start_process(slot);
        }
    });
}

/// The process in the slot is gone, as by a power cut: what it sent is on its way, what it would do is not
/// done. Its engine object is destroyed, and has to end everything that it began.
void Simulation::crash(std::size_t slot) {
    const auto process = slots_[slot];
    if (!process || process->dead) {
        return;
    }
    trace(fmt::format("process {} crashes", process->number));
    ++troubles_;
    process->dead = true;
    process->paused = false;
    process->link->cut();
    // Whether its callers hear its last words.
    if (dice_.chance(0.5)) {
        for (const auto& weak : waiting_) {
            if (const auto waiting = weak.lock(); waiting && !waiting->done && waiting->process == process) {
                waiting->lost = true;
                waiting->end();
            }
        }
    }
    if (process->opening) {
        // Nobody holds an engine that is being opened: everything stands still.
        process->paused = true;
    }
    time_.after(100ms, [process] { process->engine.reset(); });
    restart_later(slot);
}

void Simulation::crash_soon() {
    time_.after(0s, [this] { crash(0); });
}

void Simulation::stop(std::size_t slot) {
    const auto process = slots_[slot];
    if (!process || process->dead || !process->engine || process->stopping) {
        return;
    }
    trace(fmt::format("process {} stops", process->number));
    process->stopping = true;
    asio::co_spawn(*process->context, stop_engine(process, std::chrono::milliseconds(dice_.below(5'000))),
                   [this, process, slot](const std::exception_ptr& error) {
                       if (error) {
                           violated(fmt::format("stopping process {} fails", process->number));
                       }
                       trace(fmt::format("process {} has stopped", process->number));
                       process->stopping = false;
                       time_.after(100ms, [this, process, slot] {
                           if (!process->dead) {
                               process->dead = true;
                               process->link->cut();
                               process->engine.reset();
                               restart_later(slot);
                           }
                       });
                   });
    time_.after(10min, [this, process] {
        if (process->stopping && !process->dead) {
            violated(fmt::format("process {} does not stop", process->number));
        }
    });
}

// --- trouble
// -----------------------------------------------------------------------------------------------------

void Simulation::choose_faults() {
    auto& plan = stores_.plan;
    plan = {};
    const auto often = [&] { return one_of(dice_, {0.0, 0.0, 0.01, 0.05, 0.2}); };
    plan.before = often();
    plan.after = often();
    plan.late = one_of(dice_, {0.0, 0.02, 0.1});
    plan.hang = one_of(dice_, {0.0, 0.0, 0.005});
    plan.slow = one_of(dice_, {0.0, 0.01, 0.05});
    plan.latency = one_of<Duration>(dice_, {0ms, 1ms, 5ms, 50ms});
    if (dice_.chance(0.05)) {
        plan.before = 1;  // The stores are down.
    }
    service_.failing = one_of(dice_, {0.0, 0.1, 0.3});
}

void Simulation::next_trouble() {
    if (time_.now() >= trouble_ends_) {
        end_trouble();
        return;
    }
    const auto slot = dice_.below(slots_.size());
    const auto& process = slots_[slot];
    const auto kind = dice_.below(plan_.mode == Mode::two_owners ? 12 : 9);
    if (kind <= 2) {
        choose_faults();
    } else if (kind <= 4) {
        crash(slot);
    } else if (kind == 5) {
        stop(slot);
    } else if (kind == 6 && process) {
        process->clock.jump(dice_.chance(0.9) ? dice_.between(-10s, 10s) : dice_.between(-300s, 300s));
    } else if (kind >= 8 && process && !process->dead && !process->paused) {
        const auto length = dice_.between(0s, 4 * std::chrono::duration_cast<Duration>(base_options_.lease));
        trace(fmt::format("process {} gets no time", process->number));
        ++troubles_;
        process->paused = true;
        time_.after(length, [this, process] {
            trace(fmt::format("process {} goes on", process->number));
            process->paused = process->dead && process->opening;
        });
    }
    time_.after(dice_.between(50ms, dice_.chance(0.5) ? 2s : 12s), [this] { next_trouble(); });
}

void Simulation::end_trouble() {
    trace("from here on all is well");
    in_trouble_ = false;
    stores_.plan = {};
    service_.failing = 0;
}

// --- what happens next
// -------------------------------------------------------------------------------------------

bool Simulation::poll(Process& process) {
    if (process.paused) {
        return false;
    }
    process.context->restart();
    return process.context->poll() != 0;
}

bool Simulation::step() {
    context_.restart();
    auto worked = context_.poll() != 0;
    // A process that starts or dies while we look is looked at the next time.
    const auto now = slots_;
    for (const auto& process : now) {
        worked = (process && poll(*process)) || worked;
    }
    for (const auto& process : dead_) {
        worked = poll(*process) || worked;
    }
    if (worked) {
        if (++steps_at_this_time_ == most_steps_at_once) {
            violated("there is always something to do: time does not go on");
        }
        return true;
    }
    steps_at_this_time_ = 0;
    if (time_.now() >= window_begin_ + 1ms) {
        window_begin_ = time_.now();
        window_steps_ = 0;
    } else if (++window_steps_ == most_steps_in_a_millisecond) {
        violated("somebody waits in a circle for what is over");
    }
    std::erase_if(waiting_, [](const auto& each) { return each.expired(); });
    std::erase_if(
        dead_, [](const auto& each) { return !each->engine && !each->paused && each->context->stopped(); });
    return time_.advance();
}

void Simulation::drive_until(const std::function<bool()>& done, const std::string& what) {
    const auto ends = time_.now() + longest_world;
    while (!done() && violations_.empty()) {
        if (!step() || time_.now() > ends) {
            violated(what);
        }
    }
}

std::string Simulation::run() {
    trouble_ends_ = plan_.calm ? Duration(0) : dice_.between(30s, 200s);
    if (!plan_.calm) {
        choose_faults();
    }
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
        start_process(slot);
    }
    for (const auto& client : clients_) {
        asio::co_spawn(context_, client->live(), [](const std::exception_ptr& error) {
            if (error) {
                std::rethrow_exception(error);
            }
        });
    }
    time_.after(0s, [this] { next_trouble(); });
    std::string waiting;
    drive_until([this] { return clients_done_ == clients_.size() && !in_trouble_; },
                "the world stands still");
    if (!violations_.empty()) {
        for (const auto& client : clients_) {
            waiting += fmt::format("\n  {} ({}) {}", client->id(), client->subject().name, client->doing());
        }
    } else {
        check_counts();
        check_last_owner();
        check_replay();
    }
    std::string all;
    for (const auto& violation : violations_) {
        all += (all.empty() ? "" : "\n") + violation;
    }
    return all.empty() ? all : all + waiting;
}

// --- at the end
// --------------------------------------------------------------------------------------------------

asio::awaitable<void> Simulation::look_at_everything() {
    for (const auto& client : clients_) {
        co_await client->look_again();
    }
    co_await clients_.front()->list();
}

/// Everybody stops; who opens the stores then finds what was told, and nothing comes back.
void Simulation::check_last_owner() {
    for (int round = 0; round < 2; ++round) {
        bool looked = false;
        asio::co_spawn(context_, look_at_everything(), [&looked](const std::exception_ptr& error) {
            if (error) {
                std::rethrow_exception(error);
            }
            looked = true;
        });
        drive_until([&] { return looked; }, "nobody answers in the end");
        if (!violations_.empty()) {
            return;
        }
        for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
            const auto process = slots_[slot];
            if (round == 0 && dice_.chance(0.3)) {
                crash(slot);
            } else {
                drive_until([&] { return slots_[slot]->engine != nullptr; }, "a process does not open");
                stop(slot);
            }
            drive_until([&] { return slots_[slot] != process; }, "a process does not stop");
        }
    }
    const auto until = time_.now() + 3min;
    time_.at(until, [] {});
    drive_until([&] { return time_.now() >= until; }, "time stands still");
    for (const auto& process : dead_) {
        if (process->calls != 0) {
            violated(fmt::format("{} calls of process {}, which is gone, never come back", process->calls,
                                 process->number));
        } else if (!process->opening) {
            violated(fmt::format("process {} is gone, but something in it goes on", process->number));
        }
    }
}

void Simulation::check_counts() {
    for (const auto& client : clients_) {
        client->check_counts();
    }
}

}  // namespace zflow::simulation
