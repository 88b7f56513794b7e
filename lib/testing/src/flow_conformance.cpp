#include <zflow/base/clock.hpp>
#include <zflow/codec/json.hpp>
#include <zflow/codec/program_file.hpp>
#include <zflow/interpreter/difference.hpp>
#include <zflow/testing/flow_conformance.hpp>
#include <zflow/testing/runner.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <optional>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace zflow::testing {
namespace {

std::optional<std::string> read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (!file || !(text << file.rdbuf())) {
        return std::nullopt;
    }
    return std::move(text).str();
}

/// The text of a field of the JSON object that `text` is, exactly as it is written there; empty if there is
/// none.
std::string_view json_field(std::string_view text, std::string_view name) {
    const auto key = fmt::format("\"{}\"", name);
    std::size_t depth = 0;
    std::size_t string_begin = 0;
    bool in_string = false;
    std::size_t found = 0;  // where the member's value begins
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = text[i];
        if (in_string) {
            if (c == '\\') {
                ++i;
            } else if (c == '"') {
                in_string = false;
                if (depth == 1 && found == 0 && text.substr(string_begin, i + 1 - string_begin) == key) {
                    const auto colon = text.find_first_not_of(" \t\r\n", i + 1);
                    found = colon != std::string_view::npos && text[colon] == ':' ? colon + 1 : 0;
                }
            }
        } else if (c == '"') {
            in_string = true;
            string_begin = i;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if (c == '}' || c == ']') {
            if (depth == 1 && found != 0) {
                return text.substr(found, i - found);
            }
            --depth;
        } else if (c == ',' && depth == 1 && found != 0) {
            return text.substr(found, i - found);
        }
    }
    return {};
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
    const auto value_of = [](const model::Outcome& outcome) -> const model::Value* {
        if (const auto* succeeded = std::get_if<model::Succeeded>(&outcome)) {
            return &succeeded->value;
        }
        const auto* failed = std::get_if<model::Failed>(&outcome);
        return failed != nullptr ? &failed->value : nullptr;
    };
    const auto* x = value_of(a);
    const auto* y = value_of(b);
    return a.index() == b.index() && x != nullptr && y != nullptr && equal(*x, *y);
}

struct Expected {
    std::string compare;
    std::string outcome;  ///< JSON
    std::string message;
    bool is_refused = false;
    bool is_hang = false;
    bool is_normal = false;  ///< there is an outcome to compare with
};

/// What the JSON string `text` says; empty if it is none.
std::string string_of(std::string_view text) {
    boost::system::error_code error;
    const auto parsed = boost::json::parse(text, error);
    return !error && parsed.is_string() ? std::string(parsed.as_string()) : std::string();
}

/// Errors: nothing if the outcome is not one of those that a program can have had.
std::optional<Expected> expected_of(std::string_view outcome, std::string compare) {
    const auto has = [&](std::string_view name) { return !json_field(outcome, name).empty(); };
    Expected expected{.compare = std::move(compare), .outcome = std::string(outcome), .message = {}};
    expected.is_refused = has("DecodeFailed") || has("ConstructFailed");
    expected.is_hang = has("Hang");
    expected.is_normal = has("Succeeded") || has("Failed") || has("Died");
    if (!expected.is_refused && !expected.is_hang && !expected.is_normal && !has("Crash")) {
        return std::nullopt;
    }
    expected.message = string_of(json_field(outcome, "message"));
    if (const auto raw = json_field(outcome, "raw"); !raw.empty()) {
        // How the value was stored, before a server respelled its numbers.
        const auto* const name = has("Failed") ? "Failed" : "Succeeded";
        expected.outcome = fmt::format("{{\"{}\":{{\"value\":{}}}}}", name, string_of(raw));
    }
    return expected;
}

class Comparison {
 public:
    Comparison(std::string file, double seconds, const RunFlow& run) : seconds_(seconds), run_(run) {
        result_.file = std::move(file);
    }

