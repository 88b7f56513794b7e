#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace zflow::crash {

/// What earlier lives of the worker wrote down about one run.
struct Known {
    std::set<int> tried;              ///< lives of the id for which a start was asked
    std::map<int, std::string> told;  ///< how each life of the id ended, as it was told
    std::set<int> removing;           ///< lives whose removal was asked for
    std::set<int> removed;            ///< lives whose removal was acknowledged
    std::set<int> aborting;           ///< lives whose abort was asked for
    enum class Pause : std::uint8_t { no, maybe, yes };
    Pause pause = Pause::no;           ///< maybe: a change was asked for and not acknowledged
    long signals_tried = 0;            ///< the greatest number that was sent
    std::size_t signals_answered = 0;  ///< how many of them were acknowledged
};

/// A file outside of the store with a line for everything that the worker asked for, was told, or did.
///
/// A line is in the file when `write` returns, and a SIGKILL does not take it back.
/// Thread-safety: any number of calls at once.
class Ledger {
 public:
    explicit Ledger(const std::string& path);
    ~Ledger();
    Ledger(const Ledger&) = delete;
    Ledger& operator=(const Ledger&) = delete;

    /// Write a line of fields, which have no tabs and line ends.
    void write(std::initializer_list<std::string_view> fields);

    /// What is known of a run. Used by one strand.
    [[nodiscard]] Known& of(const std::string& id) { return runs_[id]; }
    [[nodiscard]] const std::map<std::string, Known>& runs() const noexcept { return runs_; }

 private:
    void learn(const std::vector<std::string>& fields);

    std::map<std::string, Known> runs_;
    std::mutex mutex_;
    int file_ = -1;
};

}  // namespace zflow::crash
