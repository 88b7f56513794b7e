// The programs of ZIO Flow have the same outcome on an engine that crashes after every commit.

#include "crashing_store.hpp"

#include <zflow/engine/engine.hpp>
#include <zflow/store/block_on.hpp>
#include <zflow/testing/flow_conformance.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <dice.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <virtual_time.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <functional>
#include <iostream>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace zflow::crash {
namespace {

namespace asio = boost::asio;
using interpreter::Program;
using simulation::Duration;
using testing::FlowResult;
using testing::FlowRun;
using testing::Stop;

constexpr auto first_day = std::chrono::sys_days(std::chrono::year(2024) / 1 / 1);
/// Longer than any program sleeps.
constexpr Duration horizon = std::chrono::days(365 * 20);
/// Roughly how many turns a long program takes.
constexpr std::uint64_t most_turns = 8;

asio::awaitable<engine::OperationResult> sample(engine::OperationCall call) {
    interpreter::Call plain;
    plain.name = call.name;
    plain.type_id = call.type_id;
    plain.description = call.description;
    plain.input = call.input;
    co_return testing::sample_operation(plain);
}

/// Where the store of a program is, by its number.
using UriOf = std::function<std::string(std::size_t)>;

/// Runs programs on engines that live for one commit each.
class CrashingEngines {
 public:
    CrashingEngines(UriOf uri_of, CrashAt at, bool store_stays_open)
        : uri_of_(std::move(uri_of)), at_(at), store_stays_open_(store_stays_open) {}

    FlowRun run(const std::shared_ptr<const Program>& program, const testing::Options& options) {
        id_ = fmt::format("w{}", ++programs_);
        uri_ = uri_of_(programs_);
        // A store in memory goes with the last who has it.
        const auto kept = uri_.starts_with("memory:") ? store::block_on(store::open(uri_)) : store::Stores();
        auto end = lives(program, options);
        if (end.outcome) {
            // Whoever asks later hears the same.
            const auto again = lives(program, options);
            if (!again.outcome || !identical(*again.outcome, *end.outcome)) {
                return {std::nullopt, Stop::none, "asked again, the engine told another outcome"};
            }
        }
        return end;
    }

    [[nodiscard]] std::size_t crashes() const noexcept { return crashes_; }

 private:
    FlowRun lives(const std::shared_ptr<const Program>& program, const testing::Options& options) {
        for (;;) {
            if (options.give_up && options.give_up()) {
                return {std::nullopt, Stop::given_up, "given up before it came to an end"};
            }
            if (auto end = live(program, options)) {
                return std::move(*end);
            }
            ++crashes_;
        }
    }

    /// What the run's client sees in one life.
    struct Seen {
        std::unique_ptr<engine::Engine> engine;
        std::optional<FlowRun> end;
    };

    /// What is in the memory of one life.
    struct Process {
        Life life;
        Seen seen;
        asio::io_context context{1};
    };

    asio::awaitable<void> client(Life& life, Seen& seen, std::shared_ptr<const Program> program,
                                 engine::Options options) {
        engine::OpenStores open = [this, &life]() { return open_stores(life); };
        seen.engine = co_await engine::Engine::open(std::move(open), std::move(options));
        seen.engine->operation("oracle.OracleOp", sample);
        co_await seen.engine->start(std::move(program), {}, {.id = id_});
        seen.end = FlowRun{.outcome = co_await seen.engine->result(id_)};
    }

    asio::awaitable<store::Stores> open_stores(Life& life) {
        // Opening may take a thread of its own, too.
        ++life.calls;
        auto stores = co_await store::open(uri_);
        --life.calls;
        co_return crashing(std::move(stores), life);
    }

    engine::Options options_of(const testing::Options& options) {
        return {.partitions = 1,
                .checkpoint_bytes = at_ == CrashAt::checkpoint ? std::size_t{1} : std::size_t{1} << 40U,
                .checkpoint_age = 2 * std::chrono::duration_cast<std::chrono::milliseconds>(horizon),
                .loaded_runs = 1'000'000,
                .limits = options.limits,
                .on_warning = [](const std::string&) {},
                .clock = &clock_,
                .entropy = &dice_.entropy(),
                .alarm = &alarm_};
    }

    /// Returns: nothing if it crashed.
    std::optional<FlowRun> live(const std::shared_ptr<const Program>& program,
                                const testing::Options& options) {
        auto& [life, seen, context] = *processes_.emplace_back(std::make_unique<Process>());
        life.at = at_;
        // Threads of the store bring work.
        const auto guard = asio::make_work_guard(context);
        asio::co_spawn(context, client(life, seen, program, options_of(options)),
                       [into = &seen](const std::exception_ptr& error) { note(*into, error); });
        const auto began = time_.now();
        // A life that has written a frame crashes, whatever its client has been told meanwhile.
        while (!life.crashed && (!seen.end || life.frames > 1)) {
            if (life.calls != 0) {
                context.run_one();
                continue;
            }
            if (context.poll_one() != 0) {
                continue;
            }
            if (!time_.advance() || time_.now() - began > horizon) {
                seen.end = FlowRun{
                    .outcome = {}, .stop = Stop::waits_for_ever, .sentence = "the run waits for ever"};
            }
        }
        // What the store is still working on has a handler in our context.
        while (life.calls != 0) {
            context.run_one();
        }
        seen.engine.reset();
        auto end = life.crashed ? std::nullopt : std::move(seen.end);
        if (!store_stays_open_) {
            processes_.clear();
        }
        return end;
    }

