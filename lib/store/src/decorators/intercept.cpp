#include <zflow/store/decorators/intercept.hpp>
#include <zflow/store/forwarding.hpp>

#include <atomic>
#include <utility>

namespace zflow::store {
namespace {

/// Everything that there is to say about an operation, in the order of the enumeration.
struct OperationFacts {
    std::string_view name;
    bool write;
    bool indexed;
};

constexpr std::array<OperationFacts, operation_count> operations{{
    {"put", true, false},
    {"get_latest", false, false},
    {"get_latest_timestamp", false, false},
    {"get_all_timestamps", false, false},
    {"scan_all", false, false},
    {"scan_all_keys", false, false},
    {"remove", true, false},
    {"remove_marker", true, false},
    {"remove_through", true, false},
    {"append", true, true},
    {"append_expected", true, true},
    {"position", false, true},
    {"scan", false, true},
    {"trim", true, true},
    {"remove_topic", true, true},
}};

const OperationFacts& facts(Operation operation) {
    return operations.at(static_cast<std::size_t>(operation));
}

/// What both decorated stores share.
struct Surroundings {
    std::shared_ptr<Interceptor> interceptor;
    const base::Clock* clock;
    std::atomic<std::uint64_t> calls{0};
};

/// Make one call with the interceptor around it. `made` is a call that has not begun: awaiting it makes it.
template <class T>
asio::awaitable<T> around(std::shared_ptr<Surroundings> surroundings, Operation operation,
                          asio::awaitable<T> made) {
    const Call call{operation, ++surroundings->calls, surroundings->clock->steady_now()};
    auto& interceptor = *surroundings->interceptor;
    try {
        co_await interceptor.before(call);
        if constexpr (std::is_void_v<T>) {
            co_await std::move(made);
            co_await interceptor.after_success(call);
        } else {
            T result = co_await std::move(made);
            co_await interceptor.after_success(call);
            co_return result;
        }
    } catch (const Error& error) {
        interceptor.after_failure(call, error);
        throw;
    }
}

class InterceptedKeyValueStore final : public ForwardingKeyValueStore {
 public:
    InterceptedKeyValueStore(std::unique_ptr<KeyValueStore> inner, std::shared_ptr<Surroundings> surroundings)
        : ForwardingKeyValueStore(std::move(inner)), around_(std::move(surroundings)) {}

    asio::awaitable<void> put(Namespace ns, Key key, Bytes value, Timestamp timestamp) override {
        return around(around_, Operation::put,
                      inner().put(std::move(ns), std::move(key), std::move(value), timestamp));
    }
    asio::awaitable<std::optional<Version>> get_latest(Namespace ns, Key key,
                                                       std::optional<Timestamp> before) override {
        return around(around_, Operation::get_latest,
                      inner().get_latest(std::move(ns), std::move(key), before));
    }
    asio::awaitable<std::optional<Timestamp>> get_latest_timestamp(Namespace ns, Key key,
                                                                   std::optional<Timestamp> before) override {
        return around(around_, Operation::get_latest_timestamp,
                      inner().get_latest_timestamp(std::move(ns), std::move(key), before));
    }
    asio::awaitable<Page<Timestamp>> get_all_timestamps(Namespace ns, Key key, PageRequest page) override {
        return around(around_, Operation::get_all_timestamps,
                      inner().get_all_timestamps(std::move(ns), std::move(key), std::move(page)));
    }
    asio::awaitable<Page<KeyVersion>> scan_all(Namespace ns, PageRequest page) override {
        return around(around_, Operation::scan_all, inner().scan_all(std::move(ns), std::move(page)));
    }
    asio::awaitable<Page<Key>> scan_all_keys(Namespace ns, PageRequest page) override {
        return around(around_, Operation::scan_all_keys,
                      inner().scan_all_keys(std::move(ns), std::move(page)));
    }
    asio::awaitable<void> remove(Namespace ns, Key key) override {
        return around(around_, Operation::remove, inner().remove(std::move(ns), std::move(key)));
    }
    asio::awaitable<void> remove(Namespace ns, Key key, Timestamp marker) override {
        return around(around_, Operation::remove_marker,
                      inner().remove(std::move(ns), std::move(key), marker));
    }
    asio::awaitable<void> remove_through(Namespace ns, Key key, Timestamp version) override {
        return around(around_, Operation::remove_through,
                      inner().remove_through(std::move(ns), std::move(key), version));
    }

 private:
    std::shared_ptr<Surroundings> around_;
};

class InterceptedIndexedStore final : public ForwardingIndexedStore {
 public:
    InterceptedIndexedStore(std::unique_ptr<IndexedStore> inner, std::shared_ptr<Surroundings> surroundings)
        : ForwardingIndexedStore(std::move(inner)), around_(std::move(surroundings)) {}

    asio::awaitable<Index> append(Topic topic, Bytes value) override {
        return around(around_, Operation::append, inner().append(std::move(topic), std::move(value)));
    }
    asio::awaitable<AppendResult> append(Topic topic, Bytes value, Position expected) override {
        return around(around_, Operation::append_expected,
                      inner().append(std::move(topic), std::move(value), expected));
    }
    asio::awaitable<Position> position(Topic topic) override {
        return around(around_, Operation::position, inner().position(std::move(topic)));
    }
    asio::awaitable<std::vector<Entry>> scan(Topic topic, Index from, Index to, std::size_t limit) override {
        return around(around_, Operation::scan, inner().scan(std::move(topic), from, to, limit));
    }
    asio::awaitable<void> trim(Topic topic, Index up_to) override {
        return around(around_, Operation::trim, inner().trim(std::move(topic), up_to));
    }
    asio::awaitable<void> remove(Topic topic) override {
        return around(around_, Operation::remove_topic, inner().remove(std::move(topic)));
    }

 private:
    std::shared_ptr<Surroundings> around_;
};

}  // namespace

std::string_view to_string(Operation operation) noexcept {
    return facts(operation).name;
}
bool is_write(Operation operation) noexcept {
    return facts(operation).write;
}
std::string_view store_name(Operation operation) noexcept {
    return facts(operation).indexed ? "indexed-store" : "key-value-store";
}

Stores intercept(Stores stores, std::shared_ptr<Interceptor> interceptor, const base::Clock& clock) {
    auto surroundings = std::make_shared<Surroundings>();
    surroundings->interceptor = std::move(interceptor);
    surroundings->clock = &clock;
    Stores around;
    if (stores.key_value) {
        around.key_value =
            std::make_unique<InterceptedKeyValueStore>(std::move(stores.key_value), surroundings);
    }
    if (stores.indexed) {
        around.indexed = std::make_unique<InterceptedIndexedStore>(std::move(stores.indexed), surroundings);
    }
    return around;
}

}  // namespace zflow::store
