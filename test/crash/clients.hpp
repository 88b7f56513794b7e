#pragma once

#include "flows.hpp"
#include "ledger.hpp"

#include <zflow/engine/engine.hpp>

#include <cstddef>
#include <string>

namespace zflow::crash {

namespace asio = boost::asio;

/// Starts runs, one after the other, each to its end; goes on where an earlier life of the worker was.
///
/// What it sees that must not be is written into the ledger as a violation.
/// Thread-safety: all clients run on one strand. Lifetime: engine and ledger outlive it.
class Clients {
 public:
    Clients(engine::Engine& engine, Ledger& ledger) : engine_(engine), ledger_(ledger) {}

    /// Do the runs `<kind>-<client>-<k>` for k from 0 to `runs`.
    ///
    /// Parameters: `finish` only ends what an earlier life began.
    asio::awaitable<void> client(std::string kind, int client, int runs, bool finish);

    /// Ask again for every result that was ever told.
    asio::awaitable<void> ask_again();

    /// Compare the listing of all runs with the ledger, when all have ended.
    asio::awaitable<void> compare_listing();

 private:
    asio::awaitable<bool> run(std::string kind, std::string id, int life);
    asio::awaitable<void> pause_and_resume(std::string id, int life);
    asio::awaitable<void> abort(std::string id, int life);
    asio::awaitable<void> send_signals(std::string id, int life);
    asio::awaitable<bool> send_signal(std::string id, int life);
    asio::awaitable<bool> remove(std::string id, int life);
    asio::awaitable<void> pause(std::uint64_t longest_us);
    void violation(const std::string& sentence);

    engine::Engine& engine_;
    Ledger& ledger_;
    const Programs programs_ = programs();
};

/// How often a run of the kind is started again under its id, after its removal.
[[nodiscard]] int lives_of(const std::string& kind);

}  // namespace zflow::crash
