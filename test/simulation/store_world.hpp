#pragma once

#include "virtual_time.hpp"

#include <zflow/store/decorators/intercept.hpp>
#include <zflow/store/open.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <cstdint>
#include <exception>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace zflow::simulation {

/// How often what happens to a call of the stores.
struct FaultPlan {
    double before = 0;  ///< not made: `unavailable`, `throttled`
    double after = 0;   ///< made, then `outcome_unknown` (a read: `unavailable`)
    double late = 0;    ///< `outcome_unknown` at once, and made long after
    double hang = 0;    ///< no answer, then `cancelled`; made or not
    double slow = 0;    ///< takes up to a hundred times `latency`
    Duration latency{0};
    Duration latest = std::chrono::seconds(20);  ///< of late writes
};

/// What happens to one call.
struct Fate {
    bool sent = true;
    Duration there{0};  ///< until it is made
    Duration back{0};   ///< from then to its answer
    std::optional<store::errc> told = {};
    Duration told_after{0};
    bool is_fault = false;
};

/// Where the stores are: they outlive all processes, keep a copy of every frame, and know what is sent.
class StoreWorld {
 public:
    /// A put below a snapshots namespace.
    struct SnapshotKey {
        std::string ns;
        std::string key;
        std::uint64_t version = 0;
        friend auto operator<=>(const SnapshotKey&, const SnapshotKey&) = default;
    };

    StoreWorld(VirtualTime& time, asio::io_context& context, Dice dice, std::size_t value_bytes, bool shared);

    store::KeyValueStore& key_value() { return *stores_.key_value; }
    store::IndexedStore& indexed() { return *stores_.indexed; }
    [[nodiscard]] bool shared() const noexcept { return shared_; }
    VirtualTime& time() { return time_; }
    asio::io_context& context() { return context_; }
    Dice& dice() { return dice_; }

    FaultPlan plan;
    std::uint64_t calls = 0;
    std::uint64_t faults = 0;
    /// Every frame that was ever in a log, by partition; trimming takes nothing away here.
    std::map<std::uint32_t, std::vector<std::string>> frames;
    /// Everything that was ever put there: several values under one version are written down as often.
    std::map<SnapshotKey, std::vector<std::string>> puts;
    std::function<void(std::uint32_t, std::uint64_t, const std::string&)> on_frame;
    std::function<void(std::string)> violated;

    /// By chance, as the plan says.
    Fate any_fate(store::Operation operation);

 private:
    VirtualTime& time_;
    asio::io_context& context_;
    Dice dice_;
    bool shared_;
    store::Stores stores_;
};

/// A call on its way, without the type of its answer.
class Request {
 public:
    Request() = default;
    virtual ~Request() = default;
    Request(const Request&) = delete;
    Request& operator=(const Request&) = delete;

    /// It arrives at the store now, if it was not lost.
    virtual void land() = 0;
    void wake() {
        answered = true;
        if (const auto waiting = timer.lock()) {
            waiting->cancel();
        }
    }

    /// What its caller waits for: it goes with the caller's process, the request may be on its way for
    /// longer.
    std::weak_ptr<asio::steady_timer> timer;
    bool landed = false;
    bool lost = false;
    bool answered = false;
    bool cut = false;
    Fate fate;
};

/// The way from one process to the stores.
class Link : public std::enable_shared_from_this<Link> {
 public:
    explicit Link(StoreWorld& world) : world_(world) {}

    /// The process is dead: nothing more gets through. What was sent arrives (later, on shared stores), or is
    /// lost.
    void cut();
    [[nodiscard]] bool is_cut() const noexcept { return cut_; }
    [[nodiscard]] store::Stores open();
    [[nodiscard]] StoreWorld& world() noexcept { return world_; }

    /// Called for each call instead of the plan, if there is one.
    std::function<Fate(store::Operation)> fate;
    /// Up to where the log of a partition is known to the process to be in.
    std::map<std::uint32_t, std::uint64_t> known;

    void send(const std::shared_ptr<Request>& request, store::Operation operation);
    /// Errors: what the call is told instead of its answer.
    void check(const Request& request, store::Operation operation) const;

 private:
    StoreWorld& world_;
    bool cut_ = false;
    std::list<std::weak_ptr<Request>> requests_;
};

/// The number of the partition that a topic or namespace is about; none for others.
[[nodiscard]] std::optional<std::uint32_t> partition_in(const std::string& name, const std::string& prefix);

}  // namespace zflow::simulation
