#include <zflow/conformance/report.hpp>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace zflow::conformance {

std::string_view to_string(Verdict verdict) noexcept {
    switch (verdict) {
        case Verdict::passed:
            return "passed";
        case Verdict::failed:
            return "failed";
        case Verdict::skipped:
            return "skipped";
        case Verdict::warned:
            return "warned";
    }
    return "unknown";
}

bool Report::passed() const noexcept {
    return count(Verdict::failed) == 0;
}

std::size_t Report::count(Verdict verdict) const noexcept {
    return static_cast<std::size_t>(std::ranges::count(results, verdict, &CaseResult::verdict));
}

std::string to_table(const Report& report, bool verbose) {
    std::string text;
    for (const auto& result : report.results) {
        if (!verbose && result.verdict == Verdict::passed) {
            continue;
        }
        text +=
            fmt::format("{:8} {:7} ms  {}\n", to_string(result.verdict), result.took.count(), result.name);
        if (!result.message.empty()) {
            text += fmt::format("         {}\n", result.message);
        }
        if (result.verdict == Verdict::failed) {
            text += fmt::format("         again with: --only {} --seed {}\n", result.name, result.seed);
        }
    }
    text += fmt::format("{}: {} cases: {} passed, {} failed, {} skipped, {} warned\n", report.subject,
                        report.results.size(), report.count(Verdict::passed), report.count(Verdict::failed),
                        report.count(Verdict::skipped), report.count(Verdict::warned));
    return text;
}

std::string to_json(const CaseResult& result) {
    boost::json::object row;
    row["case"] = result.name;
    row["verdict"] = to_string(result.verdict);
    row["message"] = result.message;
    row["seed"] = result.seed;
    return boost::json::serialize(row);
}

}  // namespace zflow::conformance
