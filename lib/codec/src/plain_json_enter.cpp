#include "base64.hpp"
#include "json_hints.hpp"
#include "json_value.hpp"
#include "plain_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>
#include <unordered_set>
#include <utility>

namespace zflow::codec {
namespace {

using model::Kind;
using model::Schema;
using model::Value;

std::unexpected<Tape::Failure> expected(const Tape& tape, Tape::Index token, std::string_view what) {
    return failure(token, fmt::format("expected {}, got {}", what, describe(tape, token)));
}

bool is_null(const Tape& tape, Tape::Index token) {
    return tape.type(token) == Tape::Type::null;
}

bool is_scalar(const Schema& schema, Kind kind) {
    return schema.kind == Schema::Kind::value && model::scalar_kind(schema.id) == kind;
}

Read<Value> read_binary(const Tape& tape, Tape::Index token) {
    const auto text = read_string(tape, token);
    if (!text) {
        return std::unexpected(text.error());
    }
    auto bytes = from_base64(*text);
    if (!bytes) {
        return failure(token, "expected bytes in base64, e.g. \"aGVsbG8=\"");
    }
    return Value::binary(std::move(*bytes));
}

Kind kind_of_number(std::string_view text) {
    if (text.find_first_of(".eE") != std::string_view::npos) {
        return Kind::double_;
    }
    constexpr auto least = std::numeric_limits<std::int64_t>::min();
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    return model::parse_integer(text, least, most) ? Kind::long_ : Kind::big_integer;
}

}  // namespace

/// Reads what has no parts into `done_`, or opens what has.
Read<void> PlainJsonReader::enter(Part part) {
    if (part.schema == nullptr) {
        return enter_any(part.token);
    }
    if (part.schema->optional && !part.inside_option) {
        return enter_option(part, *part.schema);
    }
    const auto target = resolve(part.token, *part.schema);
    if (!target) {
        return std::unexpected(target.error());
    }
    // Where a reference leads to may be an option of its own.
    if (*target != part.schema && (*target)->optional) {
        return enter_option(part, **target);
    }
    return enter_by_schema(part.token, **target);
}

Read<void> PlainJsonReader::enter_option(Part part, const Schema& schema) {
    if (is_null(tape_, part.token)) {
        done_.push_back(Value::none());
        return {};
    }
    const auto nullable = is_nullable(part.token, schema);
    if (!nullable) {
        return std::unexpected(nullable.error());
    }
    auto inner = part.token;
    if (*nullable) {
        constexpr std::string_view what = R"(null or {"some": value})";
        const auto key = one_case(tape_, part.token, what);
        if (!key) {
            return std::unexpected(key.error());
        }
        if (!tape_.is(*key, plain_some)) {
            return expected(tape_, part.token, what);
        }
        inner = *key + 1;
    }
    return open(part.token, {.form = Form::one,
                             .kind = Kind::some,
                             .first = done_.size(),
                             .next = inner,
                             .schema = &schema,
                             .inside_option = true});
}

/// Whether what an option holds may be null itself.
Read<bool> PlainJsonReader::is_nullable(Tape::Index token, const Schema& schema) {
    const auto target = resolve(token, schema);
    if (!target) {
        return std::unexpected(target.error());
    }
    return (*target != &schema && (*target)->optional) || is_scalar(**target, Kind::unit) ||
           is_scalar(**target, Kind::none);
}

Read<void> PlainJsonReader::enter_by_schema(Tape::Index token, const Schema& schema) {
    switch (schema.kind) {
        case Schema::Kind::value:
            return enter_scalar(token, schema);
        case Schema::Kind::product:
            return enter_record(token, schema);
        case Schema::Kind::sum:
            return enter_case(token, schema);
        case Schema::Kind::list:
            return enter_items(token, Kind::sequence, schema.parts[0].schema.get());
        case Schema::Kind::set:
            return enter_items(token, Kind::set, schema.parts[0].schema.get());
        case Schema::Kind::dictionary:
            return enter_entries(token, schema);
        case Schema::Kind::tuple:
            return enter_tuple(token, schema);
        case Schema::Kind::either:
            return enter_either(token, schema);
        case Schema::Kind::dynamic:
            return enter_any(token);
        case Schema::Kind::fail:
            return failure(token, fmt::format("no value fits here: {}", schema.id));
        default:
            return failure(token, fmt::format("{} has no plain JSON: write it as typed JSON", schema.id));
    }
}

Read<void> PlainJsonReader::enter_scalar(Tape::Index token, const Schema& schema) {
    const auto kind = model::scalar_kind(schema.id);
    if (!kind) {
        return failure(token, fmt::format("the schema has a scalar '{}', which nobody knows", schema.id));
    }
    if (*kind == Kind::unit || *kind == Kind::none) {
        if (!is_null(tape_, token)) {
            return expected(tape_, token, "null");
        }
        done_.push_back(*kind == Kind::unit ? Value::unit() : Value::none());
        return {};
    }
    auto value = *kind == Kind::binary ? read_binary(tape_, token) : read_scalar(tape_, *kind, token);
    if (!value) {
        return std::unexpected(std::move(value.error()));
    }
    done_.push_back(std::move(*value));
    return {};
}

Read<void> PlainJsonReader::enter_any(Tape::Index token) {
    auto value = [&]() -> Read<Value> {
        switch (tape_.type(token)) {
            case Tape::Type::null:
                return Value::unit();
            case Tape::Type::true_:
            case Tape::Type::false_:
                return read_scalar(tape_, Kind::boolean, token);
            case Tape::Type::number:
                return read_scalar(tape_, kind_of_number(tape_.raw(token)), token);
            default:
                return read_scalar(tape_, Kind::string, token);
        }
    };
    switch (tape_.type(token)) {
        case Tape::Type::object:
            return enter_any_record(token);
        case Tape::Type::array:
            return enter_items(token, Kind::sequence, nullptr);
        default:
            break;
    }
    auto scalar = value();
    if (!scalar) {
        return std::unexpected(std::move(scalar.error()));
    }
    done_.push_back(std::move(*scalar));
    return {};
}

Read<void> PlainJsonReader::enter_any_record(Tape::Index token) {
    const auto begin = queue_.size();
    std::vector<std::string> names;
    std::unordered_set<std::string> seen;
    for (auto key = token + 1; key < tape_.after(token); key = tape_.after(key + 1)) {
        auto name = tape_.string(key);
        if (!seen.insert(name).second) {
            return failure(key, fmt::format("the field '{}' is here twice", name));
        }
        names.push_back(std::move(name));
        queue_.push_back({key + 1, nullptr});
    }
    return open(token, {.form = Form::record,
                        .kind = Kind::record,
                        .first = done_.size(),
                        .queue = begin,
                        .queue_next = begin,
                        .queue_end = queue_.size(),
                        .shape = model::make<const model::RecordShape>(std::string(), std::move(names))});
}

Read<const PlainJsonReader::Fields*> PlainJsonReader::fields_of(Tape::Index token, const Schema& product) {
    const auto [place, is_new] = fields_.try_emplace(&product);
    if (is_new) {
        std::vector<std::string> names;
        for (const auto& part : product.parts) {
            if (!place->second.places.emplace(part.name, names.size()).second) {
                return failure(
                    token, fmt::format("the schema of {} has the field '{}' twice", product.id, part.name));
            }
            names.push_back(part.name);
        }
        place->second.shape = model::make<const model::RecordShape>(product.id, std::move(names));
    }
    return &place->second;
}

Read<void> PlainJsonReader::enter_record(Tape::Index token, const Schema& schema) {
    if (tape_.type(token) != Tape::Type::object) {
        return expected(tape_, token, fmt::format("an object for {}", to_text(schema)));
    }
    const auto fields = fields_of(token, schema);
    if (!fields) {
        return std::unexpected(fields.error());
    }
    const auto begin = queue_.size();
    for (const auto& part : schema.parts) {
        queue_.push_back({absent, part.schema.get()});
    }
    for (auto key = token + 1; key < tape_.after(token); key = tape_.after(key + 1)) {
        const auto name = tape_.string(key);
        const auto found = (*fields)->places.find(name);
        if (found == (*fields)->places.end()) {
            continue;
        }
        auto& part = queue_[begin + found->second];
        if (part.token != absent) {
            return failure(key, fmt::format("the field '{}' is here twice", name));
        }
        part.token = key + 1;
    }
    for (std::size_t i = 0; i < schema.parts.size(); ++i) {
        const auto& part = schema.parts[i];
        if (queue_[begin + i].token != absent || part.schema->optional) {
            continue;
        }
        const auto target = resolve(token, *part.schema);
        if (!target) {
            return std::unexpected(target.error());
        }
        if (!(*target)->optional) {
            return failure(token, fmt::format("the field '{}' of {} is missing", part.name, schema.id));
        }
    }
    return open(token, {.form = Form::record,
                        .kind = Kind::record,
                        .first = done_.size(),
                        .queue = begin,
                        .queue_next = begin,
                        .queue_end = queue_.size(),
                        .shape = (*fields)->shape});
}

Read<void> PlainJsonReader::enter_case(Tape::Index token, const Schema& schema) {
    const auto what = fmt::format("a case of {} as {{\"Case\": value}}", schema.id);
    const auto key = one_case(tape_, token, what);
    if (!key) {
        return std::unexpected(key.error());
    }
    auto name = tape_.string(*key);
    const auto part = std::ranges::find(schema.parts, name, &Schema::Part::name);
    if (part == schema.parts.end()) {
        std::vector<std::string_view> known;
        for (const auto& each : schema.parts) {
            known.push_back(each.name);
        }
        return failure(*key, unknown_name("case of " + schema.id, name, known));
    }
    return open(token, {.form = Form::one,
                        .kind = Kind::enumeration,
                        .first = done_.size(),
                        .next = *key + 1,
                        .schema = part->schema.get(),
                        .name = model::make<const model::CaseName>(schema.id, std::move(name))});
}

Read<void> PlainJsonReader::enter_either(Tape::Index token, const Schema& schema) {
    constexpr std::string_view what = R"({"left": value} or {"right": value})";
    const auto key = one_case(tape_, token, what);
    if (!key) {
        return std::unexpected(key.error());
    }
    const auto is_left = tape_.is(*key, plain_left);
    if (!is_left && !tape_.is(*key, plain_right)) {
        return failure(*key, fmt::format("expected {}", what));
    }
    return open(token, {.form = Form::one,
                        .kind = is_left ? Kind::left : Kind::right,
                        .first = done_.size(),
                        .next = *key + 1,
                        .schema = schema.parts[is_left ? 0 : 1].schema.get()});
}

/// A tuple of three is a pair whose left side is a pair: one array for all.
Read<void> PlainJsonReader::enter_tuple(Tape::Index token, const Schema& schema) {
    if (tape_.type(token) != Tape::Type::array) {
        return expected(tape_, token, "an array for a tuple");
    }
    std::vector<Tape::Index> items;
    for (auto at = token + 1; at < tape_.after(token); at = tape_.after(at)) {
        items.push_back(at);
    }
    const auto begin = queue_.size();
    const auto* pair = &schema;
    while (true) {
        // The last items come first.
        const auto place = queue_.size() - begin;
        if (place + 2 > items.size()) {
            return failure(
                token, fmt::format("expected an array with more items for a tuple, got {}", items.size()));
        }
        queue_.push_back({items[items.size() - 1 - place], pair->parts[1].schema.get()});
        const auto* left = pair->parts[0].schema.get();
        const auto target = left->optional ? left : resolve(token, *left);
        if (!target) {
            return std::unexpected(target.error());
        }
        if ((*target)->optional || (*target)->kind != Schema::Kind::tuple) {
            queue_.push_back({items.front(), left});
            break;
        }
        pair = *target;
    }
    const auto count = queue_.size() - begin;
    if (count != items.size()) {
        return failure(token,
                       fmt::format("expected an array of {} items for a tuple, got {}", count, items.size()));
    }
    std::reverse(queue_.begin() + static_cast<std::ptrdiff_t>(begin), queue_.end());
    return open(token, {.form = Form::tuple,
                        .kind = Kind::tuple,
                        .first = done_.size(),
                        .queue = begin,
                        .queue_next = begin,
                        .queue_end = queue_.size()});
}

Read<void> PlainJsonReader::enter_items(Tape::Index token, Kind kind, const Schema* item) {
    if (tape_.type(token) != Tape::Type::array) {
        return expected(tape_, token, kind == Kind::set ? "an array for a set" : "an array for a list");
    }
    return open(token, {.form = Form::items,
                        .kind = kind,
                        .first = done_.size(),
                        .next = token + 1,
                        .end = tape_.after(token),
                        .schema = item});
}

Read<void> PlainJsonReader::enter_entries(Tape::Index token, const Schema& schema) {
    const auto of_pairs = tape_.type(token) == Tape::Type::array;
    if (!of_pairs && tape_.type(token) != Tape::Type::object) {
        return expected(tape_, token, "an object or an array of pairs for a map");
    }
    const auto key = resolve(token, *schema.parts[0].schema);
    if (!key) {
        return std::unexpected(key.error());
    }
    const auto has_names =
        is_scalar(**key, Kind::string) && !(*key)->optional && !schema.parts[0].schema->optional;
    if (!of_pairs && !has_names && tape_.after(token) != token + 1) {
        return failure(token, fmt::format("expected an array of [key, value]: the keys of this map are {}, "
                                          "which names of an object cannot be",
                                          to_text(**key)));
    }
    return open(token, {.form = Form::entries,
                        .kind = Kind::dictionary,
                        .first = done_.size(),
                        .next = token + 1,
                        .end = tape_.after(token),
                        .schema = &schema,
                        .of_pairs = of_pairs});
}

}  // namespace zflow::codec
