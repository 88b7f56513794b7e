// Flows that were written here, run: what the operators mean.

#include "trees.hpp"

#include <zflow/dsl/big_numbers.hpp>
#include <zflow/dsl/conversions.hpp>
#include <zflow/dsl/operation.hpp>
#include <zflow/testing/runner.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

using namespace zflow;
using namespace std::chrono_literals;
using ::testing::ElementsAre;

namespace shop {

struct Order {
    std::string id;
    std::int64_t amount{};
};
ZFLOW_STRUCT(Order, id, amount)
struct Card {
    std::string number;
};
ZFLOW_STRUCT(Card, number)
struct Cash {
    std::int64_t cents{};
};
ZFLOW_STRUCT(Cash, cents)
using Payment = std::variant<Card, Cash>;
ZFLOW_NAME(Payment, "shop.Payment")

constexpr auto refund = activity<Unit(std::string)>("refund");
constexpr auto charge = activity<std::string(Order)>("charge").compensate(refund);
constexpr auto ship = activity<std::string(std::string, std::int64_t)>("ship");

}  // namespace shop

namespace {

using shop::Order;
using Numbers = std::vector<std::int32_t>;

/// A run of a flow on operations that note what they were asked for.
struct Shop {
    zflow::testing::Runner runner;
    std::vector<std::string> asked;
    int failures = 0;  ///< so many calls of `ship` fail first

    Shop() {
        runner.operation("charge", operation(shop::charge, [this](const Order& order) {
                             asked.push_back("charge " + order.id);
                             return "payment of " + order.id;
                         }));
        runner.operation("refund", operation(shop::refund, [this](const std::string& payment) {
                             asked.push_back("refund " + payment);
                         }));
        runner.operation("ship",
                         operation(shop::ship,
                                   [this](const std::string& what,
                                          std::int64_t amount) -> std::expected<std::string, ActivityError> {
                                       asked.push_back("ship " + what);
                                       if (failures-- > 0) {
                                           return std::unexpected(ActivityError{"no truck", {}});
                                       }
                                       return what + " x" + std::to_string(amount);
                                   }));
    }

