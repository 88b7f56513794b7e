#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace zflow::control {

/// The directory of an embedded store, which has a control socket; nothing for other kinds of store.
///
/// Errors: store::Error if that is no URI.
[[nodiscard]] std::optional<std::string> directory_of(const std::string& store_uri);

/// Who has a store open.
struct Owner {
    pid_t process = 0;
    std::string command;  ///< its command line, on one line; empty if it may not be read
};

/// The process that holds the store's lock, nothing if nobody does or nobody can tell.
///
/// Important: not while this process has the store open: looking would drop its lock.
[[nodiscard]] std::optional<Owner> find_owner(const std::string& directory);

/// A clause for people, e.g. "process 4711 (zflow work)".
[[nodiscard]] std::string to_text(const std::optional<Owner>& owner);

}  // namespace zflow::control
