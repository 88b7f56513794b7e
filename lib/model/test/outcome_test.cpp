#include <zflow/model/error.hpp>
#include <zflow/model/outcome.hpp>

#include <gtest/gtest.h>

namespace zflow::model {
namespace {

TEST(Death, says_what_zio_flow_says) {
    EXPECT_EQ(Death::remote_fail("List is empty").message(),
              "Failed to evaluate remote value: List is empty");
    EXPECT_EQ(Death::evaluation_failed("/ by zero").message(),
              "Failed to evaluate remote value: Remote evaluation failed: / by zero");
    EXPECT_EQ(Death::invalid_arguments("no").message(), "Invalid operation arguments: no");
    EXPECT_EQ(Death::interrupted().message(), "Flow execution interrupted");
    EXPECT_EQ(Death::flow_died().message(), "Could not evaluate ZFlow");
    EXPECT_EQ(Death::type_error("no Int").message(), "Failed to evaluate remote value: Type error: no Int");
    EXPECT_EQ(Death::variable_not_found("v").message(),
              "Failed to evaluate remote value: Could not find identifier v");
    EXPECT_EQ(Death::awaited_flow_died("w_fork0", Death::interrupted()).message(),
              "Awaited flow (w_fork0) died: Flow execution interrupted");
}

TEST(Death, a_reached_limit_is_said_as_it_is) {
    EXPECT_EQ(Death::limit_reached("more than max_depth").message(), "more than max_depth");
}

TEST(Death, an_unknown_case_is_called_by_its_name) {
    EXPECT_EQ((Death{"Unheard"}).message(), "Unheard");
}

TEST(Death, is_equal_if_all_of_it_is) {
    const auto death = Death::awaited_flow_died("a", Death::remote_fail("x"));
    EXPECT_EQ(death, Death::awaited_flow_died("a", Death::remote_fail("x")));
    EXPECT_FALSE(death == Death::awaited_flow_died("a", Death::remote_fail("y")));
    EXPECT_FALSE(death == Death::awaited_flow_died("b", Death::remote_fail("x")));
    EXPECT_FALSE(death == Death::remote_fail("x"));
}

TEST(Death, goes_in_constant_stack_however_deep_it_is) {
    auto death = Death::interrupted();
    for (int i = 0; i < 1'000'000; ++i) {
        death = Death::awaited_flow_died("a", std::move(death));
    }
    const auto copy = death;
    death = Death::flow_died();
    EXPECT_EQ(copy.fields.size(), 2U);
}

TEST(Outcome, is_identical_only_to_one_of_its_kind) {
    EXPECT_TRUE(identical(Outcome(Succeeded{Value::int_(1)}), Outcome(Succeeded{Value::int_(1)})));
    EXPECT_FALSE(identical(Outcome(Succeeded{Value::int_(1)}), Outcome(Succeeded{Value::long_(1)})));
    EXPECT_FALSE(identical(Outcome(Succeeded{Value::int_(1)}), Outcome(Failed{Value::int_(1)})));
    EXPECT_TRUE(identical(Outcome(Died{Death::flow_died()}), Outcome(Died{Death::flow_died()})));
}

TEST(Error, a_place_counts_lines_and_columns_from_one) {
    const std::string_view text = "ab\ncd\n";
    const auto at = [&](std::size_t offset) {
        const auto place = line_and_column(text, offset);
        return std::pair(place.line, place.column);
    };
    EXPECT_EQ(at(0), std::pair(1UL, 1UL));
    EXPECT_EQ(at(2), std::pair(1UL, 3UL));
    EXPECT_EQ(at(3), std::pair(2UL, 1UL));
    EXPECT_EQ(at(6), std::pair(3UL, 1UL));
    EXPECT_EQ(at(100), std::pair(3UL, 1UL));
}

}  // namespace
}  // namespace zflow::model
