#pragma once

#include "context.hpp"
#include "workload.hpp"

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace zflow::conformance {

/// The outside ledger of the crash cases: what a child process was told, against what the store holds
/// afterwards.
///
/// A client has at most one step that was begun and not acknowledged when its process is killed. So for each
/// thing that only one client writes, the store must hold what was acknowledged, with or without that step;
/// and the shared topic every acknowledged entry at its index, and between them nothing but steps that were
/// begun.
class Ledger {
 public:
    explicit Ledger(WorkPlace place) : place_(std::move(place)) {}

    /// Take note of a line that the child wrote. Returns: whether it was an acknowledgement.
    bool read(const std::string& line);

    /// Compare with the store. What is found becomes the state from which the next child begins.
    ///
    /// Errors: Failure that says what was lost, or what came from nowhere.
    void check(Context& context);

    /// All names that the workload writes to, for the clean-up.
    [[nodiscard]] std::vector<store::Topic> topics() const;
    [[nodiscard]] const WorkPlace& place() const noexcept { return place_; }

 private:
    using Versions = std::map<store::Timestamp, store::Bytes>;
    struct Log {
        std::map<store::Index, store::Bytes> entries;
        store::Position position = 0;
        friend bool operator==(const Log&, const Log&) = default;
    };
    struct Client {
        std::array<Versions, keys_per_client> keys;
        Log own;
        std::optional<Step> begun;
    };

    static void apply(const Step& step, Client& client);
    void check_keys(Context& context, int number, Client& client) const;
    void check_own_topic(Context& context, int number, Client& client) const;
    void check_shared_topic(Context& context);

    WorkPlace place_;
    std::array<Client, clients_per_child> clients_;
    std::map<store::Index, store::Bytes> shared_;
    std::set<store::Bytes> begun_shared_;
};

}  // namespace zflow::conformance
