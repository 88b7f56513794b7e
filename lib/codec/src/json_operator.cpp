#include "json_operator.hpp"

#include "json_schema.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace zflow::codec {
namespace {

using model::Operator;
using model::Ref;

/// The fields of an operator: a name of its own, a type it works on (under one of four names), a schema.
enum Field : std::size_t { operator_, schema, numeric, fractional, integral, bitwise, field_count };
constexpr std::array<std::string_view, field_count> field_names{"operator",   "schema",   "numeric",
                                                                "fractional", "integral", "bitwise"};

/// Under which name an operator's type stands; "numeric" for all others.
struct TypeField {
    std::string_view operators;  // the first name of the path, or the second after "Conversion."
    Field field;
};
constexpr std::array<TypeField, 7> type_fields{{
    {"Integral", integral},
    {"Fractional", fractional},
    {"FractionalPredicate", fractional},
    {"FractionalGetExponent", fractional},
    {"NumericToBinaryString", bitwise},
    {"NumericToHexString", bitwise},
    {"NumericToOctalString", bitwise},
}};

constexpr std::string_view conversion = "Conversion";

Read<std::string> name_of(const Tape& tape, Tape::Index token) {
    auto name = read_string(tape, token);
    if (name && name->find('.') != std::string::npos) {
        return failure(token, fmt::format("there is no operator '{}': their names have no '.'", *name));
    }
    return name;
}

}  // namespace

Read<Ref<const Operator>> OperatorReader::read(Tape::Index token) {
    auto key = one_case(tape_, token, "an operator");
    if (!key) {
        return std::unexpected(key.error());
    }
    auto path = name_of(tape_, *key);
    if (path && *path == conversion) {
        Tape::Index inner = absent;
        if (auto right = require_fields(tape_, *key + 1, std::array{std::string_view("conversion")}, &inner);
            !right) {
            return std::unexpected(std::move(right.error()));
        }
        key = one_case(tape_, inner, "a conversion");
        if (!key) {
            return std::unexpected(key.error());
        }
        path = mapped(name_of(tape_, *key),
                      [](const std::string& name) { return fmt::format("{}.{}", conversion, name); });
    }
    if (!path) {
        return std::unexpected(std::move(path.error()));
    }
    std::array<Tape::Index, field_count> found{};
    if (auto right = find_fields(tape_, *key + 1, field_names, found.data()); !right) {
        return std::unexpected(std::move(right.error()));
    }
    if (found[operator_] != absent) {
        const auto name = name_of(tape_, found[operator_]);
        if (!name) {
            return std::unexpected(name.error());
        }
        *path += '.';
        *path += *name;
    }
    std::string type;
    for (const auto field : {numeric, fractional, integral, bitwise}) {
        if (found[field] == absent) {
            continue;
        }
        const auto name = one_case(tape_, found[field], "a type such as {\"NumericInt\":{}}");
        if (!name) {
            return std::unexpected(name.error());
        }
        type = tape_.string(*name);
        break;
    }
    if (found[schema] != absent) {
        auto of = read_schema(tape_, found[schema]);
        if (!of) {
            return std::unexpected(std::move(of.error()));
        }
        return model::make<const Operator>(std::move(*path), std::move(type), std::move(*of));
    }
    const auto [place, is_new] = known_.try_emplace(fmt::format("{}:{}{}", path->size(), *path, type));
    if (is_new) {
        place->second = model::make<const Operator>(std::move(*path), std::move(type), nullptr);
    }
    return place->second;
}

std::string write_operator(JsonText& out, const Operator& op) {
    std::string_view path = op.path;
    const auto is_conversion =
        path.size() > conversion.size() && path.starts_with(conversion) && path[conversion.size()] == '.';
    if (is_conversion) {
        path.remove_prefix(conversion.size() + 1);
        out.raw(R"({"Conversion":{"conversion":)");
    }
    const auto dot = path.find('.');
    const auto name = path.substr(0, dot);
    out.raw('{');
    out.string(name);
    out.raw(":{");
    auto separator = "";
    const auto field = [&](Field f) {
        out.raw(std::exchange(separator, ","));
        out.string(field_names[f]);
        out.raw(':');
    };
    if (dot != std::string_view::npos) {
        field(operator_);
        out.string(path.substr(dot + 1));
    }
    if (!op.type.empty()) {
        auto type_field = numeric;
        for (const auto& row : type_fields) {
            type_field = row.operators == name ? row.field : type_field;
        }
        field(type_field);
        out.raw('{');
        out.string(op.type);
        out.raw(":{}}");
    }
    std::string sentence;
    if (op.schema) {
        field(schema);
        sentence = write_schema(out, *op.schema);
    }
    out.raw(is_conversion ? "}}}}" : "}}");
    return sentence;
}

}  // namespace zflow::codec
