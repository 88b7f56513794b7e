#include <zflow/bench/flow_bench.hpp>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace zflow::bench {
namespace {

std::string number(double value) {
    const auto digits = value >= 1'000 ? 0 : value >= 10 ? 1 : 2;
    return fmt::format("{:.{}f}", value, digits);
}

}  // namespace

double FlowRow::figure(std::string_view figure_name) const {
    const auto found = std::ranges::find(figures, figure_name, &FlowFigure::name);
    return found == figures.end() ? 0 : found->value;
}

std::string to_line(const FlowRow& row) {
    auto line = fmt::format("{:<13} c={:<4}", row.name, row.clients);
    for (const auto& figure : row.figures) {
        line += fmt::format(" {:>9} {}", number(figure.value), figure.unit);
    }
    return line + (row.note.empty() ? "\n" : "   (" + row.note + ")\n");
}

std::string to_json(const FlowRow& row) {
    boost::json::object object{{"name", row.name}, {"clients", row.clients}};
    for (const auto& figure : row.figures) {
        object[figure.name] = figure.value;
    }
    object["note"] = row.note;
    return boost::json::serialize(object);
}

}  // namespace zflow::bench
