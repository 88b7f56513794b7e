#include "clients.hpp"

#include "operations.hpp"

#include <zflow/base/entropy.hpp>
#include <zflow/dsl/conversions.hpp>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <utility>

namespace zflow::crash {
namespace {

using engine::errc;
using engine::Status;

constexpr long last_signal = 1'000'000;
constexpr std::size_t signals_of_a_run = 3;

bool is_nothing(const std::optional<model::Outcome>& outcome) {
    return !outcome.has_value();
}

}  // namespace

int lives_of(const std::string& kind) {
    return kind == "again" ? 3 : 1;
}

void Clients::violation(const std::string& sentence) {
    ledger_.write({"violation", sentence});
}

asio::awaitable<void> Clients::pause(std::uint64_t longest_us) {
    const auto length = base::system_entropy().number() % longest_us;
    asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::microseconds(length));
    co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<void> Clients::client(std::string kind, int client, int runs, bool finish) {
    for (int k = 0; k < runs; ++k) {
        const auto id = fmt::format("{}-{}-{}", kind, client, k);
        for (int life = 0; life < lives_of(kind); ++life) {
            const auto& known = ledger_.of(id);
            if (finish && known.tried.empty()) {
                co_return;
            }
            const auto is_last = life + 1 == lives_of(kind);
            if (known.removed.contains(life) || (is_last && known.told.contains(life))) {
                continue;
            }
            if (!co_await run(kind, id, life)) {
                co_return;
            }
            if (!is_last && !co_await remove(id, life)) {
                co_return;
            }
        }
    }
}

/// Returns: false if the engine stops.
asio::awaitable<bool> Clients::run(std::string kind, std::string id, int life) {
    const auto number = fmt::format("{}", life);
    auto& known = ledger_.of(id);
    if (known.removing.contains(life)) {
        co_return true;
    }
    try {
        const auto is_new = known.tried.insert(life).second;
        if (is_new && life > 0) {
            // What was removed stays so until somebody starts it again.
            try {
                const auto outcome = co_await engine_.poll(id);
                violation(fmt::format("run {} was removed and is there again, {}", id,
                                      outcome ? show(*outcome) : "running"));
            } catch (const engine::Error& error) {
                if (error.kind() != errc::not_found) {
                    throw;
                }
            }
        }
        if (is_new) {
            ledger_.write({"start", id, number});
        }
        const auto started =
            co_await engine_.start(programs_.at(kind), to_value(id), {.id = id, .tags = {{"kind", kind}}});
        ledger_.write({"started", id, number, started.attached ? "attached" : "new"});
        if (is_new && started.attached) {
            violation(fmt::format("life {} of run {} attached to another one", life, id));
        }
        if (kind == "three") {
            co_await pause_and_resume(id, life);
        } else if (kind == "endless") {
            co_await abort(id, life);
        } else if (kind == "signals") {
            co_await send_signals(id, life);
        }
        const auto outcome = show(co_await engine_.result(id));
        if (const auto [before, first] = known.told.emplace(life, outcome);
            !first && before->second != outcome) {
            violation(fmt::format("run {} ended as '{}' and now as '{}'", id, before->second, outcome));
        }
        ledger_.write({"told", id, number, outcome});
    } catch (const engine::Error& error) {
        if (error.kind() == errc::stopped) {
            co_return false;
        }
        violation(fmt::format("run {}: {}", id, error.what()));
        co_return false;
    }
    co_return true;
}

asio::awaitable<void> Clients::pause_and_resume(std::string id, int life) {
    const auto number = fmt::format("{}", life);
    auto& known = ledger_.of(id);
    if (known.pause == Known::Pause::no) {
        if (base::system_entropy().number() % 4 != 0) {
            co_return;
        }
        known.pause = Known::Pause::maybe;
        ledger_.write({"pausing", id, number});
        co_await engine_.pause(id);
        known.pause = Known::Pause::yes;
        ledger_.write({"paused", id, number});
        co_await pause(20'000);
    }
    const auto view = co_await engine_.show(id);
    const auto& status = view.info.status;
    if (known.pause == Known::Pause::yes && status != Status::paused && status != Status::succeeded) {
        violation(fmt::format("run {} was paused and is {}", id, to_string(status)));
    }
    known.pause = Known::Pause::maybe;
    ledger_.write({"resuming", id, number});
    co_await engine_.resume(id);
    known.pause = Known::Pause::no;
    ledger_.write({"resumed", id, number});
}

asio::awaitable<void> Clients::abort(std::string id, int life) {
    const auto number = fmt::format("{}", life);
    if (ledger_.of(id).aborting.insert(life).second) {
        co_await pause(30'000);
        ledger_.write({"aborting", id, number});
    }
    co_await engine_.abort(id);
    ledger_.write({"aborted", id, number});
}

/// Send numbers, each when the one before was taken; the last one is large.
asio::awaitable<void> Clients::send_signals(std::string id, int life) {
    while (co_await send_signal(id, life)) {
        co_await pause(4'000);
    }
}

/// Returns: false if the run has taken its last signal.
asio::awaitable<bool> Clients::send_signal(std::string id, int life) {
    try {
        const auto inbox = co_await engine_.get_variable(id, "inbox");
        if (from_value<std::int64_t>(inbox).value() != 0) {
            co_return true;
        }
        auto& known = ledger_.of(id);
        ++known.signals_tried;
        if (known.signals_answered >= signals_of_a_run && known.signals_tried < last_signal) {
            known.signals_tried += last_signal;
        }
        const auto number = fmt::format("{}", life);
        const auto text = fmt::format("{}", known.signals_tried);
        ledger_.write({"signal", id, number, text});
        co_await engine_.set_variable(id, "inbox", to_value(std::int64_t{known.signals_tried}));
        ++known.signals_answered;
        ledger_.write({"signalled", id, number, text});
        co_return true;
    } catch (const engine::Error& error) {
        if (error.kind() != errc::not_found) {
            throw;
        }
    }
    // It has finished, so it has no variables.
    if (is_nothing(co_await engine_.poll(id))) {
        violation(fmt::format("run {} has no inbox, but goes on", id));
    }
    co_return false;
}

/// Returns: false if the engine stops.
asio::awaitable<bool> Clients::remove(std::string id, int life) {
    const auto number = fmt::format("{}", life);
    try {
        auto& known = ledger_.of(id);
        const auto is_new = known.removing.insert(life).second;
        if (is_new) {
            ledger_.write({"removing", id, number});
        }
        try {
            co_await engine_.remove(id);
        } catch (const engine::Error& error) {
            // An earlier try may have done it.
            if (error.kind() != errc::not_found || is_new) {
                throw;
            }
        }
        known.removed.insert(life);
        ledger_.write({"removed", id, number});
    } catch (const engine::Error& error) {
        if (error.kind() != errc::stopped) {
            violation(fmt::format("removing run {}: {}", id, error.what()));
        }
        co_return false;
    }
    co_return true;
}

asio::awaitable<void> Clients::ask_again() {
    std::size_t asked = 0;
    try {
        for (const auto& [id, known] : std::map(ledger_.runs())) {
            if (known.told.empty()) {
                continue;
            }
            const auto& [life, told] = *known.told.rbegin();
            if (known.removing.contains(life) || known.tried.contains(life + 1)) {
                continue;
            }
            std::string now = "no such run";
            try {
                const auto outcome = co_await engine_.poll(id);
                now = outcome ? show(*outcome) : "running";
            } catch (const engine::Error& error) {
                if (error.kind() != errc::not_found) {
                    throw;
                }
            }
            // It may have been removed while we asked.
            if (now != told && !ledger_.of(id).removing.contains(life)) {
                violation(fmt::format("run {} had ended as '{}', now it is: {}", id, told, now));
            }
            ++asked;
        }
    } catch (const engine::Error& error) {
        if (error.kind() != errc::stopped) {
            violation(fmt::format("asking again: {}", error.what()));
        }
    }
    ledger_.write({"asked", fmt::format("{}", asked)});
}

asio::awaitable<void> Clients::compare_listing() {
    std::map<std::string, engine::RunInfo> listed;
    engine::ListRequest request;
    for (bool more = true; more;) {
        const auto page = co_await engine_.list({}, request);
        for (const auto& item : page.items) {
            if (!listed.emplace(item.id, item).second) {
                violation(fmt::format("run {} is listed twice", item.id));
            }
        }
        more = page.next.has_value();
        request.token = page.next.value_or("");
    }
    for (const auto& [id, known] : ledger_.runs()) {
        const auto found = listed.find(id);
        if (known.tried.empty()) {
            continue;
        }
        if (found == listed.end()) {
            violation(fmt::format("run {} is not listed", id));
        } else if (!found->second.finished) {
            violation(fmt::format("run {} is listed as {} at the end", id, to_string(found->second.status)));
        }
        listed.erase(id);
    }
    for (const auto& [id, info] : listed) {
        violation(fmt::format("run {} is listed, but nobody started it", id));
    }
}

}  // namespace zflow::crash
