#include <zflow/conformance/suite.hpp>

#include <gmock/gmock.h>

#include <set>

namespace zflow::conformance {
namespace {

using testing::HasSubstr;
using testing::Not;

Report some_report() {
    return {.subject = "memory:",
            .results = {
                {.name = "contract.kv.a"},
                {.name = "contract.kv.b", .verdict = Verdict::failed, .message = "found \"x\"", .seed = 7},
                {.name = "crash.c", .verdict = Verdict::skipped, .message = "volatile"}}};
}

TEST(Report, counts_verdicts_and_fails_with_one_failure) {
    const auto report = some_report();
    EXPECT_EQ(report.count(Verdict::passed), 1U);
    EXPECT_EQ(report.count(Verdict::failed), 1U);
    EXPECT_FALSE(report.passed());
    EXPECT_TRUE((Report{.subject = "", .results = {{.name = "a", .verdict = Verdict::warned}}}).passed());
}

TEST(Report, the_table_shows_what_is_not_passed_and_how_to_repeat_it) {
    const auto table = to_table(some_report(), false);
    EXPECT_THAT(table, Not(HasSubstr("contract.kv.a")));
    EXPECT_THAT(table, HasSubstr("--only contract.kv.b --seed 7"));
    EXPECT_THAT(table, HasSubstr("memory:: 3 cases: 1 passed, 1 failed, 1 skipped, 0 warned"));
    EXPECT_THAT(to_table(some_report(), true), HasSubstr("contract.kv.a"));
}

TEST(Report, a_row_is_one_json_object) {
    EXPECT_EQ(to_json(some_report().results[1]),
              R"({"case":"contract.kv.b","verdict":"failed","message":"found \"x\"","seed":7})");
}

TEST(Suite, case_names_are_claims_of_their_own) {
    std::set<std::string> names;
    for (const auto& info : cases()) {
        EXPECT_TRUE(names.insert(info.name).second) << info.name;
        EXPECT_THAT(info.name, testing::StartsWith(std::string(to_string(info.group)) + "."));
        EXPECT_FALSE(info.claim.empty()) << info.name;
    }
    EXPECT_GT(names.size(), 80U);
}

TEST(Suite, a_case_that_is_not_there_is_an_error) {
    EXPECT_THROW((void)run_case({.uri = "memory:"}, "contract.kv.no_such_case"), std::invalid_argument);
}

}  // namespace
}  // namespace zflow::conformance