    template <class In, class Out, class E>
    model::Outcome outcome(const Definition<In, Out, E>& definition, const In& input) {
        const auto program = interpreter::Program::load(definition.node());
        EXPECT_TRUE(program) << (program ? "" : program.error().text());
        const auto result = runner.run(*program, to_value(input));
        EXPECT_TRUE(result.outcome) << result.sentence;
        // NOLINTNEXTLINE(bugprone-unchecked-optional-access): a test that has nothing here fails
        return result.outcome.value();
    }
    template <class In, class Out, class E>
    Out run(const Definition<In, Out, E>& definition, const In& input) {
        const auto end = outcome(definition, input);
        const auto* succeeded = std::get_if<model::Succeeded>(&end);
        EXPECT_NE(succeeded, nullptr) << codec::outcome_to_json(end).value();
        return from_value<Out>(succeeded->value).value();
    }
};

/// What a pure expression is.
template <class F>
auto evaluate(F&& make) {
    return Shop().run(flow("expression", [&] { return value(make()); }), unit);
}

Remote<Numbers> numbers() {
    return Numbers{3, 1, 2, 3};
}

TEST(Lists, are_cut_searched_and_joined) {
    EXPECT_EQ(evaluate([] { return numbers().take(2); }), (Numbers{3, 1}));
    EXPECT_EQ(evaluate([] { return numbers().take(9); }), (Numbers{3, 1, 2, 3}));
    EXPECT_EQ(evaluate([] { return numbers().drop(1); }), (Numbers{1, 2, 3}));
    EXPECT_EQ(evaluate([] { return numbers().drop(9); }), Numbers());
    EXPECT_EQ(evaluate([] { return numbers().concat(numbers().reversed()); }),
              (Numbers{3, 1, 2, 3, 3, 2, 1, 3}));
    EXPECT_EQ(evaluate([] { return numbers().filter([](auto x) { return x > 1; }); }), (Numbers{3, 2, 3}));
    EXPECT_EQ(evaluate([] { return numbers().find_if([](auto x) { return x < 3; }); }), std::optional(1));
    EXPECT_EQ(evaluate([] { return numbers().at(2); }), std::optional(2));
    EXPECT_EQ(evaluate([] { return numbers().at(4); }), std::nullopt);
    EXPECT_EQ(evaluate([] { return numbers().back(); }), std::optional(3));
    EXPECT_TRUE(evaluate([] { return numbers().any_of([](auto x) { return x == 2; }); }));
    EXPECT_FALSE(evaluate([] { return numbers().all_of([](auto x) { return x > 1; }); }));
    EXPECT_TRUE(evaluate([] { return numbers().all_of([](auto x) { return x > 0; }); }));
    EXPECT_FALSE(evaluate([] { return numbers().empty(); }));
    EXPECT_EQ(evaluate([] {
                  return tuple(numbers().size(), numbers().sum(),
                               numbers().count_if([](auto x) { return x == 3; }));
              }),
              std::tuple(4, 9, 2));
    EXPECT_EQ(evaluate([] {
                  return numbers().fold_right(std::string(),
                                              [](auto x, auto text) { return text + x.to_string(); });
              }),
              "3213");
    const std::vector<std::pair<std::int32_t, std::int32_t>> pairs{{3, 1}, {1, 2}};
    EXPECT_EQ(evaluate([] { return numbers().take(2).zip(numbers().drop(1)); }), pairs);
    EXPECT_EQ(evaluate([] { return numbers().partition([](auto x) { return x > 1; }); }),
              std::pair(Numbers{3, 2, 3}, Numbers{1}));
    EXPECT_EQ(evaluate([] { return numbers().to_set().size(); }), 3);
    EXPECT_EQ(evaluate([] {
                  return Remote<std::vector<std::string>>(std::vector<std::string>{"a", "b"}).join(", ");
              }),
              "a, b");
}

TEST(Maps, and_sets_give_new_ones) {
    using Map = std::map<std::string, std::int32_t>;
    const auto map = [] { return Remote<Map>(Map{{"a", 1}, {"b", 2}}); };
    EXPECT_EQ(evaluate([&] { return map().find("b"); }), std::optional(2));
    EXPECT_EQ(evaluate([&] { return map().find("c"); }), std::nullopt);
    EXPECT_EQ(evaluate([&] { return map().insert_or_assign("b", 3).insert_or_assign("c", 4); }),
              (Map{{"a", 1}, {"b", 3}, {"c", 4}}));
    EXPECT_EQ(evaluate([&] { return map().erase("a"); }), (Map{{"b", 2}}));
    using Set = std::set<std::int32_t>;
    const auto set = [] { return Remote<Set>(Set{1, 2}); };
    EXPECT_EQ(evaluate([&] { return set() | Remote<Set>(Set{2, 3}); }), (Set{1, 2, 3}));
    EXPECT_EQ(evaluate([&] { return set() & Remote<Set>(Set{2, 3}); }), (Set{2}));
    EXPECT_EQ(evaluate([&] { return set() - Remote<Set>(Set{2, 3}); }), (Set{1}));
    EXPECT_EQ(evaluate([&] { return set().insert(5).erase(1); }), (Set{2, 5}));
}

TEST(Texts, are_cut_and_compared_in_utf16_units) {
    const auto text = [] { return Remote<std::string>("Gr\u00fc\u00dfe"); };
    EXPECT_EQ(evaluate([&] { return text().size(); }), 5);
    EXPECT_EQ(evaluate([&] { return text().substr(1, 2); }), "r\u00fc");
    EXPECT_TRUE(evaluate([&] { return text().starts_with("Gr"); }));
    EXPECT_FALSE(evaluate([&] { return text().starts_with("Gx"); }));
    EXPECT_TRUE(evaluate([&] { return text().ends_with("e"); }));
    EXPECT_FALSE(evaluate([&] { return text().ends_with("longer than the text"); }));
    EXPECT_EQ(evaluate([&] { return Remote<std::string>("abc").to_upper(); }), "ABC");
    EXPECT_EQ(evaluate([&] { return format("{} is {}, {{{}}}", text(), Remote<std::int32_t>(3), true); }),
              "Gr\u00fc\u00dfe is 3, {true}");
    EXPECT_EQ(evaluate([&] { return "<" + text() + ">"; }), "<Gr\u00fc\u00dfe>");
}

TEST(Times, are_added_in_nanoseconds) {
    const Instant then{Duration(1'500'000'000'700'000'000)};
    EXPECT_EQ(evaluate([&] { return Remote<Instant>(then) + Remote<Duration>(400ms); }), then + 400ms);
    EXPECT_EQ(evaluate([&] { return Remote<Instant>(then) - Remote<Duration>(800ms); }), then - 800ms);
    EXPECT_EQ(evaluate([&] { return Remote<Duration>(90min) + Duration(1) - Duration(3); }),
              Duration(90min) - Duration(2));
    EXPECT_EQ(evaluate([&] { return Remote<Duration>(90min) * 3; }), Duration(270min));
}

TEST(Numbers, are_converted_on_demand_only) {
    EXPECT_EQ(evaluate([] { return to<double>(Remote<std::int32_t>(3)) / 2; }), 1.5);
    EXPECT_EQ(evaluate([] { return to<std::int64_t>(Remote<std::int32_t>(3)) * 1'000'000'000'000; }),
              3'000'000'000'000);
    EXPECT_EQ(evaluate([] { return parse<std::int32_t>(Remote<std::string>("12")); }), std::optional(12));
    EXPECT_EQ(evaluate([] { return parse<std::int32_t>(Remote<std::string>("x")); }), std::nullopt);
    EXPECT_EQ(evaluate([] {
                  return max(Remote<std::int32_t>(3), 5) + min(Remote<std::int32_t>(3), 5) +
                         abs(Remote<std::int32_t>(-1));
              }),
              9);
    EXPECT_EQ(evaluate([] { return Remote<BigInteger>(BigInteger("10000000000000000000")) * 10; }),
              BigInteger("100000000000000000000"));
    EXPECT_FALSE(evaluate([] { return Remote<double>(0.0 / 0.0) < 1.0; }));
}

TEST(Choices, of_variants_and_expecteds_reach_their_case) {
    const auto name = [](shop::Payment payment) {
        return evaluate([&] {
            return match(
                Remote<shop::Payment>(payment), [](Remote<shop::Card> card) { return "card " + card.number; },
                [](Remote<shop::Cash> cash) { return cash.cents.to_string() + " cents"; });
        });
    };
    EXPECT_EQ(name(shop::Card{"7"}), "card 7");
    EXPECT_EQ(name(shop::Cash{5}), "5 cents");
    EXPECT_EQ(evaluate([] { return make<Order>({.id = "x", .amount = Remote<std::int64_t>(2) + 1}).amount; }),
              3);
    EXPECT_TRUE(evaluate([] {
        return Remote<std::optional<std::int32_t>>(5).filter([](auto x) { return x > 3; }).has_value();
    }));
    EXPECT_FALSE(evaluate([] {
        const Remote<std::optional<std::int32_t>> nothing = std::nullopt;
        return nothing.has_value() && nothing.value() > 3;
    }));
}

TEST(Runs, of_a_saga_undo_the_charge_if_shipping_fails) {
    const auto definition = flow("buy", [](Remote<Order> order) {
        return transaction([=]() -> Flow<std::string> {
            auto payment = co_await shop::charge(order);
            co_return co_await shop::ship(payment, order.amount).retry({.attempts = 3, .first_delay = 10s});
        });
    });
    Shop good;
    good.failures = 2;
    EXPECT_EQ(good.run(definition, Order{"1", 2}), "payment of 1 x2");
    EXPECT_THAT(good.asked,
                ElementsAre("charge 1", "ship payment of 1", "ship payment of 1", "ship payment of 1"));
    Shop bad;
    bad.failures = 3;
    const auto end = bad.outcome(definition, Order{"1", 2});
    EXPECT_EQ(from_value<ActivityError>(std::get<model::Failed>(end).value), (ActivityError{"no truck", {}}));
    EXPECT_THAT(bad.asked, ElementsAre("charge 1", "ship payment of 1", "ship payment of 1",
                                       "ship payment of 1", "refund payment of 1"));
}

TEST(Runs, of_fan_outs_give_results_in_the_order_of_the_list) {
    const auto definition = flow(
        "all",
        [](Remote<Numbers> list) -> Flow<std::tuple<Numbers, Numbers, std::int32_t, std::int32_t>, Never> {
            auto one_by_one = co_await for_each(list, [](auto x) { return x * 2; });
            auto at_once = co_await for_each_parallel(
                list, [](auto x) { return sleep(seconds(to<std::int64_t>(x))).then([=] { return x + 1; }); });
            auto first = co_await race(sleep(2h).then([] { return Remote<std::int32_t>(1); }),
                                       sleep(1h).then([] { return Remote<std::int32_t>(2); }));
            auto [a, b] = co_await in_parallel(value(10), value("ab"));
            co_return tuple(one_by_one, at_once, first, a + b.size());
        });
    EXPECT_EQ(Shop().run(definition, Numbers{3, 1, 2}),
              std::tuple(Numbers{6, 2, 4}, Numbers{4, 2, 3}, 2, 12));
}

TEST(Runs, of_loops_go_round_as_often_as_they_say) {
    const auto definition =
        flow("loops",
             [](Remote<std::int64_t> n) -> Flow<std::tuple<std::int64_t, std::int32_t, std::int32_t>, Never> {
                 auto factorial = co_await recurse<std::int64_t, Never>(
                     tuple(std::int64_t{1}, n), [](auto again, auto state) {
                         auto [product, left] = state;
                         return when(left <= 1, value(product), again(tuple(product * left, left - 1)));
                     });
                 auto ten = co_await iterate(1, [](auto x) { return x < 10; }, [](auto x) { return x + 1; });
                 auto count = co_await variable("count", 0);
                 co_await repeat_while([&]() -> Flow<bool, Never> {
                     auto now = co_await count.update([](auto x) { return x + 1; });
                     co_return now < 5;
                 });
                 auto five = co_await count.get();
                 co_return tuple(factorial, ten, five);
             });
    EXPECT_EQ(Shop().run(definition, std::int64_t{5}), std::tuple(std::int64_t{120}, 10, 5));
}

TEST(Runs, that_wait_for_a_variable_are_woken_by_another_fiber) {
    const auto definition = flow("wait", []() -> Flow<std::tuple<std::int32_t, bool, std::string>, Never> {
        auto v = co_await variable("v", 0);
        co_await sleep(1h).then(v.set(3)).fork();
        auto x = co_await v.wait_until([](auto y) { return y > 2; });
        auto late = co_await v.wait_until([](auto y) { return y > 9; }).timeout(24h);
        auto tried = co_await transaction(
            [&](Transaction tx) { return tx.retry_until(false).then(value("left")).or_try(value("right")); });
        co_return tuple(x, late.has_value(), tried);
    });
    EXPECT_EQ(Shop().run(definition, unit), std::tuple(3, false, "right"));
}

TEST(Runs, that_fail_are_caught_widened_or_die) {
    const auto definition = flow("errors", [](Remote<std::int32_t> x) -> Flow<std::string, std::string> {
        auto caught = co_await fail(x).catch_([](auto error) { return error + 1; });
        auto folded = co_await value(x)
                          .then([](auto y) { return when(y > 5, fail("big"), value(y)); })
                          .fold([](auto error) { return error; }, [](auto y) { return y.to_string(); });
        auto result =
            co_await shop::ship("x", 1).map_error([](auto error) { return error.failure; }).result();
        co_return co_await match(
            result, [&](auto parcel) { return value(format("{} {} {}", caught, folded, parcel)); },
            [](auto error) { return fail("lost: " + error); });
    });
    EXPECT_EQ(Shop().run(definition, 3), "4 3 x x1");
    Shop bad;
    bad.failures = 1;
    const auto end = bad.outcome(definition, 7);
    EXPECT_EQ(from_value<std::string>(std::get<model::Failed>(end).value), "lost: no truck");
    const auto dead =
        Shop().outcome(flow("dead", [] { return fail(1).or_die().then(die("never here")); }), unit);
    EXPECT_TRUE(std::holds_alternative<model::Died>(dead));
    const auto why = Shop().outcome(flow("dead", [] { return die("out of paper"); }), unit);
    EXPECT_THAT(std::get<model::Died>(why).death.message(), ::testing::HasSubstr("out of paper"));
}

TEST(Runs, that_die_say_where_that_was_written) {
    const auto build = [](Remote<std::int32_t> n) -> Flow<std::int32_t, Never> {
        auto tenth = co_await value(10 / n);
        co_return tenth + 1;
    };
    const auto program = interpreter::Program::load(flow("tenth", build).node()).value();
    const auto result = zflow::testing::Runner().run(program, to_value(std::int32_t{0}));
    // NOLINTNEXTLINE(bugprone-unchecked-optional-access): a test that has nothing here fails
    EXPECT_TRUE(std::holds_alternative<model::Died>(result.outcome.value()));
    ASSERT_EQ(result.log.size(), 1U);
    EXPECT_THAT(result.log[0].text, ::testing::MatchesRegex("died at run_test.cpp:[0-9]+.*: .*/ by zero"));
}

}  // namespace
