#include "store_world.hpp"

#include <zflow/store/error.hpp>
#include <zflow/store/key_value_store.hpp>
#include <zflow/store_memory/open.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>
#include <keys.hpp>
#include <rows.hpp>

#include <charconv>

namespace zflow::simulation {

using asio::awaitable;
using store::Operation;

std::optional<std::uint32_t> partition_in(const std::string& name, const std::string& prefix) {
    std::uint32_t number = 0;
    if (!name.starts_with(prefix)) {
        return std::nullopt;
    }
    const auto* const end = name.data() + name.size();
    const auto parsed = std::from_chars(name.data() + prefix.size(), end, number);
    return parsed.ec == std::errc{} && parsed.ptr == end ? std::optional(number) : std::nullopt;
}

StoreWorld::StoreWorld(VirtualTime& time, asio::io_context& context, Dice dice, std::size_t value_bytes,
                       bool shared)
    : time_(time), context_(context), dice_(dice), shared_(shared) {
    // A store in memory never waits, so it is open as soon as its context runs.
    asio::co_spawn(context_,
                   store_memory::open({.max_value_bytes = value_bytes}, {.entropy = &dice_.entropy()}),
                   [this](const std::exception_ptr&, store::Stores stores) { stores_ = std::move(stores); });
    context_.poll();
    context_.restart();
}

Fate StoreWorld::any_fate(Operation operation) {
    using namespace std::chrono_literals;
    Fate fate{.there = dice_.between(0ns, plan.latency), .back = dice_.between(0ns, plan.latency)};
    if (dice_.chance(plan.slow)) {
        fate.there *= 100;
        fate.is_fault = true;
    }
    const auto writes = store::is_write(operation);
    auto throw_of_dice = static_cast<double>(dice_.below(1'000'000)) / 1'000'000;
    const auto is = [&](double probability) {
        const auto hit = throw_of_dice >= 0 && throw_of_dice < probability;
        throw_of_dice -= probability;
        return hit;
    };
    if (is(plan.before)) {
        return {.sent = false,
                .told = dice_.chance(0.5) ? store::errc::unavailable : store::errc::throttled,
                .told_after = fate.there,
                .is_fault = true};
    }
    if (is(plan.after)) {
        fate.told = writes ? store::errc::outcome_unknown : store::errc::unavailable;
        fate.told_after = fate.there + fate.back;
        fate.is_fault = true;
        return fate;
    }
    if (is(writes && shared_ ? plan.late : 0)) {
        return {.there = dice_.between(1ms, plan.latest),
                .told = store::errc::outcome_unknown,
                .told_after = fate.there,
                .is_fault = true};
    }
    if (is(plan.hang)) {
        return {.sent = dice_.chance(0.5),
                .there = fate.there,
                .told = store::errc::cancelled,
                .told_after = 10s,
                .is_fault = true};
    }
    return fate;
}

// --- one call
// ----------------------------------------------------------------------------------------------------

namespace {

template <class T>
class RequestOf final : public Request, public std::enable_shared_from_this<RequestOf<T>> {
 public:
    RequestOf(StoreWorld& world, std::function<awaitable<T>()> call)
        : world_(world), call_(std::move(call)) {}

    void land() override {
        if (landed || lost) {
            return;
        }
        landed = true;
        asio::co_spawn(world_.context(), call_(),
                       [self = this->shared_from_this()](const std::exception_ptr& thrown, T value) {
                           self->error = thrown;
                           self->result = std::move(value);
                           self->come_back();
                       });
    }

    std::exception_ptr error;
    T result{};

 private:
    void come_back() {
        if (answered || fate.told) {
            return;
        }
        if (fate.back == Duration(0)) {
            wake();
        } else {
            world_.time().after(fate.back, [self = this->shared_from_this()] { self->wake(); });
        }
    }

