#include <zflow/dsl/dsl.hpp>
#include <zflow/engine/typed.hpp>
#include <zflow/store/block_on.hpp>
#include <zflow/store_memory/open.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace zflow::engine::test {
namespace {

struct Order {
    std::string id;
    std::int64_t cents{};
};
ZFLOW_STRUCT(Order, id, cents)

constexpr auto charge = activity<std::string(Order)>("charge");
constexpr auto ship = activity<std::string(Order, std::string)>("ship");
constexpr auto tell = activity<Unit(std::string)>("tell");
constexpr auto stock = activity<std::int32_t()>("stock");

Flow<std::string> buy(Remote<Order> order) {
    auto payment = co_await charge(order);
    auto parcel = co_await ship(order, payment);
    co_await tell(parcel);
    co_return parcel;
}

Flow<std::string> pay(Remote<Order> order) {
    co_return co_await charge(order);
}

/// Runs a test with an engine in memory.
void with_engine(asio::awaitable<void> (*test)(Engine& engine)) {
    constexpr auto run = [](asio::awaitable<void> (*body)(Engine&)) -> asio::awaitable<void> {
        auto engine = co_await Engine::open("memory:");
        co_await body(*engine);
        co_await engine->stop();
    };
    store::block_on(run(test));
}

TEST(Typed, functions_of_every_form_are_operations) {
    with_engine([](Engine& engine) -> asio::awaitable<void> {
        std::vector<std::string> told;
        // A plain function, a coroutine that looks at its call and its captures, one that gives nothing. What
        // they capture lives: the engine keeps a function until its last call has ended.
        // NOLINTBEGIN(cppcoreguidelines-avoid-capturing-lambda-coroutines)
        operation(engine, charge, [](const Order& order) { return "payment of " + order.id; });
        operation(engine, ship,
                  [word = std::string("parcel")](OperationCall call, Order order, const std::string& payment)
                      -> asio::awaitable<std::expected<std::string, ActivityError>> {
                      co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
                      co_return word + " of " + order.id + ", " + payment + ", " + call.name;
                  });
        operation(engine, tell, [&told](const std::string& text) -> asio::awaitable<void> {
            told.push_back(text);
            co_return;
        });
        // NOLINTEND(cppcoreguidelines-avoid-capturing-lambda-coroutines)
        const auto definition = zflow::flow("buy", buy);
        const auto run = co_await start(engine, definition, {"7", 1995}, {.id = "order-7"});
        const auto parcel = co_await run.result();
        EXPECT_EQ(parcel.value(), "parcel of 7, payment of 7, ship");
        EXPECT_EQ(told, std::vector{*parcel});
        EXPECT_EQ(run.id(), "order-7");
        EXPECT_FALSE(run.attached());
    });
}

TEST(Typed, an_activity_error_that_an_operation_returns_is_the_flows_error) {
    with_engine([](Engine& engine) -> asio::awaitable<void> {
        operation(engine, charge, [](const Order&) -> std::expected<std::string, ActivityError> {
            return std::unexpected(ActivityError{"no money", "ask again in May"});
        });
        const auto run = co_await start(engine, zflow::flow("pay", pay), Order{"7", 1995});
        const auto payment = co_await run.result();
        EXPECT_EQ(payment.error(), (ActivityError{"no money", "ask again in May"}));
    });
}

TEST(Typed, what_an_operation_throws_is_another_attempt_and_give_up_is_none) {
    with_engine([](Engine& engine) -> asio::awaitable<void> {
        std::vector<std::uint32_t> attempts;
        operation(engine, charge,
                  [&attempts](const OperationCall& call, const Order&) -> std::string {
                      attempts.push_back(call.attempt);
                      if (call.attempt == 3) {
                          throw GiveUp("the card has expired");
                      }
                      throw std::runtime_error("the line is busy");
                  },
                  {.retry = {.first_delay = std::chrono::milliseconds(0)}});
        const auto run = co_await start(engine, zflow::flow("pay", pay), Order{"7", 1995});
        const auto payment = co_await run.result();
        EXPECT_EQ(payment.error().failure, "the card has expired");
        EXPECT_EQ(attempts, (std::vector<std::uint32_t>{1, 2, 3}));
    });
}

TEST(Typed, an_input_that_does_not_fit_fails_the_activity_at_once_and_says_where) {
    with_engine([](Engine& engine) -> asio::awaitable<void> {
        int calls = 0;
        operation(engine, charge, [&calls](const Order&) {
            ++calls;
            return std::string();
        });
        // The same name with another type, as a program from elsewhere may have it.
        constexpr auto other = activity<std::string(std::string)>("charge");
        const auto flow = zflow::flow("other", [=](Remote<std::string> text) { return other(text); });
        const auto run = co_await start(engine, flow, "7");
        const auto payment = co_await run.result();
        EXPECT_TRUE(payment.error().failure.starts_with("the input does not fit: "))
            << payment.error().failure;
        EXPECT_EQ(calls, 0);
    });
}

TEST(Typed, an_answer_that_cannot_be_carried_is_not_asked_for_again) {
    with_engine([](Engine& engine) -> asio::awaitable<void> {
        int calls = 0;
        operation(engine, charge, [&calls](const Order&) {
            ++calls;
            return std::string("\xff");
        });
        const auto run = co_await start(engine, zflow::flow("pay", pay), Order{"7", 1995});
        const auto payment = co_await run.result();
        EXPECT_TRUE(payment.error().failure.starts_with("the operation's answer cannot be carried"))
            << payment.error().failure;
        EXPECT_EQ(calls, 1);
    });
}

TEST(Typed, an_input_that_cannot_be_carried_starts_nothing) {
    with_engine([](Engine& engine) -> asio::awaitable<void> {
        auto kind = errc::stopped;
        try {
            co_await start(engine, zflow::flow("pay", pay), Order{"\xff", 0}, {.id = "order-7"});
        } catch (const Error& error) {
            kind = error.kind();
        }
        EXPECT_EQ(kind, errc::invalid_argument);
        EXPECT_TRUE((co_await engine.list()).items.empty());
    });
}

TEST(Typed, a_flow_without_input_starts_with_options_alone) {
    with_engine([](Engine& engine) -> asio::awaitable<void> {
        operation(engine, stock, [](const OperationCall&) { return 3; });
        const auto definition = zflow::flow("stock", [] { return stock(); });
        const auto run = co_await start(engine, definition, {.id = "stock"});
        EXPECT_EQ((co_await run.result()).value(), 3);
        const auto other = co_await start(engine, definition);
        EXPECT_EQ((co_await other.result()).value(), 3);
    });
}

TEST(Typed, a_run_that_died_throws_with_its_death) {
    with_engine([](Engine& engine) -> asio::awaitable<void> {
        const auto definition = zflow::flow("dies", [] { return die("no way out"); });
        const auto run = co_await start(engine, definition, {.id = "d"});
        std::string text;
        try {
            (void)co_await run.result();
        } catch (const RunDied& died) {
            EXPECT_EQ(died.run(), "d");
            EXPECT_EQ(died.death().message(), model::Death::remote_fail("no way out").message());
            text = died.what();
        }
        EXPECT_EQ(text, "run 'd' died: " + model::Death::remote_fail("no way out").message());
    });
}

TEST(Typed, a_second_start_attaches_and_a_handle_needs_no_start) {
    with_engine([](Engine& engine) -> asio::awaitable<void> {
        operation(engine, charge, [](const Order& order) { return order.id; });
        const auto definition = zflow::flow("pay", pay);
        const auto first = co_await start(engine, definition, {"7", 1}, {.id = "x"});
        const auto second = co_await start(engine, definition, {"7", 1}, {.id = "x"});
        EXPECT_FALSE(first.attached());
        EXPECT_TRUE(second.attached());
        const engine::Run handle(engine, definition, "x");
        EXPECT_EQ((co_await handle.result()).value(), "7");
        EXPECT_EQ((co_await handle.poll()).value().value(), "7");
    });
}

TEST(Typed, a_result_of_another_type_is_an_error_that_says_so) {
    with_engine([](Engine& engine) -> asio::awaitable<void> {
        operation(engine, charge, [](const Order& order) { return order.id; });
        co_await start(engine, zflow::flow("pay", pay), {"7", 1}, {.id = "x"});
        const engine::Run<std::int32_t> wrong(engine, "x");
        std::string text;
        try {
            (void)co_await wrong.result();
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), errc::invalid_argument);
            text = error.sentence();
        }
        EXPECT_TRUE(text.starts_with("the result of run 'x' is of another type than was asked for")) << text;
    });
}

Flow<std::int64_t> waiting() {
    auto state = co_await variable("state", "waiting");
    auto count = co_await variable<std::int64_t>("count", 4);
    co_await state.wait_until([](auto now) { return now == "go"; });
    co_return co_await count.get();
}

TEST(Typed, variables_are_read_and_set_as_what_they_are_in_the_flow) {
    with_engine([](Engine& engine) -> asio::awaitable<void> {
        const auto run = co_await start(engine, zflow::flow("waiting", waiting));
        EXPECT_EQ(co_await run.get_variable<std::int64_t>("count"), 4);
        EXPECT_FALSE((co_await run.poll()).has_value());
        co_await run.set_variable<std::int64_t>("count", 5);
        co_await run.set_variable("state", "go");
        EXPECT_EQ((co_await run.result()).value(), 5);
    });
}

TEST(Typed, a_definition_is_loaded_once) {
    const auto definition = zflow::flow("pay", pay);
    const std::vector<AnyDefinition> copies{definition};
    EXPECT_EQ(program_of(definition), program_of(copies.front()));
    EXPECT_EQ(program_of(definition)->tree().get(), definition.node().get());
}

}  // namespace
}  // namespace zflow::engine::test
