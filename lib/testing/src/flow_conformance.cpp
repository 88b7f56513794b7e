#include <zflow/base/clock.hpp>
#include <zflow/codec/json.hpp>
#include <zflow/interpreter/difference.hpp>
#include <zflow/testing/flow_conformance.hpp>
#include <zflow/testing/program_file.hpp>
#include <zflow/testing/runner.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <regex>
#include <stdexcept>

namespace zflow::testing {
namespace {

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw std::runtime_error(fmt::format("'{}' cannot be read", path.string()));
    }
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Without the ids that either side made up.
std::string without_ids(const std::string& json) {
    static const std::regex run_id("w[0-9]+_");
    static const std::regex uuid("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    return std::regex_replace(std::regex_replace(json, run_id, "w_"), uuid,
                              "00000000-0000-0000-0000-000000000000");
}

std::optional<model::Outcome> comparable(const std::string& json) {
    auto outcome = codec::outcome_from_json(without_ids(json));
    return outcome ? std::optional(std::move(*outcome)) : std::nullopt;
}

bool same(const model::Outcome& a, const model::Outcome& b) {
    if (identical(a, b)) {
        return true;
    }
    // Sets have an order in JSON that says nothing.
    const auto* x = std::get_if<model::Succeeded>(&a);
    const auto* y = std::get_if<model::Succeeded>(&b);
    return x != nullptr && y != nullptr && equal(x->value, y->value);
}

struct Expected {
    std::string compare;
    std::string outcome;  ///< JSON
    std::string message;
    bool is_refused = false;
    bool is_normal = false;  ///< there is an outcome to compare with
};

Expected expected_of(std::string_view text, std::string compare) {
    Expected expected;
    expected.compare = std::move(compare);
    expected.outcome = json_field(text, "outcome");
    const auto outcome = boost::json::parse(expected.outcome).as_object();
    expected.is_refused = outcome.contains("DecodeFailed") || outcome.contains("ConstructFailed");
    expected.is_normal =
        outcome.contains("Succeeded") || outcome.contains("Failed") || outcome.contains("Died");
    if (const auto* message = outcome.if_contains("message")) {
        expected.message = std::string(message->as_string());
    }
    if (const auto* raw = outcome.if_contains("raw")) {
        // How the value was stored, before a server respelled its numbers.
        const auto* const name = outcome.contains("Failed") ? "Failed" : "Succeeded";
        expected.outcome =
            fmt::format("{{\"{}\":{{\"value\":{}}}}}", name, std::string_view(raw->as_string()));
    }
    return expected;
}

class Comparison {
 public:
    Comparison(std::string file, double seconds) : seconds_(seconds) { result_.file = std::move(file); }

    FlowResult run(std::string_view text, std::string compare) {
        if (compare == "skip" || compare == "nondeterministic") {
            return verdict(Verdict::not_supported, fmt::format("the index says {}", compare));
        }
        const auto expected = expected_of(text, std::move(compare));
        const interpreter::DifferenceObserver differences;
        const auto tree = read_program(text);
        if (!tree) {
            return refused(expected, tree.error());
        }
        const auto program = interpreter::Program::load(tree->flow);
        if (!program) {
            return refused(expected, program.error());
        }
        const auto begin = base::system_clock().steady_now();
        Options options;
        options.run_id = "w0";
        options.limits.steps = 50'000'000;
        options.give_up = [&] {
            return std::chrono::duration<double>(base::system_clock().steady_now() - begin).count() >
                   seconds_;
        };
        const auto run = Runner().operation("oracle.OracleOp", sample_operation).run(*program, {}, options);
        if (!run.outcome) {
            if (run.stop == Stop::waits_for_ever && expected.outcome.contains("\"Hang\"")) {
                return verdict(Verdict::same, "both wait for ever");
            }
            return verdict(run.stop == Stop::unknown_operation ? Verdict::not_supported : Verdict::wrong,
                           run.sentence);
        }
        return compare_outcomes(expected, *run.outcome, differences);
    }

 private:
    FlowResult verdict(Verdict verdict, std::string reason = {}) {
        result_.verdict = verdict;
        result_.reason = std::move(reason);
        return result_;
    }

    FlowResult refused(const Expected& expected, const model::Error& error) {
        if (expected.is_refused) {
            return verdict(Verdict::same, fmt::format("both refuse it: {}", error.text()));
        }
        return verdict(error.unsupported ? Verdict::not_supported : Verdict::wrong, error.text());
    }

    FlowResult compare_outcomes(const Expected& expected, const model::Outcome& outcome,
                                const interpreter::DifferenceObserver& differences) {
        const auto json = codec::outcome_to_json(outcome);
        if (!json) {
            return verdict(Verdict::wrong, json.error().text());
        }
        if (expected.is_normal) {
            const auto* died = std::get_if<model::Died>(&outcome);
            if (expected.compare == "message" && died != nullptr &&
                without_ids(died->death.message()) == without_ids(expected.message)) {
                return verdict(Verdict::same_message);
            }
            const auto theirs = comparable(expected.outcome);
            const auto ours = comparable(*json);
            if (theirs && ours && same(*theirs, *ours)) {
                return verdict(Verdict::same);
            }
        }
        if (differences.met_any()) {
            return verdict(Verdict::different_on_purpose, differences.names());
        }
        return verdict(Verdict::wrong, fmt::format("expected {}, got {}", expected.outcome.substr(0, 2000),
                                                   json->substr(0, 2000)));
    }

    double seconds_;
    FlowResult result_;
};

}  // namespace

std::string_view to_string(Verdict verdict) noexcept {
    switch (verdict) {
        case Verdict::same:
            return "same";
        case Verdict::same_message:
            return "same_message";
        case Verdict::different_on_purpose:
            return "different_on_purpose";
        case Verdict::wrong:
            return "wrong";
        case Verdict::not_supported:
            break;
    }
    return "not_supported";
}

std::vector<FlowResult> run_flow_conformance(const std::filesystem::path& directory,
                                             const std::function<void(const FlowResult&)>& each,
                                             double seconds) {
    std::vector<FlowResult> results;
    boost::system::error_code error;
    const auto index = boost::json::parse(read_file(directory / "INDEX.json"), error);
    if (error || !index.is_array()) {
        throw std::runtime_error(
            fmt::format("'{}' is no index: a JSON array of objects with 'file' and 'compare'",
                        (directory / "INDEX.json").string()));
    }
    for (const auto& entry : index.as_array()) {
        const std::string file(entry.at("file").as_string());
        results.push_back(
            Comparison(file, seconds)
                .run(read_file(directory / file), std::string(entry.at("compare").as_string())));
        if (each) {
            each(results.back());
        }
    }
    return results;
}

}  // namespace zflow::testing
