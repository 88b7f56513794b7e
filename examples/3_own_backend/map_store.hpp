#pragma once

#include <zflow/store/argument_checks.hpp>
#include <zflow/store/open.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

/// A backend of one's own: both stores as rows of two sorted maps.
///
/// It is small enough to read in one go, and shaped like a real one: replace the maps by a database with
/// sorted rows, and the calls stay as they are. Nothing survives the process, and its capabilities say so.
/// docs/backends/writing-your-own.md goes through it.
namespace map_store {

namespace store = zflow::store;

/// The place of one version: namespaces and keys in order, the newest version of a key first.
struct VersionPlace {
    std::string ns;
    store::Bytes key;
    store::Timestamp timestamp = 0;

    bool operator<(const VersionPlace& other) const;
};

/// Everything that both stores hold.
///
/// Invariant: `mutex` is held while a map is touched, and never across a `co_await`: each call is one
/// critical section, and that is where it takes effect.
struct Rows {
    std::string database_id;
    std::mutex mutex;
    std::map<VersionPlace, store::Bytes> versions;
    std::map<std::pair<std::string, store::Index>, store::Bytes> entries;
    /// Kept apart from the entries: trimming takes these away, but never the position.
    std::map<std::string, store::Position> positions;
};

class MapKeyValueStore final : public store::KeyValueStore {
 public:
    explicit MapKeyValueStore(std::shared_ptr<Rows> rows);

    store::Capabilities capabilities() const override;
    store::Limits limits() const override;
    store::asio::awaitable<void> put(store::Namespace ns, store::Key key, store::Bytes value,
                                     store::Timestamp timestamp) override;
    store::asio::awaitable<std::optional<store::Version>> get_latest(
        store::Namespace ns, store::Key key, std::optional<store::Timestamp> before) override;
    store::asio::awaitable<std::optional<store::Timestamp>> get_latest_timestamp(
        store::Namespace ns, store::Key key, std::optional<store::Timestamp> before) override;
    store::asio::awaitable<store::Page<store::Timestamp>> get_all_timestamps(
        store::Namespace ns, store::Key key, store::PageRequest page) override;
    store::asio::awaitable<store::Page<store::KeyVersion>> scan_all(store::Namespace ns,
                                                                    store::PageRequest page) override;
    store::asio::awaitable<store::Page<store::Key>> scan_all_keys(store::Namespace ns,
                                                                  store::PageRequest page) override;
    store::asio::awaitable<void> remove(store::Namespace ns, store::Key key) override;
    store::asio::awaitable<void> remove(store::Namespace ns, store::Key key,
                                        store::Timestamp marker) override;
    store::asio::awaitable<void> remove_through(store::Namespace ns, store::Key key,
                                                store::Timestamp version) override;

 private:
    store::Page<store::KeyVersion> scan(const char* operation, const store::Namespace& ns,
                                        const store::PageRequest& page);

    std::shared_ptr<Rows> rows_;
    store::ArgumentChecks checks_;
};

class MapIndexedStore final : public store::IndexedStore {
 public:
    explicit MapIndexedStore(std::shared_ptr<Rows> rows);

    store::Capabilities capabilities() const override;
    store::Limits limits() const override;
    store::asio::awaitable<store::Index> append(store::Topic topic, store::Bytes value) override;
    store::asio::awaitable<store::AppendResult> append(store::Topic topic, store::Bytes value,
                                                       store::Position expected) override;
    store::asio::awaitable<store::Position> position(store::Topic topic) override;
    store::asio::awaitable<std::vector<store::Entry>> scan(store::Topic topic, store::Index from,
                                                           store::Index to, std::size_t limit) override;
    store::asio::awaitable<void> trim(store::Topic topic, store::Index up_to) override;
    store::asio::awaitable<void> remove(store::Topic topic) override;

 private:
    /// The position of a topic. Important: only under the mutex.
    [[nodiscard]] store::Position position_of(const store::Topic& topic) const;

    std::shared_ptr<Rows> rows_;
    store::ArgumentChecks checks_;
};

/// Make `map:NAME` known to `store::open`. Call once, before anything is opened.
void register_kind();

}  // namespace map_store
