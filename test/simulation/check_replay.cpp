#include "client.hpp"
#include "simulation.hpp"

#include <zflow/interpreter/snapshot.hpp>

#include <content.hpp>
#include <fmt/format.h>
#include <invariants.hpp>
#include <keys.hpp>
#include <rows.hpp>

#include <algorithm>
#include <set>

// The logs, read again from their first frame: they give what everybody was told, and every snapshot and row
// that anybody put is what they say.
namespace zflow::simulation {

namespace {

using Puts = std::map<StoreWorld::SnapshotKey, std::vector<std::string>>;

/// A value that was put in pieces, as often as it was put. Empty if there is none, or not all of it.
std::vector<std::string> put_in_pieces(const Puts& puts, const StoreWorld::SnapshotKey& key) {
    constexpr std::size_t count_bytes = 4;
    const auto first = puts.find(key);
    if (first == puts.end()) {
        return {};
    }
    std::vector<std::string> out;
    for (const auto& value : first->second) {
        std::uint32_t count = 0;
        for (const char each : value.substr(0, count_bytes)) {
            count = count << 8U | static_cast<std::uint8_t>(each);
        }
        auto bytes = value.substr(count_bytes);
        for (std::uint32_t chunk = 1; chunk < count; ++chunk) {
            const StoreWorld::SnapshotKey piece{key.ns, engine::chunk_key({key.key}, chunk).bytes,
                                                key.version};
            const auto found = puts.find(piece);
            bytes += found == puts.end() ? "" : found->second.front();
        }
        out.push_back(std::move(bytes));
    }
    return out;
}

/// What is wrong with a snapshot, or a result, of a run as it is now.
std::string wrong_with_snapshot(const Life& life, const std::string& bytes) {
    if (life.done) {
        const auto outcome = engine::decode_outcome(bytes);
        return outcome && life.outcome && model::identical(*outcome, *life.outcome) ? ""
                                                                                    : "it is another result";
    }
    auto state = interpreter::state_from_binary(life.program, bytes);
    if (!state) {
        return state.error().text();
    }
    return interpreter::test::content_of(*state) == interpreter::test::content_of(life.state)
               ? ""
               : "it is another state";
}

std::string wrong_with_row(const Life& life, const std::string& bytes) {
    const auto value = engine::decode_runs_value(bytes);
    if (!value) {
        return value.error().text();
    }
    if (const auto* tombstone = std::get_if<engine::Tombstone>(&*value)) {
        const auto why = life.removed ? engine::Tombstone::Why::removed : engine::Tombstone::Why::finished;
        return (life.removed || life.done) && tombstone->why == why && tombstone->birth == life.birth
                   ? ""
                   : "it says that the run is gone";
    }
    const auto& row = std::get<engine::RunRow>(*value);
    std::optional<model::Instant> wake;
    for (const auto& [number, timer] : life.state.timers) {
        wake = wake ? std::min(*wake, timer.due) : timer.due;
    }
    const auto pending = !interpreter::pending_calls(life.state).empty();
    if (life.removed || life.done || row.birth != life.birth || row.next_wake != wake ||
        row.paused != life.state.paused || row.runnable != life.state.runnable() ||
        (pending && !row.operations_pending)) {
        return "it does not say what the run waits for";
    }
    return "";
}

}  // namespace

void Simulation::check_replay() {
    const auto complain = [this](const std::string& what) { violated("replay: " + what); };
    Replica again([this](const codec::ProgramId& id) { return programs_[id]; }, complain);
    std::set<StoreWorld::SnapshotKey> changes;
    again.on_frame = [&](std::uint32_t partition, std::uint64_t index, const std::vector<Life*>& changed) {
        for (const auto* const life : changed) {
            changes.insert({engine::snapshots_namespace(partition).name, life->id, index});
            changes.insert({engine::runs_namespace(partition).name, life->id, index});
            const StoreWorld::SnapshotKey snapshot{engine::snapshots_namespace(partition).name, life->id,
                                                   index};
            for (const auto& bytes : put_in_pieces(stores_.puts, snapshot)) {
                if (const auto wrong = wrong_with_snapshot(*life, bytes); !wrong.empty()) {
                    complain(fmt::format("the snapshot of run '{}' at {}: {}", life->id, index, wrong));
                }
            }
            const StoreWorld::SnapshotKey row{engine::runs_namespace(partition).name, life->id, index};
            if (const auto found = stores_.puts.find(row); found != stores_.puts.end()) {
                for (const auto& bytes : found->second) {
                    if (const auto wrong = wrong_with_row(*life, bytes); !wrong.empty()) {
                        complain(fmt::format("the row of run '{}' at {}: {}", life->id, index, wrong));
                    }
                }
            }
        }
    };
    for (const auto& [partition, frames] : stores_.frames) {
        for (std::size_t i = 0; i < frames.size(); ++i) {
            again.apply(partition, i + 1, frames[i]);
        }
    }
    for (const auto& [key, values] : stores_.puts) {
        // Also of a value of which only pieces came there.
        if (!changes.contains({key.ns, key.key.substr(0, key.key.find('\0')), key.version})) {
            complain(fmt::format("{} has a version {} of run '{}', which did not change there", key.ns,
                                 key.version, key.key.substr(0, key.key.find('\0'))));
        }
    }
    for (const auto& [id, life] : replica_.lives()) {
        const auto* const same = again.find(id);
        const auto equal =
            same != nullptr && same->removed == life->removed && same->done == life->done &&
            same->outcome.has_value() == life->outcome.has_value() &&
            (!life->outcome || model::identical(*same->outcome, *life->outcome)) &&
            interpreter::test::to_bytes(same->state) == interpreter::test::to_bytes(life->state);
        if (!equal) {
            complain(fmt::format("run '{}' becomes another", id));
        }
        if (life->done && life->outcome) {
            const auto client =
                std::ranges::find_if(clients_, [&](const auto& each) { return each->id() == id; });
            if (client != clients_.end() && (*client)->subject().says_what_it_does && !life->was_paused) {
                if (const auto wrong = interpreter::test::wrong_in(life->history); !wrong.empty()) {
                    complain(fmt::format("run '{}': {}", id, wrong));
                }
            }
        }
    }
}

}  // namespace zflow::simulation
