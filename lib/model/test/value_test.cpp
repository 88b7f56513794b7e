#include <zflow/model/sequence.hpp>
#include <zflow/model/value.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace zflow::model {
namespace {

/// 2^levels leaves, levels pairs.
Value doubled(int levels, Value leaf) {
    for (int i = 0; i < levels; ++i) {
        leaf = Value::tuple(leaf, leaf);
    }
    return leaf;
}

TEST(Value, scalars_come_back_as_they_were_put_in) {
    EXPECT_EQ(Value::long_(std::numeric_limits<std::int64_t>::min()).as_integer(),
              std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(Value::byte(-128).as_integer(), -128);
    EXPECT_EQ(Value::local_date({-999'999'999, 12, 31}).as_local_date(), (LocalDate{-999'999'999, 12, 31}));
    EXPECT_EQ(Value::year_month({-5, 2}).as_year_month(), (YearMonth{-5, 2}));
    EXPECT_EQ(Value::month_day({2, 29}).as_month_day(), (MonthDay{2, 29}));
    EXPECT_EQ(Value::duration({-7, 999'999'999}).as_duration(), (Duration{-7, 999'999'999}));
    EXPECT_TRUE(std::isnan(Value::float_(std::nanf("")).as_float()));
    EXPECT_EQ(Value::float_(0.1F).as_float(), 0.1F);
}

TEST(Value, a_deep_value_is_compared_and_freed_without_recursion) {
    auto a = Value::unit();
    auto b = Value::unit();
    for (int i = 0; i < 1'000'000; ++i) {
        a = Value::some(std::move(a));
        b = Value::some(std::move(b));
    }
    EXPECT_TRUE(equal(a, b));
    EXPECT_TRUE(identical(a, b));
    EXPECT_FALSE(equal(a, Value::some(b)));
}

TEST(Value, two_values_that_share_much_are_compared_soon) {
    EXPECT_TRUE(equal(doubled(64, Value::int_(1)), doubled(64, Value::int_(1))));
    EXPECT_FALSE(equal(doubled(64, Value::int_(1)), doubled(64, Value::int_(2))));
    EXPECT_EQ(hash(doubled(64, Value::int_(1))), hash(doubled(64, Value::int_(1))));
}

TEST(Value, numbers_are_equal_as_numbers_and_identical_as_bits) {
    const auto nan = Value::double_(std::nan(""));
    EXPECT_FALSE(equal(nan, nan));
    EXPECT_TRUE(identical(nan, nan));
    EXPECT_TRUE(equal(Value::double_(0.0), Value::double_(-0.0)));
    EXPECT_FALSE(identical(Value::double_(0.0), Value::double_(-0.0)));
    EXPECT_EQ(hash(Value::double_(0.0)), hash(Value::double_(-0.0)));
    EXPECT_FALSE(equal(Value::int_(1), Value::long_(1)));
    EXPECT_FALSE(equal(Value::big_decimal({10, 1}), Value::big_decimal({100, 2})));
}

TEST(Value, sets_are_equal_whatever_their_order_and_keep_one_of_equal_items) {
    const std::vector<Value> ab{Value::string("a"), Value::string("b"), Value::string("a")};
    const std::vector<Value> ba{Value::string("b"), Value::string("a")};
    EXPECT_EQ(Value::set(ab).as_sequence().size(), 2U);
    EXPECT_TRUE(equal(Value::set(ab), Value::set(ba)));
    EXPECT_EQ(hash(Value::set(ab)), hash(Value::set(ba)));
    EXPECT_FALSE(identical(Value::set(ab), Value::set(ba)));
    EXPECT_FALSE(equal(Value::set(ab), Value::set(std::vector{Value::string("a"), Value::string("c")})));
    // Elements of the same hash are told apart: records of one type are hashed by their first parts only.
    std::vector<Value> long_lists;
    for (int last = 0; last < 3; ++last) {
        std::vector<Value> items(1000, Value::int_(7));
        items.back() = Value::int_(last);
        long_lists.push_back(Value::sequence(items));
    }
    auto reversed = long_lists;
    std::ranges::reverse(reversed);
    EXPECT_TRUE(equal(Value::set(long_lists), Value::set(reversed)));
}

TEST(Value, a_later_pair_of_a_dictionary_replaces_the_value_in_place) {
    const auto pair = [](const char* key, int value) {
        return Value::tuple(Value::string(key), Value::int_(value));
    };
    const auto map = Value::dictionary(std::vector{pair("a", 1), pair("b", 2), pair("a", 3)});
    ASSERT_EQ(map.as_sequence().size(), 2U);
    EXPECT_TRUE(equal(map.as_sequence()[0], pair("a", 3)));
    EXPECT_TRUE(equal(map, Value::dictionary(std::vector{pair("b", 2), pair("a", 3)})));
    EXPECT_FALSE(equal(map, Value::dictionary(std::vector{pair("b", 2), pair("a", 4)})));
}

TEST(Value, deep_sets_are_compared_without_recursion) {
    auto a = Value::set({});
    auto b = Value::set({});
    for (int i = 0; i < 100'000; ++i) {
        a = Value::set(std::vector{a});
        b = Value::set(std::vector{b});
    }
    EXPECT_TRUE(equal(a, b));
}

TEST(Value, longer_tuples_are_nested_to_the_left) {
    const auto triple = Value::tuple(std::vector{Value::int_(1), Value::int_(2), Value::int_(3)});
    EXPECT_EQ(triple.as_tuple().right.as_integer(), 3);
    EXPECT_EQ(triple.as_tuple().left.as_tuple().left.as_integer(), 1);
}

TEST(ValueDeathTest, reading_another_kind_than_there_is_stops_the_process) {
    EXPECT_DEATH((void)Value::int_(1).as_string(), "asked for its kind");
}

}  // namespace
}  // namespace zflow::model