    FlowResult run(std::string_view text, std::string compare) {
        if (compare == "skip" || compare == "nondeterministic") {
            return verdict(Verdict::not_supported, fmt::format("the index says {}", compare));
        }
        const auto read = expected_of(json_field(text, "outcome"), std::move(compare));
        if (!read || json_field(text, "flow").empty()) {
            return verdict(Verdict::wrong,
                           "the file is no JSON object with the fields 'flow' and 'outcome', such as "
                           "{\"flow\":{\"Now\":{}},\"outcome\":{\"Succeeded\":{\"value\":{\"Int\":1}}}}");
        }
        const auto& expected = *read;
        const interpreter::DifferenceObserver differences;
        const auto tree = codec::program_file_from_json(text);
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
        options.limits.steps = 20'000'000;
        options.give_up = [&] {
            return std::chrono::duration<double>(base::system_clock().steady_now() - begin).count() >
                   seconds_;
        };
        const auto run = run_(*program, options);
        if (!run.outcome) {
            if (run.stop == Stop::waits_for_ever && expected.is_hang) {
                return verdict(Verdict::same, "both wait for ever");
            }
            if (run.stop == Stop::given_up) {
                return verdict(Verdict::wrong, fmt::format("no result after {} s", seconds_));
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

    /// Reading their outcome drops what ours has not: a second value of a map's key.
    static bool has_double_keys(const Expected& expected,
                                const interpreter::DifferenceObserver& differences) {
        if (!differences.met(interpreter::Difference::map_keeps_one_value_a_key)) {
            return false;
        }
        const auto read = codec::outcome_from_json(expected.outcome);
        const auto written =
            read ? codec::outcome_to_json(*read) : std::expected<std::string, model::Error>();
        const auto count = [](std::string_view text) { return std::ranges::count(text, '['); };
        return written && count(*written) != count(expected.outcome);
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
            if (theirs && ours && same(*theirs, *ours) && !has_double_keys(expected, differences)) {
                return verdict(Verdict::same);
            }
        }
        // That a run ends at a limit excuses nothing where ZIO Flow's ended by itself.
        const auto ended_at_limit = differences.met(interpreter::Difference::every_run_ends);
        if (differences.met_any() && (expected.is_hang || !ended_at_limit)) {
            return verdict(Verdict::different_on_purpose, differences.names());
        }
        return verdict(Verdict::wrong, fmt::format("expected {}, got {}", expected.outcome.substr(0, 2000),
                                                   json->substr(0, 2000)));
    }

    double seconds_;
    const RunFlow& run_;
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

namespace {

struct Entry {
    std::string file;
    std::string compare;
};

std::vector<Entry> read_index(const std::filesystem::path& directory) {
    const auto path = (directory / "INDEX.json").string();
    const auto text = read_file(path);
    if (!text) {
        throw std::invalid_argument(fmt::format(
            "'{}' is no directory of programs: its INDEX.json cannot be read", directory.string()));
    }
    boost::system::error_code error;
    const auto index = boost::json::parse(*text, error);
    if (error || !index.is_array()) {
        throw std::invalid_argument(fmt::format(
            "'{}' is no JSON array{}", path, error ? fmt::format(": {}", error.message()) : std::string()));
    }
    static constexpr std::array<std::string_view, 6> known{
        "exact", "message", "ids", "reference-defect", "skip", "nondeterministic"};
    std::vector<Entry> entries;
    for (const auto& row : index.as_array()) {
        const auto field = [&](std::string_view name) -> std::string {
            const auto* const object = row.if_object();
            const auto* const value = object != nullptr ? object->if_contains(name) : nullptr;
            return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
        };
        Entry entry{field("file"), field("compare")};
        if (entry.file.empty() || std::ranges::find(known, entry.compare) == known.end()) {
            throw std::invalid_argument(
                fmt::format("'{}': entry {} must have a 'file' and a 'compare', which is one of {}", path,
                            entries.size() + 1, fmt::join(known, ", ")));
        }
        entries.push_back(std::move(entry));
    }
    return entries;
}

}  // namespace

namespace {

FlowRun run_in_memory(const std::shared_ptr<const interpreter::Program>& program, const Options& options) {
    auto run = Runner().operation("oracle.OracleOp", sample_operation).run(program, {}, options);
    return {std::move(run.outcome), run.stop, std::move(run.sentence)};
}

}  // namespace

std::vector<FlowResult> run_flow_conformance(const std::filesystem::path& directory,
                                             const std::function<void(const FlowResult&)>& each,
                                             double seconds, const FlowProgress& progress,
                                             const RunFlow& run) {
    const RunFlow run_flow = run ? run : RunFlow(run_in_memory);
    const auto entries = read_index(directory);
    std::vector<FlowResult> results;
    for (const auto& [file, compare] : entries) {
        if (progress) {
            progress(results.size(), entries.size(), file);
        }
        const auto text = read_file(directory / file);
        results.push_back(text ? Comparison(file, seconds, run_flow).run(*text, compare)
                               : FlowResult{file, Verdict::wrong, "the file cannot be read"});
        if (each) {
            each(results.back());
        }
    }
    return results;
}

}  // namespace zflow::testing
