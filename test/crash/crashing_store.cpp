#include "crashing_store.hpp"

#include <zflow/store/decorators/intercept.hpp>
#include <zflow/store/forwarding.hpp>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <utility>

namespace zflow::crash {
namespace {

namespace asio = boost::asio;

asio::awaitable<void> never() {
    asio::steady_timer timer(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
    co_await timer.async_wait(asio::use_awaitable);
}

/// Counts the calls that wait for the store itself.
class Counter final : public store::Interceptor {
 public:
    explicit Counter(Life& life) : life_(life) {}

    asio::awaitable<void> before(store::Call) override {
        if (life_.crashed) {
            co_await never();
        }
        ++life_.calls;
    }
    asio::awaitable<void> after_success(store::Call) override {
        --life_.calls;
        co_return;
    }
    void after_failure(store::Call, const store::Error&) override { --life_.calls; }

 private:
    Life& life_;
};

class CrashingIndexedStore final : public store::ForwardingIndexedStore {
 public:
    CrashingIndexedStore(std::unique_ptr<store::IndexedStore> inner, Life& life)
        : ForwardingIndexedStore(std::move(inner)), life_(life) {}

    using ForwardingIndexedStore::append;

    asio::awaitable<store::AppendResult> append(store::Topic topic, store::Bytes value,
                                                store::Position expected) override {
        const auto is_log = topic.name.starts_with("_zflow_log_");
        // The first frame of a life is its Epoch.
        const auto has_events = is_log && life_.frames != 0;
        if (life_.crashed || (has_events && life_.frames == 2)) {
            co_await never();
        }
        const auto result = co_await inner().append(std::move(topic), std::move(value), expected);
        life_.frames += is_log ? 1 : 0;
        if (has_events && life_.at == CrashAt::append) {
            life_.crashed = true;
            co_await never();
        }
        co_return result;
    }

    asio::awaitable<void> trim(store::Topic topic, store::Index up_to) override {
        if (life_.crashed) {
            co_await never();
        }
        co_await inner().trim(std::move(topic), up_to);
        if (life_.frames == 2) {
            life_.crashed = true;
            co_await never();
        }
    }

 private:
    Life& life_;
};

}  // namespace

store::Stores crashing(store::Stores stores, Life& life) {
    stores = store::intercept(std::move(stores), std::make_shared<Counter>(life));
    stores.indexed = std::make_unique<CrashingIndexedStore>(std::move(stores.indexed), life);
    return stores;
}

}  // namespace zflow::crash
