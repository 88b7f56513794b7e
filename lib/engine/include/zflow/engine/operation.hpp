#pragma once

#include <zflow/model/schema.hpp>
#include <zflow/model/time.hpp>
#include <zflow/model/value.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <stdexcept>
#include <string>

namespace zflow::engine {

namespace asio = boost::asio;

/// How often and when an operation is tried again after an attempt has failed.
///
/// The failures and the time of the next attempt are events of the run: they survive a crash.
struct RetryPolicy {
    /// How many attempts there are at most, counted from 1; 0 = any number.
    std::uint32_t max_attempts = 0;
    /// Before the second attempt; then it grows by `factor`.
    std::chrono::milliseconds first_delay = std::chrono::milliseconds(200);
    double factor = 2;  ///< 1 = always the same delay
    std::chrono::milliseconds max_delay = std::chrono::seconds(60);
    /// Each delay is drawn from the upper half of itself, so that runs do not come back all at once.
    bool jitter = true;
};

/// How an operation is called.
struct OperationOptions {
    /// How long one attempt may take, then it has failed; 0 = any time.
    std::chrono::milliseconds timeout = std::chrono::seconds(30);
    RetryPolicy retry = {};
    /// How many attempts run at once, over all runs; at least 1. The others wait.
    std::uint32_t concurrency = 64;
};

/// One attempt of an operation, as it is told about it.
struct OperationCall {
    std::string run_id;
    /// The idempotency key: the same for all attempts, and for no other operation ever, also not of a later
    /// run under the same id. E.g. "order-7/9f86d081884c7d65.../3".
    std::string operation_id;
    std::uint32_t attempt = 1;  ///< counted from 1
    /// When the attempt is given up, by the wall clock; far away if there is no timeout.
    std::chrono::system_clock::time_point deadline;
    std::string name;          ///< the activity's
    std::string type_id;       ///< of a Custom operation of ZIO Flow; "zflow.activity" of the DSL's
    model::Value description;  ///< what a Custom operation carries, unit if nothing
    model::Value input;
    model::Ref<const model::Schema> input_schema;   ///< may be empty
    model::Ref<const model::Schema> result_schema;  ///< may be empty: any result will do
};

/// How an operation ends: with its result, or with the error with which its activity fails.
using OperationResult = std::expected<model::Value, model::Value>;

/// What an operation throws when another attempt would not help: its activity fails at once with an
/// ActivityError that has this text. Everything else that it throws fails the attempt, and another one
/// follows.
class GiveUp : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// An operation on values. It runs on the engine's executor; what blocks belongs elsewhere.
///
/// The engine calls it at least once for each operation id, after the commit that asked for it; the same id
/// may be called twice at the same time after a takeover. The first result that is journaled stays.
///
/// Cancellation: when its run is aborted, the deadline passes or the engine stops, it is cancelled
/// (terminal): an awaited Asio call ends with operation_aborted. Its answer is then not looked at.
using Operation = std::function<asio::awaitable<OperationResult>(OperationCall call)>;

}  // namespace zflow::engine
