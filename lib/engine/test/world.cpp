#include "world.hpp"

#include "keys.hpp"
#include "rows.hpp"

#include <zflow/store/block_on.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace zflow::engine::test {

namespace {

/// How often the clock is moved before something is taken to hang.
constexpr int most_steps = 200'000;

}  // namespace

// --- operations
// ---------------------------------------------------------------------------------------------------

void Asked::answer(model::Value value) {
    result = std::move(value);
    answered->cancel();
}
void Asked::fail(model::Value error_value) {
    result = std::unexpected(std::move(error_value));
    answered->cancel();
}
void Asked::fail_attempt(const std::string& why) {
    error = std::make_exception_ptr(std::runtime_error(why));
    answered->cancel();
}
void Asked::give_up(const std::string& why) {
    error = std::make_exception_ptr(GiveUp(why));
    answered->cancel();
}

asio::awaitable<OperationResult> Desk::ask(std::shared_ptr<All> all, OperationCall call, bool stubborn) {
    const auto asked = std::make_shared<Asked>();
    asked->call = std::move(call);
    const auto executor = co_await asio::this_coro::executor;
    asked->answered = std::make_shared<asio::steady_timer>(executor, asio::steady_timer::time_point::max());
    all->push_back(asked);
    co_await asio::this_coro::throw_if_cancelled(false);
    while (!asked->result && !asked->error) {
        (void)co_await asked->answered->async_wait(asio::as_tuple(asio::use_awaitable));
        const auto cancellation = co_await asio::this_coro::cancellation_state;
        if (cancellation.cancelled() != asio::cancellation_type::none) {
            asked->cancelled = true;
            if (!stubborn) {
                throw std::runtime_error("cancelled");
            }
            co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        }
    }
    if (asked->error) {
        std::rethrow_exception(asked->error);
    }
    co_return *asked->result;
}

Operation Desk::operation(bool stubborn) {
    return [all = asked_, stubborn](OperationCall call) { return ask(all, std::move(call), stubborn); };
}

// --- processes
// ----------------------------------------------------------------------------------------------------

World::World(std::size_t value_bytes) : stores(value_bytes) {}

World::~World() {
    stores.forget_script();
    stores.let_go();
    settle();
    pass(1min);
}

Options World::options() {
    Options options;
    options.partitions = 1;
    options.clock = &clock;
    options.alarm = &alarm;
    options.entropy = &entropy;
    options.on_warning = [this](const std::string& sentence) { warnings.push_back(sentence); };
    options.on_step = [this](const Step& step) { steps.push_back(step); };
    return options;
}

Future<std::unique_ptr<Engine>> World::opening(std::shared_ptr<Owner> owner, Options options) {
    return spawn(Engine::open(stores.opener(std::move(owner)), std::move(options)));
}

Process World::open(Options options) {
    auto owner = std::make_shared<Owner>();
    auto engine = opening(owner, std::move(options)).get();
    return {owner, std::move(engine)};
}

void World::crash(Process& process) {
    process.owner->dead = true;
    process.engine.reset();
    stores.forget_script();
    stores.let_go();
    settle();
    pass(2s);
}

void World::stop(Process& process) {
    run(process->stop());
    process.engine.reset();
    settle();
}

StartResult World::start(Process& process, ProgramRef program, const std::string& id, model::Value input) {
    return run(process->start(std::move(program), std::move(input), {.id = id}));
}

// --- time
// ---------------------------------------------------------------------------------------------------------

void World::settle() {
    context_.restart();
    while (context_.poll() != 0) {
        context_.restart();
    }
}

void World::pass(std::chrono::nanoseconds time) {
    settle();
    const auto end = clock.steady_now() + time;
    for (int step = 0; step < most_steps; ++step) {
        const auto next = alarm.next();
        if (!next || *next > end) {
            clock.go_to(end);
            settle();
            return;
        }
        clock.go_to(std::max(clock.steady_now(), *next));
        alarm.ring();
        settle();
    }
    throw std::logic_error("time does not pass");
}

void World::until(const std::function<bool()>& holds) {
    settle();
    for (int step = 0; !holds(); ++step) {
        const auto next = alarm.next();
        if (!next || step == most_steps) {
            throw std::logic_error("what the test waits for never happens");
        }
        clock.go_to(std::max(clock.steady_now(), *next));
        alarm.ring();
        settle();
    }
}

void World::land() {
    for (auto& late : stores.take_late()) {
        run(std::move(late));
    }
}

// --- what is stored
// -----------------------------------------------------------------------------------------------

std::vector<StoredFrame> World::frames(std::uint32_t partition) {
    std::vector<StoredFrame> out;
    for (std::uint64_t next = 1;;) {
        const auto entries = store::block_on(stores.indexed().scan(log_topic(partition), next));
        if (entries.empty()) {
            return out;
        }
        for (const auto& entry : entries) {
            out.push_back({entry.index, decode_frame(entry.value).value()});
        }
        next = entries.back().index + 1;
    }
}

void World::append(Frame frame, std::uint32_t partition) {
    (void)store::block_on(stores.indexed().append(log_topic(partition), encode(frame).value()));
}

Frame World::foreign_epoch(std::uint32_t partition) {
    return {.epoch = position(partition) + 1,
            .token = {entropy.number(), entropy.number()},
            .time = {},
            .content = Epoch{.engine_version = "other",
                             .interpreter_version = 1,
                             .limits = {},
                             .configuration = {},
                             .store_id = store_id(),
                             .owner = "somebody else",
                             .lease_ms = 10'000}};
}

std::uint64_t World::position(std::uint32_t partition) {
    return store::block_on(stores.indexed().position(log_topic(partition)));
}

std::optional<store::Version> World::stored(store::Namespace ns, const std::string& key) {
    return store::block_on(stores.key_value().get_latest(std::move(ns), {key}));
}

std::vector<store::Timestamp> World::versions(store::Namespace ns, const std::string& key) {
    return store::block_on(stores.key_value().get_all_timestamps(std::move(ns), {key})).items;
}

void World::put(store::Namespace ns, const std::string& key, std::string bytes, store::Timestamp version) {
    store::block_on(stores.key_value().put(std::move(ns), {key}, std::move(bytes), version));
}

model::Uuid World::store_id() {
    const auto entries = store::block_on(stores.indexed().scan(meta_topic(), 1, 1));
    return decode_meta(entries.at(0).value).value().store_id;
}

bool World::warned_of(const std::string& part) const {
    return std::ranges::any_of(
        warnings, [&](const std::string& warning) { return warning.find(part) != std::string::npos; });
}

std::int32_t number_of(const model::Outcome& outcome) {
    const auto* const succeeded = std::get_if<model::Succeeded>(&outcome);
    return succeeded != nullptr && succeeded->value.is(model::Kind::int_)
               ? static_cast<std::int32_t>(succeeded->value.as_integer())
               : -1;
}

}  // namespace zflow::engine::test
