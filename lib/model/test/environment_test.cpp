#include <zflow/model/environment.hpp>

#include <gtest/gtest.h>

namespace zflow::model {
namespace {

TEST(Environment, every_level_gives_what_was_pushed_there) {
    Ref<const Environment> top;
    for (int i = 0; i < 1000; ++i) {
        top = Environment::push(Value::int_(i), top);
        for (const int level : {0, i / 3, i / 2, i}) {
            ASSERT_EQ(top->at(static_cast<std::uint32_t>(level)).value().as_integer(), level);
        }
    }
    EXPECT_EQ(top->depth(), 1000U);
}

TEST(Environment, two_that_were_pushed_on_one_share_it) {
    const auto below = Environment::push(Value::int_(1), nullptr);
    const auto a = Environment::push(Value::int_(2), below);
    const auto b = Environment::push(Value::int_(3), below);
    EXPECT_EQ(&a->at(0), &b->at(0));
    EXPECT_EQ(a->at(1).value().as_integer(), 2);
    EXPECT_EQ(b->at(1).value().as_integer(), 3);
}

TEST(Environment, a_million_levels_are_looked_up_in_few_steps_and_freed_without_recursion) {
    Ref<const Environment> top;
    for (int i = 0; i < 1'000'000; ++i) {
        top = Environment::push(Value::int_(i), top);
    }
    // With a step a level these look-ups alone would take 10^11 steps.
    for (std::uint32_t level = 0; level < 100'000; ++level) {
        ASSERT_EQ(top->at(level).value().as_integer(), static_cast<int>(level));
    }
}

}  // namespace
}  // namespace zflow::model