    StoreWorld& world_;
    std::function<awaitable<T>()> call_;
};

template <class T>
awaitable<T> call(std::shared_ptr<Link> link, Operation operation, std::function<awaitable<T>()> what) {
    const auto request = std::make_shared<RequestOf<T>>(link->world(), std::move(what));
    const auto timer = std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor,
                                                            asio::steady_timer::time_point::max());
    request->timer = timer;
    link->send(request, operation);
    while (!request->answered) {
        boost::system::error_code ignored;
        co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    link->check(*request, operation);
    if (request->error) {
        std::rethrow_exception(request->error);
    }
    co_return std::move(request->result);
}

/// What a call without an answer gives.
awaitable<bool> answered(awaitable<void> call) {
    co_await std::move(call);
    co_return true;
}

store::Error error_of(store::errc code, Operation operation) {
    return {code, {"simulation", std::string(store::to_string(operation))}, "it was made up"};
}

awaitable<store::AppendResult> append_and_copy(StoreWorld* world, store::Topic topic, store::Bytes value,
                                               store::Position expected) {
    const auto result = co_await world->indexed().append(topic, value, expected);
    const auto partition = partition_in(topic.name, "_zflow_log_");
    if (result.is_applied() && partition) {
        auto& frames = world->frames[*partition];
        frames.push_back(value);
        world->on_frame(*partition, frames.size(), frames.back());
    }
    co_return result;
}

awaitable<void> put_and_copy(StoreWorld* world, store::Namespace ns, store::Key key, store::Bytes value,
                             store::Timestamp version) {
    if (partition_in(ns.name, "_zflow_snapshots_") || partition_in(ns.name, "_zflow_runs_")) {
        auto& values = world->puts[{ns.name, key.bytes, static_cast<std::uint64_t>(version)}];
        if (values.empty() || values.back() != value) {
            values.push_back(value);
        }
    }
    co_await world->key_value().put(std::move(ns), std::move(key), std::move(value), version);
}

/// What is trimmed is in a checkpoint.
awaitable<void> trim_checked(StoreWorld* world, store::Topic topic, store::Index up_to) {
    if (const auto partition = partition_in(topic.name, "_zflow_log_")) {
        const auto newest = co_await world->key_value().get_latest_timestamp(
            engine::checkpoints_namespace(), engine::checkpoint_key(*partition));
        if (!newest || static_cast<store::Index>(*newest) < up_to) {
            world->violated(fmt::format("log {} is trimmed up to {}, its checkpoint is {}", *partition, up_to,
                                        newest.value_or(0)));
        }
    }
    co_await world->indexed().trim(std::move(topic), up_to);
}

/// Both stores as a process sees them.
class LinkedKeyValueStore final : public store::KeyValueStore {
 public:
    explicit LinkedKeyValueStore(std::shared_ptr<Link> link) : link_(std::move(link)) {}

    store::Capabilities capabilities() const override {
        auto capabilities = link_->world().key_value().capabilities();
        capabilities.shared = link_->world().shared();
        return capabilities;
    }
    store::Limits limits() const override { return link_->world().key_value().limits(); }

    awaitable<void> put(store::Namespace ns, store::Key key, store::Bytes value,
                        store::Timestamp timestamp) override {
        co_await make(Operation::put, [=, world = &link_->world()] {
            return answered(put_and_copy(world, ns, key, value, timestamp));
        });
    }
    awaitable<std::optional<store::Version>> get_latest(store::Namespace ns, store::Key key,
                                                        std::optional<store::Timestamp> before) override {
        return call<std::optional<store::Version>>(
            link_, Operation::get_latest,
            [=, world = &link_->world()] { return world->key_value().get_latest(ns, key, before); });
    }
    awaitable<std::optional<store::Timestamp>> get_latest_timestamp(
        store::Namespace ns, store::Key key, std::optional<store::Timestamp> before) override {
        return call<std::optional<store::Timestamp>>(
            link_, Operation::get_latest_timestamp, [=, world = &link_->world()] {
                return world->key_value().get_latest_timestamp(ns, key, before);
            });
    }
    awaitable<store::Page<store::Timestamp>> get_all_timestamps(store::Namespace ns, store::Key key,
                                                                store::PageRequest page) override {
        return call<store::Page<store::Timestamp>>(
            link_, Operation::get_all_timestamps,
            [=, world = &link_->world()] { return world->key_value().get_all_timestamps(ns, key, page); });
    }
    awaitable<store::Page<store::KeyVersion>> scan_all(store::Namespace ns,
                                                       store::PageRequest page) override {
        return call<store::Page<store::KeyVersion>>(link_, Operation::scan_all, [=, world = &link_->world()] {
            return world->key_value().scan_all(ns, page);
        });
    }
    awaitable<store::Page<store::Key>> scan_all_keys(store::Namespace ns, store::PageRequest page) override {
        return call<store::Page<store::Key>>(link_, Operation::scan_all_keys, [=, world = &link_->world()] {
            return world->key_value().scan_all_keys(ns, page);
        });
    }
    awaitable<void> remove(store::Namespace ns, store::Key key) override {
        co_await make(Operation::remove,
                      [=, world = &link_->world()] { return answered(world->key_value().remove(ns, key)); });
    }
    awaitable<void> remove(store::Namespace ns, store::Key key, store::Timestamp marker) override {
        co_await make(Operation::remove_marker, [=, world = &link_->world()] {
            return answered(world->key_value().remove(ns, key, marker));
        });
    }
    awaitable<void> remove_through(store::Namespace ns, store::Key key, store::Timestamp version) override {
        co_await make(Operation::remove_through, [=, world = &link_->world()] {
            return answered(world->key_value().remove_through(ns, key, version));
        });
    }

