#include "log.hpp"

#include <zflow/base/assert.hpp>
#include <zflow/store/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace zflow::engine {

namespace {

using namespace std::chrono_literals;

/// How often an owner writes a sign of life within a lease, and how often others look.
constexpr int beats_per_lease = 3;
constexpr int looks_per_lease = 4;
constexpr std::chrono::milliseconds first_pause = 5ms;
constexpr std::chrono::milliseconds longest_pause = 1s;

}  // namespace

Log::Log(store::IndexedStore& store, store::Topic topic, LogOptions options)
    : store_(store), topic_(std::move(topic)), options_(std::move(options)) {}

bool Log::may_write() const {
    return !options_.shared || options_.clock->steady_now() < confirmed_ + options_.lease;
}

std::chrono::steady_clock::time_point Log::beat_due() const {
    const auto owned = options_.shared && epoch_ != 0;
    return owned ? confirmed_ + options_.lease / beats_per_lease : SteadyTime::max();
}

model::Uuid Log::new_token() {
    std::array<std::uint8_t, 16> bytes{};
    options_.entropy->fill(bytes);
    model::Uuid token;
    for (std::size_t i = 0; i < 8; ++i) {
        token.high = token.high << 8U | bytes[i];
        token.low = token.low << 8U | bytes[i + 8];
    }
    return token;
}

asio::awaitable<void> Log::pause(int attempt) {
    const auto length =
        std::min<std::chrono::milliseconds>(longest_pause, first_pause * (1 << std::min(attempt, 10)));
    co_await options_.alarm->wait_until(options_.clock->steady_now() + length);
}

/// One try at the position that we expect. Errors become results, so that nothing awaits in a handler.
asio::awaitable<Log::Tried> Log::try_append(std::string bytes) {
    try {
        const auto result = co_await store_.append(topic_, std::move(bytes), position_);
        if (!result.is_applied()) {
            co_return Tried::conflict;
        }
        ZFLOW_ASSERT(result.position() == position_ + 1,
                     "an append that applies lands after the expected position");
        co_return Tried::applied;
    } catch (const store::Error& error) {
        reason_ = error.what();
        const auto again = error.kind() == store::errc::outcome_unknown ||
                           error.kind() == store::errc::cancelled ||
                           error.kind() == store::errc::unavailable || error.kind() == store::errc::throttled;
        co_return again ? Tried::again : Tried::broken;
    }
}

/// The frame at an index; none if it is not there (any more).
///
/// Errors: as `try_append` says nothing of a frame that nobody can read, it is as another's: none.
asio::awaitable<std::optional<Frame>> Log::frame_at(store::Index index) {
    auto entries = co_await store_.scan(topic_, index, index, 1);
    if (entries.size() != 1 || entries.front().index != index) {
        co_return std::nullopt;
    }
    auto frame = decode_frame(entries.front().value);
    if (!frame) {
        co_return std::nullopt;
    }
    co_return std::move(*frame);
}

/// Try until it is known whether these bytes are at position + 1.
asio::awaitable<Log::Result> Log::decide(std::string bytes, model::Uuid token) {
    const auto size = bytes.size();
    const auto first_sent = options_.clock->steady_now();
    for (int attempt = 0;; ++attempt) {
        auto tried = co_await try_append(bytes);
        if (tried == Tried::conflict) {
            try {
                const auto there = co_await frame_at(position_ + 1);
                if (!there || there->token != token) {
                    co_return Result::fenced;
                }
                tried = Tried::applied;
            } catch (const store::Error& error) {
                reason_ = error.what();
                tried = store::is_transient(error) ? Tried::again : Tried::broken;
            }
        }
        if (tried == Tried::applied) {
            confirmed_ = first_sent;
            ++position_;
            bytes_ += size;
            co_return Result::done;
        }
        if (tried == Tried::broken || options_.give_up()) {
            co_return Result::broken;
        }
        co_await pause(attempt);
    }
}

asio::awaitable<Log::Result> Log::append(Frame& frame) {
    frame.epoch = epoch_;
    frame.token = new_token();
    auto bytes = encode(frame);
    ZFLOW_ASSERT(bytes.has_value(), "events are checked for their size before they are queued");
    const auto result = co_await decide(std::move(*bytes), frame.token);
    co_return result;
}

/// Look at the log's end once. Returns: whether it is where it was.
asio::awaitable<bool> Log::look(bool& released) {
    try {
        const auto now = co_await store_.position(topic_);
        if (now == position_) {
            co_return true;
        }
        position_ = now;
        const auto last = co_await frame_at(now);
        released = last && std::holds_alternative<Released>(last->content);
        if (last && !std::holds_alternative<Epoch>(last->content) && last->epoch != 0) {
            if (const auto epoch = co_await frame_at(last->epoch)) {
                if (const auto* content = std::get_if<Epoch>(&epoch->content)) {
                    other_owner_ = content->owner;
                }
            }
        } else if (last) {
            if (const auto* content = std::get_if<Epoch>(&last->content)) {
                other_owner_ = content->owner;
            }
        }
    } catch (const store::Error& error) {
        reason_ = error.what();
    }
    co_return false;
}

/// Returns: whether the log may be claimed; false if giving up was asked for.
asio::awaitable<bool> Log::wait_for_silence() {
    const auto interval = options_.lease / looks_per_lease;
    // A position that no log has: the first look always finds movement.
    position_ = store::max_index;
    bool released = false;
    auto moved = options_.clock->steady_now();
    while (!options_.give_up() && !options_.stop_waiting()) {
        const auto began = options_.clock->steady_now();
        const auto still = co_await look(released);
        if (!still) {
            moved = options_.clock->steady_now();
        }
        const auto known = position_ != store::max_index;
        if (known && (position_ == 0 || released || (still && began - moved >= options_.lease))) {
            co_return true;
        }
        if (known) {
            options_.on_wait();
        }
        co_await options_.alarm->wait_until(options_.clock->steady_now() + interval);
    }
    co_return false;
}

asio::awaitable<Log::Result> Log::claim(Epoch epoch) {
    for (int attempt = 0;; ++attempt) {
        if (options_.shared) {
            if (!co_await wait_for_silence()) {
                co_return Result::broken;
            }
        } else {
            bool known = false;
            try {
                position_ = co_await store_.position(topic_);
                known = true;
            } catch (const store::Error& error) {
                reason_ = error.what();
                if (!store::is_transient(error)) {
                    co_return Result::broken;
                }
            }
            if (!known) {
                if (options_.give_up()) {
                    co_return Result::broken;
                }
                co_await pause(attempt);
                continue;
            }
        }
        Frame frame{.epoch = position_ + 1, .token = new_token(), .time = {}, .content = epoch};
        auto bytes = encode(frame);
        ZFLOW_ASSERT(bytes.has_value(), "an Epoch frame is small");
        const auto result = co_await decide(std::move(*bytes), frame.token);
        if (result == Result::done) {
            epoch_ = position_;
            bytes_ = 0;
            co_return Result::done;
        }
        if (result == Result::broken) {
            co_return result;
        }
        co_await pause(attempt);
    }
}

}  // namespace zflow::engine
