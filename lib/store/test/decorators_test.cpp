#include <zflow/store/block_on.hpp>
#include <zflow/store/decorators/faults.hpp>
#include <zflow/store/decorators/latency.hpp>
#include <zflow/store/decorators/metrics.hpp>
#include <zflow/store/open.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <gmock/gmock.h>

namespace zflow::store {
namespace {

using testing::HasSubstr;

Stores memory() {
    return block_on(open("memory:"));
}

template <class T>
errc kind_of(asio::awaitable<T> call) {
    try {
        (void)block_on(std::move(call));
    } catch (const Error& error) {
        return error.kind();
    }
    ADD_FAILURE() << "the call succeeded";
    return errc::corruption;
}

/// A clock that goes on by a second with every look at it.
class SteppingClock final : public base::Clock {
 public:
    std::chrono::steady_clock::time_point steady_now() const override {
        return std::chrono::steady_clock::time_point(std::chrono::seconds(++seconds_));
    }
    std::chrono::system_clock::time_point wall_now() const override { return {}; }

 private:
    mutable std::atomic<int> seconds_{0};
};

TEST(Metrics, count_and_time_calls_under_the_names_of_zio_flow) {
    const auto registry = std::make_shared<MetricsRegistry>();
    const SteppingClock clock;
    auto stores = with_metrics(memory(), "rocksdb", registry, "zioflow", clock);
    block_on(stores.key_value->put({"n"}, {"k"}, "v", 1));
    block_on(stores.key_value->put({"n"}, {"k"}, "v", 2));
    (void)block_on(stores.indexed->append({"t"}, "v"));
    EXPECT_EQ(kind_of(stores.indexed->trim({"t"}, 5)), errc::invalid_argument);
    const auto text = registry->text();
    EXPECT_THAT(text,
                HasSubstr(R"(zioflow_rocksdb_success_total{operation="put",store="key-value-store"} 2)"));
    EXPECT_THAT(text,
                HasSubstr(R"(zioflow_rocksdb_success_total{operation="append",store="indexed-store"} 1)"));
    EXPECT_THAT(text, HasSubstr(R"(zioflow_rocksdb_failure_total{error="invalid_argument",operation="trim",)"
                                R"(store="indexed-store"} 1)"));
    // Each call took one second by this clock: in the bucket up to 1.024 s, not in the one up to 0.512 s.
    EXPECT_THAT(text,
                HasSubstr(R"(zioflow_rocksdb_latency_seconds_bucket{operation="put",store="key-value-store",)"
                          R"(le="0.512"} 0)"));
    EXPECT_THAT(text,
                HasSubstr(R"(zioflow_rocksdb_latency_seconds_bucket{operation="put",store="key-value-store",)"
                          R"(le="1.024"} 2)"));
    EXPECT_THAT(
        text,
        HasSubstr(R"(zioflow_rocksdb_latency_seconds_count{operation="trim",store="indexed-store"} 1)"));
}

TEST(Metrics, many_stores_share_a_registry) {
    const auto registry = std::make_shared<MetricsRegistry>();
    auto one = with_metrics(memory(), "rocksdb", registry);
    auto other = with_metrics(memory(), "rocksdb", registry);
    block_on(one.key_value->put({"n"}, {"k"}, "v", 1));
    block_on(other.key_value->put({"n"}, {"k"}, "v", 1));
    EXPECT_THAT(registry->text(),
                HasSubstr(R"(zioflow_rocksdb_success_total{operation="put",store="key-value-store"} 2)"));
}

TEST(Faults, before_changes_nothing_and_after_has_happened) {
    Faults faults(
        {.by_number = {{1, Fault::error_before}, {2, Fault::error_after}, {4, Fault::error_after}}});
    auto stores = faults.around(memory());
    EXPECT_EQ(kind_of(stores.indexed->append({"t"}, "a")), errc::unavailable);
    EXPECT_EQ(kind_of(stores.indexed->append({"t"}, "b")), errc::outcome_unknown);
    EXPECT_EQ(block_on(stores.indexed->scan({"t"}, 1)), (std::vector<Entry>{{1, "b"}}));
    EXPECT_EQ(kind_of(stores.indexed->position({"t"})), errc::unavailable) << "a read has no unknown outcome";
    EXPECT_EQ(faults.calls(), 4U);
    EXPECT_EQ(faults.injected(), 3U);
}

TEST(Faults, of_a_seed_are_the_same_again_and_stop_when_told) {
    const auto outcomes = [](std::uint64_t seed) {
        Faults faults({.error_before = 0.3, .error_after = 0.3, .seed = seed});
        auto stores = faults.around(memory());
        std::string text;
        for (int i = 0; i < 50; ++i) {
            try {
                (void)block_on(stores.indexed->append({"t"}, "v"));
                text += '.';
            } catch (const Error& error) {
                text += may_have_happened(error) ? '?' : '!';
            }
        }
        faults.stop();
        (void)block_on(stores.indexed->append({"t"}, "v"));
        return text;
    };
    EXPECT_EQ(outcomes(1), outcomes(1));
    EXPECT_NE(outcomes(1), outcomes(2));
    for (const char* outcome : {".", "?", "!"}) {
        EXPECT_THAT(outcomes(1), HasSubstr(outcome));
    }
}

TEST(Faults, a_call_that_hangs_ends_when_it_is_cancelled) {
    Faults faults({.by_number = {{1, Fault::hang}}});
    auto stores = faults.around(memory());
    asio::io_context context;
    asio::cancellation_signal signal;
    auto ended = asio::co_spawn(context, stores.key_value->put({"n"}, {"k"}, "v", 1),
                                asio::bind_cancellation_slot(signal.slot(), asio::use_future));
    context.poll();
    EXPECT_EQ(ended.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
    signal.emit(asio::cancellation_type::terminal);
    context.run();
    EXPECT_THROW(ended.get(), Error);
    EXPECT_EQ(block_on(stores.key_value->get_latest({"n"}, {"k"})), std::nullopt) << "it was not made";
}

TEST(Latency, delays_calls_and_changes_no_answer) {
    auto stores = with_latency(
        memory(), {.read = std::chrono::microseconds(1), .write = std::chrono::milliseconds(20)});
    const auto begin = base::system_clock().steady_now();
    EXPECT_EQ(block_on(stores.indexed->append({"t"}, "v")), 1U);
    EXPECT_GE(base::system_clock().steady_now() - begin, std::chrono::milliseconds(20));
    EXPECT_EQ(block_on(stores.indexed->position({"t"})), 1U);
}

TEST(Operations, have_names_of_their_own_and_know_their_store) {
    EXPECT_EQ(to_string(Operation::get_latest), "get_latest");
    EXPECT_EQ(to_string(Operation::remove_topic), "remove_topic");
    EXPECT_EQ(store_name(Operation::remove_through), "key-value-store");
    EXPECT_EQ(store_name(Operation::append), "indexed-store");
    EXPECT_TRUE(is_write(Operation::trim));
    EXPECT_FALSE(is_write(Operation::scan));
}

}  // namespace
}  // namespace zflow::store
