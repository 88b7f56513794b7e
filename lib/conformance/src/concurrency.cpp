#include "case.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <set>

namespace zflow::conformance {
namespace {

using store::Bytes;
using store::Entry;
using store::Index;
using store::Key;
using store::Namespace;
using store::Timestamp;
using store::Topic;

/// Orders the beginnings and ends of calls of all threads.
using Tick = std::uint64_t;

/// One acknowledged append.
struct Acknowledged {
    Tick began;
    Tick ended;
    Index index;
    Bytes value;
};

/// What clients did to one topic, and what readers saw meanwhile.
class History {
 public:
    Tick tick() { return ++ticks_; }

    void add(Acknowledged append) {
        const std::scoped_lock lock(mutex_);
        appends_.push_back(std::move(append));
    }

    /// The greatest index that was acknowledged by now.
    Index greatest_acknowledged() {
        const std::scoped_lock lock(mutex_);
        Index greatest = 0;
        for (const auto& append : appends_) {
            greatest = std::max(greatest, append.index);
        }
        return greatest;
    }

    /// Check all that was promised, against the topic as it is in the end.
    void check(Context& c, const std::vector<Entry>& topic) {
        for (std::size_t i = 0; i < topic.size(); ++i) {
            c.require_equal(topic[i].index, static_cast<Index>(i + 1), "an index in a topic without holes");
        }
        c.require_equal<std::uint64_t>(topic.size(), appends_.size(),
                                       "entries, against acknowledged appends");
        std::ranges::sort(appends_, {}, &Acknowledged::index);
        for (std::size_t i = 0; i < appends_.size(); ++i) {
            c.require_equal(appends_[i].index, static_cast<Index>(i + 1),
                            "acknowledged indices, sorted: each once, none left out");
            c.require_equal(topic[i].value, appends_[i].value,
                            "the value at index " + show(appends_[i].index));
        }
        // If one append was acknowledged before another began, its index is the smaller one.
        Tick latest_begin = 0;
        for (const auto& append : appends_) {
            c.require(append.ended > latest_begin,
                      "index " + show(append.index) +
                          " was acknowledged before the append of a smaller index began");
            latest_begin = std::max(latest_begin, append.began);
        }
    }

