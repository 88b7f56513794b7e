#include "json_hints.hpp"

#include "json_shapes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace zflow::codec {
namespace {

/// Longer names are shown by their beginnings and have no neighbours.
constexpr std::size_t longest_name = 60;

std::string shown(std::string_view name) {
    if (name.size() <= longest_name) {
        return std::string(name);
    }
    auto end = longest_name;
    while ((static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) {
        --end;
    }
    return std::string(name.substr(0, end)) + "..";
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

/// How many letters must be changed, put in or taken out to make one name of the other, whatever their case.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        auto diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const auto changed = diagonal + (lower(a[i]) == lower(b[j]) ? 0 : 1);
            diagonal = std::exchange(row[j + 1], std::min({row[j + 1] + 1, row[j] + 1, changed}));
        }
    }
    return row.back();
}

/// The name that was probably meant; empty if none is close.
std::string_view neighbour(std::string_view name, std::span<const std::string_view> known) {
    if (name.size() > longest_name) {
        return {};
    }
    std::string_view best;
    auto best_distance = name.size() / 3 + 1;
    for (const auto candidate : known) {
        // "Integer" for "Int".
        const auto begins = candidate.size() >= 3 && name.starts_with(candidate);
        const auto far = begins ? 1 : distance(name, candidate);
        if (far < best_distance) {
            best = candidate;
            best_distance = far;
        }
    }
    return best;
}

std::vector<std::string_view> node_names(model::Sort sort) {
    std::vector<std::string_view> names;
    for (const auto& row : model::all_node_kinds()) {
        if (row.sort == sort && row.kind != model::NodeKind::tuple) {
            names.push_back(row.name);
        }
    }
    return names;
}

}  // namespace

std::string unknown_name(std::string_view what, std::string_view name,
                         std::span<const std::string_view> known) {
    const auto close = neighbour(name, known);
    return fmt::format("there is no {} '{}'{}", what, shown(name),
                       close.empty() ? std::string() : fmt::format(", but there is '{}'", close));
}

std::string unknown_node(model::Sort sort, std::string_view name, const model::Node* parent) {
    using enum model::Sort;
    if (sort == operation && name == "Http") {
        return "operations of kind 'Http' follow in a later release; until then use a Custom operation";
    }
    if (parent != nullptr && shape_of(parent->kind).form == Form::direct) {
        const auto& around = model::info(parent->kind);
        if (name == around.fields[0].name) {
            return fmt::format("'{}' holds {} itself, not a field '{}'", around.name, with_article(sort),
                               name);
        }
    }
    for (const auto other : {flow, remote, optic, operation}) {
        if (other != sort && find_node_kind(other, name)) {
            return fmt::format("'{}' is {}, but {} belongs here", name, with_article(other),
                               with_article(sort));
        }
    }
    const auto article = with_article(sort);
    if (sort == remote && name.starts_with("Tuple") && name.find_first_not_of("0123456789", 5) == name.npos) {
        return fmt::format("there is no expression node '{}': tuples have 2 to {} parts", shown(name),
                           most_tuple_parts);
    }
    const auto what = fmt::format("{} node", article.substr(article.find(' ') + 1));
    return unknown_name(what, name, node_names(sort));
}

}  // namespace zflow::codec