    static void note(Seen& seen, const std::exception_ptr& error) {
        if (error) {
            try {
                std::rethrow_exception(error);
            } catch (const std::exception& exception) {
                seen.end = FlowRun{.outcome = {}, .sentence = exception.what()};
            }
        }
    }

    UriOf uri_of_;
    CrashAt at_;
    /// Important: a thread of a store that stays open may still be on its way out of a context when all that
    /// it brought has been done, so contexts stay until the end, though nothing runs in them.
    bool store_stays_open_;
    std::vector<std::unique_ptr<Process>> processes_;
    std::string uri_;
    std::string id_;
    std::size_t programs_ = 0;
    std::size_t crashes_ = 0;
    simulation::Dice dice_{1};
    simulation::VirtualTime time_;
    simulation::ProcessClock clock_{time_, std::chrono::hours(1),
                                    std::chrono::duration_cast<Duration>(first_day.time_since_epoch())};
    simulation::VirtualAlarm alarm_{time_, clock_};
};

/// What the programs come to in memory.
std::map<std::string, FlowResult> in_memory() {
    std::map<std::string, FlowResult> results;
    for (auto& each : testing::run_flow_conformance(ZFLOW_PROGRAMS_DIRECTORY)) {
        results.emplace(each.file, each);
    }
    return results;
}

/// Compare what crashing engines make of all programs with what the runner in memory does.
///
/// Parameters: `each` = 1 runs all programs, n one in n; the others run in memory.
void compare(const UriOf& uri_of, CrashAt at, std::size_t each, bool store_stays_open = false) {
    static const auto expected = in_memory();
    CrashingEngines engines(uri_of, at, store_stays_open);
    std::size_t number = 0;
    std::size_t ran = 0;
    const auto run = [&](const std::shared_ptr<const Program>& program, testing::Options options) {
        auto end = testing::Runner()
                       .operation("oracle.OracleOp", testing::sample_operation)
                       .run(program, {}, options);
        if (number++ % each != 0) {
            return FlowRun{std::move(end.outcome), end.stop, std::move(end.sentence)};
        }
        ++ran;
        // Short turns make many commits.
        options.limits.turn = std::max<std::uint64_t>(1'000, end.state.steps / most_turns);
        return engines.run(program, options);
    };
    const auto results = testing::run_flow_conformance(ZFLOW_PROGRAMS_DIRECTORY, {}, 60, {}, run);
    for (const auto& result : results) {
        const auto& there = expected.at(result.file);
        EXPECT_EQ(to_string(result.verdict), to_string(there.verdict))
            << result.file << ": " << result.reason << "\nin memory: " << there.reason;
    }
    EXPECT_EQ(results.size(), expected.size());
    EXPECT_GT(ran, results.size() / each / 2);
    EXPECT_GE(engines.crashes(), ran);
    std::cout << ran << " programs, " << engines.crashes() << " crashes\n";
}

class Directory {
 public:
    Directory()
        : path_(std::filesystem::temp_directory_path() /
                fmt::format("zflow-programs-{}", base::system_entropy().identifier())) {}
    ~Directory() { std::filesystem::remove_all(path_); }
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;
    [[nodiscard]] std::string uri() const { return "rocksdb:" + path_.string() + "?durability=process"; }

 private:
    std::filesystem::path path_;
};

bool is_long() {
    return std::getenv("ZFLOW_TEST_EFFORT") != nullptr;
}

TEST(CrashedPrograms, come_to_the_same_end_from_the_log_alone) {
    compare([](std::size_t number) { return fmt::format("memory:from-the-log-{}", number); }, CrashAt::append,
            1);
}

TEST(CrashedPrograms, come_to_the_same_end_from_snapshots_alone) {
    compare([](std::size_t) { return "memory:from-snapshots"; }, CrashAt::checkpoint, 1);
}

TEST(CrashedPrograms, come_to_the_same_end_on_rocksdb_that_stays_open) {
    const Directory directory;
    const auto uri = directory.uri();
    const auto kept = store::block_on(store::open(uri));
    compare([&](std::size_t) { return uri; }, CrashAt::checkpoint, 1, true);
}

TEST(CrashedPrograms, come_to_the_same_end_on_rocksdb_that_is_opened_again) {
    std::list<Directory> directories;
    compare([&](std::size_t) { return directories.emplace_back().uri(); }, CrashAt::append,
            is_long() ? 1 : 20);
}

}  // namespace
}  // namespace zflow::crash
