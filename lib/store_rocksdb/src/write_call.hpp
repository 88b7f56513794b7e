#pragma once

#include "waiter.hpp"

#include <zflow/store/types.hpp>

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace zflow::store_rocksdb {

/// One version of a key; `row` is its whole row key.
struct Put {
    std::string row;
    store::Bytes value;
};

/// Some versions of the key with this prefix go.
struct RemoveVersions {
    enum class Which { all, older_than_marker, through };
    std::string prefix;
    Which which = Which::all;
    store::Timestamp timestamp = 0;
};

/// A value at the end of a topic, unconditionally or at an expected position.
struct Append {
    store::Topic topic;
    store::Bytes value;
    std::optional<store::Position> expected;
};

/// The entries 1 to `up_to` go.
struct Trim {
    store::Topic topic;
    store::Index up_to = 0;
};

/// A topic goes.
struct RemoveTopic {
    store::Topic topic;
};

using Write = std::variant<Put, RemoveVersions, Append, Trim, RemoveTopic>;

/// The name of a write in messages.
[[nodiscard]] const char* name_of(const Write& write) noexcept;

/// The bytes that a write holds while it waits.
[[nodiscard]] std::size_t bytes_of(const Write& write) noexcept;

/// What became of a write: an error, or applied or not with an index or position (0 where a call has none).
struct Outcome {
    std::exception_ptr error;
    bool applied = true;
    std::uint64_t number = 0;
};

/// A caller that waits for its write.
class WriteWaiter : public Waiter {
 public:
    WriteWaiter(asio::any_io_executor executor, SteadyTime deadline, Write write)
        : Waiter(std::move(executor), deadline), write_(std::move(write)) {}

    [[nodiscard]] const Write& write() const noexcept { return write_; }
    [[nodiscard]] const char* operation() const noexcept final { return name_of(write_); }

    /// Set the answer. Only for who has claimed it.
    void answer(Outcome outcome) noexcept { outcome_ = std::move(outcome); }
    void fail(std::exception_ptr error) noexcept final { outcome_ = Outcome{.error = std::move(error)}; }

 protected:
    [[nodiscard]] Outcome take_outcome() noexcept { return std::move(outcome_); }

 private:
    const Write write_;
    Outcome outcome_;
};

/// A WriteWaiter for one kind of completion handler, void(Outcome).
template <class Handler>
class WriteWaiterFor final : public WriteWaiter {
 public:
    WriteWaiterFor(Handler handler, SteadyTime deadline, Write write)
        : WriteWaiter(asio::get_associated_executor(handler), deadline, std::move(write)),
          handler_(std::move(handler)) {}

    [[nodiscard]] const Handler& handler() const noexcept { return handler_; }

    void resume() override {
        forget_cancellation(handler_);
        auto handler = std::move(handler_);
        auto outcome = take_outcome();
        release_executor();
        std::move(handler)(std::move(outcome));
    }

 private:
    Handler handler_;
};

}  // namespace zflow::store_rocksdb
