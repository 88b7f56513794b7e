// Programs written for ZIO Flow have the same outcome here, or differ by a rule that is written down.

#include <zflow/testing/flow_conformance.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace zflow::testing {
namespace {

/// Runs all once, for all tests here.
const std::vector<FlowResult>& results() {
    static const auto all = run_flow_conformance(ZFLOW_PROGRAMS_DIRECTORY);
    return all;
}

/// The numbers of the files with a verdict, by what is said about it.
std::map<std::string, std::vector<std::string>> files_by_reason(Verdict verdict) {
    std::map<std::string, std::vector<std::string>> files;
    for (const auto& result : results()) {
        if (result.verdict == verdict) {
            files[result.reason].push_back(result.file);
        }
    }
    return files;
}

TEST(Programs, none_has_a_wrong_outcome) {
    EXPECT_GT(results().size(), 300U);
    for (const auto& result : results()) {
        EXPECT_NE(result.verdict, Verdict::wrong) << result.file << ": " << result.reason;
    }
}

TEST(Programs, differ_on_purpose_by_these_rules) {
    const std::map<std::string, std::vector<std::string>> expected{
        {"absent_group_is_empty", {"591-regex-findMatches-optional-group.json"}},
        {"bytes_are_values", {"098-flow-random-bytes-length.json", "968-more-conv-int-toByte.json"}},
        {"children_see_environment", {"966-more-provide-across-fork.json", "985-more-timeout-provide.json"}},
        {"enumerations_are_ordered", {"440-bool-relational-sum-type.json"}},
        {"every_run_ends", {"486-str-times-negative.json"}},
        {"half_a_surrogate_dies", {"545-str-reverse-surrogates.json"}},
        {"map_keeps_one_value_a_key", {"738-list-toMap.json", "842-map-duplicate-keys.json"}},
        {"not_a_number_is_a_value",
         {"350-num-float-max-times-max.json", "372-num-double-mod-zero.json",
          "394-num-double-sqrt-negative.json", "396-num-double-nan.json", "399-num-double-nan-literal.json"}},
        {"or_try_undoes_left", {"113-flow-tx-orTry-right.json"}},
    };
    EXPECT_EQ(files_by_reason(Verdict::different_on_purpose), expected);
}

TEST(Programs, that_are_not_supported_name_the_operator_that_is_missing) {
    for (const auto& [reason, files] : files_by_reason(Verdict::not_supported)) {
        EXPECT_THAT(reason, ::testing::HasSubstr("operator '")) << files.front();
    }
}

}  // namespace
}  // namespace zflow::testing
