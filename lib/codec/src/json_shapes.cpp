#include "json_shapes.hpp"

#include "name_table.hpp"

#include <string>

namespace zflow::codec {
namespace {

using model::NodeKind;
using model::Sort;

struct Row {
    NodeKind kind;
    Shape shape;
};

/// All nodes but those that are an object with their children as its fields.
constexpr std::array rows{
    Row{NodeKind::return_, {Form::direct}},
    Row{NodeKind::wait_till, {Form::direct}},
    Row{NodeKind::log, {Form::direct}},
    Row{NodeKind::transaction, {Form::direct}},
    Row{NodeKind::fork, {Form::direct}},
    Row{NodeKind::interrupt, {Form::direct}},
    Row{NodeKind::fail, {Form::direct}},
    Row{NodeKind::run_activity, {Form::activity, {"name", "description"}}},
    Row{NodeKind::new_var, {Form::fields, {"name", "appendTempCounter"}}},
    Row{NodeKind::literal, {Form::content}},
    Row{NodeKind::remote_fail, {Form::content}},
    Row{NodeKind::debug, {Form::fields, {"message", "debugMode"}, true}},
    Row{NodeKind::flow, {Form::direct}},
    Row{NodeKind::nested, {Form::direct}},
    Row{NodeKind::variable_reference, {Form::fields, {"ref"}}},
    Row{NodeKind::variable, {Form::fields, {"identifier"}}},
    Row{NodeKind::config, {Form::fields, {"key", "schema"}}},
    Row{NodeKind::unbound, {Form::fields, {"identifier"}}},
    Row{NodeKind::unary, {Form::fields, {"operator"}, true}},
    Row{NodeKind::binary, {Form::fields, {"operator"}, true}},
    Row{NodeKind::bind, {Form::fields, {"unbound"}}},
    Row{NodeKind::either_left, {Form::either}},
    Row{NodeKind::either_right, {Form::either}},
    Row{NodeKind::try_failure, {Form::either}},
    Row{NodeKind::try_success, {Form::either}},
    Row{NodeKind::tuple, {Form::tuple}},
    Row{NodeKind::tuple_access, {Form::fields, {"n", "arity"}, true}},
    Row{NodeKind::string_to_chars, {Form::direct}},
    Row{NodeKind::chars_to_string, {Form::direct}},
    Row{NodeKind::uncons, {Form::direct}},
    Row{NodeKind::lazy, {Form::direct}},
    Row{NodeKind::some, {Form::direct}},
    Row{NodeKind::recurse, {Form::fields, {"id"}}},
    Row{NodeKind::recurse_with, {Form::fields, {"id"}}},
    Row{NodeKind::list_to_set, {Form::direct}},
    Row{NodeKind::set_to_list, {Form::direct}},
    Row{NodeKind::list_to_map, {Form::direct}},
    Row{NodeKind::map_to_list, {Form::direct}},
    Row{NodeKind::function, {Form::function, {"input"}}},
    Row{NodeKind::optic_lens, {Form::fields, {"fieldName"}}},
    Row{NodeKind::optic_prism, {Form::fields, {"sumTypeId", "termName"}}},
    Row{NodeKind::operation_custom, {Form::fields, {"typeId", "operation", "inputSchema", "resultSchema"}}},
    Row{NodeKind::operation_contramap, {Form::fields, {"schema"}, true}},
    Row{NodeKind::operation_map, {Form::fields, {"schema"}, true}},
};

constexpr auto shapes = [] {
    std::array<Shape, 128> all{};
    for (const auto& row : rows) {
        all[static_cast<std::size_t>(row.kind)] = row.shape;
    }
    return all;
}();

constexpr std::size_t sort_count = 5;

NameTable names_of(Sort sort) {
    static const std::array<std::string, most_tuple_parts + 1> tuples = [] {
        std::array<std::string, most_tuple_parts + 1> names;
        for (std::size_t i = 2; i <= most_tuple_parts; ++i) {
            names[i] = "Tuple" + std::to_string(i);
        }
        return names;
    }();
    std::vector<NameTable::Row> all;
    for (const auto& row : model::all_node_kinds()) {
        const auto is_second = row.kind == NodeKind::either_right || row.kind == NodeKind::try_success;
        if (row.sort != sort || is_second) {
            continue;
        }
        if (row.kind != NodeKind::tuple) {
            all.push_back({row.name, static_cast<std::uint8_t>(row.kind)});
            continue;
        }
        for (std::size_t i = 2; i <= most_tuple_parts; ++i) {
            all.push_back({tuples[i], static_cast<std::uint8_t>(row.kind)});
        }
    }
    return NameTable(all);
}

}  // namespace

const Shape& shape_of(NodeKind kind) noexcept {
    return shapes[static_cast<std::size_t>(kind)];
}

std::optional<NodeKind> find_node_kind(Sort sort, std::string_view name) {
    static const std::array<NameTable, sort_count> tables{names_of(Sort::flow), names_of(Sort::remote),
                                                          names_of(Sort::function), names_of(Sort::optic),
                                                          names_of(Sort::operation)};
    return tables[static_cast<std::size_t>(sort)].find(name).transform(
        [](std::uint8_t number) { return static_cast<NodeKind>(number); });
}

}  // namespace zflow::codec
