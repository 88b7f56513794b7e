#include "broken_stores.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

namespace zflow::negative {
namespace {

using store::AppendResult;
using store::Bytes;
using store::Entry;
using store::ForwardingIndexedStore;
using store::Index;
using store::Position;
using store::Topic;
using store::asio::awaitable;

/// Let other calls run.
awaitable<void> step_aside() {
    co_await store::asio::post(co_await store::asio::this_coro::executor, store::asio::use_awaitable);
}

/// The index is read again after the append, as ZIO Flow's RocksDB backend does: somebody else's may come
/// back.
class ReturnsALaterIndex final : public ForwardingIndexedStore {
    using ForwardingIndexedStore::ForwardingIndexedStore;
    awaitable<Index> append(Topic topic, Bytes value) override {
        co_await inner().append(topic, std::move(value));
        co_await step_aside();
        co_return co_await inner().position(topic);
    }
    awaitable<AppendResult> append(Topic topic, Bytes value, Position expected) override {
        return inner().append(std::move(topic), std::move(value), expected);
    }
};

class HalfOpenScan final : public ForwardingIndexedStore {
    using ForwardingIndexedStore::ForwardingIndexedStore;
    awaitable<std::vector<Entry>> scan(Topic topic, Index from, Index to, std::size_t limit) override {
        return inner().scan(std::move(topic), from, to - 1, limit);
    }
};

class FirstIndexIsZero final : public ForwardingIndexedStore {
    using ForwardingIndexedStore::ForwardingIndexedStore;
    awaitable<Index> append(Topic topic, Bytes value) override {
        co_return co_await inner().append(std::move(topic), std::move(value)) - 1;
    }
    awaitable<AppendResult> append(Topic topic, Bytes value, Position expected) override {
        return inner().append(std::move(topic), std::move(value), expected);
    }
};

/// After a trim of everything the topic begins anew.
class TrimResetsThePosition final : public ForwardingIndexedStore {
    using ForwardingIndexedStore::ForwardingIndexedStore;
    awaitable<void> trim(Topic topic, Index up_to) override {
        const auto position = co_await inner().position(topic);
        if (up_to == position) {
            co_await inner().remove(topic);
        } else {
            co_await inner().trim(topic, up_to);
        }
    }
};

class TrimTakesAnything final : public ForwardingIndexedStore {
    using ForwardingIndexedStore::ForwardingIndexedStore;
    awaitable<void> trim(Topic topic, Index up_to) override {
        const auto position = co_await inner().position(topic);
        co_await inner().trim(topic, std::min(up_to, position));
    }
};

class IgnoresTheExpectation final : public ForwardingIndexedStore {
    using ForwardingIndexedStore::ForwardingIndexedStore;
    awaitable<Index> append(Topic topic, Bytes value) override {
        return inner().append(std::move(topic), std::move(value));
    }
    awaitable<AppendResult> append(Topic topic, Bytes value, Position) override {
        co_return AppendResult::applied(co_await inner().append(std::move(topic), std::move(value)));
    }
};

/// The expectation is compared first and the value written later: two may win.
class ChecksThenWrites final : public ForwardingIndexedStore {
    using ForwardingIndexedStore::ForwardingIndexedStore;
    awaitable<Index> append(Topic topic, Bytes value) override {
        return inner().append(std::move(topic), std::move(value));
    }
    awaitable<AppendResult> append(Topic topic, Bytes value, Position expected) override {
        const auto position = co_await inner().position(topic);
        if (position != expected) {
            co_return AppendResult::conflict(position);
        }
        co_await step_aside();
        co_await inner().append(topic, std::move(value));
        co_return AppendResult::applied(expected + 1);
    }
};

/// A removal forgets everything after the first 25 entries, as a batch call does whose rest nobody asks for.
class RemovesOneBatchOnly final : public ForwardingIndexedStore {
    using ForwardingIndexedStore::ForwardingIndexedStore;
    awaitable<void> remove(Topic topic) override {
        const auto entries = co_await inner().scan(topic, 1, store::max_index, 10'000);
        co_await inner().remove(topic);
        for (std::size_t i = 25; i < entries.size(); ++i) {
            co_await inner().append(topic, entries[i].value);
        }
    }
};

/// Old entries are still there after a removal, above the new ones.
class OldEntriesComeBack final : public ForwardingIndexedStore {
    using ForwardingIndexedStore::ForwardingIndexedStore;
    awaitable<void> remove(Topic topic) override {
        {
            auto entries = co_await inner().scan(topic, 1, store::max_index, 10'000);
            const std::scoped_lock lock(mutex_);
            removed_[topic] = std::move(entries);
        }
        co_await inner().remove(topic);
    }
    awaitable<std::vector<Entry>> scan(Topic topic, Index from, Index to, std::size_t limit) override {
        auto entries = co_await inner().scan(topic, from, to, limit);
        const std::scoped_lock lock(mutex_);
        const auto old = removed_.find(topic);
        if (old == removed_.end() || entries.empty()) {
            co_return entries;
        }
        for (const auto& entry : old->second) {
            if (entry.index > entries.back().index && entry.index <= to && entries.size() < limit) {
                entries.push_back(entry);
            }
        }
        co_return entries;
    }
    std::mutex mutex_;
    std::map<Topic, std::vector<Entry>> removed_;
};

/// The position is moved before the value is written, as ZIO Flow's Cassandra backend does: a hole can be
/// seen.
class PositionFirst final : public ForwardingIndexedStore {
    using ForwardingIndexedStore::ForwardingIndexedStore;
    awaitable<Index> append(Topic topic, Bytes value) override {
        {
            const std::scoped_lock lock(mutex_);
            ++begun_[topic];
        }
        co_await step_aside();
        const auto index = co_await inner().append(topic, std::move(value));
        const std::scoped_lock lock(mutex_);
        --begun_[topic];
        co_return index;
    }
    awaitable<AppendResult> append(Topic topic, Bytes value, Position expected) override {
        return inner().append(std::move(topic), std::move(value), expected);
    }
    awaitable<Position> position(Topic topic) override {
        const auto written = co_await inner().position(topic);
        const std::scoped_lock lock(mutex_);
        co_return written + begun_[topic];
    }
    std::mutex mutex_;
    std::map<Topic, Position> begun_;
};

/// The position is put together from two looks, first at what is trimmed, then at the last entry: a trim in
/// between makes it fall.
class PositionInTwoLooks final : public ForwardingIndexedStore {
    using ForwardingIndexedStore::ForwardingIndexedStore;
    awaitable<void> trim(Topic topic, Index up_to) override {
        co_await inner().trim(topic, up_to);
        const std::scoped_lock lock(mutex_);
        auto& trimmed = trimmed_[topic];
        trimmed = std::max(trimmed, up_to);
    }
    awaitable<Position> position(Topic topic) override {
        const auto trimmed = trimmed_through(topic);
        co_await step_aside();
        const auto entries = co_await inner().scan(topic, trimmed + 1, store::max_index, 10'000);
        co_return entries.empty() ? trimmed : entries.back().index;
    }
    Index trimmed_through(const Topic& topic) {
        const std::scoped_lock lock(mutex_);
        return trimmed_[topic];
    }
    std::mutex mutex_;
    std::map<Topic, Index> trimmed_;
};

class ScanForgetsItsLimit final : public ForwardingIndexedStore {
    using ForwardingIndexedStore::ForwardingIndexedStore;
    awaitable<std::vector<Entry>> scan(Topic topic, Index from, Index to, std::size_t limit) override {
        if (limit > 0 && limit <= limits().page_items) {
            limit = limits().page_items;
        }
        return inner().scan(std::move(topic), from, to, limit);
    }
};

/// The whole topic comes in one answer, however big.
class AnswersWithoutBound final : public ForwardingIndexedStore {
    using ForwardingIndexedStore::ForwardingIndexedStore;
    awaitable<std::vector<Entry>> scan(Topic topic, Index from, Index to, std::size_t limit) override {
        std::vector<Entry> all = co_await inner().scan(topic, from, to, limit);
        while (!all.empty() && all.size() < limit && all.back().index < to) {
            auto more = co_await inner().scan(topic, all.back().index + 1, to, limit - all.size());
            if (more.empty()) {
                break;
            }
            std::move(more.begin(), more.end(), std::back_inserter(all));
        }
        co_return all;
    }
};

/// A call to one topic never answers.
class Hangs final : public ForwardingIndexedStore {
    using ForwardingIndexedStore::ForwardingIndexedStore;
    awaitable<Position> position(Topic topic) override {
        store::asio::steady_timer never(co_await store::asio::this_coro::executor,
                                        store::asio::steady_timer::time_point::max());
        co_await never.async_wait(store::asio::use_awaitable);
        co_return co_await inner().position(topic);
    }
};

}  // namespace

void register_broken_indexed_stores() {
    const auto add = [](const char* scheme, Break around) {
        register_broken(scheme, "memory:", std::move(around));
    };
    add("broken-later-index", break_indexed<ReturnsALaterIndex>());
    add("broken-half-open-scan", break_indexed<HalfOpenScan>());
    add("broken-first-index-zero", break_indexed<FirstIndexIsZero>());
    add("broken-trim-resets", break_indexed<TrimResetsThePosition>());
    add("broken-trim-beyond", break_indexed<TrimTakesAnything>());
    add("broken-expectation-ignored", break_indexed<IgnoresTheExpectation>());
    add("broken-check-then-write", break_indexed<ChecksThenWrites>());
    add("broken-one-batch", break_indexed<RemovesOneBatchOnly>());
    add("broken-old-entries", break_indexed<OldEntriesComeBack>());
    add("broken-position-first", break_indexed<PositionFirst>());
    add("broken-position-in-two-looks", break_indexed<PositionInTwoLooks>());
    add("broken-scan-limit", break_indexed<ScanForgetsItsLimit>());
    add("broken-unbounded-scan", break_indexed<AnswersWithoutBound>());
    add("broken-hangs", break_indexed<Hangs>());
}

}  // namespace zflow::negative
