#include "journal_store.hpp"

#include "broken_stores.hpp"

#include <zflow/store/block_on.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <utility>

namespace zflow::negative {
namespace {

using store::AppendResult;
using store::Bytes;
using store::Entry;
using store::Index;
using store::Key;
using store::KeyVersion;
using store::Namespace;
using store::Page;
using store::PageRequest;
using store::Position;
using store::Timestamp;
using store::Topic;
using store::Version;
using store::asio::awaitable;

enum class Sort : std::uint8_t { put, remove, remove_marker, remove_through, append, trim, remove_topic };

/// One record of the journal: a write that was applied.
struct Record {
    Sort sort;
    Bytes name;
    Bytes key;
    Bytes value;
    std::int64_t number;
};

void add_part(Bytes& line, const Bytes& part) {
    const auto size = static_cast<std::uint32_t>(part.size());
    line.append(reinterpret_cast<const char*>(&size), sizeof size);
    line += part;
}

Bytes take_part(std::string_view& bytes) {
    std::uint32_t size = 0;
    std::memcpy(&size, bytes.data(), sizeof size);
    Bytes part(bytes.substr(sizeof size, size));
    bytes.remove_prefix(sizeof size + size);
    return part;
}

/// The file, and its content in memory.
class Journal {
 public:
    Journal(const std::string& path, JournalFault fault)
        : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600)),
          fault_(fault),
          memory_(store::block_on(store::open("memory:"))) {
        if (file_ < 0) {
            throw store::Error(store::errc::unavailable, {"journal", "open", path}, std::strerror(errno));
        }
    }
    ~Journal() { ::close(file_); }
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    /// Holds the journal for one call, with all that others wrote applied.
    class Turn {
     public:
        explicit Turn(Journal& journal) : journal_(journal), lock_(journal.mutex_) {
            if (journal_.fault_ != JournalFault::no_lock) {
                ::flock(journal_.file_, LOCK_EX);
            }
            journal_.catch_up();
        }
        ~Turn() { ::flock(journal_.file_, LOCK_UN); }
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;

        store::Stores& memory() { return journal_.memory_; }
        void write(const Record& record) { journal_.write(record); }

     private:
        Journal& journal_;
        std::scoped_lock<std::mutex> lock_;
    };

 private:
    void catch_up() {
        Bytes bytes(static_cast<std::size_t>(::lseek(file_, 0, SEEK_END) - read_), '\0');
        const auto got = ::pread(file_, bytes.data(), bytes.size(), read_);
        std::string_view rest(bytes.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
        while (rest.size() >= sizeof(std::uint32_t)) {
            std::uint32_t size = 0;
            std::memcpy(&size, rest.data(), sizeof size);
            if (rest.size() < sizeof size + size) {
                break;
            }
            apply(take_part(rest));
            read_ += static_cast<off_t>(sizeof size + size);
        }
    }

    void apply(const Bytes& line) {
        std::string_view rest = line;
        const auto sort = static_cast<Sort>(rest.front());
        std::int64_t number = 0;
        std::memcpy(&number, rest.data() + 1, sizeof number);
        rest.remove_prefix(1 + sizeof number);
        const auto name = take_part(rest);
        const auto key = take_part(rest);
        const auto value = take_part(rest);
        auto& kv = *memory_.key_value;
        auto& idx = *memory_.indexed;
        switch (sort) {
            case Sort::put:
                return store::block_on(kv.put({name}, {key}, value, number));
            case Sort::remove:
                return store::block_on(kv.remove({name}, {key}));
            case Sort::remove_marker:
                return store::block_on(kv.remove({name}, {key}, number));
            case Sort::remove_through:
                return store::block_on(kv.remove_through({name}, {key}, number));
            case Sort::append:
                (void)store::block_on(idx.append({name}, value));
                return;
            case Sort::trim:
                return store::block_on(idx.trim({name}, static_cast<Index>(number)));
            case Sort::remove_topic:
                return store::block_on(idx.remove({name}));
        }
    }

    /// Add a record to the file; it is applied when it is read back, as others do it.
    void write(const Record& record) {
        Bytes line(1, static_cast<char>(record.sort));
        line.append(reinterpret_cast<const char*>(&record.number), sizeof record.number);
        add_part(line, record.name);
        add_part(line, record.key);
        add_part(line, record.value);
        Bytes whole;
        add_part(whole, line);
        if (::write(file_, whole.data(), whole.size()) != static_cast<ssize_t>(whole.size())) {
            throw store::Error(store::errc::outcome_unknown, {"journal", "write"}, std::strerror(errno));
        }
        catch_up();
    }

    const int file_;
    const JournalFault fault_;
    store::Stores memory_;
    std::mutex mutex_;
    off_t read_ = 0;
};

store::Capabilities capabilities_of(Journal& journal) {
    Journal::Turn turn(journal);
    auto all = turn.memory().key_value->capabilities();
    all.durability = store::Durability::process;
    all.database_id = "journal";
    all.shared = true;
    return all;
}

class JournalKeyValueStore final : public store::KeyValueStore {
 public:
    explicit JournalKeyValueStore(std::shared_ptr<Journal> journal) : journal_(std::move(journal)) {}

