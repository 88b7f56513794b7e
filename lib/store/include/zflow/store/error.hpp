#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>

#include <string>
#include <string_view>

namespace zflow::store {

/// Why a store could not answer. There is a code only where some caller reacts to it in its own way.
enum class errc {
    invalid_argument = 1,  ///< The call is wrong whatever the state of the store; nothing was done.
    too_large,        ///< A name, key or value is beyond a limit, which the message names; nothing was done.
    not_open,         ///< There is no store at that place, or it was closed; nothing was done.
    unavailable,      ///< Certainly not applied; worth trying again later.
    throttled,        ///< Certainly not applied; worth trying again later and slower.
    outcome_unknown,  ///< A write may or may not have happened, now or later: read, then decide.
    corruption,       ///< What is stored is not what was written; nothing was changed.
    schema_mismatch,  ///< What is stored belongs to something else or to another version; nothing was
                      ///< changed.
    denied,           ///< Missing permission; nothing was done.
    cancelled,        ///< The caller gave up or the deadline passed; a write may have happened.
    read_only,  ///< Certainly not applied: an earlier write failed, the store takes no more until reopened.
};

/// The code's name, e.g. "outcome_unknown".
[[nodiscard]] std::string_view to_string(errc code) noexcept;

[[nodiscard]] const boost::system::error_category& error_category() noexcept;
[[nodiscard]] boost::system::error_code make_error_code(errc code) noexcept;

/// Where an error came up.
struct Where {
    std::string backend;       ///< e.g. "rocksdb"
    std::string operation;     ///< e.g. "put"
    std::string subject = {};  ///< the namespace, topic or path, e.g. "namespace 'orders'"
};

/// The one type that stores throw.
///
/// `what()` is a whole sentence for people: backend, operation, subject, code, what was wrong and what would
/// be right.
class Error : public boost::system::system_error {
 public:
    /// Parameters: `sentence` says what was wrong and what would be right, in our words; `server_text` is
    /// what the engine below said, in its own words, empty if nothing.
    Error(errc code, Where where, std::string sentence, std::string server_text = {});

    [[nodiscard]] errc kind() const noexcept { return kind_; }
    [[nodiscard]] const Where& where() const noexcept { return where_; }
    [[nodiscard]] const std::string& sentence() const noexcept { return sentence_; }
    [[nodiscard]] const std::string& server_text() const noexcept { return server_text_; }
    [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }

 private:
    errc kind_;
    Where where_;
    std::string sentence_;
    std::string server_text_;
    std::string text_;
};

/// Whether the same call may succeed later without anybody doing anything.
[[nodiscard]] bool is_transient(const Error& error) noexcept;

/// Whether the write that failed may be in the store all the same, now or later.
[[nodiscard]] bool may_have_happened(const Error& error) noexcept;

}  // namespace zflow::store

template <>
struct boost::system::is_error_code_enum<zflow::store::errc> : std::true_type {};
