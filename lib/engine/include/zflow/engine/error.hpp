#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>

#include <string>
#include <string_view>

namespace zflow::engine {

/// Why the engine could not do what it was asked for. There is a code only where some caller reacts to it.
enum class errc {
    invalid_argument = 1,  ///< The call is wrong whatever the state of the engine; nothing was done.
    too_large,        ///< An input, value or id is beyond a limit, which the message names; nothing was done.
    not_found,        ///< There is no such run, or no such variable.
    conflict,         ///< The id belongs to a run of another program or with another input; nothing was done.
    exists,           ///< There is such a run already, and `IfExists::error` was asked for.
    not_finished,     ///< Only finished runs can be removed: abort it first.
    parked,           ///< The run was set aside; the message says why. It takes no events.
    unavailable,      ///< Another process owns the runs, or the store does not answer; nothing was done.
    throttled,        ///< Too many calls wait already; nothing was done, try again slower.
    outcome_unknown,  ///< The event may be in the log, now or later: ask again by the run's id.
    stopped,          ///< The engine is stopping; nothing was done.
    refused,  ///< The store cannot carry an engine, or was written by another version: see the message.
};

/// The code's name, e.g. "outcome_unknown".
[[nodiscard]] std::string_view to_string(errc code) noexcept;

[[nodiscard]] const boost::system::error_category& error_category() noexcept;
[[nodiscard]] boost::system::error_code make_error_code(errc code) noexcept;

/// The type that the engine throws; what a store throws is turned into it.
///
/// `what()` is a whole sentence for people: what was wrong, with which run, and what would be right.
class Error : public boost::system::system_error {
 public:
    /// Parameters: `run` is the run's id, empty if it is about none.
    Error(errc code, std::string sentence, std::string run = {});

    [[nodiscard]] errc kind() const noexcept { return kind_; }
    [[nodiscard]] const std::string& sentence() const noexcept { return sentence_; }
    [[nodiscard]] const std::string& run() const noexcept { return run_; }
    [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }

 private:
    errc kind_;
    std::string sentence_;
    std::string run_;
    std::string text_;
};

}  // namespace zflow::engine

template <>
struct boost::system::is_error_code_enum<zflow::engine::errc> : std::true_type {};