    store::Capabilities capabilities() const override { return capabilities_of(*journal_); }
    store::Limits limits() const override { return {}; }
    awaitable<void> put(Namespace ns, Key key, Bytes value, Timestamp timestamp) override {
        co_await check(ns, key, value);
        Journal::Turn(*journal_).write({Sort::put, ns.name, key.bytes, value, timestamp});
    }
    awaitable<std::optional<Version>> get_latest(Namespace ns, Key key,
                                                 std::optional<Timestamp> before) override {
        Journal::Turn turn(*journal_);
        co_return store::block_on(turn.memory().key_value->get_latest(ns, key, before));
    }
    awaitable<std::optional<Timestamp>> get_latest_timestamp(Namespace ns, Key key,
                                                             std::optional<Timestamp> before) override {
        Journal::Turn turn(*journal_);
        co_return store::block_on(turn.memory().key_value->get_latest_timestamp(ns, key, before));
    }
    awaitable<Page<Timestamp>> get_all_timestamps(Namespace ns, Key key, PageRequest page) override {
        Journal::Turn turn(*journal_);
        co_return store::block_on(turn.memory().key_value->get_all_timestamps(ns, key, page));
    }
    awaitable<Page<KeyVersion>> scan_all(Namespace ns, PageRequest page) override {
        Journal::Turn turn(*journal_);
        co_return store::block_on(turn.memory().key_value->scan_all(ns, page));
    }
    awaitable<Page<Key>> scan_all_keys(Namespace ns, PageRequest page) override {
        Journal::Turn turn(*journal_);
        co_return store::block_on(turn.memory().key_value->scan_all_keys(ns, page));
    }
    awaitable<void> remove(Namespace ns, Key key) override {
        co_await check(ns, key, "");
        Journal::Turn(*journal_).write({Sort::remove, ns.name, key.bytes, "", 0});
    }
    awaitable<void> remove(Namespace ns, Key key, Timestamp marker) override {
        co_await check(ns, key, "");
        Journal::Turn(*journal_).write({Sort::remove_marker, ns.name, key.bytes, "", marker});
    }
    awaitable<void> remove_through(Namespace ns, Key key, Timestamp version) override {
        co_await check(ns, key, "");
        Journal::Turn(*journal_).write({Sort::remove_through, ns.name, key.bytes, "", version});
    }

 private:
    /// A store in memory says what is wrong with the arguments, and holds nothing.
    static awaitable<void> check(Namespace ns, Key key, Bytes value) {
        auto scratch = co_await store::open("memory:");
        co_await scratch.key_value->put(ns, key, value, 0);
    }

    std::shared_ptr<Journal> journal_;
};

class JournalIndexedStore final : public store::IndexedStore {
 public:
    explicit JournalIndexedStore(std::shared_ptr<Journal> journal) : journal_(std::move(journal)) {}

    store::Capabilities capabilities() const override { return capabilities_of(*journal_); }
    store::Limits limits() const override { return {}; }
    awaitable<Index> append(Topic topic, Bytes value) override {
        co_await check(topic, value);
        Journal::Turn turn(*journal_);
        const auto index = store::block_on(turn.memory().indexed->position(topic)) + 1;
        turn.write({Sort::append, topic.name, "", value, 0});
        co_return index;
    }
    awaitable<AppendResult> append(Topic topic, Bytes value, Position expected) override {
        co_await check(topic, value);
        Journal::Turn turn(*journal_);
        const auto position = store::block_on(turn.memory().indexed->position(topic));
        if (position != expected) {
            co_return AppendResult::conflict(position);
        }
        turn.write({Sort::append, topic.name, "", value, 0});
        co_return AppendResult::applied(position + 1);
    }
    awaitable<Position> position(Topic topic) override {
        Journal::Turn turn(*journal_);
        co_return store::block_on(turn.memory().indexed->position(topic));
    }
    awaitable<std::vector<Entry>> scan(Topic topic, Index from, Index to, std::size_t limit) override {
        Journal::Turn turn(*journal_);
        co_return store::block_on(turn.memory().indexed->scan(topic, from, to, limit));
    }
    awaitable<void> trim(Topic topic, Index up_to) override {
        Journal::Turn turn(*journal_);
        // The memory refuses what is wrong before it is written.
        store::block_on(turn.memory().indexed->trim(topic, up_to));
        turn.write({Sort::trim, topic.name, "", "", static_cast<std::int64_t>(up_to)});
        co_return;
    }
    awaitable<void> remove(Topic topic) override {
        co_await check(topic, "");
        Journal::Turn(*journal_).write({Sort::remove_topic, topic.name, "", "", 0});
    }

 private:
    static awaitable<void> check(Topic topic, Bytes value) {
        auto scratch = co_await store::open("memory:");
        (void)co_await scratch.indexed->append(topic, value);
    }

    std::shared_ptr<Journal> journal_;
};

}  // namespace

store::Stores open_journal(const std::string& path, JournalFault fault) {
    auto journal = std::make_shared<Journal>(path, fault);
    return {std::make_unique<JournalKeyValueStore>(journal), std::make_unique<JournalIndexedStore>(journal)};
}

void register_journal_store() {
    store::register_kind({.scheme = "journal",
                          .usage = "journal:PATH",
                          .open = [](store::Uri uri, store::OpenOptions) -> awaitable<store::Stores> {
                              co_return open_journal(uri.rest(), JournalFault::none);
                          }});
}

}  // namespace zflow::negative
