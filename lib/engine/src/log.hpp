#pragma once

#include "frame.hpp"

#include <zflow/base/clock.hpp>
#include <zflow/base/entropy.hpp>
#include <zflow/engine/alarm.hpp>
#include <zflow/store/indexed_store.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace zflow::engine {

struct LogOptions {
    bool shared = false;                      ///< other processes may write to the same log
    std::chrono::milliseconds lease{10'000};  ///< how long the owner may be silent before others claim
    const base::Clock* clock = nullptr;
    base::Entropy* entropy = nullptr;
    Alarm* alarm = nullptr;
    std::function<bool()> give_up;       ///< asked between tries: end them with `broken`
    std::function<bool()> stop_waiting;  ///< asked while another owner may live
    std::function<void()> on_wait;       ///< told that another owner may live
};

/// One partition's log, and who may write to it.
///
/// Invariant: a frame is at the position that its owner expected, or nowhere. What is at expected + 1
/// decides: our token = ours is in; another token = somebody else owns the log now. A try that may have
/// happened is repeated with the same bytes until it is decided, so nothing is ever at two places.
///
/// Thread-safety: used on one strand, one call at a time. Lifetime: the store outlives it.
class Log {
 public:
    enum class Result {
        done,
        fenced,  ///< another owner: nothing more may be written in this epoch
        broken,  ///< the store takes no more until it is opened again, or giving up was asked for
    };

    Log(store::IndexedStore& store, store::Topic topic, LogOptions options);

    /// Become the owner: append an Epoch frame.
    ///
    /// On a shared store this waits until the log did not move for `lease`, or ends with a Released frame.
    asio::awaitable<Result> claim(Epoch epoch);

    /// Append a frame after all others. Sets its epoch and token.
    asio::awaitable<Result> append(Frame& frame);

    /// The index of the last frame that is known to be in.
    [[nodiscard]] store::Position position() const noexcept { return position_; }
    /// The index of our Epoch frame.
    [[nodiscard]] std::uint64_t epoch() const noexcept { return epoch_; }
    /// Whether nobody else can have claimed yet: for writes that no expected position protects.
    [[nodiscard]] bool may_write() const;
    /// When a Beat is due; far away on stores that only one process can hold, and for who owns nothing.
    [[nodiscard]] std::chrono::steady_clock::time_point beat_due() const;
    /// Who was the owner when we last waited for the log, for people; empty if nobody knows.
    [[nodiscard]] const std::string& other_owner() const noexcept { return other_owner_; }
    /// Why the store is broken.
    [[nodiscard]] const std::string& reason() const noexcept { return reason_; }
    /// How many bytes of frames were appended since the claim.
    [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }

 private:
    using SteadyTime = std::chrono::steady_clock::time_point;
    enum class Tried { applied, conflict, again, broken };

    asio::awaitable<Tried> try_append(std::string bytes);
    asio::awaitable<Result> decide(std::string bytes, model::Uuid token);
    asio::awaitable<std::optional<Frame>> frame_at(store::Index index);
    asio::awaitable<bool> wait_for_silence();
    asio::awaitable<bool> look(bool& released);
    asio::awaitable<void> pause(int attempt);
    model::Uuid new_token();

    store::IndexedStore& store_;
    store::Topic topic_;
    LogOptions options_;
    store::Position position_ = 0;
    std::uint64_t epoch_ = 0;
    std::uint64_t bytes_ = 0;
    SteadyTime confirmed_{};  ///< when the last confirmed append was sent
    std::string other_owner_;
    std::string reason_;
};

}  // namespace zflow::engine