 private:
    std::atomic<Tick> ticks_{0};
    std::mutex mutex_;
    std::vector<Acknowledged> appends_;
};

asio::awaitable<void> append_entries(store::IndexedStore& idx, Topic topic, History& history,
                                     std::string name, int count) {
    for (int i = 0; i < count; ++i) {
        auto value = name + "-" + std::to_string(i);
        const auto began = history.tick();
        const auto index = co_await idx.append(topic, value);
        history.add({began, history.tick(), index, std::move(value)});
    }
}

/// Read the topic again and again while it is written: no hole, nothing acknowledged missing, nothing going
/// back.
asio::awaitable<void> read_entries(store::IndexedStore& idx, Topic topic, History& history, int rounds) {
    Index seen = 0;
    for (int i = 0; i < rounds; ++i) {
        const auto acknowledged = history.greatest_acknowledged();
        const auto position = co_await idx.position(topic);
        if (position < acknowledged) {
            throw Failure("position " + show(position) + " is less than the acknowledged index " +
                          show(acknowledged));
        }
        Index next = 1;
        while (true) {
            const auto entries = co_await idx.scan(topic, next);
            if (entries.empty()) {
                break;
            }
            for (const auto& entry : entries) {
                if (entry.index != next) {
                    throw Failure("a reader sees a hole: index " + show(entry.index) + " where " +
                                  show(next) + " must be");
                }
                ++next;
            }
        }
        if (next - 1 < std::max(position, seen)) {
            throw Failure("a reader sees entries up to " + show(next - 1) + ", after position " +
                          show(std::max(position, seen)) + " was told");
        }
        seen = next - 1;
    }
}

void writers_and_readers_of_one_topic(Context& c) {
    const auto topic = c.topic();
    History history;
    std::vector<std::function<asio::awaitable<void>()>> clients;
    for (int w = 0; w < 16; ++w) {
        clients.emplace_back([&, w] {
            return append_entries(c.idx(), topic, history, "writer-" + std::to_string(w),
                                  static_cast<int>(20 * c.effort()));
        });
    }
    for (int r = 0; r < 3; ++r) {
        clients.emplace_back(
            [&] { return read_entries(c.idx(), topic, history, static_cast<int>(20 * c.effort())); });
    }
    c.run_together(std::move(clients), 3);
    history.check(c, c.scan(topic));
}

void writers_of_many_topics(Context& c) {
    constexpr int topics = 8;
    std::vector<Topic> names;
    std::vector<std::unique_ptr<History>> histories;
    std::vector<std::function<asio::awaitable<void>()>> clients;
    for (int t = 0; t < topics; ++t) {
        names.push_back(c.topic());
        histories.push_back(std::make_unique<History>());
        for (int w = 0; w < 4; ++w) {
            clients.emplace_back([&c, w, topic = names.back(), history = histories.back().get()] {
                return append_entries(c.idx(), topic, *history, "writer-" + std::to_string(w),
                                      static_cast<int>(10 * c.effort()));
            });
        }
    }
    c.run_together(std::move(clients), 3);
    for (int t = 0; t < topics; ++t) {
        histories[static_cast<std::size_t>(t)]->check(c, c.scan(names[static_cast<std::size_t>(t)]));
    }
}

/// Append under a condition until it has succeeded `count` times, from whatever position there is.
asio::awaitable<void> append_expected(store::IndexedStore& idx, Topic topic, History& history,
                                      std::string name, int count) {
    store::Position expected = 0;
    for (int i = 0; i < count;) {
        auto value = name + "-" + std::to_string(i);
        const auto began = history.tick();
        const auto result = co_await idx.append(topic, value, expected);
        if (result.is_applied()) {
            if (result.position() != expected + 1) {
                throw Failure("append(expected " + show(expected) + ") was applied at index " +
                              show(result.position()));
            }
            history.add({began, history.tick(), result.position(), std::move(value)});
            ++i;
        } else if (result.position() == expected) {
            throw Failure("append(expected " + show(expected) + ") conflicts with that very position");
        }
        expected = result.position();
    }
}

void one_winner_for_each_position(Context& c) {
    const auto topic = c.topic();
    History history;
    std::vector<std::function<asio::awaitable<void>()>> clients;
    for (int w = 0; w < 6; ++w) {
        clients.emplace_back([&, w] {
            return append_expected(c.idx(), topic, history, "claimer-" + std::to_string(w),
                                   static_cast<int>(8 * c.effort()));
        });
    }
    clients.emplace_back(
        [&] { return append_entries(c.idx(), topic, history, "plain", static_cast<int>(8 * c.effort())); });
    c.run_together(std::move(clients), 3);
    history.check(c, c.scan(topic));
}

void appends_during_trims(Context& c) {
    const auto topic = c.topic();
    History history;
    const auto trimmer = [](store::IndexedStore& idx, Topic of, int rounds) -> asio::awaitable<void> {
        for (int i = 0; i < rounds; ++i) {
            const auto position = co_await idx.position(of);
            co_await idx.trim(of, position / 2);
            const auto entries = co_await idx.scan(of, 1);
            for (std::size_t k = 1; k < entries.size(); ++k) {
                if (entries[k].index != entries[k - 1].index + 1) {
                    throw Failure("a hole after index " + show(entries[k - 1].index) +
                                  " while the topic is trimmed");
                }
            }
            if (!entries.empty() && entries.front().index <= position / 2) {
                throw Failure("index " + show(entries.front().index) + " is there after trim(" +
                              show(position / 2) + ")");
            }
        }
    };
    const auto count = static_cast<int>(25 * c.effort());
    std::vector<std::function<asio::awaitable<void>()>> clients;
    for (int w = 0; w < 8; ++w) {
        clients.emplace_back(
            [&, w] { return append_entries(c.idx(), topic, history, "writer-" + std::to_string(w), count); });
    }
    clients.emplace_back([&] { return trimmer(c.idx(), topic, count); });
    c.run_together(std::move(clients), 3);
    c.require_equal(c.await(c.idx().position(topic)), static_cast<Index>(8 * count), "the position");
    const auto left = c.scan(topic);
    c.require(!left.empty() && left.back().index == static_cast<Index>(8 * count),
              "the last entry is not there");
}

/// Each entry is trimmed as soon as it is there, so that at nearly every moment the position leans on what
/// trims leave behind.
asio::awaitable<void> append_and_trim(store::IndexedStore& idx, Topic topic, int count,
                                      std::atomic<Index>& acknowledged, std::atomic<bool>& done) {
    struct Done {
        std::atomic<bool>& flag;
        ~Done() { flag = true; }
    } const at_the_end{done};
    for (int i = 0; i < count; ++i) {
        const auto index = co_await idx.append(topic, "v");
        acknowledged = index;
        co_await idx.trim(topic, index);
    }
}

asio::awaitable<void> watch_position(store::IndexedStore& idx, Topic topic, std::atomic<Index>& acknowledged,
                                     std::atomic<bool>& done) {
    Index seen = 0;
    while (!done) {
        const auto least = std::max(seen, acknowledged.load());
        const auto position = co_await idx.position(topic);
        if (position < least) {
            throw Failure("while the topic is trimmed, the position is " + show(position) + " after it was " +
                          show(least));
        }
        seen = position;
    }
}

void position_during_trims(Context& c) {
    const auto topic = c.topic();
    std::atomic<Index> acknowledged = 0;
    std::atomic<bool> done = false;
    std::vector<std::function<asio::awaitable<void>()>> clients;
    clients.emplace_back([&] {
        return append_and_trim(c.idx(), topic, static_cast<int>(150 * c.effort()), acknowledged, done);
    });
    for (int r = 0; r < 2; ++r) {
        clients.emplace_back([&] { return watch_position(c.idx(), topic, acknowledged, done); });
    }
    c.run_together(std::move(clients), 3);
}

void removal_is_all_or_nothing(Context& c) {
    // Each life of the topic has its own values; a reader must never see two lives at once, nor a part of one
    // with a hole.
    const auto topic = c.topic();
    const auto rounds = static_cast<int>(10 * c.effort());
    const auto writer = [](store::IndexedStore& idx, Topic of, int lives) -> asio::awaitable<void> {
        for (int life = 0; life < lives; ++life) {
            for (Index index = 1; index <= 40; ++index) {
                const auto given = co_await idx.append(of, "life-" + std::to_string(life));
                if (given != index) {
                    throw Failure("the append number " + show(index) + " after a removal was given index " +
                                  show(given));
                }
            }
            co_await idx.remove(of);
        }
    };
    std::atomic<bool> done = false;
    const auto reader = [](store::IndexedStore& idx, Topic of,
                           std::atomic<bool>& stop) -> asio::awaitable<void> {
        while (!stop) {
            const auto entries = co_await idx.scan(of, 1);
            for (std::size_t i = 0; i < entries.size(); ++i) {
                if (entries[i].index != i + 1) {
                    throw Failure("while topics are removed, index " + show(entries[i].index) +
                                  " comes as number " + std::to_string(i + 1));
                }
                if (entries[i].value != entries.front().value) {
                    throw Failure("a scan shows entries of two lives of a topic: " + show(entries.front()) +
                                  " and " + show(entries[i]));
                }
            }
        }
    };
    const auto write_then_stop = [](asio::awaitable<void> writing,
                                    std::atomic<bool>& stop) -> asio::awaitable<void> {
        struct Stop {
            std::atomic<bool>& flag;
            ~Stop() { flag = true; }
        } const at_the_end{stop};
        co_await std::move(writing);
    };
    std::vector<std::function<asio::awaitable<void>()>> clients;
    clients.emplace_back([&] { return write_then_stop(writer(c.idx(), topic, rounds), done); });
    clients.emplace_back([&] { return reader(c.idx(), topic, done); });
    c.run_together(std::move(clients), 2);
}

// --- key-value store
// --------------------------------------------------------------------------------------------------

void latest_never_goes_back(Context& c) {
    const auto ns = c.ns();
    std::atomic<Timestamp> acknowledged = 0;
    std::atomic<Timestamp> next = 0;
    const auto writer = [](store::KeyValueStore& kv, Namespace in, std::atomic<Timestamp>& clock,
                           std::atomic<Timestamp>& done, int count) -> asio::awaitable<void> {
        for (int i = 0; i < count; ++i) {
            const Timestamp timestamp = ++clock;
            co_await kv.put(in, {"key"}, std::to_string(timestamp), timestamp);
            auto before = done.load();
            while (before < timestamp && !done.compare_exchange_weak(before, timestamp)) {
            }
        }
    };
    const auto reader = [](store::KeyValueStore& kv, Namespace in, std::atomic<Timestamp>& done,
                           int rounds) -> asio::awaitable<void> {
        for (int i = 0; i < rounds; ++i) {
            const auto at_least = done.load();
            const auto found = co_await kv.get_latest(in, {"key"});
            const auto timestamp = found ? found->timestamp : 0;
            if (timestamp < at_least) {
                throw Failure("get_latest gives version " + show(timestamp) + ", although version " +
                              show(at_least) + " was acknowledged before");
            }
            if (found && found->value != std::to_string(found->timestamp)) {
                throw Failure("version " + show(timestamp) + " has the value " + show(found->value));
            }
        }
    };
    const auto count = static_cast<int>(20 * c.effort());
    std::vector<std::function<asio::awaitable<void>()>> clients;
    for (int w = 0; w < 8; ++w) {
        clients.emplace_back([&] { return writer(c.kv(), ns, next, acknowledged, count); });
        clients.emplace_back([&] { return reader(c.kv(), ns, acknowledged, 4 * count); });
    }
    c.run_together(std::move(clients), 3);
    c.require_equal<std::uint64_t>(c.timestamps(ns, {"key"}).size(), static_cast<std::uint64_t>(8 * count),
                                   "the versions");
}

void scans_are_exact_under_writes(Context& c) {
    const auto ns = c.ns();
    constexpr int stay = 60;
    for (int i = 0; i < stay; ++i) {
        c.await(c.kv().put(ns, {"stays-" + std::to_string(i)}, "v", 1));
    }
    const auto writer = [](store::KeyValueStore& kv, Namespace in, int id,
                           int count) -> asio::awaitable<void> {
        for (int i = 0; i < count; ++i) {
            const auto number = std::to_string(i % 10);
            const Key comes{"comes-" + std::to_string(id) + "-" + number};
            co_await kv.put(in, comes, "v", i);
            co_await kv.put(in, {"stays-" + std::to_string((id * 7 + i) % stay)}, "newer", 2 + i);
            co_await kv.remove(in, comes);
        }
    };
    const auto scanner = [](store::KeyValueStore& kv, Namespace in, int rounds) -> asio::awaitable<void> {
        for (int i = 0; i < rounds; ++i) {
            std::multiset<Bytes> found;
            Bytes token;
            while (true) {
                const auto page = co_await kv.scan_all(in, {static_cast<std::size_t>(1 + i % 9), token});
                for (const auto& row : page.items) {
                    if (row.key.bytes.starts_with("stays-")) {
                        found.insert(row.key.bytes);
                    }
                }
                if (!page.next) {
                    break;
                }
                token = *page.next;
            }
            const std::set<Bytes> different(found.begin(), found.end());
            if (found.size() != stay || different.size() != stay) {
                throw Failure("a scan under writes gives " + std::to_string(found.size()) + " rows of " +
                              std::to_string(different.size()) + " keys; " + std::to_string(stay) +
                              " keys were there all the time");
            }
        }
    };
    std::vector<std::function<asio::awaitable<void>()>> clients;
    for (int w = 0; w < 4; ++w) {
        clients.emplace_back([&, w] { return writer(c.kv(), ns, w, static_cast<int>(30 * c.effort())); });
    }
    for (int r = 0; r < 2; ++r) {
        clients.emplace_back([&] { return scanner(c.kv(), ns, static_cast<int>(10 * c.effort())); });
    }
    c.run_together(std::move(clients), 3);
}

void keys_of_their_own(Context& c) {
    // Clients with keys of their own must each find exactly what they left, whatever shares their batches.
    const auto ns = c.ns();
    const auto client = [](store::KeyValueStore& kv, Namespace in, std::uint64_t seed, int id,
                           int count) -> asio::awaitable<void> {
        base::SeededEntropy entropy(seed);
        std::map<Timestamp, Bytes> model;
        const Key key{"key-" + std::to_string(id)};
        for (int i = 0; i < count; ++i) {
            const auto timestamp = static_cast<Timestamp>(entropy.number() % 20);
            switch (entropy.number() % 6) {
                case 0:
                    co_await kv.remove(in, key);
                    model.clear();
                    break;
                case 1: {
                    co_await kv.remove(in, key, timestamp);
                    auto kept = model.upper_bound(timestamp);
                    if (kept != model.begin()) {
                        model.erase(model.begin(), std::prev(kept));
                    }
                    break;
                }
                default:
                    co_await kv.put(in, key, std::to_string(i), timestamp);
                    model[timestamp] = std::to_string(i);
            }
            const auto found = co_await kv.get_latest(in, key);
            if (found.has_value() == model.empty() || (found && (found->timestamp != model.rbegin()->first ||
                                                                 found->value != model.rbegin()->second))) {
                throw Failure("a client finds " + show(found) + " in a key that only it writes, instead of " +
                              (model.empty()
                                   ? "none"
                                   : show(store::Version{model.rbegin()->second, model.rbegin()->first})));
            }
        }
    };
    std::vector<std::function<asio::awaitable<void>()>> clients;
    for (int id = 0; id < 12; ++id) {
        clients.emplace_back([&, id, seed = c.random(~std::uint64_t{0})] {
            return client(c.kv(), ns, seed, id, static_cast<int>(30 * c.effort()));
        });
    }
    c.run_together(std::move(clients), 3);
}

}  // namespace

std::vector<Case> concurrency_cases() {
    using enum Needs;
    return {
        {"idx.writers_and_readers_of_one_topic_see_no_hole", "Indices follow real time, readers see 1..n",
         writers_and_readers_of_one_topic},
        {"idx.writers_of_many_topics_share_no_index", "Topics do not disturb each other",
         writers_of_many_topics},
        {"idx.one_winner_for_each_expected_position",
         "append(expected) fences",
         one_winner_for_each_position,
         {expected_append}},
        {"idx.appends_go_on_while_the_topic_is_trimmed",
         "Trimming and appending do not disturb each other",
         appends_during_trims,
         {trim}},
        {"idx.the_position_never_falls_while_the_topic_is_trimmed",
         "A trim moves no position, at no moment",
         position_during_trims,
         {trim}},
        {"idx.a_removal_is_all_or_nothing_to_readers", "No reader sees a part of a removed topic",
         removal_is_all_or_nothing},
        {"kv.the_latest_version_never_goes_back", "A read sees what was acknowledged before it began",
         latest_never_goes_back},
        {"kv.scans_are_exact_while_others_write",
         "Keys that stay come exactly once",
         scans_are_exact_under_writes,
         {exact_scan}},
        {"kv.clients_with_keys_of_their_own_do_not_meet", "Sharing a batch changes no outcome",
         keys_of_their_own},
    };
}

}  // namespace zflow::conformance
