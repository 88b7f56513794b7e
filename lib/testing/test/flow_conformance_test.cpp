#include <zflow/testing/flow_conformance.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace zflow::testing {
namespace {

/// A directory of programs that goes with the test.
class Programs {
 public:
    Programs() {
        auto name = (std::filesystem::temp_directory_path() / "zflow-programs-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    ~Programs() { std::filesystem::remove_all(path_); }
    Programs(const Programs&) = delete;
    Programs& operator=(const Programs&) = delete;

    void write(const std::string& name, const std::string& text) const {
        std::ofstream(path_ / name, std::ios::binary) << text;
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
    std::filesystem::path path_;
};

constexpr const char* one =
    R"({"flow":{"Return":{"Literal":{"Int":1}}},"outcome":{"Succeeded":{"value":{"Int":1}}}})";

/// Needs more than one turn: it never ends.
constexpr std::string_view endless =
    R"({"Return":{"Recurse":{"id":"00000000-0000-4000-8000-000000000001",)"
    R"("initial":{"Literal":{"Int":0}},"body":)"
    R"({"input":{"identifier":"00000000-0000-4000-8000-000000000002"},"result":{"RecurseWith":)"
    R"({"id":"00000000-0000-4000-8000-000000000001","value":{"Literal":{"Int":0}}}}}}}})";

TEST(FlowConformance, tells_each_result_and_how_far_it_is) {
    const Programs programs;
    programs.write("INDEX.json",
                   R"([{"file":"a.json","compare":"exact"},{"file":"b.json","compare":"skip"}])");
    programs.write("a.json", one);
    programs.write("b.json", one);
    std::vector<std::string> told;
    const auto results = run_flow_conformance(
        programs.path(), [&](const FlowResult& result) { told.push_back(result.file); },
        seconds_for_a_program,
        [&](std::size_t done, std::size_t total, const std::string& file) {
            told.push_back(std::to_string(done) + "/" + std::to_string(total) + " " + file);
        });
    EXPECT_EQ(told, (std::vector<std::string>{"0/2 a.json", "a.json", "1/2 b.json", "b.json"}));
    ASSERT_EQ(results.size(), 2);
    EXPECT_EQ(results[0].verdict, Verdict::same);
    EXPECT_EQ(results[1].verdict, Verdict::not_supported);
}

TEST(FlowConformance, a_program_without_a_result_in_time_is_wrong) {
    const Programs programs;
    programs.write("INDEX.json", R"([{"file":"a.json","compare":"exact"}])");
    programs.write("a.json",
                   R"({"flow":)" + std::string(endless) + R"(,"outcome":{"Succeeded":{"value":{"Int":1}}}})");
    const auto results = run_flow_conformance(programs.path(), {}, /*seconds=*/-1);
    ASSERT_EQ(results.size(), 1);
    EXPECT_EQ(results[0].verdict, Verdict::wrong);
    EXPECT_NE(results[0].reason.find("no result after"), std::string::npos) << results[0].reason;
}

TEST(FlowConformance, values_may_be_nested_as_deep_as_programs) {
    std::string value;
    constexpr int depth = 10'000;
    for (int i = 0; i < depth; ++i) {
        value += R"({"SomeValue":{"value":)";
    }
    value += R"({"Int":1})" + std::string(2 * depth, '}');
    const Programs programs;
    programs.write("INDEX.json", R"([{"file":"a.json","compare":"exact"}])");
    programs.write("a.json", R"({"flow":{"Return":{"Literal":)" + value +
                                 R"(}},"outcome":{"Succeeded":{"value":)" + value + "}}}");
    EXPECT_EQ(run_flow_conformance(programs.path()).front().verdict, Verdict::same);
}

TEST(FlowConformance, an_index_of_another_form_is_refused_before_anything_runs) {
    const Programs programs;
    EXPECT_THROW((void)run_flow_conformance(programs.path()), std::invalid_argument);
    programs.write("INDEX.json", R"([{"file":"a.json","compare":"exact"},{"file":"b.json"}])");
    bool ran = false;
    EXPECT_THROW((void)run_flow_conformance(programs.path(), [&](const FlowResult&) { ran = true; }),
                 std::invalid_argument);
    EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace zflow::testing
