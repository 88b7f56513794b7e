#pragma once

#include <zflow/engine/engine.hpp>
#include <zflow/store/decorators/intercept.hpp>
#include <zflow/store/error.hpp>
#include <zflow/store/open.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace zflow::engine::test {

/// A call that a store got, in the order in which they came.
struct StoreCall {
    store::Operation operation{};
    std::string place;         ///< the namespace or topic
    std::string key = {};      ///< of the KeyValueStore
    std::int64_t version = 0;  ///< the timestamp, marker, expected position or first index
    std::string bytes = {};    ///< of a write
    bool done = false;         ///< it was made, and came back without an error
};

/// What becomes of a call.
enum class Fate {
    fail,       ///< it is not made, and ends with the error
    made_fail,  ///< it is made, and ends with the error
    hold,       ///< it waits for `let_go`, then is made
    made_hold,  ///< it is made, and comes back after `let_go`
    late,       ///< it ends with the error, and is made at `land`
};

/// Some calls of one kind to one place (or all whose name begins so), and what becomes of them.
struct Fault {
    store::Operation operation{};
    std::string place;
    Fate fate = Fate::fail;
    store::errc error = store::errc::outcome_unknown;
    int skip = 0;          ///< so many of them pass before
    int count = 1;         ///< then it happens to so many
    std::string key = {};  ///< only of this key, if there is one
};

/// A process, as far as its stores know.
struct Owner {
    bool dead = false;       ///< it has crashed: nothing of it happens any more
    bool read_only = false;  ///< its handles take no writes; new handles do
};

/// Both stores in memory, which do as a test says, and remember what they were asked for.
///
/// What is stored stays when those who have it open go.
class ScriptedStores {
 public:
    explicit ScriptedStores(std::size_t value_bytes);
    ~ScriptedStores();
    ScriptedStores(const ScriptedStores&) = delete;
    ScriptedStores& operator=(const ScriptedStores&) = delete;

    /// Opens the stores for a process.
    [[nodiscard]] OpenStores opener(std::shared_ptr<Owner> owner);

    void script(Fault fault) { faults_.push_back(std::move(fault)); }
    /// Whatever was scripted and has not happened does not happen.
    void forget_script() { faults_.clear(); }
    /// Held calls go on: all, or those of one kind.
    void let_go(std::optional<store::Operation> operation = {});
    /// How many calls are held.
    [[nodiscard]] std::size_t held() const { return held_.size(); }
    /// What the late calls have to do.
    [[nodiscard]] std::vector<asio::awaitable<void>> take_late() { return std::exchange(late_, {}); }

    /// The calls of one kind whose place begins with this.
    [[nodiscard]] std::vector<StoreCall> calls(store::Operation operation, const std::string& place) const;
    /// The number of the first such call among all calls, or of none: how many there are.
    [[nodiscard]] std::size_t first(store::Operation operation, const std::string& place,
                                    std::size_t from = 0) const;
    [[nodiscard]] const std::list<StoreCall>& all_calls() const { return calls_; }

    // The stores as they are: nothing of this is scripted or remembered.
    [[nodiscard]] store::KeyValueStore& key_value() { return *key_value_; }
    [[nodiscard]] store::IndexedStore& indexed() { return *indexed_; }

    bool shared = false;                                       ///< what the stores say of themselves
    std::function<void(store::Capabilities&)> edit_key_value;  ///< the same, for tests of refusals
    std::function<void(store::Capabilities&)> edit_indexed;
    std::function<void(std::vector<store::Entry>&)> edit_scan;  ///< what scans of topics give
    int opened = 0;                                             ///< how often they were opened
    int open_failures = 0;                                      ///< the next openings fail

 private:
    friend class ScriptedKeyValueStore;
    friend class ScriptedIndexedStore;
    struct Held {
        std::shared_ptr<asio::steady_timer> timer;
        store::Operation operation{};
        bool go = false;
    };

    asio::awaitable<store::Stores> open(std::shared_ptr<Owner> owner);
    template <class T>
    asio::awaitable<T> call(std::shared_ptr<Owner> owner, StoreCall call, asio::awaitable<T> made);
    asio::awaitable<void> hold(std::shared_ptr<Owner> owner, store::Operation operation);
    Fault* find(const StoreCall& call);

    std::unique_ptr<store::KeyValueStore> key_value_;
    std::unique_ptr<store::IndexedStore> indexed_;
    std::vector<Fault> faults_;
    std::vector<asio::awaitable<void>> late_;
    std::list<Held> held_;
    std::list<StoreCall> calls_;
};

}  // namespace zflow::engine::test
