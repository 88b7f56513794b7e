#include "client.hpp"

#include <zflow/model/outcome.hpp>

#include <fmt/format.h>

#include <set>

namespace zflow::simulation {

using namespace std::chrono_literals;
using engine::Engine;
using engine::errc;
using interpreter::test::show;

namespace {

asio::awaitable<bool> done(asio::awaitable<void> call) {
    co_await std::move(call);
    co_return true;
}

}  // namespace

void Client::violated(const std::string& what) {
    simulation_.violated(fmt::format("run '{}' ({}): {}", id_, subject_.name, what));
}

template <class T>
void Client::trace(const std::string& call, const T& reply) {
    simulation_.trace(fmt::format("{} {}: {}", id_, call,
                                  reply.lost    ? "lost"
                                  : reply.error ? reply.error->what()
                                                : "done"));
}

asio::awaitable<void> Client::pause_a_little() {
    co_await simulation_.time_.wait(dice_.between(10ms, 2s));
}

bool Client::is_refusal(const std::optional<engine::Error>& error, const std::string& call) {
    if (!error) {
        return true;
    }
    const auto kind = error->kind();
    if (kind == errc::unavailable || kind == errc::throttled || kind == errc::stopped ||
        kind == errc::outcome_unknown) {
        return true;
    }
    violated(fmt::format("{} ends with: {}", call, error->what()));
    return false;
}

void Client::check_not_found(const std::string& call) {
    const auto* const life = simulation_.replica_.present(id_);
    if (exists_ && life != nullptr && !perhaps_removed_) {
        violated(fmt::format("{}: not_found, but the log has it since its acknowledged start", call));
    }
}

void Client::check(const model::Outcome& outcome) {
    const auto* const life = simulation_.replica_.find(id_);
    if (life == nullptr || !life->outcome) {
        violated("a result is told that is not in the log: " + show(outcome));
        return;
    }
    if (!model::identical(*life->outcome, outcome)) {
        violated(
            fmt::format("the result told is {}, by the log it is {}", show(outcome), show(*life->outcome)));
    }
    if (told_ && !model::identical(*told_, outcome)) {
        violated(fmt::format("the result was {} and now is {}", show(*told_), show(outcome)));
    }
    told_ = outcome;
    const auto* const succeeded = std::get_if<model::Succeeded>(&outcome);
    if (succeeded != nullptr && subject_.wrong_with != nullptr) {
        if (const auto wrong = subject_.wrong_with(succeeded->value); !wrong.empty()) {
            violated(wrong);
        }
    }
    if (succeeded == nullptr && subject_.wrong_with != nullptr && !disturbed_) {
        violated("it did not succeed: " + show(outcome));
    }
}

asio::awaitable<void> Client::live() {
    const auto lives = dice_.chance(0.35) ? 2 : 1;
    co_await simulation_.time_.wait(dice_.between(0ms, simulation_.plan_.calm ? Duration(0) : Duration(60s)));
    for (int i = 0; i < lives; ++i) {
        co_await start();
        co_await disturb();
        co_await await_end();
        if (i + 1 < lives || dice_.chance(0.4)) {
            co_await remove();
        }
    }
    doing_ = "has finished";
    ++simulation_.clients_done_;
}

asio::awaitable<void> Client::start() {
    doing_ = "starts";
    for (;;) {
        const auto reply = co_await simulation_.ask<engine::StartResult>([this](Engine& engine) {
            return engine.start(subject_.program, model::Value::int_(5),
                                {.id = id_, .tags = {{"of", "test"}}});
        });
        trace("start", reply);
        if (reply.value) {
            if (reply.value->attached && !perhaps_started_) {
                violated("a start attaches to a run that nobody started");
            }
            starts_.sure += reply.value->attached ? 0 : 1;
            if (simulation_.replica_.find(id_) == nullptr) {
                violated("a start is acknowledged that is not in the log");
            }
            exists_ = true;
            perhaps_started_ = false;
            perhaps_removed_ = false;
            co_return;
        }
        if (reply.is_unknown()) {
            ++starts_.perhaps;
            perhaps_started_ = true;
        } else if (!is_refusal(reply.error, "start")) {
            co_return;
        }
        co_await pause_a_little();
    }
}

asio::awaitable<void> Client::disturb() {
    doing_ = "disturbs";
    const auto times = simulation_.plan_.calm ? 0 : dice_.below(6);
    bool paused = false;
    for (std::uint64_t i = 0; i < times; ++i) {
        co_await simulation_.time_.wait(dice_.between(0ms, dice_.chance(0.7) ? 2s : 20s));
        if (dice_.chance(0.2)) {
            paused = true;
            (void)co_await command(0);
        } else {
            co_await act();
        }
    }
    while (paused && !co_await command(1)) {
        co_await pause_a_little();
    }
}

asio::awaitable<void> Client::act() {
    switch (dice_.below(9)) {
        case 0: {
            const auto reply = co_await simulation_.ask<std::optional<model::Outcome>>(
                [this](Engine& engine) { return engine.poll(id_); });
            trace("poll", reply);
            if (reply.value && *reply.value) {
                check(**reply.value);
            } else if (reply.is(errc::not_found)) {
                check_not_found("poll");
            } else {
                (void)is_refusal(reply.error, "poll");
            }
            break;
        }
        case 1: {
            const auto reply = co_await simulation_.ask<engine::RunView>(
                [this](Engine& engine) { return engine.show(id_); });
            trace("show", reply);
            if (reply.value && reply.value->outcome) {
                check(*reply.value->outcome);
            } else if (reply.is(errc::not_found)) {
                check_not_found("show");
            } else {
                (void)is_refusal(reply.error, "show");
            }
            break;
        }
        case 2: {
            const auto reply = co_await simulation_.ask_for<model::Outcome>(
                dice_.between(10ms, 5s), [this](Engine& engine) { return engine.result(id_); });
            trace("result", reply);
            if (reply.value) {
                check(*reply.value);
            } else if (reply.is(errc::not_found)) {
                check_not_found("result");
            } else {
                (void)is_refusal(reply.error, "result");
            }
            break;
        }
        case 3:
            (void)co_await command(1);
            break;
        case 4:
            if (dice_.chance(0.3)) {
                (void)co_await abort();
            }
            break;
        case 5:
            co_await look_at_variable();
            break;
        case 6:
            co_await list();
            break;
        default:
            if (subject_.waits_for_signal) {
                co_await signal(static_cast<std::int32_t>(dice_.below(7)), false);
            }
            break;
    }
}

/// Pause, resume or abort, once. Returns: whether it was acknowledged, or there is no such run.
asio::awaitable<bool> Client::command(int which) {
    const auto reply = co_await simulation_.ask<bool>([this, which](Engine& engine) {
        return done(which == 0 ? engine.pause(id_) : which == 1 ? engine.resume(id_) : engine.abort(id_));
    });
    trace(which == 0 ? "pause" : which == 1 ? "resume" : "abort", reply);
    commands_.perhaps += reply.value || reply.is_unknown() ? 1 : 0;
    if (reply.is(errc::not_found)) {
        check_not_found("a command");
        co_return true;
    }
    (void)is_refusal(reply.error, "a command");
    co_return reply.value.has_value();
}

asio::awaitable<bool> Client::abort() {
    disturbed_ = true;
    const auto done = co_await command(2);
    co_return done;
}

/// Parameters: `until_done`: until it is acknowledged, or the run has ended.
asio::awaitable<void> Client::signal(std::int32_t value, bool until_done) {
    for (;;) {
        const auto reply = co_await simulation_.ask<bool>([this, value](Engine& engine) {
            return done(engine.set_variable(id_, "signal", model::Value::int_(value)));
        });
        trace("signal", reply);
        signals_.sure += reply.value ? 1 : 0;
        // The event may find a run that has just ended.
        signals_.perhaps += reply.is_unknown() || reply.is(errc::not_found) ? 1 : 0;
        if (reply.is(errc::not_found)) {
            const auto* const life = simulation_.replica_.present(id_);
            if (life == nullptr || life->outcome) {
                co_return;
            }
        } else {
            (void)is_refusal(reply.error, "set_variable");
        }
        if (reply.value || !until_done) {
            co_return;
        }
        co_await pause_a_little();
    }
}

/// A variable has a value that the log gave it.
asio::awaitable<void> Client::look_at_variable() {
    const auto reply = co_await simulation_.ask<model::Value>(
        [this](Engine& engine) { return engine.get_variable(id_, "signal"); });
    trace("get_variable", reply);
    if (!reply.value) {
        (void)(reply.is(errc::not_found) || is_refusal(reply.error, "get_variable"));
        co_return;
    }
    const auto* const life = simulation_.replica_.find(id_);
    if (life == nullptr || !life->signals.contains(show(*reply.value))) {
        violated(fmt::format("the variable is {}, which the log never made it", show(*reply.value)));
    }
}

asio::awaitable<void> Client::list() {
    const auto present = [this] {
        std::set<std::pair<std::string, model::Uuid>> ids;
        for (const auto& client : simulation_.clients_) {
            const auto* const life = simulation_.replica_.present(client->id_);
            if (life != nullptr && client->exists_ && !client->perhaps_removed_) {
                ids.emplace(client->id_, life->birth);
            }
        }
        return ids;
    };
    const auto before = present();
    std::set<std::string> listed;
    for (std::string token;;) {
        const auto reply = co_await simulation_.ask<engine::RunPage>([token, this](Engine& engine) {
            return engine.list({}, {.limit = 1 + dice_.below(5), .token = token});
        });
        trace("list", reply);
        if (!reply.value) {
            (void)is_refusal(reply.error, "list");
            co_return;
        }
        for (const auto& item : reply.value->items) {
            listed.insert(item.id);
        }
        if (!reply.value->next) {
            break;
        }
        token = *reply.value->next;
    }
    const auto after = present();
    for (const auto& run : before) {
        // One that ends meanwhile is listed among those in memory, and again among the results.
        if (after.contains(run) && !listed.contains(run.first)) {
            violated(fmt::format("run '{}' is not listed", run.first));
        }
    }
}

asio::awaitable<void> Client::await_end() {
    const auto is_long = subject_.name == "long sleeps";
    if (subject_.waits_for_signal) {
        doing_ = "signals";
        co_await signal(7, true);
    }
    for (int times = 1 + static_cast<int>(dice_.below(2)); times > 0;) {
        doing_ = "waits for the result";
        const auto patience = simulation_.plan_.calm ? Duration(5h) : is_long ? Duration(2h) : Duration(400s);
        const auto reply = co_await simulation_.ask_for<model::Outcome>(
            patience, [this](Engine& engine) { return engine.result(id_); });
        trace("the result", reply);
        if (reply.value) {
            check(*reply.value);
            --times;
            continue;
        }
        if (reply.is(errc::not_found)) {
            check_not_found("result");
            co_return;
        }
        if (reply.late && (subject_.name == "random" || subject_.says_what_it_does)) {
            doing_ = "aborts";
            (void)co_await abort();
        }
        (void)is_refusal(reply.error, "result");
        co_await pause_a_little();
    }
}

asio::awaitable<void> Client::remove() {
    doing_ = "removes";
    for (;;) {
        // From here on it may be gone, whatever the answer is.
        perhaps_removed_ = true;
        const auto reply =
            co_await simulation_.ask<bool>([this](Engine& engine) { return done(engine.remove(id_)); });
        trace("remove", reply);
        removes_.sure += reply.value ? 1 : 0;
        removes_.perhaps += reply.is_unknown() ? 1 : 0;
        if (reply.value || reply.is(errc::not_found)) {
            if (simulation_.replica_.present(id_) != nullptr) {
                violated("it is removed, but not in the log");
            }
            break;
        }
        if (reply.is(errc::not_finished)) {
            (void)co_await abort();
        } else {
            (void)is_refusal(reply.error, "remove");
        }
        co_await pause_a_little();
    }
    exists_ = false;
    perhaps_started_ = false;
    told_.reset();
    disturbed_ = false;
    co_await look_again();
}

asio::awaitable<void> Client::look_again() {
    doing_ = "looks again";
    for (;;) {
        const auto reply = co_await simulation_.ask<std::optional<model::Outcome>>(
            [this](Engine& engine) { return engine.poll(id_); });
        trace("poll", reply);
        if (reply.value) {
            if (!exists_) {
                violated("a removed run is back");
            } else if (!*reply.value) {
                violated("its result was told, and now it runs");
            } else {
                check(**reply.value);
            }
            co_return;
        }
        if (reply.is(errc::not_found)) {
            check_not_found("poll");
            co_return;
        }
        if (!is_refusal(reply.error, "poll")) {
            co_return;
        }
        co_await pause_a_little();
    }
}

void Client::check_counts() {
    const auto& counts = simulation_.replica_.counts(id_);
    const auto compare = [this](const char* what, std::uint64_t in_log, std::uint64_t least,
                                std::uint64_t most) {
        if (in_log < least || in_log > most) {
            violated(fmt::format("the log has {} {}, of which {} were acknowledged and at most {} can be",
                                 in_log, what, least, most));
        }
    };
    compare("starts", counts.begins, starts_.sure, starts_.sure + starts_.perhaps);
    compare("set variables", counts.signals, signals_.sure, signals_.sure + signals_.perhaps);
    compare("commands", counts.commands, commands_.sure, commands_.sure + commands_.perhaps);
    if (simulation_.base_options_.retention >= 24h) {
        compare("removals", counts.removes, removes_.sure, removes_.sure + removes_.perhaps);
    }
}

}  // namespace zflow::simulation