 private:
    awaitable<bool> make(Operation operation, std::function<awaitable<bool>()> what) {
        return call<bool>(link_, operation, std::move(what));
    }

    std::shared_ptr<Link> link_;
};

awaitable<store::AppendResult> append_known(std::shared_ptr<Link> link, store::Topic topic,
                                            store::Bytes value, store::Position expected) {
    const auto partition = partition_in(topic.name, "_zflow_log_");
    const auto result = co_await call<store::AppendResult>(
        link, Operation::append_expected,
        [=, world = &link->world()] { return append_and_copy(world, topic, value, expected); });
    if (result.is_applied() && partition) {
        link->known[*partition] = result.position();
    }
    co_return result;
}

class LinkedIndexedStore final : public store::IndexedStore {
 public:
    explicit LinkedIndexedStore(std::shared_ptr<Link> link) : link_(std::move(link)) {}

    store::Capabilities capabilities() const override {
        auto capabilities = link_->world().indexed().capabilities();
        capabilities.shared = link_->world().shared();
        return capabilities;
    }
    store::Limits limits() const override { return link_->world().indexed().limits(); }

    awaitable<store::Index> append(store::Topic topic, store::Bytes value) override {
        return call<store::Index>(link_, Operation::append, [=, world = &link_->world()] {
            return world->indexed().append(topic, value);
        });
    }
    awaitable<store::AppendResult> append(store::Topic topic, store::Bytes value,
                                          store::Position expected) override {
        return append_known(link_, std::move(topic), std::move(value), expected);
    }
    awaitable<store::Position> position(store::Topic topic) override {
        return call<store::Position>(link_, Operation::position, [=, world = &link_->world()] {
            return world->indexed().position(topic);
        });
    }
    awaitable<std::vector<store::Entry>> scan(store::Topic topic, store::Index from, store::Index to,
                                              std::size_t limit) override {
        return call<std::vector<store::Entry>>(link_, Operation::scan, [=, world = &link_->world()] {
            return world->indexed().scan(topic, from, to, limit);
        });
    }
    awaitable<void> trim(store::Topic topic, store::Index up_to) override {
        co_await call<bool>(link_, Operation::trim, [=, world = &link_->world()] {
            return answered(trim_checked(world, topic, up_to));
        });
    }
    awaitable<void> remove(store::Topic topic) override {
        co_await call<bool>(link_, Operation::remove_topic, [=, world = &link_->world()] {
            return answered(world->indexed().remove(topic));
        });
    }

 private:
    std::shared_ptr<Link> link_;
};

}  // namespace

// --- the way
// -----------------------------------------------------------------------------------------------------

void Link::send(const std::shared_ptr<Request>& request, Operation operation) {
    if (cut_) {
        throw error_of(store::errc::unavailable, operation);
    }
    ++world_.calls;
    request->fate = fate ? fate(operation) : world_.any_fate(operation);
    world_.faults += request->fate.is_fault ? 1 : 0;
    std::erase_if(requests_, [](const auto& each) { return each.expired(); });
    requests_.push_back(request);
    if (request->fate.told) {
        world_.time().after(request->fate.told_after, [request] { request->wake(); });
    }
    if (!request->fate.sent) {
        request->lost = true;
    } else if (request->fate.there == Duration(0)) {
        request->land();
    } else {
        world_.time().after(request->fate.there, [request] { request->land(); });
    }
}

void Link::check(const Request& request, Operation operation) const {
    if (request.cut) {
        throw error_of(store::errc::unavailable, operation);
    }
    if (request.fate.told) {
        throw error_of(*request.fate.told, operation);
    }
}

void Link::cut() {
    cut_ = true;
    for (const auto& weak : requests_) {
        const auto request = weak.lock();
        if (!request) {
            continue;
        }
        if (!world_.shared() && !request->landed) {
            // A store of one process has done it or not when the process is gone.
            if (world_.dice().chance(0.5)) {
                request->land();
            }
            request->lost = true;
        }
        if (!request->answered) {
            request->cut = true;
            request->wake();
        }
    }
}

store::Stores Link::open() {
    return {std::make_unique<LinkedKeyValueStore>(shared_from_this()),
            std::make_unique<LinkedIndexedStore>(shared_from_this())};
}

}  // namespace zflow::simulation
