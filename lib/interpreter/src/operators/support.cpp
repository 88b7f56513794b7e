#include "operators/support.hpp"

#include <fmt/format.h>

namespace zflow::interpreter {

std::string name_of(const Node& node) {
    if (!node.op) {
        return std::string(model::info(node.kind).name);
    }
    return node.op->type.empty() ? node.op->path : fmt::format("{} of {}", node.op->path, node.op->type);
}

std::unexpected<Death> wrong_operands(const Node& node, std::string_view types,
                                      std::span<const Value> operands) {
    std::string got;
    for (const Value& operand : operands) {
        got += got.empty() ? "" : ", ";
        got += to_string(operand.kind());
    }
    const std::string_view takes = types.substr(0, types.find(" -> "));
    return std::unexpected(
        Death::type_error(fmt::format("{} takes {} but got {}", name_of(node), takes, got)));
}

std::unexpected<Death> failed(std::string message) {
    return std::unexpected(Death::evaluation_failed(std::move(message)));
}

std::unexpected<Death> too_large(std::string_view what, std::string_view limit, std::uint64_t bound) {
    return std::unexpected(
        Death::limit_reached(fmt::format("{} passes the limit {} ({})", what, limit, bound)));
}

}  // namespace zflow::interpreter
