// What zflow::flow makes of a function, and what it refuses.

#include "trees.hpp"

#include <zflow/dsl/activity_operation.hpp>
#include <zflow/dsl/conversions.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

using namespace zflow;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::MatchesRegex;

namespace shop {

struct Order {
    std::string id;
    std::int64_t amount{};
};
ZFLOW_STRUCT(Order, id, amount)
struct TooExpensive {
    std::int64_t amount{};
};
ZFLOW_STRUCT(TooExpensive, amount)
using BuyError = std::variant<TooExpensive, ActivityError>;
ZFLOW_NAME(BuyError, "shop.BuyError")

constexpr auto refund = activity<Unit(std::string)>("refund");
constexpr auto charge = activity<std::string(Order)>("charge-card").compensate(refund);
constexpr auto ship = activity<std::string(Order, std::string)>("ship");

Flow<std::string, BuyError> buy(Remote<Order> order) {
    co_await when(order.amount > 100'000, fail(make<TooExpensive>({.amount = order.amount})));
    auto parcel = co_await transaction([=]() -> Flow<std::string> {
        auto payment = co_await charge(order);
        co_return co_await ship(order, payment).retry({.attempts = 3, .first_delay = 10s});
    });
    co_await sleep(24h);
    co_await log("done").named("the end");
    co_return parcel;
}

}  // namespace shop

namespace {

template <class F>
std::string refusal(F&& f) {
    try {
        (void)flow("f", f);
    } catch (const BuildError& error) {
        return error.what();
    }
    return "not refused";
}

TEST(Definition, knows_its_name_version_and_types) {
    const auto definition = flow("buy", shop::buy, {.version = 2});
    EXPECT_EQ(definition.name(), "buy");
    EXPECT_EQ(definition.version(), 2);
    static_assert(std::same_as<decltype(definition)::input_type, shop::Order>);
    static_assert(std::same_as<decltype(definition)::result_type, std::string>);
    static_assert(std::same_as<decltype(definition)::error_type, shop::BuyError>);
    EXPECT_EQ(model::to_text(*definition.input_schema()), "shop.Order");
    EXPECT_TRUE(model::fits(to_value(shop::Order{"1", 2}), *definition.input_schema()));
    EXPECT_FALSE(model::fits(to_value(std::string("x")), *definition.input_schema()));
}

TEST(Definition, is_the_same_text_each_time_it_is_built) {
    (void)sleep(1h);  // symbols that others use do not count
    const auto first = flow("buy", shop::buy).json();
    (void)value(1).then([](auto x) { return x; });
    EXPECT_EQ(first, flow("buy", shop::buy).json());
    EXPECT_THAT(first, HasSubstr("00000000-0000-4000-8000-000000000001"));
    const auto read = codec::program_from_json(first);
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_TRUE(model::equal(*read, flow("buy", shop::buy).node()));
}

TEST(Definition, is_shown_as_a_list_of_steps_with_places) {
    const auto text = flow("buy", shop::buy, {.version = 2}).show();
    std::string without_places;
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = text.find('\n', begin);
        auto line = text.substr(begin, end - begin);
        if (const auto place = line.find("definition_test.cpp:"); place != std::string::npos) {
            line.resize(place);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        without_places += line + "\n";
        begin = end + 1;
    }
    EXPECT_EQ(without_places,
              "buy, version 2\n"
              "  when\n"
              "    fail\n"
              "  transaction\n"
              "    run charge-card\n"
              "      undo\n"
              "        run refund\n"
              "    retry\n"
              "      run ship\n"
              "  sleep\n"
              "  log \"done\"\n");
    EXPECT_THAT(text, HasSubstr("run ship                                          definition_test.cpp:4"));
}

TEST(Definition, of_two_parameters_takes_their_tuple) {
    const auto definition =
        flow("two", [](Remote<std::int32_t> x, Remote<std::string> y) -> Flow<std::string, Never> {
            co_return format("{} {}", x, y);
        });
    static_assert(std::same_as<decltype(definition)::input_type, std::tuple<std::int32_t, std::string>>);
}

TEST(Definition, of_no_parameter_takes_unit) {
    const auto definition = flow("none", [] { return value(1); });
    static_assert(std::same_as<decltype(definition)::input_type, Unit>);
    EXPECT_EQ(definition.json(), R"({"Return":{"Literal":{"Int":1}}})");
}

TEST(Definition, names_activities_so_that_a_host_finds_its_operation) {
    const auto call = shop::ship(shop::Order{"1", 2}, "p");
    const auto node = test::node_of(call);
    ASSERT_EQ(node->kind, model::NodeKind::run_activity);
    EXPECT_EQ(activity_name(*node->children[1]), "ship");
    EXPECT_TRUE(
        model::fits(to_value(std::tuple(shop::Order{"1", 2}, std::string("p"))), *node->children[1]->schema));
    EXPECT_EQ(activity_name(*node), std::nullopt);
}

TEST(Definition, refuses_a_value_outside_of_the_branch_that_made_it) {
    const auto text = refusal([](Remote<std::int32_t> x) -> Flow<std::int32_t, Never> {
        std::vector<Remote<std::int32_t>> kept;
        co_await when(x > 3, [&]() -> Flow<Unit, Never> {
            auto twice = co_await value(x * 2).named("twice");
            kept.push_back(twice);
        });
        co_return kept[0];
    });
    EXPECT_THAT(
        text,
        MatchesRegex(
            "flow 'f': the value of 'twice' \\(definition_test.cpp:[0-9]+\\) is used outside of the branch, "
            "lambda or flow that it belongs to \\(used at definition_test.cpp:[0-9]+\\)"));
}

TEST(Definition, refuses_what_differs_the_second_time) {
    auto n = 0;
    EXPECT_THAT(refusal([&n](Remote<std::int32_t> x) -> Flow<Unit, Never> {
                    co_await log("first");
                    co_await log(format("{}", x + n++));
                }),
                MatchesRegex("flow 'f': building it twice gave two different programs, which differ at "
                             "definition_test.cpp:[0-9]+: the function must not depend on clocks, random "
                             "numbers or anything that changes"));
}

TEST(Definition, refuses_one_expression_written_out_a_million_times) {
    EXPECT_THAT(refusal([](Remote<std::int32_t> x) -> Flow<std::int32_t, Never> {
                    std::vector<Remote<std::int32_t>> all{x};
                    for (int i = 0; i < 40; ++i) {
                        all.push_back(all.back() + all.back());
                    }
                    co_await log(all.back().to_string());
                    co_return 1;
                }),
                MatchesRegex("flow 'f': more than 1000000 nodes when written out, because one expression is "
                             "used again and again "
                             "\\(definition_test.cpp:[0-9]+\\): give it a name .*"));
}

Flow<std::int32_t, Never> calls_itself(Remote<std::int32_t> n) {
    return value(n - 1).then([](auto x) { return calls_itself(x); });
}

TEST(Definition, refuses_a_function_that_calls_itself) {
    EXPECT_THAT(refusal(calls_itself), HasSubstr("calls itself without end"));
}

TEST(Definition, lets_other_exceptions_through) {
    EXPECT_THROW((void)flow("f",
                            [](Remote<std::int32_t>) -> Flow<Unit, Never> {
                                throw std::runtime_error("no such file");
                                co_return;
                            }),
                 std::runtime_error);
}

TEST(Definition, takes_names_of_fields_that_the_library_uses_too) {
    EXPECT_EQ(refusal([](Remote<shop::Order> order) {
                  return value(order.with(&shop::Order::amount, 1)[&shop::Order::amount]);
              }),
              "not refused");
}

TEST(Definition, of_a_hundred_thousand_steps_is_built_shown_and_freed) {
    const auto definition = flow("long", [](Remote<std::int32_t> x) {
        return collect_all(std::vector<Flow<std::int32_t, Never>>(100'000, value(x)));
    });
    EXPECT_GT(definition.show().size(), 10U);
    EXPECT_GT(definition.json().size(), 1'000'000U);
}

TEST(Retry, asks_for_at_least_one_attempt) {
    EXPECT_THROW((void)shop::charge(shop::Order{}).retry({.attempts = 0}), BuildError);
}

}  // namespace
