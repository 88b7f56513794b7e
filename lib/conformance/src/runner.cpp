#include "case.hpp"

#include <zflow/conformance/suite.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace zflow::conformance {
namespace {

bool is_chosen(const std::string& name, const Options& options) {
    const auto contained = [&](const std::string& part) { return name.find(part) != std::string::npos; };
    return (options.only.empty() || std::ranges::any_of(options.only, contained)) &&
           std::ranges::none_of(options.without, contained);
}

void judge(const Case& one, const Subject& subject, const Options& options, CaseResult& result) {
    try {
        Context context(subject, options, result.seed);
        if (const auto why = missing(one.needs, context.capabilities()); !why.empty()) {
            throw Skipped(why);
        }
        one.body(context);
        result.verdict = Verdict::passed;
    } catch (const Skipped& skipped) {
        result.verdict = Verdict::skipped;
        result.message = skipped.what();
    } catch (const Warned& warned) {
        result.verdict = Verdict::warned;
        result.message = warned.what();
    } catch (const std::exception& error) {
        result.verdict = Verdict::failed;
        result.message = error.what();
    }
}

CaseResult run_one(const Case& one, const Subject& subject, const Options& options) {
    CaseResult result{.name = one.whole_name()};
    result.seed =
        options.seed != 0 ? options.seed : std::max<std::uint64_t>(1, base::system_entropy().number() >> 1);
    const auto begin = base::system_clock().steady_now();
    judge(one, subject, options, result);
    result.took =
        std::chrono::duration_cast<std::chrono::milliseconds>(base::system_clock().steady_now() - begin);
    return result;
}

}  // namespace

Report run(const Subject& subject, const Options& options) {
    {
        // A store that cannot be opened at all is not a matter of any case.
        const Context opened(subject, options, 1);
    }
    std::vector<const Case*> chosen;
    for (const auto& one : all_cases()) {
        if (is_chosen(one.whole_name(), options)) {
            chosen.push_back(&one);
        }
    }
    Report report{.subject = subject.uri, .results = {}};
    const auto progress = [&](std::string_view name) {
        if (options.progress) {
            options.progress(report.results.size(), chosen.size(), name);
        }
    };
    for (const auto* const one : chosen) {
        progress(one->whole_name());
        report.results.push_back(run_one(*one, subject, options));
        if (options.result) {
            options.result(report.results.back());
        }
    }
    progress({});
    return report;
}

CaseResult run_case(const Subject& subject, std::string_view name, const Options& options) {
    const auto& cases = all_cases();
    const auto found = std::ranges::find_if(cases, [&](const Case& one) { return one.whole_name() == name; });
    if (found == cases.end()) {
        throw std::invalid_argument(fmt::format("the suite has no case '{}'", name));
    }
    return run_one(*found, subject, options);
}

}  // namespace zflow::conformance
