#include "broken_stores.hpp"

#include <zflow/conformance/child.hpp>
#include <zflow/conformance/gtest.hpp>

#include <cstdlib>
#include <filesystem>
#include <iostream>

namespace zflow::negative {
namespace {

using conformance::Verdict;

/// A broken store, and the case that must reject it.
struct Row {
    const char* uri;  ///< one that ends with '/' gets a fresh file
    const char* rejected_by;
    Verdict verdict = Verdict::failed;
};

constexpr Row table[] = {
    {"broken-out-of-order:", "contract.kv.latest_is_the_greatest_timestamp_whatever_the_order"},
    {"broken-latest-is-last-put:", "contract.kv.latest_is_the_greatest_timestamp_whatever_the_order"},
    {"broken-before-exclusive:", "contract.kv.before_is_inclusive"},
    {"broken-no-overwrite:", "contract.kv.the_same_timestamp_overwrites"},
    {"broken-marker-takes-its-own:", "contract.kv.remove_with_marker_keeps_the_newest_at_or_before_it"},
    {"broken-remove-leaves-oldest:", "contract.kv.remove_takes_all_versions_of_its_key"},
    {"broken-repeats-on-page-border:", "boundaries.kv.a_page_may_end_inside_the_versions_of_a_key"},
    {"broken-scan-all-versions:", "contract.kv.scan_all_gives_the_newest_version_of_each_key_once"},
    {"broken-joined-names:", "boundaries.kv.namespaces_and_keys_do_not_run_into_each_other"},
    {"broken-holds-less:", "boundaries.kv.a_value_of_the_limit_round_trips"},
    {"broken-cuts-big-values:", "boundaries.kv.a_value_beyond_the_limit_is_refused_and_changes_nothing"},
    {"broken-empty-values:", "contract.kv.values_may_be_empty"},
    {"broken-unsigned-timestamps:", "boundaries.kv.timestamps_are_any_signed_64_bit_numbers"},
    {"broken-zero-bytes:", "boundaries.kv.keys_that_are_prefixes_of_each_other_are_apart"},
    {"broken-any-token:", "boundaries.kv.bad_page_tokens_are_refused"},
    {"broken-through-takes-all:", "contract.kv.remove_through_takes_versions_up_to_and_including"},
    {"broken-hides-remove-through:", "contract.kv.what_is_declared_missing_is_missing", Verdict::warned},
    {"broken-later-index:", "concurrency.idx.writers_and_readers_of_one_topic_see_no_hole"},
    {"broken-half-open-scan:", "contract.idx.scan_includes_both_ends"},
    {"broken-first-index-zero:", "contract.idx.the_first_index_is_1"},
    {"broken-trim-resets:", "contract.idx.trim_of_everything_keeps_the_position"},
    {"broken-trim-beyond:", "contract.idx.trim_beyond_the_position_is_refused"},
    {"broken-expectation-ignored:", "contract.idx.append_with_expected_position_applies_or_conflicts"},
    {"broken-check-then-write:", "concurrency.idx.one_winner_for_each_expected_position"},
    {"broken-one-batch:", "boundaries.idx.topics_of_26_129_and_1100_entries_are_removed_whole"},
    {"broken-old-entries:", "contract.idx.append_after_remove_starts_at_1_and_old_entries_stay_away"},
    {"broken-position-first:", "concurrency.idx.writers_and_readers_of_one_topic_see_no_hole"},
    {"broken-position-in-two-looks:", "concurrency.idx.the_position_never_falls_while_the_topic_is_trimmed"},
    {"broken-scan-limit:", "contract.idx.scan_keeps_its_limit_and_is_contiguous"},
    {"broken-unbounded-scan:", "boundaries.idx.scans_are_bounded_in_bytes"},
    {"broken-hangs:", "contract.idx.a_missing_topic_is_empty_at_position_0"},
    {"broken-out-of-order:", "differential.random_programs_have_the_answers_of_the_oracle"},
    {"broken-early:/", "crash.a_kill_at_a_random_moment_loses_nothing_acknowledged"},
    {"broken-not-durable:", "crash.opening_again_keeps_everything"},
    {"broken-no-lock:/", "second_process.idx.two_processes_append_to_one_topic"},
};

/// A directory for one test.
std::string fresh_directory() {
    auto pattern = (std::filesystem::temp_directory_path() / "zflow-negative-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("no temporary directory");
    }
    return pattern;
}

class BrokenStore : public testing::Test {
 public:
    explicit BrokenStore(const Row& row) : row_(row) {}

    void TestBody() override {
        const auto directory = fresh_directory();
        std::string uri = row_.uri;
        if (uri.back() == '/') {
            uri.replace(uri.size() - 1, 1, directory + "/data");
        }
        conformance::Options options{.effort = 3};
        if (uri == "broken-hangs:") {
            options.case_timeout = std::chrono::seconds(1);
        }
        const auto result = conformance::run_case({.uri = uri}, row_.rejected_by, options);
        EXPECT_EQ(to_string(result.verdict), to_string(row_.verdict)) << result.message;
        EXPECT_FALSE(result.message.empty());
        std::cout << "    " << result.message << "\n";
        std::filesystem::remove_all(directory);
    }

 private:
    const Row& row_;
};

void register_table() {
    for (const auto& row : table) {
        const std::string scheme(row.uri, std::string_view(row.uri).find(':'));
        const std::string name = scheme + "_is_rejected_by_" + row.rejected_by;
        testing::RegisterTest("Negative", name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                              [&row]() -> testing::Test* { return new BrokenStore(row); });
    }
}

}  // namespace
}  // namespace zflow::negative

int main(int argc, char** argv) {
    zflow::negative::register_broken_key_value_stores();
    zflow::negative::register_broken_indexed_stores();
    zflow::negative::register_broken_processes();
    zflow::negative::register_journal_store();
    if (const auto code = zflow::conformance::child_main(argc, argv)) {
        return *code;
    }
    testing::InitGoogleTest(&argc, argv);
    zflow::negative::register_table();
    // The same suite on a store that is sound, and the only one here that several processes share.
    const auto directory = zflow::negative::fresh_directory();
    zflow::conformance::register_tests("Journal", {.uri = "journal:" + directory + "/journal"}, {.only = {}});
    const int code = RUN_ALL_TESTS();
    std::filesystem::remove_all(directory);
    return code;
}
