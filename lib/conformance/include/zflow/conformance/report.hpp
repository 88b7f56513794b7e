#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace zflow::conformance {

enum class Verdict {
    passed,
    failed,   ///< The store broke a promise, or did not answer in time.
    skipped,  ///< The store declares that it cannot do this; the message says which capability is missing.
    warned,   ///< Works, though declared missing: the declaration should be mended. Not a failure.
};

[[nodiscard]] std::string_view to_string(Verdict verdict) noexcept;

/// What became of one case.
struct CaseResult {
    std::string name = {};  ///< e.g. "contract.kv.latest_is_the_greatest_timestamp_whatever_the_order"
    Verdict verdict = Verdict::passed;
    std::string message =
        {};                  ///< Why it failed or was skipped: expected, found, and the calls that led there.
    std::uint64_t seed = 0;  ///< Repeats the case exactly (`Options::seed`).
    std::chrono::milliseconds took{0};
};

/// What became of all of them.
struct Report {
    std::string subject = {};  ///< the URI
    std::vector<CaseResult> results = {};

    [[nodiscard]] bool passed() const noexcept;  ///< no case failed
    [[nodiscard]] std::size_t count(Verdict verdict) const noexcept;
};

/// A table for people: a line per case that failed, was skipped or warned (all cases if `verbose`), and the
/// counts.
[[nodiscard]] std::string to_table(const Report& report, bool verbose);

/// One JSON object: {"case","verdict","message","seed"}.
[[nodiscard]] std::string to_json(const CaseResult& result);

}  // namespace zflow::conformance
