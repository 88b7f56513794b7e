// A coroutine is the nested lambdas, node for node.

#include "trees.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

using namespace zflow;
using namespace std::chrono_literals;

namespace {

constexpr auto charge = activity<std::string(std::int64_t)>("charge");
constexpr auto ship = activity<std::string(std::string, std::int64_t)>("ship");

void expect_equal(const auto& a, const auto& b) {
    EXPECT_TRUE(model::equal(test::node_of(a), test::node_of(b))) << test::json_of(a) << "\n"
                                                                  << test::json_of(b);
}

TEST(Coroutine, is_the_nested_lambdas_with_variables_sleeps_and_an_unrolled_loop) {
    const auto coroutine = []() -> Flow<std::int32_t, Never> {
        auto v = co_await variable("v", 1);
        auto a = co_await v.update([](auto x) { return x + 1; });
        co_await sleep(24h);
        for (int i = 0; i < 3; ++i) {
            co_await v.set(a + i);
        }
        auto b = co_await v.get();
        co_return a + b;
    };
    const auto nested = [] {
        return variable("v", 1).then([](Var<std::int32_t> v) {
            return v.update([](auto x) { return x + 1; }).then([=](Remote<std::int32_t> a) {
                return sleep(24h).then([=] {
                    return v.set(a + 0).then([=] {
                        return v.set(a + 1).then([=] {
                            return v.set(a + 2).then(
                                [=] { return v.get().then([=](Remote<std::int32_t> b) { return a + b; }); });
                        });
                    });
                });
            });
        });
    };
    expect_equal(coroutine(), nested());
}

TEST(Coroutine, is_the_nested_lambdas_with_activities_and_branches) {
    const auto coroutine = [](Remote<std::int64_t> amount) -> Flow<std::string> {
        auto payment = co_await charge(amount);
        auto parcel = co_await when(amount > 10, ship(payment, amount), value("none"));
        co_return payment + parcel;
    };
    const auto nested = [](Remote<std::int64_t> amount) {
        return charge(amount).then([=](auto payment) {
            return when(amount > 10, ship(payment, amount), value("none")).then([=](auto parcel) {
                return payment + parcel;
            });
        });
    };
    const Remote<std::int64_t> amount = 7;
    expect_equal(coroutine(amount), nested(amount));
}

TEST(Coroutine, widens_errors_in_the_fold_that_it_writes_anyway) {
    const auto flow = []() -> Flow<Unit> {
        co_await charge(1);
        co_await sleep(1h);
        co_await fail(make<ActivityError>({.failure = "no"}));
    }();
    const auto root = test::node_of(flow);
    EXPECT_EQ(root->kind, model::NodeKind::fold);
    EXPECT_FALSE(root->children[1]);
}

TEST(Coroutine, that_returns_what_it_awaited_last_is_a_tail_call) {
    const auto tail = []() -> Flow<std::string> { co_return co_await charge(1); };
    expect_equal(tail(), charge(1));
    const auto direct = []() -> Flow<std::string> { co_return charge(1); };
    expect_equal(direct(), charge(1));
}

TEST(Coroutine, runs_its_body_once_when_it_is_called) {
    auto runs = 0;
    const auto flow = [&]() -> Flow<Unit, Never> {
        ++runs;
        co_await sleep(1h);
        ++runs;
    };
    (void)flow();
    EXPECT_EQ(runs, 2);
}

TEST(Coroutine, lets_an_exception_out_of_the_call) {
    const auto flow = [](bool wrong) -> Flow<std::int32_t, Never> {
        std::string big(1000, 'x');
        auto y = co_await value(1);
        if (wrong) {
            throw std::runtime_error("no such file");
        }
        co_return y;
    };
    EXPECT_THROW((void)flow(true), std::runtime_error);
    EXPECT_NO_THROW((void)flow(false));
}

TEST(Coroutine, may_take_references_and_capture_since_nothing_suspends) {
    const auto build = [] {
        std::string word = "twice ";
        const auto flow = [&](const Remote<std::string>& text) -> Flow<std::string, Never> {
            co_await sleep(1h);
            co_return word + text;
        };
        return flow("x");
    };
    expect_equal(build(), sleep(1h).then([] { return Remote<std::string>("twice ") + "x"; }));
}

TEST(Coroutine, of_a_thousand_steps_is_the_longest) {
    const auto flow = [](int steps) -> Flow<Unit, Never> {
        for (int i = 0; i < steps; ++i) {
            co_await log("x");
        }
    };
    EXPECT_NO_THROW((void)flow(1000));
    try {
        (void)flow(1001);
        FAIL();
    } catch (const BuildError& error) {
        EXPECT_THAT(error.what(),
                    testing::HasSubstr("more than 1000 steps in one coroutine (coroutine_test.cpp:"));
    }
}

TEST(Coroutine, after_a_step_of_two_awaits_in_braces_goes_from_left_to_right) {
    const auto both = [](Flow<std::int32_t, Never> a, Flow<std::string, Never> b) {
        return in_parallel(a, b);
    };
    const auto flow = both(value(1), value("x"));
    expect_equal(flow, value(1).fork().then([](auto a) {
        return value("x").fork().then([=](auto b) {
            return a.join().then([=](auto x) { return b.join().then([=](auto y) { return tuple(x, y); }); });
        });
    }));
}

TEST(Flow, is_freed_in_constant_stack_however_long) {
    std::vector<Flow<std::int32_t, Never>> flows(100'000, value(1));
    const auto all = collect_all(flows);
    EXPECT_GT(test::json_of(all).size(), flows.size());
}

}  // namespace
