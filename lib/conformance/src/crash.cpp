#include "case.hpp"
#include "ledger.hpp"
#include "process.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <csignal>

namespace zflow::conformance {
namespace {

/// Acknowledgements after which a crash point that was not reached is taken to be one that nothing reaches.
constexpr std::uint64_t acknowledgements_for_a_point = 3'000;

/// The names of the crash points that the subject's kind lists.
std::vector<std::string> crash_points_of(const Subject& subject) {
    const auto scheme = store::Uri::parse(subject.uri).scheme();
    for (const auto& kind : store::kinds()) {
        if (kind.scheme == scheme) {
            return kind.crash_points;
        }
    }
    return {};
}

std::string describe_end(int status) {
    return WIFSIGNALED(status) ? fmt::format("signal {}", WTERMSIG(status))
                               : fmt::format("exit code {}", WEXITSTATUS(status));
}

/// Crashes of a child that writes, one after the other on the same data.
class CrashRun {
 public:
    explicit CrashRun(Context& context) : context_(context), ledger_({context.ns().name}) {
        for (const auto& topic : ledger_.topics()) {
            context_.forget_at_the_end(topic);
        }
    }

    /// Kill a child after so many acknowledgements.
    void kill_after(std::uint64_t acknowledgements) {
        run_child({}, [&](ChildProcess& child) {
            for (std::uint64_t seen = 0; seen < acknowledgements;) {
                const auto line = child.next_line();
                if (!line) {
                    fail_with(child, "ended before it was killed");
                }
                seen += ledger_.read(*line) ? 1 : 0;
            }
            child.kill();
        });
    }

    /// Let a child kill itself the n-th time that it comes by a crash point.
    void crash_at(const std::string& point, std::uint64_t n) {
        run_child({fmt::format("ZFLOW_CRASH_AT={}:{}", point, n)}, [&](ChildProcess& child) {
            for (std::uint64_t seen = 0; seen < acknowledgements_for_a_point;) {
                const auto line = child.next_line();
                if (!line) {
                    return;
                }
                seen += ledger_.read(*line) ? 1 : 0;
            }
            child.kill();
            throw Failure(
                fmt::format("the crash point {} is listed, but was not reached {} times by {} writes", point,
                            n, acknowledgements_for_a_point));
        });
    }

 private:
    template <class Watch>
    void run_child(const std::vector<std::string>& environment, Watch watch) {
        context_.close();
        {
            ChildProcess child(context_.options().child_program,
                               {"crash", context_.subject().uri, ledger_.place().base,
                                std::to_string(context_.random(~0ULL))},
                               environment);
            watch(child);
            // What it told before it died counts.
            while (const auto line = child.next_line()) {
                ledger_.read(*line);
            }
            const auto status = child.wait();
            if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) {
                fail_with(child, describe_end(status));
            }
        }
        context_.open();
        ledger_.check(context_);
    }

    [[noreturn]] static void fail_with(ChildProcess& child, const std::string& how) {
        child.kill();
        child.wait();
        throw Failure("the child process that writes: " + how + ". It says: " + child.error_text());
    }

    Context& context_;
    Ledger ledger_;
};

void reopen_keeps_everything(Context& c) {
    const auto ns = c.ns();
    const auto topic = c.topic();
    for (int i = 0; i < 50; ++i) {
        c.await(c.kv().put(ns, {"key-" + std::to_string(i % 10)}, "v" + std::to_string(i), i));
        c.await(c.idx().append(topic, "v" + std::to_string(i)));
    }
    c.await(c.kv().remove(ns, {"key-3"}));
    if (c.capabilities().trim) {
        c.await(c.idx().trim(topic, 20));
    }
    const auto id = c.capabilities().database_id;
    const auto rows = c.scan_all(ns);
    const auto entries = c.scan(topic);
    const auto token = c.require_token(c.await(c.kv().scan_all(ns, {4, {}})), "a page of 4 of 9 keys");
    c.close();
    c.open();
    c.require_equal(c.capabilities().database_id, id, "database_id after opening again");
    c.require_equal(c.scan_all(ns), rows, "scan_all after opening again");
    c.require_equal(c.scan(topic), entries, "the topic after opening again");
    c.require_equal(c.await(c.idx().position(topic)), store::Position{50},
                    "the position after opening again");
    c.require_equal(c.await(c.idx().append(topic, "next")), store::Index{51},
                    "the next index after opening again");
    c.require_equal<std::uint64_t>(c.await(c.kv().scan_all(ns, {100, token})).items.size(), rows.size() - 4,
                                   "the rows after a page token of before");
}

void kills_at_random(Context& c) {
    CrashRun run(c);
    for (unsigned round = 0; round < 6 * c.effort(); ++round) {
        run.kill_after(1 + c.random(round % 2 == 0 ? 30 : 400));
    }
}

void kills_at_points(Context& c) {
    const auto points = crash_points_of(c.subject());
    if (points.empty()) {
        throw Skipped("the kind of store lists no crash points");
    }
    CrashRun run(c);
    for (unsigned round = 0; round < c.effort(); ++round) {
        for (const auto& point : points) {
            run.crash_at(point, 1);
            run.crash_at(point, 2 + c.random(40));
        }
    }
}

}  // namespace

std::vector<Case> crash_cases() {
    using enum Needs;
    return {
        {"opening_again_keeps_everything",
         "What was written is there in the next life, page tokens included",
         reopen_keeps_everything,
         {durable}},
        {"a_kill_at_a_random_moment_loses_nothing_acknowledged",
         "SIGKILL, reopen, compare with an outside ledger",
         kills_at_random,
         {durable}},
        {"a_kill_at_a_named_point_loses_nothing_acknowledged",
         "The same at every crash point that the backend lists",
         kills_at_points,
         {durable}},
    };
}

}  // namespace zflow::conformance
