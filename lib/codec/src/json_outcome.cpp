#include "json_value.hpp"

#include <zflow/codec/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <vector>

namespace zflow::codec {
namespace {

using model::Death;
using model::Outcome;

/// How deep a death may be nested: one awaited flow inside of another.
constexpr std::size_t max_death_depth = 1000;

/// ZIO Flow writes the JVM's exceptions with their stack; only what they say is kept.
constexpr std::string_view exception = "EvaluationException";

void write_death(JsonText& out, const Death& root) {
    struct Place {
        const Death* death;
        std::size_t next = 0;
    };
    std::vector<Place> open{{&root}};
    while (!open.empty()) {
        auto& [death, next] = open.back();
        const auto is_exception = death->case_name == exception;
        if (next == 0) {
            out.raw('{');
            out.string(death->case_name);
            out.raw(is_exception ? R"(:{"failure":{)" : ":{");
        }
        if (next == death->fields.size()) {
            if (is_exception) {
                out.raw(next == 0 ? "" : ",");
            }
            out.raw(is_exception ? R"("stackTrace":[],"suppressed":[]}}})" : "}}");
            open.pop_back();
            continue;
        }
        const auto& [name, value] = death->fields[next];
        out.raw(next++ == 0 ? "" : ",");
        out.string(name);
        out.raw(':');
        if (const auto* inner = std::get_if<std::shared_ptr<const Death>>(&value)) {
            open.push_back({inner->get()});
        } else {
            out.string(std::get<std::string>(value));
        }
    }
}

/// Reads the cases from the outermost inwards, then puts them into each other.
class DeathReader {
 public:
    explicit DeathReader(const Tape& tape) : tape_(tape) {}

    Read<Death> run(Tape::Index token) {
        auto next = token;
        while (next != absent) {
            if (read_.size() == max_death_depth) {
                return failure(next, fmt::format("deaths are nested deeper here than {}", max_death_depth));
            }
            auto inner = one(next);
            if (!inner) {
                return std::unexpected(std::move(inner.error()));
            }
            next = *inner;
        }
        while (read_.size() > 1) {
            auto inner = std::make_shared<const Death>(std::move(read_.back()));
            read_.pop_back();
            read_.back().fields[holes_.back()].second = std::move(inner);
            holes_.pop_back();
        }
        return std::move(read_.back());
    }

 private:
    /// Returns: the token of the death inside of this one, `absent` if there is none.
    Read<Tape::Index> one(Tape::Index token) {
        const auto key = one_case(tape_, token, "the reason of a death");
        if (!key) {
            return std::unexpected(key.error());
        }
        auto object = *key + 1;
        if (tape_.is(*key, exception)) {
            constexpr std::string_view name = "failure";
            if (auto right = require_fields(tape_, *key + 1, std::span(&name, 1), &object); !right) {
                return std::unexpected(std::move(right.error()));
            }
        }
        if (auto right = require_object(tape_, object); !right) {
            return std::unexpected(std::move(right.error()));
        }
        read_.push_back({tape_.string(*key)});
        auto inner = absent;
        for (auto field = object + 1; field < tape_.after(object); field = tape_.after(field + 1)) {
            auto& fields = read_.back().fields;
            if (tape_.is_string(field + 1)) {
                fields.emplace_back(tape_.string(field), tape_.string(field + 1));
            } else if (tape_.type(field + 1) == Tape::Type::object && !tape_.is(*key, exception)) {
                if (inner != absent) {
                    return failure(field, "a death has one reason");
                }
                inner = field + 1;
                holes_.push_back(fields.size());
                fields.emplace_back(tape_.string(field), std::string());
            }
        }
        return inner;
    }

    const Tape& tape_;
    std::vector<Death> read_;
    std::vector<std::size_t> holes_;  // for each death but the last, which of its fields is the next one
};

Read<Outcome> read_outcome(const Tape& tape) {
    static constexpr std::array<std::string_view, 3> names{"Succeeded", "Failed", "Died"};
    std::array<Tape::Index, 3> found{};
    if (auto right = find_fields(tape, Tape::root, names, found.data()); !right) {
        return std::unexpected(std::move(right.error()));
    }
    const auto how = std::ranges::find_if(found, [](auto token) { return token != absent; }) - found.begin();
    if (std::ranges::count(found, absent) != 2) {
        return failure(Tape::root, "expected an outcome: one of Succeeded, Failed and Died");
    }
    constexpr std::string_view name = "value";
    auto place = absent;
    if (auto right = require_fields(tape, found[static_cast<std::size_t>(how)], std::span(&name, 1), &place);
        !right) {
        return std::unexpected(std::move(right.error()));
    }
    if (how == 2) {
        return mapped(DeathReader(tape).run(place),
                      [](Death death) { return Outcome(model::Died{std::move(death)}); });
    }
    return mapped(JsonValueReader(tape).read(place), [&](model::Value value) {
        return how == 1 ? Outcome(model::Failed{std::move(value)})
                        : Outcome(model::Succeeded{std::move(value)});
    });
}

}  // namespace

std::expected<Outcome, model::Error> outcome_from_json(std::string_view text) {
    const auto tape = Tape::read(text);
    if (!tape) {
        return std::unexpected(tape.error());
    }
    auto read = read_outcome(*tape);
    if (!read) {
        return std::unexpected(tape->error(std::move(read.error())));
    }
    return std::move(*read);
}

std::expected<std::string, model::Error> outcome_to_json(const Outcome& outcome) {
    JsonText out;
    std::string sentence;
    if (const auto* died = std::get_if<model::Died>(&outcome)) {
        out.raw(R"({"Died":{"value":)");
        write_death(out, died->death);
        out.raw(R"(},"message":)");
        out.string(died->death.message());
        out.raw('}');
    } else if (const auto* failed = std::get_if<model::Failed>(&outcome)) {
        out.raw(R"({"Failed":{"value":)");
        sentence = write_value(out, failed->value);
    } else {
        out.raw(R"({"Succeeded":{"value":)");
        sentence = write_value(out, std::get<model::Succeeded>(outcome).value);
    }
    if (!std::holds_alternative<model::Died>(outcome)) {
        out.raw("}}");
    }
    if (sentence.empty() && out.is_too_long()) {
        sentence = too_long_sentence();
    }
    if (!sentence.empty()) {
        return std::unexpected(model::Error{std::move(sentence)});
    }
    return out.take();
}

}  // namespace zflow::codec
