#pragma once

#include <boost/json/object.hpp>

#include <cstdint>
#include <string_view>

/// Data goes to standard output, everything else to standard error.
namespace zflow::app {

/// The exit codes of every command.
enum class Exit {
    ok = 0,
    failed = 1,
    usage = 2,
    not_found = 3,
    conflict = 4,
    unavailable = 5,
    outcome_unknown = 6,
};

/// Write bytes of data. Errors: std::runtime_error if they cannot be written, e.g. on a full disk.
void print(std::string_view bytes);

/// Write one JSON object and a line end.
void print(const boost::json::object& row);

/// See that everything is written. Errors: as `print`.
void finish_output();

/// Write a line for people.
void tell(std::string_view line);

/// A bar on standard error while something long goes on; nothing if that is not a terminal.
class ProgressBar {
 public:
    ProgressBar();
    ~ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    /// Parameters: `total` 0 = not known, then `done` is shown as MiB.
    void show(std::uint64_t done, std::uint64_t total, std::string_view what);

 private:
    bool terminal_;
    bool drawn_ = false;
};

}  // namespace zflow::app
